package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds waits that a correct relay ends much earlier.
const patience = 20 * time.Second

// rig is a running Server between test clients and a listener in the server's role.
type rig struct {
	t        testing.TB
	proxy    *Server
	upstream *net.TCPListener
	logs     *logtest.Hook
	served   chan error
}

// start runs a Server that configure may change, and ends it with the test.
func start(t testing.TB, configure func(*Server)) *rig {
	t.Helper()
	r := &rig{t: t, upstream: listenLoopback(t), served: make(chan error, 1)}
	logger, hook := logtest.NewNullLogger()
	logger.SetLevel(logrus.DebugLevel)
	r.logs = hook
	r.proxy = &Server{
		Upstream:     &TCPUpstream{Address: r.upstream.Addr().String()},
		DrainTimeout: -1,
		Logger:       logger,
	}
	if configure != nil {
		configure(r.proxy)
	}
	must(t, r.proxy.Listen(context.Background(), Listener{Address: "127.0.0.1:0"}))
	go func() { r.served <- r.proxy.Serve(context.Background()) }()
	t.Cleanup(func() { r.stop() })
	return r
}

func (r *rig) stop() {
	must(r.t, r.proxy.Shutdown(context.Background()))
	if r.served != nil {
		must(r.t, <-r.served)
		r.served = nil
	}
}

// pair opens a connection through the proxy and returns its two far ends.
func (r *rig) pair() (client, server *net.TCPConn) {
	r.t.Helper()
	client = r.dial()
	must(r.t, r.upstream.SetDeadline(time.Now().Add(patience)))
	for {
		server, err := r.upstream.AcceptTCP()
		must(r.t, err)
		r.t.Cleanup(func() { server.Close() })
		if local := r.leg(client); local == addrPort(server.RemoteAddr()) {
			must(r.t, server.SetDeadline(time.Now().Add(patience)))
			return client, server
		}
		// Another program on this machine dialled a port that it thinks is free.
		must(r.t, server.Close())
	}
}

// leg waits until the connection of a client has reached its upstream, and returns
// the address from which it did.
func (r *rig) leg(client net.Conn) (local netip.AddrPort) {
	r.t.Helper()
	eventually(r.t, func() bool {
		for _, c := range r.proxy.Connections() {
			if c.Info.Client == addrPort(client.LocalAddr()) {
				local = c.Info.Local
			}
		}
		return local.IsValid()
	})
	return local
}

func (r *rig) dial() *net.TCPConn {
	r.t.Helper()
	c, err := net.Dial("tcp", r.proxy.Addrs()[0].String())
	must(r.t, err)
	r.t.Cleanup(func() { c.Close() })
	must(r.t, c.SetDeadline(time.Now().Add(patience)))
	return c.(*net.TCPConn)
}

// relayed waits until the only connection is open and has relayed n bytes of a direction.
func (r *rig) relayed(dir Direction, n int64) {
	r.t.Helper()
	eventually(r.t, func() bool {
		conns := r.proxy.Connections()
		if len(conns) != 1 {
			return false
		}
		flow := [...]FlowStatus{conns[0].FromClient, conns[0].FromServer}[dir]
		return !conns[0].Info.Connected.IsZero() && flow.Bytes == n && flow.Pending == 0
	})
}

// wantRefused connects and wants a reset: while connecting, or soon after.
func (r *rig) wantRefused() {
	r.t.Helper()
	c, err := net.Dial("tcp", r.proxy.Addrs()[0].String())
	if err == nil {
		defer c.Close()
		must(r.t, c.SetDeadline(time.Now().Add(patience)))
		_, err = c.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		r.t.Errorf("the connection ended with %v, want a reset", err)
	}
}

func listenLoopback(t testing.TB) *net.TCPListener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l.(*net.TCPListener)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually polls a condition that nothing announces.
func eventually(t testing.TB, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the condition did not come true")
		}
	}
}

func readAll(t testing.TB, r io.Reader) []byte {
	t.Helper()
	p, err := io.ReadAll(r)
	must(t, err)
	return p
}

// spy is a Tap that remembers everything.
type spy struct {
	mu     sync.Mutex
	infos  map[ConnID]ConnInfo
	bytes  map[flowKey][]byte
	ends   map[flowKey]End
	edits  map[flowKey][]Edited
	closed int
}

func newSpy() *spy {
	return &spy{infos: map[ConnID]ConnInfo{}, bytes: map[flowKey][]byte{}, ends: map[flowKey]End{}, edits: map[flowKey][]Edited{}}
}

func (s *spy) Opened(id ConnID, info ConnInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.infos[id] = info
}

func (s *spy) Data(id ConnID, dir Direction, _ time.Time, b *Buffer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes[flowKey{id, dir}] = append(s.bytes[flowKey{id, dir}], b.Bytes()...)
	b.Release()
}

func (s *spy) Closed(id ConnID, dir Direction, _ time.Time, end End) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends[flowKey{id, dir}] = end
	s.closed++
}

func (s *spy) Edited(id ConnID, dir Direction, _ time.Time, e Edited) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edits[flowKey{id, dir}] = append(s.edits[flowKey{id, dir}], e)
}

// ended waits until connection 1 has ended in both directions and returns how.
func (s *spy) ended(t testing.TB) (client, server End) {
	t.Helper()
	eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.ends) == 2
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed != 2 {
		t.Errorf("Closed was called %d times, want once for each direction", s.closed)
	}
	return s.ends[flowKey{1, FromClient}], s.ends[flowKey{1, FromServer}]
}
