package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "flow-slow-receiver", Severity: session.Warning,
	Title:      "One side takes less than the stream needs",
	Why:        "The relay has bytes waiting for one side all the time, and that side takes them slower than the media plays: its program is too slow, or the network path is too narrow. First the buffers fill up, then TCP makes the other side wait, so that side is not to blame when its media arrives late. A receiver that reads a file at playing speed is not meant, although its sender waits too.",
	Fix:        "Look at the side that is named: its machine, its disk, the network between it and the relay. A bit rate below what it takes helps at once.",
	Source:     "derived from what the relay cannot write, and from TCP_INFO (tcp(7)). Recordings of rtmpscope tell it, captures of others do not",
	Thresholds: []string{"receiver.slow", "rate.ratio", "stall.error"},
	Bad:        script.Example{script.Publishing, throttled(client, 6, 15_000), script.Goodbye},
	Good:       script.Example{script.Publishing, throttled(client, 6, 32_500), script.Goodbye},
	watch: func(v *view, r *reporter) {
		w := slowness{v: v, r: r, patience: v.duration("receiver.slow"), severe: v.duration("stall.error")}
		v.on(onPaced, func(*session.Entry) { w.paced(&v.pace) })
		v.on(onClose, w.closed)
		v.on(onCut, w.closed)
	},
})

// slowness tells of receivers that take less than the media needs.
type slowness struct {
	v                *view
	r                *reporter
	patience, severe time.Duration
	told             [2]session.Severity // by the direction of the bytes, 0 when nothing is
}

// paced takes in what the relay tells.
func (w *slowness) paced(o *pacing) {
	p := &o.last
	d, told := p.From, w.told[p.From]
	if p.Over {
		if told > 0 {
			w.past(o, "then it kept up again", 0)
		}
		return
	}
	severity := lasting(p.Behind, w.severe)
	if p.Behind < w.patience || !o.slow || severity == told || !w.v.isOpen() {
		return
	}
	w.told[d] = severity
	to := d.Peer()
	words := "the " + to.String() + " takes only " + o.rates() + ": it has lagged for " + text.Figures(p.Behind) + ", and " + text.Size(p.Waiting) + " wait for it" +
		w.waits(o) + o.sum.why()
	proof := rows(w.v.seen[d].last.row)
	w.r.inShort("%s takes %s", to, o.rates())
	if told > 0 {
		w.r.overAs(severity, session.SideOf(to), proof, "%s", text.Marked(words))
		return
	}
	w.r.as(severity, session.SideOf(to), proof, "%s", text.Marked(words))
}

// waits says whether the sender is held up by now.
func (w *slowness) waits(o *pacing) string {
	if p := &o.last; p.Blocked > p.Span/4 {
		return "; the " + p.From.String() + " is made to wait"
	}
	return "; the buffers before it fill"
}

// past tells of a receiver that lagged until then.
func (w *slowness) past(o *pacing, then string, row uint32) {
	d := o.last.From
	to, lasted := d.Peer(), max(o.last.Behind, time.Duration(w.v.clock-o.since))
	w.told[d] = 0
	held := ""
	if o.sum.blocked > o.sum.time/4 {
		held = "; the " + d.String() + " was made to wait"
	}
	words := "the " + to.String() + " took only " + o.rates() + " for " + text.Figures(lasted) + ", while up to " + text.Size(o.most) + " waited for it" + held +
		o.sum.why() + "; " + then
	w.r.inShort("%s took %s for %s", to, o.rates(), lasted).overAs(lasting(lasted, w.severe), session.SideOf(to), rows(w.v.seen[d].last.row, row), "%s", text.Marked(words))
}

// closed takes in that a side has closed, or the relay has.
func (w *slowness) closed(e *session.Entry) {
	for d := client; d <= server; d++ {
		if o := &w.v.paces[d]; w.told[d] > 0 && o.lags() {
			w.past(o, "then "+w.v.ender(), e.Number)
		}
	}
}

// throttled is ten frames and 65 kB every two seconds, of which the other side takes
// so many bytes a second, n times.
func throttled(from decode.Direction, n int, taken int64) script.Act {
	const span = 2 * time.Second
	return script.Repeat(n, func(i int) script.Act {
		behind := time.Duration(i+1) * span
		return script.Do(
			script.Repeat(10, func(k int) script.Act {
				return script.Do(script.After(200*time.Millisecond), script.Video(from, uint32((i*10+k)*200), append([]byte{0x22}, make([]byte, 6499)...)))
			}),
			script.Paced(from, session.Pace{Behind: behind, Span: span, Came: 65_000, Taken: taken * 2, Waiting: 40_000 + (32_500-taken)*2*int64(i+1)}))
	})
}
