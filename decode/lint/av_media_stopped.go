package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-media-stopped", Severity: session.Warning,
	Title:      "Media has stopped",
	Why:        "Audio and video flowed, and then nothing came for seconds while the connection stayed open: a program hangs or was stopped, its source ran dry, or the network between broke without a word. When the relay could not write to the other side, flow-backpressure says so instead.",
	Fix:        "Look at the program that should send: is it running, and does its source deliver?",
	Source:     "observed: nginx-rtmp and ffmpeg stopped with SIGSTOP",
	Thresholds: []string{"media.silent"},
	Absence:    true,
	Bad:        script.Example{script.Flowing, script.Silence(6 * time.Second), script.Frames(client, 3000, 50), script.Goodbye},
	Good:       script.Example{script.Flowing, script.Silence(4 * time.Second), script.Frames(client, 3000, 50), script.Goodbye},
	watch: func(v *view, r *reporter) {
		wait := v.duration("media.silent")
		var armed bool
		var stopped rowAt // the last message, while it is reported that there are no more
		var look func(in time.Duration)
		look = func(in time.Duration) {
			armed = true
			v.after(in, func() {
				armed = false
				last, d, expected := v.silence()
				quiet := v.since(last)
				switch {
				case !expected || !v.isOpen() || stopped.yes():
				case v.holds[d].yes():
					look(wait)
				case quiet < wait:
					look(wait - quiet)
				default:
					stopped = last
					r.inShort("no media for %s", quiet).report(session.SideOf(d), rows(last.row), "no media from the %s for %s", d, quiet)
				}
			})
		}
		v.on(onSecond, func(e *session.Entry) {
			if v.main == nil || e.From != v.main.direction() {
				return
			}
			if last := stopped; last.yes() {
				stopped = rowAt{}
				r.inShort("had no media for %s", v.since(last)).over(session.SideOf(e.From), rows(last.row, e.Number), "no media came from the %s for %s; then it went on", e.From, v.since(last))
			}
			if !armed {
				look(wait)
			}
		})
		v.on(onClose, func(e *session.Entry) {
			if last := stopped; last.yes() {
				stopped = rowAt{}
				d := v.main.direction()
				r.inShort("had no media for %s", v.since(last)).over(session.SideOf(d), rows(last.row, e.Number), "no media came from the %s for %s, until the %s closed", d, v.since(last), e.From)
			}
		})
	},
})
