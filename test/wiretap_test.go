//go:build unix

package peers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// wiretap is the tests' own pass-through. It stands on both sides of the
// program and says what went over each leg, independently of the program.
//
// It never loses a byte: when one side no longer takes data, it goes on reading
// the other to its end. Whatever is missing on a leg was lost in between.
type wiretap struct {
	t      *testing.T
	addr   string
	target string
	mu     sync.Mutex
	legs   []*leg // in the order of accept
}

// leg is one connection through a wiretap. The sums may be read after done.
type leg struct {
	fromClient, fromServer sum
	done                   chan struct{}
}

type sum struct {
	bytes int64
	hash  string
}

func (s sum) String() string { return fmt.Sprintf("%d bytes %.16s", s.bytes, s.hash) }

// tapWire listens on a port of its own and passes everything on to target.
func tapWire(t *testing.T, target string) *wiretap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	w := &wiretap{t: t, addr: l.Addr().String(), target: target}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // the listener was closed: the test is over
			}
			go w.pass(conn.(*net.TCPConn))
		}
	}()
	return w
}

func (w *wiretap) pass(client *net.TCPConn) {
	defer client.Close()
	g := &leg{done: make(chan struct{})}
	w.mu.Lock()
	w.legs = append(w.legs, g)
	w.mu.Unlock()
	defer close(g.done)
	conn, err := net.Dial("tcp", w.target)
	if err != nil {
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() { g.fromClient = forward(server, client) })
	both.Go(func() { g.fromServer = forward(client, server) })
	both.Wait()
}

// forward copies until from ends, in whatever way (a reset ends a direction just
// like a FIN), and then ends to. Errors of to are not the end: see wiretap.
func forward(to, from *net.TCPConn) sum {
	hash := sha256.New()
	var n int64
	broken := false
	for buf := make([]byte, 64<<10); ; {
		k, err := from.Read(buf)
		n += int64(k)
		hash.Write(buf[:k])
		if k > 0 && !broken {
			_, werr := to.Write(buf[:k])
			broken = werr != nil
		}
		if err != nil {
			_ = to.CloseWrite()
			return sum{bytes: n, hash: hex.EncodeToString(hash.Sum(nil))}
		}
	}
}

// finished waits until n connections went through and are over.
func (w *wiretap) finished(n int) []*leg {
	w.t.Helper()
	var legs []*leg
	need.Until(w.t, fmt.Sprintf("%d connections to %s are over", n, w.target), func() bool {
		w.mu.Lock()
		legs = append([]*leg(nil), w.legs...)
		w.mu.Unlock()
		for _, g := range legs {
			select {
			case <-g.done:
			default:
				return false
			}
		}
		return len(legs) >= n
	})
	return legs
}
