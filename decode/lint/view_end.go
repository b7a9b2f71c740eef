package lint

import "github.com/rtmpscope/rtmpscope/decode/session"

// closed notes how a direction ended, and the end of the session.
func (v *view) closed(e *session.Entry) {
	other := v.closing[e.From.Peer()]
	v.unreached = v.unreached || unreached(e)
	if !v.closing[e.From].yes() {
		v.closing[e.From] = closing{rowAt{e.Number, e.Time}, e.How}
		if !other.yes() {
			v.first, v.ours = e.From, notTheirs[e.Cause]
		}
		if v.ours {
			v.emit(onCut, e)
		} else {
			v.emit(onClose, e)
		}
	}
	if other.yes() || e.How == session.Reset {
		v.finish()
	}
}

// notTheirs are the causes of an end for which neither peer is to be judged: the
// relay ended a connection that went on, or the end is in another part of the
// recording.
var notTheirs = map[session.Cause]bool{
	session.ShutDown: true, session.ShutDownStalled: true, session.CutShort: true, session.EndElsewhere: true,
}

// ender says who ended the connection first, as a sentence goes on behind "until".
func (v *view) ender() string {
	if v.ours {
		return "the recording ended"
	}
	return "the " + v.first.String() + " closed"
}

// finish ends the session once and drops what only rules need.
func (v *view) finish() {
	if v.ended {
		return
	}
	v.emit(onEnd, nil)
	v.ended = true
	v.hooks = [signals][]func(*session.Entry){}
	v.up = nil
	v.judge.attempts.leave(v)
	v.judge.leaving = append(v.judge.leaving, v)
}
