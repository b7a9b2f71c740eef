package proxy

import (
	"io"
	"net"
	"testing"
)

// piece is how much is written at a time.
const piece = 64 << 10

// BenchmarkThroughput moves 64 KiB writes from a client to a server over loopback.
func BenchmarkThroughput(b *testing.B) {
	b.Run("direct", func(b *testing.B) {
		l := listenLoopback(b)
		client, server := dialPair(b, l.Addr().String(), l)
		stream(b, client, server)
	})
	b.Run("CopyBuffer", func(b *testing.B) {
		l := listenLoopback(b)
		client, server := dialPair(b, plainRelay(b, l.Addr().String()), l)
		stream(b, client, server)
	})
	b.Run("relay", func(b *testing.B) {
		client, server := start(b, nil).pair()
		stream(b, client, server)
	})
	b.Run("relay and queue", func(b *testing.B) {
		q := NewQueue(16<<20, false)
		b.Cleanup(drain(q))
		client, server := start(b, func(s *Server) { s.Tap = q }).pair()
		stream(b, client, server)
		b.ReportMetric(float64(q.Stats().Dropped)/float64(b.N)/piece*100, "%dropped")
	})
	b.Run("relay and lossless queue", func(b *testing.B) {
		q := NewQueue(16<<20, true)
		b.Cleanup(drain(q))
		client, server := start(b, func(s *Server) { s.Tap = q }).pair()
		stream(b, client, server)
	})
}

// BenchmarkPingPong measures the round trip of 100 bytes and their answer.
func BenchmarkPingPong(b *testing.B) {
	b.Run("direct", func(b *testing.B) {
		l := listenLoopback(b)
		client, server := dialPair(b, l.Addr().String(), l)
		pingPong(b, client, server)
	})
	b.Run("relay and queue", func(b *testing.B) {
		q := NewQueue(16<<20, false)
		b.Cleanup(drain(q))
		client, server := start(b, func(s *Server) { s.Tap = q }).pair()
		pingPong(b, client, server)
	})
}

// BenchmarkQueue hands small and large reads through a queue without a relay.
func BenchmarkQueue(b *testing.B) {
	for _, size := range []int{100, piece} {
		b.Run(byteCount(size), func(b *testing.B) {
			q := NewQueue(1<<20, true)
			b.Cleanup(drain(q))
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				buf := newBuffer(piece)
				buf.n = size
				q.Data(1, FromClient, epoch, buf)
			}
		})
	}
}

func byteCount(n int) string {
	if n == piece {
		return "64KiB"
	}
	return "100B"
}

func dialPair(b *testing.B, addr string, l *net.TCPListener) (client, server *net.TCPConn) {
	c, err := net.Dial("tcp", addr)
	must(b, err)
	server, err = l.AcceptTCP()
	must(b, err)
	b.Cleanup(func() { c.Close(); server.Close() })
	return c.(*net.TCPConn), server
}

// plainRelay is the least that a relay can be, without splice.
func plainRelay(b *testing.B, upstream string) (addr string) {
	l := listenLoopback(b)
	done := make(chan struct{})
	go func() {
		defer close(done)
		src, err := l.Accept()
		if err != nil {
			return
		}
		defer src.Close()
		dst, err := net.Dial("tcp", upstream)
		if err != nil {
			return
		}
		defer dst.Close()
		hide := func(w io.Writer, r io.Reader) (io.Writer, io.Reader) {
			return struct{ io.Writer }{w}, struct{ io.Reader }{r}
		}
		w, r := hide(dst, src)
		_, _ = io.CopyBuffer(w, r, make([]byte, piece))
	}()
	b.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

func stream(b *testing.B, client, server *net.TCPConn) {
	p := make([]byte, piece)
	b.SetBytes(piece)
	received := make(chan int64, 1)
	go func() {
		n, _ := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{server}, make([]byte, piece))
		received <- n
	}()
	var sent int64
	for b.Loop() {
		n, err := client.Write(p)
		must(b, err)
		sent += int64(n)
	}
	must(b, client.CloseWrite())
	if n := <-received; n != sent {
		b.Fatalf("sent %d bytes, received %d", sent, n)
	}
	client.Close()
	server.Close()
}

func pingPong(b *testing.B, client, server *net.TCPConn) {
	echoed := make(chan struct{})
	go func() {
		defer close(echoed)
		_, _ = io.Copy(struct{ io.Writer }{server}, struct{ io.Reader }{server})
	}()
	p := make([]byte, 100)
	for b.Loop() {
		_, err := client.Write(p)
		must(b, err)
		_, err = io.ReadFull(client, p)
		must(b, err)
	}
	client.Close()
	<-echoed
	server.Close()
}
