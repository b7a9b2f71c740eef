package cli

import (
	"net/netip"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy"
)

// TestWaitingIsExplained: for whom, how long, and how not to.
func TestWaitingIsExplained(t *testing.T) {
	var open []proxy.ConnStatus
	add := func(addr string) {
		open = append(open, proxy.ConnStatus{Info: proxy.ConnInfo{Client: netip.MustParseAddrPort(addr)}})
	}
	expect := func(drain time.Duration, want string) {
		t.Helper()
		if got := waitingFor(open, drain); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	expect(time.Second, "")
	add("10.0.0.1:5000")
	expect(5*time.Second, "waiting for 1 connection (10.0.0.1:5000) to finish, for 5s; then what is open is cut; Ctrl-C cuts now")
	for _, addr := range []string{"10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1", "10.0.0.5:1"} {
		add(addr)
	}
	expect(0, "cutting 5 connections (10.0.0.1:5000, 10.0.0.2:1, 10.0.0.3:1, 2 more) at once: --drain-timeout is 0")
}
