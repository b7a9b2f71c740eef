package record

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// waiting begins a connection whose server is still being dialled.
func waiting(r *Recorder, id uint64, at time.Time) error {
	return r.Begin(id, Opening{Accepted: at, Client: visitor(id), Waits: true, Facts: capture.Facts{{Key: "upstream", Value: "live.test:1935"}}})
}

func visitor(id uint64) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr("192.0.2.7"), uint16(5000+id))
}

var origin = told.Addr("198.51.100.1:1935")

func reached(r *Recorder, id uint64, at time.Time) error {
	return r.Reached(id, Opening{Connected: at, Client: visitor(id), Server: origin,
		Facts: capture.Facts{{Key: "upstream", Value: "live.test:1935"}, {Key: "server.tls.version", Value: "TLS 1.3"}}})
}

// TestReached: a client is in the file before its server is, with what is being
// dialled; then the server, its facts and the rest of the connection, which can be
// read again from every place. Whoever is refused ends as before.
func TestReached(t *testing.T) {
	m := source.NewMemory()
	r, err := New(m, Options{Version: "test"})
	at := func(seconds int) time.Time { return told.Start.Add(time.Duration(seconds) * time.Second) }
	for _, err := range []error{
		err, waiting(r, 1, at(0)), waiting(r, 2, at(1)), reached(r, 1, at(4)), r.Data(1, false, at(5), []byte("question")), r.Data(1, true, at(6), []byte("answer")),
		r.End(2, true, at(10), End{Kind: capture.Reset, Cause: capture.Cause{Token: "dial-timeout", Target: "live.test:1935"}}),
		r.Fin(1, false, at(11), ""), r.Fin(1, true, at(12), ""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if r.Waits(1) || r.Waits(2) || reached(r, 2, at(12)) == nil {
		t.Error("a connection that is over waits")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range told.Read(t, m) {
		got = append(got, fmt.Sprintf("%d %v %v to %v at %v %q %v waits %v", k.Conn, k.Kind, k.Client, k.Server, k.Time.Sub(told.Start), k.Text, len(k.Facts), k.Waits))
	}
	want := []string{
		`1 opened 192.0.2.7:5001 to 0.0.0.0:0 at 0s "" 1 waits true`, `2 opened 192.0.2.7:5002 to 0.0.0.0:0 at 1s "" 1 waits true`,
		`1 connected 192.0.2.7:5001 to 198.51.100.1:1935 at 4s "" 2 waits false`,
		`1 data 192.0.2.7:5001 to 198.51.100.1:1935 at 5s "question" 0 waits false`, `1 data 192.0.2.7:5001 to 198.51.100.1:1935 at 6s "answer" 0 waits false`,
		`2 reset 192.0.2.7:5002 to 0.0.0.0:0 at 10s "" 0 waits false`,
		`1 fin 192.0.2.7:5001 to 198.51.100.1:1935 at 11s "" 0 waits false`, `1 fin 192.0.2.7:5001 to 198.51.100.1:1935 at 12s "" 0 waits false`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if usable := checkMarks(t, m, 1); usable < 5 {
		t.Errorf("%d places can be marked", usable)
	}
}

// TestOthersSeeReached: to other programs the client's connection to the server is a
// whole one, and one that was never answered has no answer.
func TestOthersSeeReached(t *testing.T) {
	m := source.NewMemory()
	r, err := New(m, Options{Version: "test"})
	for _, err := range []error{err, waiting(r, 1, told.Start), reached(r, 1, told.Start.Add(time.Second)), r.Data(1, false, told.Start.Add(time.Second), []byte("question")), r.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	flags := told.Tshark(t, save(t, m), "-Y", "tcp.dstport == 1935 or tcp.srcport == 1935", "-T", "fields", "-e", "tcp.flags.str", "-e", "tcp.seq", "-e", "tcp.len")
	if fields := strings.Fields(flags); len(fields) != 12 || !strings.HasSuffix(fields[0], "S·") || fields[11] != "8" {
		t.Errorf("the connection is %q", flags)
	}
}

// TestReachedOutlivesEverything: whatever rotates or fails meanwhile, every client is
// told once, and all that was written of it in its order.
func TestReachedOutlivesEverything(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 5))
		path, d := filepath.Join(t.TempDir(), "r.pcapng"), &disk{}
		rec := onDisk(t, path, d, Options{Rotate: Rotate{Bytes: 3000}})
		state, sent, at := map[uint64]int{}, map[uint64]string{}, told.Start
		for range 400 {
			at = at.Add(time.Millisecond)
			id := 1 + rng.Uint64N(20)
			switch state[id] {
			case 0:
				_ = waiting(rec, id, at) // that the disk is full is what is tried
				state[id] = 1
			case 1:
				if state[id] = 2; rng.IntN(4) == 0 {
					state[id] = 3
					_ = rec.Reset(id, true, at, "")
				} else {
					_ = reached(rec, id, at)
				}
			case 2:
				text := fmt.Sprintf("%d;", rng.IntN(1e6))
				sent[id] += text
				_ = rec.Data(id, false, at, []byte(text))
			}
			switch rng.IntN(30) {
			case 0:
				d.full = !d.full
			case 1, 2:
				_ = rec.Flush()
			case 3, 4:
				_ = rec.Retry()
			}
		}
		d.full = false
		if err := rec.Close(); err != nil {
			t.Fatal(err)
		}
		checkReached(t, seed, told.ReadFile(t, path), state, sent)
	}
}

func checkReached(t *testing.T, seed uint64, all []told.Kept, state map[uint64]int, sent map[uint64]string) {
	t.Helper()
	opened, linked, got, gaps := map[uint64]int{}, map[uint64]bool{}, map[uint64]string{}, map[uint64]bool{}
	for _, k := range all {
		id := uint64(k.Client.Port()) - 5000
		switch k.Kind {
		case capture.Opened:
			opened[id]++
			linked[id] = !k.Waits
		case capture.Connected:
			if linked[id] {
				t.Errorf("seed %d: connection %d is reached twice", seed, id)
			}
			linked[id] = true
		case capture.Data:
			got[id] += k.Text
		case capture.Gap:
			gaps[id] = true
		}
	}
	for id, s := range state {
		if opened[id] != 1 || s == 2 && !linked[id] || !gaps[id] && got[id] != sent[id] {
			t.Errorf("seed %d: connection %d, state %d: opened %d times, reached %v, %q of %q", seed, id, s, opened[id], linked[id], got[id], sent[id])
		}
	}
}
