package session

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
)

// TestReached: while its server is dialled a session says so and names it; then it is
// connected to an address, or was not reached.
func TestReached(t *testing.T) {
	at := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	asked := Facts{{"upstream", "live.test:1935"}}
	begin := func(id uint32, tl *Timeline, facts Facts) {
		tl.Open(Connection{ID: id, At: at, Client: "192.0.2.1:5000", Waits: true, Relayed: true, Facts: facts})
	}
	tl := New(Options{})
	begin(1, tl, asked)
	begin(2, tl, asked)
	begin(3, tl, nil)
	tl.Tick(at.Add(4 * time.Second))
	for n, server := range []string{"live.test:1935", "live.test:1935", "its server"} {
		if i := tl.Snapshot().Session(uint32(n + 1)); !i.Dialling || !i.Open || i.Server != server || i.LastAt.Sub(i.OpenedAt) != 4*time.Second {
			t.Errorf("while it is dialled session %d is %+v", n+1, i)
		}
	}
	tl.Reached(1, at.Add(5*time.Second), "192.0.2.2:1935", Facts{{"upstream", "live.test:1935"}, {"server.tls.version", "TLS 1.3"}})
	tl.Reached(1, at.Add(6*time.Second), "192.0.2.3:1935", nil)
	if i := tl.Snapshot().Session(1); i.Dialling || i.Server != "192.0.2.2:1935" || len(i.Facts) != 2 || i.Rows != 3 {
		t.Errorf("once it was reached it is %+v", i)
	}
	tl.Close(2, decode.FromServer, at.Add(10*time.Second), End{How: Reset, Cause: DialTimeout, Target: "live.test:1935"})
	if i := tl.Snapshot().Session(2); i.Dialling || i.Open || i.Server != notReached || i.Cause != "no answer in time" {
		t.Errorf("once it was given up it is %+v", i)
	}
}
