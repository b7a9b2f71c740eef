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
	t               *testing.T
	room            int // bytes that each of the wires holds
	proxy           *Server
	tap             *spy
	accepts, beyond *port // of the Server, and of its upstream
	client, server  *end
	served          chan error
}

// inVirtualTime runs f with a connection through a Server.
func inVirtualTime(t *testing.T, room int, f func(t *testing.T, v *virtual)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, room)
		v.serve(Listener{})
		v.connect()
		f(t, v)
	})
}

// newVirtual returns a Server that does not serve yet.
func newVirtual(t *testing.T, room int) *virtual {
	v := &virtual{t: t, room: room, tap: newSpy(), accepts: newPort(1935), beyond: newPort(1936), served: make(chan error, 1)}
	v.proxy = &Server{Tap: v.tap, ListenFunc: v.accepts.listen, HalfCloseTimeout: time.Second, DrainTimeout: -1,
		Upstream: v.upstream("192.0.2.1:1936")}
	return v
}

// upstream is one whose dialer reaches the far end, whatever its address is.
func (v *virtual) upstream(address string) *TCPUpstream {
	return &TCPUpstream{Address: address, Dialer: dialFunc(func(context.Context) (net.Conn, error) {
		return v.beyond.dial(v.room, 40001), nil
	})}
}

func (v *virtual) serve(to Listener) {
	v.t.Helper()
	to.Address = v.accepts.addr.String()
	must(v.t, v.proxy.Listen(v.t.Context(), to))
	go func() { v.served <- v.proxy.Serve(context.Background()) }()
	v.t.Cleanup(v.stop)
}

// connect opens the client's end and waits for the server's.
func (v *virtual) connect() {
	v.client = v.accepts.dial(v.room, 40000)
	v.reached()
}

func (v *virtual) reached() {
	v.t.Helper()
	far, err := v.beyond.Accept()
	must(v.t, err)
	v.server = far.(*end)
}

// stop closes both ends and waits for the Server to end.
func (v *virtual) stop() {
	v.t.Helper()
	if v.served == nil {
		return
	}
	for _, e := range []*end{v.client, v.server} {
		if e != nil {
			_ = e.Close()
		}
	}
	must(v.t, v.proxy.Shutdown(context.Background()))
	must(v.t, <-v.served)
	v.served = nil
}

// ends returns how the two directions ended.
func (v *virtual) ends() (client, server End) {
	v.tap.mu.Lock()
	defer v.tap.mu.Unlock()
	return v.tap.ends[flowKey{1, FromClient}], v.tap.ends[flowKey{1, FromServer}]
}

// info returns what the tap was told of the connection.
func (v *virtual) info() ConnInfo {
	v.tap.mu.Lock()
	defer v.tap.mu.Unlock()
	return v.tap.infos[1]
}
