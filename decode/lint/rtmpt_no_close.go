package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// hangUp ends the NetConnection (RTMP 1.0 §7.2.1) and leaves the tunnel open.
var hangUp = script.Do(script.Stopping, script.Call(client, 0, str("close"), num(0), nul))

// polls asks for bytes n times, half a second apart.
func polls(n int) script.Act {
	return script.Repeat(n, func(int) script.Act { return script.Do(script.After(500*time.Millisecond), script.Poll) })
}

var _ = register(Rule{
	ID: "rtmpt-no-close", Severity: session.Note,
	Title:      "An RTMPT tunnel stays open",
	Why:        "The client goes on polling after NetConnection was closed, or falls silent and never asks for /close. The server keeps the session until a timeout of its own. Told of captures that hold the HTTP requests.",
	Fix:        "Let the client end the tunnel with /close when the connection ends.",
	Source:     "flowplayer/flash#137; librtmp's rtmp.c and FFmpeg's rtmphttp.c for /close",
	Thresholds: []string{"tunnel.close"},
	Absence:    true,
	Bad:        script.Example{script.Poll, script.Watching, hangUp, polls(61)},
	Good:       script.Example{script.Poll, script.Watching, hangUp, polls(58), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onOuter, func(*session.Entry) {
			if v.polls == 1 {
				lookForSilence(v, r)
			}
		})
		v.on(onCommand, func(e *session.Entry) {
			if v.polls == 0 || !v.hangsUp(e) {
				return
			}
			at, before := rowAt{e.Number, e.Time}, v.polls
			v.after(v.duration("tunnel.close"), func() {
				if v.closing[client].yes() || !r.first() {
					return
				}
				r.inShort("no /close after NetConnection ended").report(session.ClientSide, rows(at.row),
					"NetConnection ended %s ago and the client has not asked for /close; it has polled %s times since", v.since(at), count(v.polls-before))
			})
		})
	},
})

// lookForSilence reports a client that has asked for nothing for too long. It
// looks again as long as the client has asked for something meanwhile.
func lookForSilence(v *view, r *reporter) {
	wait := v.duration("tunnel.close")
	var look func()
	look = func() {
		last := max(v.polled, v.seen[client].last.at, v.seen[server].last.at)
		quiet := time.Duration(v.clock - last)
		switch {
		case v.closing[client].yes() || !r.first():
		case quiet < wait:
			v.after(wait-quiet, look)
		default:
			r.inShort("no /close, and no request for %s", quiet).report(session.ClientSide, rows(v.openedRow, v.seen[client].last.row, v.seen[server].last.row),
				"the client has asked for nothing for %s, and never for /close", quiet)
		}
	}
	v.after(wait, look)
}

// hangsUp reports whether a command ends the NetConnection.
func (v *view) hangsUp(e *session.Entry) bool {
	if e.From == client {
		return e.Message.Command == "close"
	}
	return codeKinds[e.Message.Code] == codeHangUp
}
