//go:build unix

package peers

import (
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

// throttled passes connections on to target, from the client at so many bytes a
// second and back at any rate. Its receive buffer is small, so that what it does
// not take waits at the sender.
func throttled(t *testing.T, target string, rate int) string {
	t.Helper()
	return passer(t, func(client *net.TCPConn) { passSlowly(client, target, rate) })
}

// throttledBack is the same for what comes back from target.
func throttledBack(t *testing.T, target string, rate int) string {
	t.Helper()
	return passer(t, func(client *net.TCPConn) { passBackSlowly(client, target, rate) })
}

// passer listens and hands connections on.
func passer(t *testing.T, pass func(*net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go pass(conn.(*net.TCPConn))
		}
	}()
	return l.Addr().String()
}

// pieces is in how many pieces a second is divided.
const pieces = 20

func passSlowly(client *net.TCPConn, target string, rate int) {
	defer client.Close()
	if client.SetReadBuffer(4096) != nil {
		return
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server) // its end shows on the other direction
		client.Close()
	}()
	slowly(server, client, rate)
}

// passBackSlowly connects with a small receive buffer, which has to be small before the
// connection is made.
func passBackSlowly(client *net.TCPConn, target string, rate int) {
	defer client.Close()
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	server, err := d.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, client)
		server.Close()
	}()
	slowly(client, server, rate)
}

// slowly copies so many bytes a second until one side ends.
func slowly(to io.Writer, from io.Reader, rate int) {
	for tick := time.NewTicker(time.Second / pieces); ; <-tick.C {
		if _, err := io.CopyN(to, from, int64(rate/pieces)); err != nil {
			return
		}
	}
}
