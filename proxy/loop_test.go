package proxy

import (
	"context"
	"net"
	"strings"
	"testing"
)

// TestTwoRelaysInALoop: two relays that point at each other make connections until a
// limit stops them, and the log says what that looks like.
func TestTwoRelaysInALoop(t *testing.T) {
	var a, b *rig // set before anybody connects
	to := func(other **rig) *TCPUpstream {
		return &TCPUpstream{Address: "192.0.2.1:1935", Dialer: dialFunc(func(ctx context.Context) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", (*other).proxy.Addrs()[0].String())
		})}
	}
	a = start(t, func(s *Server) { s.Upstream, s.MaxConnections = to(&b), 20 })
	b = start(t, func(s *Server) { s.Upstream, s.MaxConnections = to(&a), 30 })
	c, err := net.Dial("tcp", a.proxy.Addrs()[0].String())
	if err == nil {
		defer c.Close()
	}
	eventually(t, func() bool {
		for _, e := range a.logs.AllEntries() {
			if strings.Contains(e.Message, "they go round in a loop") {
				return true
			}
		}
		return false
	})
}

// TestALimitIsNoLoop: many clients of other addresses, or few, are not called one.
func TestALimitIsNoLoop(t *testing.T) {
	r := start(t, func(s *Server) { s.MaxConnections = 5 })
	for range 5 {
		r.pair()
	}
	if words := r.proxy.goesRound(); words != "" {
		t.Errorf("five clients are called a loop: %s", words)
	}
}
