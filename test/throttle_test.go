//go:build unix

package peers

import (
	"io"
	"net"
	"testing"
	"time"
)

// throttled passes connections on to target, from the client at so many bytes a
// second and back at any rate. Its receive buffer is small, so that what it does
// not take waits at the sender.
func throttled(t *testing.T, target string, rate int) string {
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
			go passSlowly(conn.(*net.TCPConn), target, rate)
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
	for tick := time.NewTicker(time.Second / pieces); ; <-tick.C {
		if _, err := io.CopyN(server, client, int64(rate/pieces)); err != nil {
			return
		}
	}
}
