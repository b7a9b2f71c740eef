package diff

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestHabitsOfCounting: transaction IDs as they come, and what is said of them.
func TestHabitsOfCounting(t *testing.T) {
	for _, c := range []struct {
		ids  []float64
		want string
		row  uint32 // of the first that is not one more
	}{
		{nil, "", 0}, {[]float64{1, 2}, "", 0}, {[]float64{1, 2, 3}, "counts transaction IDs up by one", 0}, {[]float64{5, 6, 7}, "counts transaction IDs up by one", 0},
		{[]float64{1, 2, 4, 6}, "leaves transaction IDs out", 3}, {[]float64{1, 1, 2}, "repeats transaction IDs or counts back", 2}, {[]float64{3, 2, 3}, "repeats transaction IDs or counts back", 2}, {[]float64{1, 0, 2, 3}, "counts transaction IDs up by one", 0},
	} {
		var x transactions
		for i, id := range c.ids {
			x.note(&message.Parsed{Transaction: id, HasTransaction: true}, &session.Entry{Number: uint32(i + 1), Row: session.Row{Flags: session.Request}})
		}
		if got := x.words(); got != c.want || x.row != c.row {
			t.Errorf("%v: %q at row %d, want %q at %d", c.ids, got, x.row, c.want, c.row)
		}
	}
	var none transactions
	none.note(&message.Parsed{Transaction: 1}, &session.Entry{Row: session.Row{Flags: session.Request}})
	none.note(&message.Parsed{Transaction: 1, HasTransaction: true}, &session.Entry{})
	if none.n != 0 {
		t.Error("what asks for nothing is counted")
	}
	for want, m := range map[string]message.Parsed{"none": {Transaction: 1}, "1": {Command: "connect", Transaction: 1, HasTransaction: true}, "0": {HasTransaction: true}, "given": {Transaction: 7, HasTransaction: true}} {
		if got := transactionWords(&m); got != want {
			t.Errorf("%+v: %q", m, got)
		}
	}
}

// TestAcknowledgementsAndPings: how many, and where the first was.
func TestAcknowledgementsAndPings(t *testing.T) {
	var a acks
	for i, event := range []uint16{6, 7, 6, 7, 7} {
		a.ping(&session.Entry{Number: uint32(i + 3), Elapsed: time.Duration(i+1) * time.Second, Message: message.Parsed{Event: event}})
	}
	for i, v := range []uint32{500, 900} {
		a.note(&session.Entry{Number: uint32(i + 20), Message: message.Parsed{Value: v}})
	}
	if a != (acks{n: 2, pings: 2, pongs: 3, row: 20, pingRow: 3, first: 500, pingAfter: time.Second}) {
		t.Errorf("%+v", a)
	}
}

// TestRatesNeedEnough of a track: 25 frames and a second, for bits three.
func TestRatesNeedEnough(t *testing.T) {
	of := func(n int64, ms uint32) *track { return &track{n: n, last: 1000 + ms, first: 1000, bytes: 3000} }
	for _, c := range []struct {
		x           *track
		rate, kbits float64
	}{
		{of(24, 5000), 0, 0}, {of(25, 999), 0, 0}, {of(25, 1000), 24, 0}, {of(31, 2999), 30 / 2.999, 0}, {of(31, 3000), 10, 8}, {of(61, 6000), 10, 4}, {of(2, 100), 0, 0},
	} {
		if c.x.rate() != c.rate || c.x.kbits() != c.kbits {
			t.Errorf("%d frames in %v s: %v a second, %v kbit/s", c.x.n, c.x.seconds(), c.x.rate(), c.x.kbits())
		}
	}
	var x track
	for i, extended := range []bool{false, true, false, true} {
		x.wide(&session.Entry{Number: uint32(i + 5), Extended: extended})
	}
	if x.extended != 2 || x.extendedRow != 6 {
		t.Errorf("%d extended timestamps, the first in row %d", x.extended, x.extendedRow)
	}
	for kind, want := range map[session.Kind]Importance{session.Lost: Decisive, session.Dialect: Minor, session.Gap: Notable, session.Anomaly: Notable} {
		if got := (&mark{kind: kind}).weight(); got != want {
			t.Errorf("%s weighs %v", kind, got)
		}
	}
	if keyWords(true) != "a keyframe" || keyWords(false) != "no keyframe" || withOrWithout(true) == withOrWithout(false) {
		t.Error("words for what a track starts with")
	}
}
