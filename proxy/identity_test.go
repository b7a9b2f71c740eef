package proxy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// send writes total pseudo-random bytes in pieces of random size, then FIN, and
// returns their hash.
func send(t testing.TB, c *net.TCPConn, seed uint64, total int) string {
	rng := rand.New(rand.NewPCG(seed, 1))
	source := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	sum := sha256.New()
	buf := make([]byte, 200_000)
	for total > 0 {
		p := buf[:min(total, 1+rng.IntN(1<<rng.IntN(18)))]
		_, _ = source.Read(p) // never fails
		sum.Write(p)
		if _, err := c.Write(p); err != nil {
			t.Error(err)
			break
		}
		total -= len(p)
	}
	if err := c.CloseWrite(); err != nil {
		t.Error(err)
	}
	return hexSum(sum)
}

func receive(t testing.TB, c *net.TCPConn) string {
	sum := sha256.New()
	if _, err := io.Copy(sum, c); err != nil {
		t.Error(err)
	}
	return hexSum(sum)
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// exchange sends random bytes both ways through one connection and compares.
func exchange(t *testing.T, r *rig, seed uint64, up, down int) {
	t.Helper()
	client, server := r.pair()
	var sentUp, sentDown, gotUp, gotDown string
	var all sync.WaitGroup
	all.Go(func() { sentUp = send(t, client, seed, up) })
	all.Go(func() { sentDown = send(t, server, seed+1, down) })
	all.Go(func() { gotUp = receive(t, server) })
	all.Go(func() { gotDown = receive(t, client) })
	all.Wait()
	if sentUp != gotUp {
		t.Errorf("from client: sent %s, received %s", sentUp, gotUp)
	}
	if sentDown != gotDown {
		t.Errorf("from server: sent %s, received %s", sentDown, gotDown)
	}
}

// panicky panics at its nth call.
type panicky struct {
	mu    sync.Mutex
	calls int
	at    int
	kept  []*Buffer
}

func (p *panicky) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls++; p.calls >= p.at {
		panic("tap is broken")
	}
}
func (p *panicky) Opened(ConnID, ConnInfo) { p.step() }
func (p *panicky) Data(_ ConnID, _ Direction, _ time.Time, b *Buffer) {
	p.mu.Lock()
	p.kept = append(p.kept, b) // keeps it, and panics after that
	p.mu.Unlock()
	p.step()
}
func (p *panicky) Closed(ConnID, Direction, time.Time, End) { p.step() }

// lazy is a Tap that takes its time.
type lazy struct{ *spy }

func (l lazy) Data(id ConnID, dir Direction, at time.Time, b *Buffer) {
	time.Sleep(100 * time.Microsecond)
	l.spy.Data(id, dir, at, b)
}

// TestInvariantRelayIdentity: bytes out are bytes in, both directions, whatever
// the tap does.
func TestInvariantRelayIdentity(t *testing.T) {
	full := NewQueue(1, false) // raised to one read, and never drained: full at once
	drained := NewQueue(8<<20, false)
	lossless := NewQueue(1, true)
	for _, q := range []*Queue{drained, lossless} {
		stop := drain(q)
		t.Cleanup(stop)
	}
	taps := []struct {
		name string
		tap  Tap
	}{
		{"none", nil},
		{"stalled", full},
		{"slow", lazy{newSpy()}},
		{"full", full},
		{"drained", drained},
		{"lossless", lossless},
		{"panics when opened", &panicky{at: 1}},
		{"panics on data", &panicky{at: 9}},
	}
	for _, tt := range taps {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, func(s *Server) { s.Tap = tt.tap })
			exchange(t, r, 1, 3_000_000, 2_000_000)
			exchange(t, r, 2, 0, 1_000_001)
			exchange(t, r, 3, 1, 0)
		})
	}
	if full.Stats().Dropped == 0 {
		t.Error("the full queue dropped nothing: it was not full")
	}
	t.Run("write deadlines", writeDeadlines)
}

// writeDeadlines: a half-closed receiver that takes its time, but never too much of
// it, lets many deadlines pass in the middle of a write, and gets every byte once.
func writeDeadlines(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 13))
		inVirtualTime(t, 1<<(6+rng.IntN(8)), func(t *testing.T, v *virtual) {
			must(t, v.client.CloseWrite())
			readAll(t, v.server)
			sent := pattern(flowKey{1, FromServer}, 0, readSize)
			go func() {
				_, _ = v.server.Write(sent)
				_ = v.server.CloseWrite()
			}()
			var got []byte
			var err error
			for began := time.Now(); err == nil; {
				time.Sleep(time.Duration(rng.Int64N(int64(990 * time.Millisecond))))
				var n int
				p := make([]byte, 1+rng.IntN(1000))
				n, err = v.client.Read(p)
				got = append(got, p[:n]...)
				if err != nil && time.Since(began) < 10*time.Second {
					t.Errorf("seed %d: no deadline can have passed in %v", seed, time.Since(began))
				}
			}
			if !bytes.Equal(got, sent) || err != io.EOF {
				t.Errorf("seed %d: %d bytes, %v; sent were %d", seed, len(got), err, len(sent))
			}
		})
	}
}

// drain consumes q until it is closed by the function that it returns.
func drain(q *Queue) (stop func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for it, ok := q.Next(); ok; it, ok = q.Next() {
			it.Release()
		}
	}()
	return func() { q.Close(); <-done }
}

// TestTapCopyIsExact: the tap sees what the receiver gets.
func TestTapCopyIsExact(t *testing.T) {
	tap := newSpy()
	r := start(t, func(s *Server) { s.Tap = tap })
	client, server := r.pair()
	var want string
	var sending sync.WaitGroup
	sending.Go(func() { want = send(t, client, 7, 1_500_000) })
	got := receive(t, server)
	sending.Wait()
	received := time.Now()
	must(t, server.CloseWrite())
	up, down := tap.ended(t)
	if up.How != Fin || down.How != Fin {
		t.Errorf("ended with %v and %v, want fin and fin", up, down)
	}
	sum := sha256.Sum256(tap.bytes[flowKey{1, FromClient}])
	if seen := hex.EncodeToString(sum[:]); seen != want || got != want {
		t.Errorf("sent %s, received %s, tapped %s", want, got, seen)
	}
	info := tap.infos[1]
	if info.Client.String() != client.LocalAddr().String() || info.Listener.String() != client.RemoteAddr().String() ||
		info.Server.String() != server.LocalAddr().String() || info.Local.String() != server.RemoteAddr().String() {
		t.Errorf("addresses are wrong: %+v", info)
	}
	if info.Connected.Before(info.Accepted) || info.Connected.After(received) || info.Upstream != r.upstream.Addr().String() {
		t.Errorf("times or name are wrong: %+v", info)
	}
}

// TestTapPanicIsContained: detached for good, said once, counted.
func TestTapPanicIsContained(t *testing.T) {
	tap := &panicky{at: 2}
	r := start(t, func(s *Server) { s.Tap = tap })
	exchange(t, r, 1, 300_000, 0)
	exchange(t, r, 2, 300_000, 0)
	r.stop()
	// Calls for the two directions may be under way at the same time.
	if n := r.proxy.Totals().TapPanics; n < 1 || n > 2 || tap.calls != 1+int(n) {
		t.Errorf("%d panics in %d calls, want one for each but the first", n, tap.calls)
	}
	if n := len(r.logs.AllEntries()); n != 1 {
		t.Errorf("%d log lines, want 1", n)
	}
}

// tardy returns from Write some time after the bytes have left, as a goroutine
// does that the system did not let run.
type tardy struct{ *net.TCPConn }

func (c tardy) Write(p []byte) (int, error) {
	n, err := c.TCPConn.Write(p)
	time.Sleep(2 * time.Millisecond)
	return n, err
}

// TestAnswerAfterQuestion: bytes are offered after they were written, and by then
// they may have been answered. The answer must still come second.
func TestAnswerAfterQuestion(t *testing.T) {
	t.Parallel()
	const rounds = 100
	queue, upstream := NewQueue(1<<20, false), &TCPUpstream{}
	upstream.Dialer = dialFunc(func(ctx context.Context) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", upstream.Address)
		if err != nil {
			return nil, err
		}
		return tardy{c.(*net.TCPConn)}, nil
	})
	r := start(t, func(s *Server) {
		upstream.Address = s.Upstream.String()
		s.Tap, s.Upstream = queue, upstream
	})
	client, server := r.pair()
	go func() { _, _ = io.Copy(discard{}, io.TeeReader(server, server)) }()
	p := make([]byte, 100)
	for range rounds {
		_, err := client.Write(p)
		must(t, err)
		_, err = io.ReadFull(client, p)
		must(t, err)
	}
	must(t, client.Close())
	r.stop()
	queue.Close()
	inverted, n, last := 0, 0, time.Time{}
	for it, ok := queue.Next(); ok; it, ok = queue.Next() {
		if it.Kind == ItemData {
			if n++; it.At.Before(last) {
				inverted++
			}
			last = it.At
		}
		it.Release()
	}
	if n < 2*rounds || inverted > 0 {
		t.Errorf("%d of %d items came before what was read earlier", inverted, n)
	}
}
