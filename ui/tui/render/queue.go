package render

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// stalls is how long a receiver may take nothing before that is called a stall: it
// is looked at four times a second, and a packet that was lost comes again.
const stalls = time.Second

// queues draws what waits in the relay for both sides in model.QueueLines lines, and
// who makes whom wait.
func queues(p scrolled, m *model.Model) {
	for i, label := range []string{"to server", "to client"} {
		style, words, sentence := queueOf(m, decode.Direction(i))
		p.line(i, label, style, words)
		if sentence != "" {
			p.line(2, "", style, sentence) // that of the client when neither reads
		}
	}
}

// queueOf says of the bytes of one direction how many wait for their receiver, and
// in one sentence who makes whom wait: live as the relay has it now, of a file as
// the recording told it last.
func queueOf(m *model.Model, from decode.Direction) (style Style, words, sentence string) {
	relay, live := m.Relay()
	if live && (relay[from].Held >= stalls || relay[from].Waiting >= stalls) {
		return relayStalls(from, relay)
	}
	if m.Page.Judged != nil && !m.Page.Judged.Holds[from].At.IsZero() {
		s, _ := m.Session()
		return heldBefore(m.Page.Judged.Holds[from], s.OpenedAt, live)
	}
	if p := paceOf(m, from); p.Behind > 0 {
		return lagging(from, p)
	}
	if !live {
		return role(Faint), fmt.Sprintf("the %s took what came", from.Peer()), ""
	}
	words = fmt.Sprintf("the %s keeps up", from.Peer())
	if p := relay[from].Pace.Path; p != nil {
		words += " · " + pathWords(p)
	}
	if waited := relay[from].Waited; waited >= stalls {
		return Style{}, fmt.Sprintf("%s; writing to it has taken %s in all", words, lapse(waited)), ""
	}
	return role(Faint), words, ""
}

// relayStalls is what the relay knows of a receiver that does not keep up.
func relayStalls(from decode.Direction, relay model.Relayed) (style Style, words, sentence string) {
	r, to := &relay[from], from.Peer()
	words = fmt.Sprintf("! waiting for the %s: %s, for %s", to, bytesText(r.Bytes), lapse(max(r.Held, r.Waiting)))
	switch {
	case r.Held < stalls:
		sentence = fmt.Sprintf("the %s reads too slowly, and stalls the %s", to, from)
	case r.Waiting == 0:
		sentence = fmt.Sprintf("the %s has stopped reading; the %s can send on for now", to, from)
	default:
		sentence = fmt.Sprintf("the %s has stopped reading, and stalls the %s", to, from)
	}
	return role(Warn), words, sentence
}

// paceOf is what the relay measured last of a receiver that lags: now where it is
// live, else as it was recorded.
func paceOf(m *model.Model, from decode.Direction) (p session.Pace) {
	relay, live := m.Relay()
	switch {
	case live && relay[from].Pace.Behind > 0 && !relay[from].Pace.Over:
		return relay[from].Pace
	case m.Page.Judged != nil:
		return m.Page.Judged.Paces[from]
	}
	return p
}

// lagging says how fast a receiver takes what it is sent, and what is known of the
// way to it.
func lagging(from decode.Direction, p session.Pace) (style Style, words, sentence string) {
	to := from.Peer()
	if p.Over {
		return Style{}, fmt.Sprintf("the %s lagged for %s, and keeps up again", to, lapse(p.Behind)), ""
	}
	words = fmt.Sprintf("! the %s takes %s; %s wait, for %s", to, rateText(float64(p.Taken)*8/max(p.Span.Seconds(), 1)), bytesText(p.Waiting), lapse(p.Behind))
	if p.Path != nil {
		sentence = pathWords(p.Path)
	}
	if p.Blocked > p.Span/4 && sentence != "" {
		sentence = fmt.Sprintf("the %s waits · %s", from, sentence)
	}
	return role(Warn), words, sentence
}

// pathWords is what TCP knows of the way to a receiver.
func pathWords(p *session.Path) string {
	words := "RTT " + lapse(p.RTT)
	if p.Retransmitted > 0 {
		words += " · " + fmt.Sprint(p.Retransmitted) + " sent again"
	}
	if p.WindowFull > 0 {
		words += " · window full " + lapse(p.WindowFull)
	}
	return words
}

// heldBefore is what a recording tells of a receiver that did not read.
func heldBefore(h session.Hold, opened time.Time, live bool) (style Style, words, sentence string) {
	from, to, at := h.From, h.From.Peer(), clock(h.At.Sub(opened))
	switch {
	case h.Waiting == 0:
		return Style{}, fmt.Sprintf("up to %s waited for the %s, for %s, until %s s", bytesText(h.Most), to, lapse(h.For), at),
			fmt.Sprintf("the %s did not read, so that the %s had to wait", to, from)
	case live: // it has just begun to read, which is told in a moment
		return Style{}, fmt.Sprintf("%s waited for the %s, for %s, at %s s", bytesText(h.Waiting), to, lapse(h.For), at), ""
	}
	return role(Warn), fmt.Sprintf("! waiting for the %s: %s, for %s, at %s s", to, bytesText(h.Waiting), lapse(h.For), at),
		fmt.Sprintf("the %s had stopped reading, and made the %s wait", to, from)
}

// stalled says for the title of the pane who stalls whom just now.
func stalled(m *model.Model) string {
	relay, live := m.Relay()
	for _, from := range []decode.Direction{decode.FromClient, decode.FromServer} {
		if live && relay[from].Held >= stalls && relay[from].Waiting > 0 {
			return fmt.Sprintf("! the %s stalls the %s", from.Peer(), from)
		}
	}
	return ""
}
