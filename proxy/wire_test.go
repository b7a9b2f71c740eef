package proxy

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// wire is one direction of a connection in memory, with the buffer, FIN, reset and
// deadlines of a TCP socket. Under testing/synctest its time is virtual.
type wire struct {
	mu     sync.Mutex
	moved  sync.Cond
	buf    []byte
	room   int
	fin    bool  // behind buf
	reset  bool  // behind buf, without fin
	closed bool  // by the reader
	gone   error // for the writer
	readBy time.Time
	sendBy time.Time
}

func newWire(room int) *wire {
	w := &wire{room: room}
	w.moved.L = &w.mu
	return w
}

// until sets a deadline and wakes who waits, now and when it passes.
func (w *wire) until(which *time.Time, t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*which = t
	w.moved.Broadcast()
	if d := time.Until(t); !t.IsZero() && d > 0 {
		time.AfterFunc(d, func() {
			w.mu.Lock() // who looks at the clock now must not begin to wait before the broadcast
			defer w.mu.Unlock()
			w.moved.Broadcast()
		})
	}
}

func passed(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

func (w *wire) read(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		switch {
		case w.closed:
			return 0, net.ErrClosed
		case passed(w.readBy):
			return 0, os.ErrDeadlineExceeded
		case len(w.buf) > 0:
			n := copy(p, w.buf)
			w.buf = w.buf[n:]
			w.moved.Broadcast()
			return n, nil
		case w.fin: // also when a reset came after it: tcp_fin in Linux ends reading for good
			return 0, io.EOF
		case w.reset:
			return 0, syscall.ECONNRESET
		}
		w.moved.Wait()
	}
}

func (w *wire) write(p []byte) (n int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		switch {
		case w.gone != nil:
			return n, w.gone
		case w.fin:
			return n, syscall.EPIPE
		case passed(w.sendBy):
			return n, os.ErrDeadlineExceeded
		case len(p) == 0:
			return n, nil
		case len(w.buf) < w.room:
			m := min(len(p), w.room-len(w.buf))
			w.buf = append(w.buf, p[:m]...)
			n, p = n+m, p[m:]
			w.moved.Broadcast()
			continue
		}
		w.moved.Wait()
	}
}

// change changes the wire and wakes who waits.
func (w *wire) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
	w.moved.Broadcast()
}

// leave is the end of one of its users: why the writer cannot write any more, first
// come, first kept.
func (w *wire) leave(why error) {
	if w.gone == nil {
		w.gone = why
	}
}

// unread reports whether bytes wait for the reader.
func (w *wire) unread() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.buf) > 0
}

// end is one end of a connection made of two wires. Its addresses are those of a
// *net.TCPConn; nothing of it is known to the system.
type end struct {
	in, out *wire
	local   *net.TCPAddr
	remote  *net.TCPAddr
	hard    bool // SetLinger(0): Close resets
}

// link returns the two ends of a connection.
func link(room int, a, b *net.TCPAddr) (*end, *end) {
	there, back := newWire(room), newWire(room)
	return &end{in: back, out: there, local: a, remote: b}, &end{in: there, out: back, local: b, remote: a}
}

func (e *end) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *end) Write(p []byte) (int, error) { return e.out.write(p) }
func (e *end) LocalAddr() net.Addr         { return e.local }
func (e *end) RemoteAddr() net.Addr        { return e.remote }
func (e *end) SetReadDeadline(t time.Time) error {
	e.in.until(&e.in.readBy, t)
	return nil
}
func (e *end) SetWriteDeadline(t time.Time) error {
	e.out.until(&e.out.sendBy, t)
	return nil
}
func (e *end) SetDeadline(t time.Time) error {
	return firstErr(e.SetReadDeadline(t), e.SetWriteDeadline(t))
}
func (e *end) SetLinger(sec int) error {
	e.hard = sec == 0
	return nil
}

func (e *end) CloseWrite() (err error) {
	e.out.change(func() {
		if err = e.out.gone; err == nil {
			e.out.fin = true
		}
	})
	return err
}

// Close does what Linux does: with unread bytes, or when told to, it resets;
// otherwise it sends FIN, and answers what comes later with a reset.
func (e *end) Close() error {
	if e.hard || e.in.unread() {
		e.abort()
		return nil
	}
	e.out.change(func() {
		e.out.fin = e.out.fin || e.out.gone == nil
		e.out.leave(net.ErrClosed)
	})
	e.in.change(func() {
		e.in.closed = true
		e.in.leave(syscall.EPIPE)
	})
	return nil
}

// finished reports whether FIN was sent.
func (e *end) finished() (fin bool) {
	e.out.change(func() { fin = e.out.fin })
	return fin
}

// abort is RST: the peer reads what has arrived, and then the error.
func (e *end) abort() {
	e.out.change(func() {
		e.out.reset = true
		e.out.leave(net.ErrClosed)
	})
	e.in.change(func() {
		e.in.closed = true
		e.in.leave(syscall.ECONNRESET)
	})
}

func firstErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// port is a listener in memory. dial gives it the other end of a connection.
type port struct {
	addr  *net.TCPAddr
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPort(number int) *port {
	return &port{addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: number}, conns: make(chan net.Conn, 1), done: make(chan struct{})}
}

func (l *port) Addr() net.Addr { return l.addr }
func (l *port) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *port) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// dial connects to the port and returns the near end.
func (l *port) dial(room, from int) *end {
	near, far := link(room, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: from}, l.addr)
	l.conns <- far
	return near
}

func (l *port) listen(context.Context, string, string) (net.Listener, error) { return l, nil }
