package proxy

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func resetNow(t *testing.T, c *net.TCPConn) {
	t.Helper()
	must(t, c.SetLinger(0))
	must(t, c.Close())
}

// wantReset reads until the end, which must be a reset, and returns what came before.
func wantReset(t *testing.T, c *net.TCPConn) []byte {
	t.Helper()
	p, err := io.ReadAll(c)
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("after %d bytes the connection ended with %v, want a reset", len(p), err)
	}
	return p
}

func wantEnd(t *testing.T, who string, got End, how Close, reason Reason) {
	t.Helper()
	if got.How != how || got.Reason != reason {
		t.Errorf("from %s: ended with %v (%s), want %v (%s)", who, got.How, got.Reason, how, reason)
	}
}

// TestFinFollowsBytes: FIN arrives after all bytes, and the other direction goes on.
func TestFinFollowsBytes(t *testing.T) {
	for _, first := range []Direction{FromClient, FromServer} {
		t.Run(first.String(), func(t *testing.T) {
			tap := newSpy()
			r := start(t, func(s *Server) { s.Tap = tap })
			client, server := r.pair()
			ender, other := client, server
			if first == FromServer {
				ender, other = server, client
			}
			_, err := ender.Write([]byte("last words"))
			must(t, err)
			must(t, ender.CloseWrite())
			if got := readAll(t, other); string(got) != "last words" {
				t.Errorf("before FIN came %q", got)
			}
			var sent string
			done := make(chan struct{})
			go func() { defer close(done); sent = send(t, other, 5, 10<<20) }()
			if got := receive(t, ender); <-done == struct{}{} && got != sent {
				t.Errorf("after FIN the other direction sent %s, received %s", sent, got)
			}
			up, down := tap.ended(t)
			wantEnd(t, "client", up, Fin, PeerClosed)
			wantEnd(t, "server", down, Fin, PeerClosed)
			eventually(t, func() bool { return len(r.proxy.Connections()) == 0 })
		})
	}
}

// TestHalfCloseTimeout: after one FIN a silent other side is not waited for for
// ever, and giving up is a reset: nobody said that there is no more.
func TestHalfCloseTimeout(t *testing.T) {
	inVirtualTime(t, 1000, func(t *testing.T, v *virtual) {
		must(t, v.client.CloseWrite())
		if got := readAll(t, v.server); len(got) != 0 {
			t.Errorf("server got %q", got)
		}
		go func() {
			for range 4 { // each of these gives it another second
				time.Sleep(900 * time.Millisecond)
				_, _ = v.server.Write([]byte("still here"))
			}
		}()
		began := time.Now()
		got, err := io.ReadAll(v.client)
		if string(got) != strings.Repeat("still here", 4) || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("client got %q and then %v, want a reset", got, err)
		}
		if took := time.Since(began); took != 4*900*time.Millisecond+time.Second {
			t.Errorf("ended after %v, want a second after the last byte", took)
		}
		if _, err := v.server.Write([]byte("too late")); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the server, whose bytes nobody gets, may write on: %v", err)
		}
		synctest.Wait()
		up, down := v.ends()
		wantEnd(t, "client", up, Fin, PeerClosed)
		wantEnd(t, "server", down, Timeout, HalfCloseSilent)
		if down.Detail != "1s" {
			t.Errorf("it is said to have lasted %q", down.Detail)
		}
	})
}

// TestHalfCloseSlowReceiver: who takes a byte now and then is not inactive, and gets
// every byte once; who stops is reset, after what it was given.
func TestHalfCloseSlowReceiver(t *testing.T) {
	const room, taken = 64, 150
	inVirtualTime(t, room, func(t *testing.T, v *virtual) {
		must(t, v.client.CloseWrite())
		readAll(t, v.server)
		sent := pattern(flowKey{1, FromServer}, 0, 1000)
		go func() { _, _ = v.server.Write(sent) }()
		got := make([]byte, 1)
		for i := range taken {
			time.Sleep(900 * time.Millisecond)
			if _, err := io.ReadFull(v.client, got); err != nil || got[0] != sent[i] {
				t.Fatalf("byte %d is %d, %v, want %d", i, got[0], err, sent[i])
			}
		}
		synctest.Wait()
		time.Sleep(2 * time.Second) // one for the byte that was taken, one for none
		synctest.Wait()
		rest, err := io.ReadAll(v.client)
		if !bytes.Equal(rest, sent[taken:taken+room]) || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%d bytes and %v came after the stall, want the %d in the buffer and a reset", len(rest), err, room)
		}
		_, down := v.ends()
		wantEnd(t, "server", down, Timeout, HalfCloseStalled)
	})
}

// TestHalfCloseStalledReceiver: the same on sockets. What was not delivered is
// never followed by a clean end.
func TestHalfCloseStalledReceiver(t *testing.T) {
	t.Parallel()
	tap := newSpy()
	r := start(t, func(s *Server) { s.Tap, s.HalfCloseTimeout = tap, 100*time.Millisecond })
	client, server := r.pair()
	must(t, client.CloseWrite())
	go flood(server)
	_, down := tap.ended(t)
	wantEnd(t, "server", down, Timeout, HalfCloseStalled)
	eventually(t, func() bool { return len(r.proxy.Connections()) == 0 })
	if got, read := wantReset(t, client), len(tap.bytes[flowKey{1, FromServer}]); len(got) >= read {
		t.Errorf("client got %d bytes, %d were read: nothing was lost", len(got), read)
	}
}

// flood writes until the connection ends, and returns why it did.
func flood(c net.Conn) error {
	for p := make([]byte, 10_000); ; {
		if _, err := c.Write(p); err != nil {
			return err
		}
	}
}

// TestHalfCloseNever: a negative timeout waits as long as it takes.
func TestHalfCloseNever(t *testing.T) {
	r := start(t, func(s *Server) { s.HalfCloseTimeout = -1 })
	client, server := r.pair()
	must(t, client.CloseWrite())
	readAll(t, server)
	eventually(t, func() bool { return r.proxy.Connections()[0].FromClient.Ended })
	_, err := server.Write([]byte("at last"))
	must(t, err)
	must(t, server.Close())
	if got := readAll(t, client); string(got) != "at last" {
		t.Errorf("client got %q", got)
	}
}

// TestResetIsPassedOn: a reset arrives as a reset, after all that was sent before.
func TestResetIsPassedOn(t *testing.T) {
	for _, dir := range []Direction{FromClient, FromServer} {
		for _, size := range []int{0, 1000, 1 << 20} {
			t.Run(dir.String(), func(t *testing.T) {
				tap := newSpy()
				r := start(t, func(s *Server) { s.Tap = tap })
				client, server := r.pair()
				sender, receiver := client, server
				if dir == FromServer {
					sender, receiver = server, client
				}
				sent := bytes.Repeat([]byte("0123456789abcdef"), size/16)
				_, err := sender.Write(sent)
				must(t, err)
				r.relayed(dir, int64(len(sent)))
				resetNow(t, sender)
				if got := wantReset(t, receiver); !bytes.Equal(got, sent) {
					t.Errorf("received %d bytes before the reset, sent %d", len(got), len(sent))
				}
				ends := [2]End{}
				ends[FromClient], ends[FromServer] = tap.ended(t)
				wantEnd(t, dir.sender(), ends[dir], Reset, PeerReset)
				wantEnd(t, dir.Opposite().sender(), ends[dir.Opposite()], Aborted, PeerReset)
			})
		}
	}
}

// TestResetWaitsForBytes: a reset drops what the kernel has not sent yet, so it is
// held back while the receiver is still taking bytes that came before it.
func TestResetWaitsForBytes(t *testing.T) {
	r := start(t, nil)
	client, server := r.pair()
	must(t, server.SetReadBuffer(128<<10))
	sent := make([]byte, 1<<20)
	_, err := client.Write(sent)
	must(t, err)
	r.relayed(FromClient, int64(len(sent)))
	resetNow(t, client)
	if got := wantReset(t, server); len(got) != len(sent) {
		t.Errorf("received %d bytes before the reset, sent %d", len(got), len(sent))
	}
}

// TestResetDoesNotWaitForEver: a receiver that takes nothing is reset all the same.
func TestResetDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	tap := newSpy()
	r := start(t, func(s *Server) { s.Tap = tap })
	client, server := r.pair()
	go func() { _ = flood(client) }()
	eventually(t, func() bool { return r.proxy.Connections()[0].FromClient.Pending > 20*time.Millisecond })
	resetNow(t, client) // unseen so far: one copier is writing, the other reads the server
	must(t, server.CloseWrite())
	eventually(t, func() bool { return len(r.proxy.Connections()) == 0 })
	wantReset(t, server)
	up, _ := tap.ended(t)
	wantEnd(t, "client", up, Reset, PeerReset)
}

// TestCloseWithUnreadData: the kernel answers it with a reset, and so do we.
func TestCloseWithUnreadData(t *testing.T) {
	tap := newSpy()
	r := start(t, func(s *Server) { s.Tap = tap })
	client, server := r.pair()
	_, err := server.Write([]byte("NetStream.Publish.BadName"))
	must(t, err)
	_, err = client.Write(make([]byte, 5000))
	must(t, err)
	r.relayed(FromClient, 5000)
	r.relayed(FromServer, 25)
	must(t, server.Close())
	if got := wantReset(t, client); string(got) != "NetStream.Publish.BadName" {
		t.Errorf("client got %q", got)
	}
	_, down := tap.ended(t)
	wantEnd(t, "server", down, Reset, PeerReset)
}

// TestResetWhileWriting: the copier that writes may meet the reset first and take
// the error away from the one that reads. It must not be taken for a clean end.
func TestResetWhileWriting(t *testing.T) {
	for range 30 {
		tap := newSpy()
		r := start(t, func(s *Server) { s.Tap = tap })
		client, server := r.pair()
		streaming := make(chan error, 1)
		go func() { streaming <- flood(client) }()
		_, err := io.CopyN(io.Discard, server, 50_000)
		must(t, err)
		_, err = server.Write([]byte("last words"))
		must(t, err)
		r.relayed(FromServer, 10)
		resetNow(t, server)
		// After a FIN the write would fail with EPIPE. Only one of write and read
		// gets the reset, which is what this test is about.
		writeErr := <-streaming
		got, readErr := io.ReadAll(client)
		if !errors.Is(writeErr, syscall.ECONNRESET) && !errors.Is(readErr, syscall.ECONNRESET) {
			t.Errorf("client's write ended with %v, its read with %v after %q", writeErr, readErr, got)
		}
		up, down := tap.ended(t)
		wantEnd(t, "server", down, Reset, PeerReset)
		wantEnd(t, "client", up, Aborted, PeerReset)
		r.stop()
	}
}

// TestClientCloseWhileServerStreams: a player goes away. Its FIN is a clean end of
// its direction; the reset that its kernel then answers with ends the other.
func TestClientCloseWhileServerStreams(t *testing.T) {
	tap := newSpy()
	r := start(t, func(s *Server) { s.Tap = tap })
	client, server := r.pair()
	must(t, client.Close())
	if err := flood(server); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("server's stream ended with %v", err)
	}
	up, down := tap.ended(t)
	if up.How != Fin && up.How != Reset { // the reset may overtake our look at the FIN
		t.Errorf("client ended with %v", up)
	}
	if down.How != Aborted {
		t.Errorf("server ended with %v, want aborted", down)
	}
}

// TestBackPressure: a receiver that does not read blocks its sender, not memory.
func TestBackPressure(t *testing.T) {
	const budget = 2 << 20
	q := NewQueue(budget, false) // nobody reads it either
	r := start(t, func(s *Server) { s.Tap = q })
	client, server := r.pair()
	const total = 64 << 20
	var sent string
	done := make(chan struct{})
	go func() { defer close(done); sent = send(t, client, 3, total) }()
	var stuck FlowStatus
	eventually(t, func() bool {
		before := stuck.Bytes
		stuck = r.proxy.Connections()[0].FromClient
		return stuck.Bytes == before && stuck.Pending > 50*time.Millisecond
	})
	if stuck.Bytes >= total/2 {
		t.Errorf("%d of %d bytes were taken from a client whose server reads nothing", stuck.Bytes, total)
	}
	if held := q.Stats().Peak; held > budget {
		t.Errorf("the queue held %d bytes, its budget is %d", held, budget)
	}
	if got := receive(t, server); <-done == struct{}{} && got != sent {
		t.Errorf("sent %s, received %s", sent, got)
	}
	flow := r.proxy.Connections()[0].FromClient
	if flow.Bytes != total || flow.Blocked < 50*time.Millisecond {
		t.Errorf("status after the stall is %+v", flow)
	}
}
