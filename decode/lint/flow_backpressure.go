package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "flow-backpressure", Severity: session.Warning,
	Title:      "One side does not read",
	Why:        "The relay has had bytes waiting for one side for more than a second, and that side reads none: its program hangs or is too slow, or the network path is broken. TCP makes the other side wait, so that side is not to blame for its silence. Socket buffers absorb a pause first, many seconds of it at a low bitrate.",
	Fix:        "Look at the side that is named: does the program run, is its machine busy, is the network between it and the relay up?",
	Thresholds: []string{"stall.error", "receiver.pause"},
	Source:     "ossrs/srs#1125; observed: nginx-rtmp stopped with SIGSTOP. Recordings of rtmpscope tell it, captures of others do not",
	Bad:        script.Example{script.Flowing, script.Held(client, time.Second, 2_345_678), script.Held(client, 2*time.Second, 2_400_000), script.Silence(5 * time.Second), script.Held(client, 7*time.Second, 0), script.Frames(client, 3000, 50), script.Goodbye},
	Good:       script.Example{script.Flowing, script.Silence(4 * time.Second), script.Frames(client, 3000, 50), script.Goodbye},
	watch: func(v *view, r *reporter) {
		var told [2]hold
		severe := v.duration("stall.error")
		v.on(onHeld, func(*session.Entry) {
			h := v.hold
			receiver, was := h.from.Peer(), &told[h.from]
			if v.paces[h.from].lags() && h.lasted < v.duration("receiver.pause") && !was.yes() {
				return // it reads now and then: flow-slow-receiver tells of it
			}
			last := v.seen[h.from].last.row
			switch {
			case h.waiting == 0 && was.yes():
				*was = hold{}
				r.inShort("%s had not read for %s", receiver, h.lasted).overAs(lasting(h.lasted, severe), session.SideOf(receiver), rows(last), "the %s took nothing for %s, while up to %s bytes waited for it; then it went on reading", receiver, h.lasted, count(h.most))
			case h.waiting > 0 && !was.yes():
				r.inShort("%s stopped reading", receiver).report(session.SideOf(receiver), rows(last), "the %s has stopped reading: it has taken nothing for %s, and %s bytes wait for it", receiver, h.lasted, count(h.waiting))
				*was = h
			case h.waiting > 0 && h.lasted >= severe && was.lasted < severe:
				r.inShort("%s stopped reading", receiver).overAs(session.Error, session.SideOf(receiver), rows(last), "the %s has stopped reading: it has taken nothing for %s, and %s bytes wait for it", receiver, h.lasted, count(h.waiting))
				*was = h
			case h.waiting > 0:
				*was = h
			}
		})
		closed := func(e *session.Entry) {
			for d := range told {
				if was := told[d]; was.yes() {
					told[d] = hold{}
					to, lasted := was.from.Peer(), time.Duration(v.clock-was.since)
					r.inShort("%s had not read for %s", to, lasted).overAs(lasting(lasted, severe), session.SideOf(to), rows(v.seen[d].last.row, e.Number), "the %s had taken nothing for %s when %s; %s bytes were waiting for it", to, lasted, v.ender(), count(was.waiting))
				}
			}
		}
		v.on(onClose, closed)
		v.on(onCut, closed)
	},
})

// lasting is how grave it is that nothing has gone on for so long.
func lasting(d, severe time.Duration) session.Severity {
	if d >= severe {
		return session.Error
	}
	return session.Warning
}
