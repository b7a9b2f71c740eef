// Package lint judges what the two sides of an RTMP connection do: one rule for
// each diagnosable fault, one file a rule.
//
// [New] returns a session.Judge. Given to session.Options, it watches the rows
// of all sessions and reports findings, each of which becomes a row. Rules are
// values in one table ([Rules]): what each looks for, why it matters, what to do,
// where that is known from, and a conversation that has the fault beside one
// that nearly has it. [Judge.Report] tells how far a session has come and who
// waits for whom; [Explain] says in words what a rule, status code, message type
// or field means.
//
// # How a rule asks
//
// A rule subscribes to signals of the view of its session (signals.go); while it
// is called, v.stream, v.track, v.reply and their neighbours (type about) say what
// the row is about. There is no "the stream" of a session: a connection may
// publish and play several message streams, one after the other or at once, and
// the same message stream ID again. Everything about publish, play, start, close
// and media stands in [stream]:
//
//   - A rule about a row takes v.stream: the stream of a command's message stream,
//     or the one that a status is about (view_status.go), or the one that audio,
//     video or metadata belongs to, even where it came on another message stream
//     (view.home). It is nil where no stream is concerned. Tracks belong to their
//     stream: s.pair, s.clock, s.tracks.
//   - A rule about time takes s from its first row and asks it again when its
//     deadline fires: s.running, s.accepted, s.heard, s.excused(video), s.muted,
//     s.failed; onSecond comes once a second for each stream.
//   - A rule about the end asks for v.running(), or v.closedOn(e, role): the streams
//     that went on when the server closed first without having said why.
//   - A finding about one of several streams is reported with r.of(s), which keeps
//     r.firstOf(s) apart for each, and names it with v.which(s) in its words. Where
//     there is room for one stream only, v.lead() stands for the session.
//
// The package decodes nothing and keeps no bodies. It does no I/O and has no
// clock: a rule about something that did not happen sets a deadline, which
// Judge.Time fires. What ffmpeg, OBS, GStreamer and the common servers do every
// day is a note at most, however far it is from the specification.
package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Judge watches all sessions of one timeline. It is used by the goroutine that
// feeds the timeline; what its methods return belongs to the caller.
type Judge struct {
	config    Config
	found     func(session.Finding)
	views     []*view // nil where one was forgotten
	leaving   []*view // that have ended and are not forgotten yet, in that order
	forgotten func(Report)
	deadlines deadlines
	attempts  attempts
	firing    *deadline     // whose time a finding gets, while it is fired
	now       int64         // no later row is older
	part      session.Entry // a part of the message at hand
}

// New returns a judge for one timeline.
func New(c Config) *Judge {
	return &Judge{config: c, attempts: attempts{}}
}

var _ session.Judge = (*Judge)(nil)

// Begin takes the way to report.
func (j *Judge) Begin(report func(session.Finding)) { j.found = report }

// Entry judges one row.
func (j *Judge) Entry(e *session.Entry) {
	for int(e.Session) > len(j.views) {
		j.views = append(j.views, newView(j, uint32(len(j.views)+1)))
		j.forget()
	}
	v := j.views[e.Session-1]
	if v == nil {
		return // it ended long ago
	}
	if e.Time > v.clock {
		v.clock = e.Time
	}
	v.entry(e)
}

// Time fires the deadlines older than now, oldest first. One that is due
// exactly now waits: a row of the same time may still come.
func (j *Judge) Time(now time.Time) {
	for {
		d := j.deadlines.due(now.UnixNano())
		if d == nil {
			j.now = max(j.now, now.UnixNano())
			return
		}
		if d.view.ended {
			continue
		}
		j.firing = d
		d.view.clock = max(d.view.clock, d.at)
		d.do()
		j.firing = nil
	}
}

// Held tells the rules of a receiver that keeps bytes waiting.
func (j *Judge) Held(h session.Hold) {
	if v := j.view(h.Session); v != nil {
		v.clock = max(v.clock, h.At.UnixNano())
		v.held(h)
	}
}

// Paced tells the rules how fast a receiver takes what it is sent.
func (j *Judge) Paced(p session.Pace) {
	if v := j.view(p.Session); v != nil {
		v.clock = max(v.clock, p.At.UnixNano())
		v.paced(p)
	}
}

// Outer tells the rules what the protocol around RTMP said.
func (j *Judge) Outer(a session.Around) {
	if v := j.view(a.Session); v != nil {
		v.clock = max(v.clock, a.At.UnixNano())
		v.outer(a)
	}
}

// End tells every session that is still open that the capture is over.
func (j *Judge) End() {
	for _, v := range j.views {
		if v != nil {
			v.finish()
		}
	}
}

// keptViews is how many of the latest sessions are kept as the rules know them, and
// may be asked for by rules about the next ones, such as how often a client came
// back. Of earlier ones those are kept that go on.
const keptViews = 256

// Forgotten has the last report of each session that is no longer kept handed to
// keep. It is called before the first row.
func (j *Judge) Forgotten(keep func(Report)) { j.forgotten = keep }

// forget drops what has ended and is not one of the latest sessions.
func (j *Judge) forget() {
	kept := uint32(max(len(j.views)-keptViews, 0))
	j.leaving = slices.DeleteFunc(j.leaving, func(v *view) bool {
		if v.number > kept {
			return false
		}
		if r, ok := j.Report(v.number); ok && j.forgotten != nil {
			j.forgotten(r)
		}
		j.views[v.number-1] = nil
		return true
	})
}

// neighbours are the latest sessions.
func (j *Judge) neighbours() (out []*view) {
	for _, v := range j.views[max(len(j.views)-keptViews, 0):] {
		if v != nil {
			out = append(out, v)
		}
	}
	return out
}

// view returns the view of a session, or nil.
func (j *Judge) view(number uint32) *view {
	if number == 0 || int(number) > len(j.views) {
		return nil
	}
	return j.views[number-1]
}
