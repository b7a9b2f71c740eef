package proxy

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// virtual is a running Server between two ends in memory, in a bubble of
// testing/synctest: time passes only when everybody waits.
type virtual struct {
	proxy          *Server
	tap            *spy
	client, server *end
	served         chan error
}

// inVirtualTime runs f with a connection through a Server that configure may change.
// room is how many bytes each of the four wires holds.
func inVirtualTime(t *testing.T, room int, configure func(*Server), f func(t *testing.T, v *virtual)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newVirtual(t, room, configure)) })
}

func newVirtual(t *testing.T, room int, configure func(*Server)) *virtual {
	t.Helper()
	accepts, reached := newPort(1935), newPort(1936)
	v := &virtual{tap: newSpy(), served: make(chan error, 1)}
	v.proxy = &Server{Tap: v.tap, ListenFunc: accepts.listen, HalfCloseTimeout: time.Second, DrainTimeout: -1,
		Upstream: &TCPUpstream{Address: "192.0.2.1:1936", Dialer: dialFunc(func(context.Context) (net.Conn, error) {
			return reached.dial(room, 40001), nil
		})}}
	if configure != nil {
		configure(v.proxy)
	}
	must(t, v.proxy.Listen(t.Context(), []string{"127.0.0.1:1935"}))
	go func() { v.served <- v.proxy.Serve(context.Background()) }()
	v.client = accepts.dial(room, 40000)
	far, err := reached.Accept()
	must(t, err)
	v.server = far.(*end)
	t.Cleanup(func() { v.stop(t) })
	return v
}

// stop closes both ends and waits for the Server to end.
func (v *virtual) stop(t *testing.T) {
	t.Helper()
	if v.served == nil {
		return
	}
	_, _ = v.client.Close(), v.server.Close()
	must(t, v.proxy.Shutdown(context.Background()))
	must(t, <-v.served)
	v.served = nil
}

// ends returns how the two directions ended.
func (v *virtual) ends() (client, server End) {
	v.tap.mu.Lock()
	defer v.tap.mu.Unlock()
	return v.tap.ends[flowKey{1, FromClient}], v.tap.ends[flowKey{1, FromServer}]
}
