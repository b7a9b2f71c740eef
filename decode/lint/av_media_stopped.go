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
	Thresholds: []string{"media.silent", "stall.error"},
	Absence:    true,
	Bad:        script.Example{script.Flowing, script.Silence(6 * time.Second), script.Frames(client, 3000, 50), script.Goodbye},
	Good:       script.Example{script.Flowing, script.Silence(4 * time.Second), script.Frames(client, 3000, 50), script.Goodbye},
	watch: func(v *view, r *reporter) {
		watches := map[*stream]*stopwatch{}
		v.on(onSecond, func(e *session.Entry) {
			s := v.stream
			if !s.wanted() || e.From != s.direction() {
				return
			}
			w := watches[s]
			if w == nil {
				w = &stopwatch{v: v, r: r, s: s, wait: v.duration("media.silent"), severe: v.duration("stall.error")}
				watches[s] = w
			}
			w.goesOn(e)
		})
		closed := func(e *session.Entry) {
			for _, s := range v.streams {
				if w := watches[s]; w != nil {
					w.closed(e)
				}
			}
		}
		v.on(onClose, closed)
		v.on(onCut, closed)
	},
})

// stopwatch waits for the media of one stream to stop.
type stopwatch struct {
	v       *view
	r       *reporter
	s       *stream
	wait    time.Duration
	severe  time.Duration // after it the severity is error
	armed   bool
	stopped rowAt // the last message, while it is reported that there are no more
}

// look looks whether media has stopped, after a time.
func (w *stopwatch) look(in time.Duration) {
	w.armed = true
	w.v.after(in, func() {
		w.armed = false
		d := w.s.direction()
		last, expected := w.v.silence(w.s)
		quiet := w.v.since(last)
		switch {
		case !expected || !w.v.isOpen():
		case w.stopped.yes() && quiet >= w.severe:
			w.r.of(w.s).inShort("no media for %s", quiet).overAs(session.Error, session.SideOf(d), rows(last.row), "no media from the %s for %s%s", d, quiet, w.v.which(w.s))
		case w.stopped.yes():
		case w.v.holds[d].yes() || w.v.paces[d].lags():
			w.look(w.wait)
		case quiet < w.wait:
			w.look(w.wait - quiet)
		default:
			w.stopped = last
			if quiet < w.severe {
				w.look(w.severe - quiet)
			}
			w.r.of(w.s).inShort("no media for %s", quiet).report(session.SideOf(d), rows(last.row), "no media from the %s for %s%s", d, quiet, w.v.which(w.s))
		}
	})
}

// goesOn takes in that media comes.
func (w *stopwatch) goesOn(e *session.Entry) {
	if last := w.stopped; last.yes() {
		w.stopped = rowAt{}
		quiet := w.v.since(last)
		w.r.of(w.s).inShort("had no media for %s", quiet).overAs(lasting(quiet, w.severe), session.SideOf(e.From), rows(last.row, e.Number), "no media came from the %s for %s%s; then it went on", e.From, quiet, w.v.which(w.s))
	}
	if !w.armed {
		w.look(w.wait)
	}
}

// closed takes in that a side has closed.
func (w *stopwatch) closed(e *session.Entry) {
	if last := w.stopped; last.yes() {
		w.stopped = rowAt{}
		d, quiet := w.s.direction(), w.v.since(last)
		w.r.of(w.s).inShort("had no media for %s", quiet).overAs(lasting(quiet, w.severe), session.SideOf(d), rows(last.row, e.Number), "no media came from the %s for %s%s, until %s", d, quiet, w.v.which(w.s), w.v.ender())
	}
}
