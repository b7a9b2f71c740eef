package proxy

import (
	"strings"
	"testing"
	"time"
)

// TestRepeats: a message is told when it is new, and once in a while with its count.
func TestRepeats(t *testing.T) {
	var r repeats
	at := func(s int) time.Time { return time.Unix(1_800_000_000+int64(s), 0) }
	for i, step := range []struct {
		text string
		at   int
		more int
		tell bool
	}{
		{"a", 0, 0, true}, {"a", 1, 0, false}, {"a", 59, 0, false}, {"a", 60, 2, true}, {"a", 61, 0, false},
		{"b", 62, 0, true}, {"a", 63, 0, true}, {"a", 200, 0, true},
	} {
		if more, tell := r.say(step.text, at(step.at)); more != step.more || tell != step.tell {
			t.Errorf("step %d: %d, %v", i, more, tell)
		}
	}
}

// TestFailedDialsAreLoggedOnce: a player that tries again ten times a second fills no
// log; all of its tries are counted.
func TestFailedDialsAreLoggedOnce(t *testing.T) {
	gone := listenLoopback(t)
	must(t, gone.Close())
	r := start(t, func(s *Server) { s.Upstream = &TCPUpstream{Address: gone.Addr().String()} })
	for range 10 {
		r.wantRefused()
	}
	eventually(t, func() bool { return r.proxy.Totals().DialFailures == 10 })
	var said int
	for _, e := range r.logs.AllEntries() {
		if strings.Contains(e.Message, "connection refused") {
			said++
		}
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
}
