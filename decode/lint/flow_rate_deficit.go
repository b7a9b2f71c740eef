package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "flow-rate-deficit", Severity: session.Warning,
	Title:      "Media arrives slower than real time",
	Why:        "The timestamps advance slower than the clock on the wall: the encoder or the network cannot keep up, and every player's buffer runs empty. A stall of the network after which the media catches up is none.",
	Fix:        "Lower the bit rate or the encoder's preset; compare both legs to find the slow one.",
	Source:     "derived from the timestamps",
	Thresholds: []string{"rate.window", "rate.ratio", "media.silent"},
	Bad:        script.Example{script.Publishing, script.Headers(client), slow(200, 80)},
	Good:       script.Example{script.Publishing, script.Headers(client), slow(300, 41)},
	watch: func(v *view, r *reporter) {
		window, least, silence := v.duration("rate.window"), v.limit("rate.ratio"), v.duration("media.silent")
		v.on(onSecond, func(e *session.Entry) {
			s := v.stream
			t := s.clock()
			if t == nil || t != v.track || t.frames == 0 || !s.wanted() {
				return
			}
			if s.flow.resumed > s.moved.from && s.flow.paused > silence {
				s.moved = movement{} // another rule has told of that
			}
			if v.keptWaiting(e.From) > s.moved.from {
				s.moved = movement{} // the sender could not send: so has another of that
			}
			from := s.moved.from
			ratio, full := s.moved.advance(e.Time, t, window, least)
			if full && ratio < least && ratio > 0 && e.Time > s.muted && r.firstOf(s) {
				r.of(s).report(session.SideOf(e.From), rows(t.last.row, e.Number), "in the last %s the media advanced only %.1f %% of that time", time.Duration(e.Time-from), ratio*100)
			}
		})
	},
})

// slow sends n frames of 40 ms, one every ms milliseconds.
func slow(n, ms int) script.Act {
	return script.Repeat(n, func(i int) script.Act {
		return script.Do(script.After(time.Duration(ms)*time.Millisecond), script.Video(client, uint32(i)*40, script.KeyFrame))
	})
}
