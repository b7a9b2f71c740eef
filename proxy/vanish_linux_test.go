package proxy

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// deafen lets a socket answer nothing any more: what arrives is dropped before TCP
// sees it, as if the cable had been cut.
func deafen(t *testing.T, conn net.Conn) {
	t.Helper()
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	var failed error
	control(conn, func(fd int) {
		failed = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop[0]})
	})
	must(t, failed)
}

// TestVanishedPeer: a peer that is gone without a word is called that, is not said to have
// reset anything, and is given up on in time, with bytes under way and without.
func TestVanishedPeer(t *testing.T) {
	for name, vanishing := range map[string]Direction{"client": FromClient, "server": FromServer} {
		for how, busy := range map[string]bool{"with bytes under way": true, "silent": false} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				tap := newSpy()
				r := start(t, func(s *Server) { s.Tap, s.PeerTimeout = tap, 2*time.Second })
				client, server := r.pair()
				gone, left := client, server
				if vanishing == FromServer {
					gone, left = server, client
				}
				deafen(t, gone)
				if busy {
					_, err := left.Write(make([]byte, 5000))
					must(t, err)
				}
				wantReset(t, left)
				up, down := tap.ended(t)
				ends := [2]End{up, down}
				wantEnd(t, "who vanished", ends[vanishing], Reset, Vanished)
				wantEnd(t, "who is left", ends[vanishing.Opposite()], Aborted, Vanished)
			})
		}
	}
}

// TestFrozenPeerIsNotVanished: a receiver that takes no bytes and answers is there.
func TestFrozenPeerIsNotVanished(t *testing.T) {
	t.Parallel()
	r := start(t, func(s *Server) { s.PeerTimeout = 300 * time.Millisecond })
	client, _ := r.pair()
	go func() { _ = flood(client) }()
	eventually(t, func() bool { return held(r) >= 3*time.Second })
	if len(r.proxy.Connections()) != 1 {
		t.Error("the connection was ended")
	}
}

func held(r *rig) time.Duration {
	if all := r.proxy.Connections(); len(all) == 1 {
		return all[0].FromClient.Held
	}
	return time.Hour
}

// TestSilence: only an answer that is owed counts, from when it is owed or from the
// latest answer, whichever is later.
func TestSilence(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1_800_000_000+int64(s), 0) }
	var s silence
	for i, step := range []struct {
		now      int
		owes     bool
		answered int
		want     int
	}{
		{600, false, 0, 0},
		{601, true, 0, 0}, // ten minutes without a word are no silence
		{605, true, 0, 4},
		{610, true, 608, 2},
		{620, true, 608, 12},
		{621, false, 621, 0},
		{700, true, 621, 0},
		{701, true, 621, 1},
	} {
		if got := s.look(at(step.now), step.owes, at(step.answered)); got != time.Duration(step.want)*time.Second {
			t.Errorf("step %d: %v, want %d s", i, got, step.want)
		}
	}
}
