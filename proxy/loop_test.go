package proxy

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
)

// TestTwoRelaysInALoop: two relays that point at each other make connections until a
// limit stops them, and the log says what that looks like, before a limit is near too.
func TestTwoRelaysInALoop(t *testing.T) {
	var a, b *rig // set before anybody connects
	to := func(other **rig) *TCPUpstream {
		return &TCPUpstream{Address: "192.0.2.1:1935", Dialer: dialFunc(func(ctx context.Context) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", (*other).proxy.Addrs()[0].String())
		})}
	}
	a = start(t, func(s *Server) { s.Upstream, s.MaxConnections = to(&b), 100 })
	b = start(t, func(s *Server) { s.Upstream, s.MaxConnections = to(&a), 130 })
	c, err := net.Dial("tcp", a.proxy.Addrs()[0].String())
	if err == nil {
		defer c.Close()
	}
	says := func(words string) bool {
		return slices.ContainsFunc(a.logs.AllEntries(), func(e *logrus.Entry) bool {
			return strings.Contains(e.Message, words) && strings.Contains(e.Message, "they go round in a loop")
		})
	}
	eventually(t, func() bool { return says("each came as soon as the one before") })
	eventually(t, func() bool { return says("limit of 100 reached") })
}

// TestALimitIsNoLoop: many clients of other addresses, or few, are not called one.
func TestALimitIsNoLoop(t *testing.T) {
	r := start(t, func(s *Server) { s.MaxConnections = 5 })
	for range 5 {
		r.pair()
	}
	if r.proxy.suspectLoop(16); len(r.logs.AllEntries()) > 1 { // where it listens is said
		t.Errorf("five clients are told of: %v", r.logs.LastEntry().Message)
	}
	if words := r.proxy.goesRound(); words != "" {
		t.Errorf("five clients are called a loop: %s", words)
	}
}
