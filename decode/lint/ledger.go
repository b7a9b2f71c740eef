package lint

import (
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// The ways in which implementations count what they acknowledge. The
// specification wants the number of bytes received so far (RTMP 1.0 §5.4.3) and
// says nothing of its end.
type ackStyle uint8

const (
	ackUnknown    ackStyle = iota
	ackCumulative          // bytes since the connection began
	ackIncrement           // bytes since the last acknowledgement (YouTube)
)

// String names the style.
func (s ackStyle) String() string {
	return [...]string{"unknown", "cumulative", "increments"}[s]
}

// resetMark is where nginx-rtmp, SRS, lal and Node-Media-Server begin to count
// anew instead of at 2^32.
const resetMark = 0xF0000000

// ackSlack is how far an acknowledgement may be ahead of the bytes that were
// seen: some count the handshake, some do not.
const ackSlack = 3 * 3073

// ledger is the account of one direction: bytes sent, bytes acknowledged by the
// peer, and what was agreed.
type ledger struct {
	sent      int64  // offset after the last whole message
	window    uint32 // announced by the sender: acknowledge this often
	windowRow uint32
	bandwidth uint32 // announced by the peer: send no more than this unacknowledged
	style     ackStyle
	acks      int
	value     uint32 // of the last acknowledgement
	total     int64  // bytes acknowledged, whatever the style
	lastAck   rowAt
	sentThen  int64 // sent, when the last acknowledgement came
	steady    int   // acknowledgements in a row with nearly the same value
	wrapped   bool  // the last acknowledgement began to count anew
	before    uint32
}

// acknowledge takes in an acknowledgement. The style is recognised before
// anything is judged by it.
func (l *ledger) acknowledge(v uint32, e *session.Entry) {
	l.wrapped, l.before = false, l.value
	switch {
	case l.acks == 0 || l.style == ackIncrement:
		l.total += int64(v)
	case v >= l.value:
		l.total += int64(v - l.value)
	case l.value >= resetMark-resetMark/16: // the count began anew, at 2^32 or before
		l.wrapped = true
		l.total = max(l.total, l.sent-ackSlack)
	}
	l.recognise(v)
	l.acks++
	l.value, l.sentThen = v, l.sent
	l.lastAck = rowAt{e.Number, e.Time}
}

// recognise tells increments from cumulative counts: values that stay nearly
// the same while many times as many bytes have been sent.
func (l *ledger) recognise(v uint32) {
	if l.acks > 0 && near(v, l.value) && l.sent > 2*int64(v)+ackSlack {
		l.steady++
	} else {
		l.steady = 0
	}
	switch {
	case l.style == ackUnknown && l.steady >= 2:
		l.style = ackIncrement
		l.total = int64(v) * int64(l.acks+1)
	case l.style == ackUnknown && l.acks >= 1 && v > l.value && !near(v, l.value):
		l.style = ackCumulative
	}
}

// near reports whether two values differ by less than a tenth.
func near(a, b uint32) bool {
	low, high := min(a, b), max(a, b)
	return high-low < high/10+1
}

// outstanding is how many bytes wait for an acknowledgement.
func (l *ledger) outstanding() int64 { return max(l.sent-l.total, 0) }

// limit is how many bytes the sender may leave unacknowledged, or 0 when
// nobody said.
func (l *ledger) limit() int64 {
	switch {
	case l.bandwidth == 0:
		return int64(l.window)
	case l.window == 0:
		return int64(l.bandwidth)
	}
	return int64(min(l.window, l.bandwidth))
}

// count writes a number with separators: 2,500,000.
func count[T ~int | ~int64 | ~uint32 | ~uint64](v T) string {
	s := strconv.FormatInt(int64(v), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// messages writes a number of messages.
func messages[T ~int | ~int64 | ~uint32](n T) string {
	if n == 1 {
		return "1 message"
	}
	return count(n) + " messages"
}
