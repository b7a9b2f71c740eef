package capture

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

var start = time.Date(2026, 3, 14, 15, 9, 26, 535897932, time.UTC)

func ap(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// call is one call of a Recorder.
type call struct {
	kind       Kind
	id         uint64
	fromServer bool
	at         time.Time
	data       []byte
	n          int64
	reason     string
	client     netip.AddrPort
	server     netip.AddrPort
	refused    bool
}

func (c call) do(r *Recorder) error {
	switch c.kind {
	case Opened:
		connected := c.at.Add(time.Millisecond)
		if c.refused {
			connected = time.Time{}
		}
		return r.Open(c.id, c.at, connected, c.client, c.server)
	case Data:
		return r.Data(c.id, c.fromServer, c.at, c.data)
	case Gap:
		return r.Gap(c.id, c.fromServer, c.at, c.n)
	case Fin:
		return r.Fin(c.id, c.fromServer, c.at, c.reason)
	}
	return r.Reset(c.id, c.fromServer, c.at, c.reason)
}

var addresses = [][2]string{
	{"192.0.2.7:%d", "198.51.100.1:1935"},
	{"[2001:db8::7]:%d", "[2001:db8::1]:1935"},
	{"192.0.2.7:%d", "[2001:db8::1]:19350"},
	{"[2001:db8::7]:%d", "198.51.100.1:443"},
	{"[::ffff:192.0.2.9]:%d", "198.51.100.1:1936"},
}

// script makes up a session of several connections.
func script(rng *rand.Rand, conns, steps int) []call {
	var calls []call
	at := start
	for id := range conns {
		a := addresses[id%len(addresses)]
		calls = append(calls, call{kind: Opened, id: uint64(id), at: at,
			client: ap(fmt.Sprintf(a[0], 40000+id)), server: ap(a[1]), refused: id%7 == 6})
		if id%7 == 6 {
			calls = append(calls, call{kind: Reset, id: uint64(id), fromServer: true, at: at.Add(time.Second), reason: "upstream refused the connection"})
		}
	}
	for range steps {
		at = at.Add(time.Duration(rng.IntN(1e7)))
		c := call{kind: Data, id: uint64(rng.IntN(conns)), fromServer: rng.IntN(3) == 0, at: at}
		if c.id%7 == 6 {
			continue
		}
		if rng.IntN(12) == 0 {
			c.kind, c.n = Gap, 1+rng.Int64N(5<<30)
		} else {
			c.data = randomBytes(rng, 1+rng.IntN(200_000)>>rng.IntN(12))
		}
		calls = append(calls, c)
	}
	return append(calls, endings(conns, at)...)
}

func endings(conns int, at time.Time) (calls []call) {
	for id := range conns {
		if id%7 == 6 {
			continue
		}
		calls = append(calls, call{kind: Fin, id: uint64(id), at: at.Add(time.Second), reason: "the client closed"})
		last := call{kind: Fin, id: uint64(id), fromServer: true, at: at.Add(2 * time.Second)}
		if id%2 == 1 {
			last.kind, last.reason = Reset, "the server reset the connection"
		}
		calls = append(calls, last)
	}
	return calls
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// story is what a connection amounts to, however its bytes were cut up.
type story struct {
	client, server netip.AddrPort
	text           [2]strings.Builder
	data           [2][]byte
	off            [2]int64
	last           time.Time
}

func (s *story) flushData(i int) {
	if len(s.data[i]) > 0 {
		fmt.Fprintf(&s.text[i], "data %x\n", s.data[i])
		s.data[i] = nil
	}
}

func (s *story) add(kind Kind, fromServer bool, data string, n int64, reason string) {
	i := index(fromServer)
	switch kind {
	case Data:
		s.data[i] = append(s.data[i], data...)
	case Gap:
		s.flushData(i)
		for left := n; left > 0; left -= 1 << 30 {
			fmt.Fprintf(&s.text[i], "gap %d\n", min(left, 1<<30))
		}
	case Fin, Reset:
		s.flushData(i)
		fmt.Fprintf(&s.text[i], "%s %s\n", kind, reason)
	}
	s.off[i] += n
}

func storiesOfCalls(calls []call) map[uint32]*story {
	stories := map[uint32]*story{}
	for _, c := range calls {
		n := uint32(c.id) + 1
		if c.kind == Opened {
			stories[n] = &story{client: netip.AddrPortFrom(c.client.Addr().Unmap(), c.client.Port()), server: c.server}
			continue
		}
		stories[n].add(c.kind, c.fromServer, string(c.data), int64(len(c.data))+c.n, c.reason)
	}
	return stories
}

func storiesOfRecords(t *testing.T, all []kept) map[uint32]*story {
	t.Helper()
	stories := map[uint32]*story{}
	for _, r := range all {
		if r.Kind == Opened {
			stories[r.Conn] = &story{client: r.Client, server: r.Server}
		}
		s := stories[r.Conn]
		if r.Client != s.client || r.Server != s.server {
			t.Fatalf("connection %d changed its ends: %+v", r.Conn, r.Record)
		}
		if r.Offset != s.off[index(r.FromServer)] || r.Kind == Data && r.Length != int64(len(r.data)) {
			t.Fatalf("offset %d, want %d: %+v", r.Offset, s.off[index(r.FromServer)], r.Record)
		}
		if r.Time.Before(s.last) {
			t.Fatalf("time goes back: %+v", r.Record)
		}
		s.last = r.Time
		s.add(r.Kind, r.FromServer, r.data, r.Length, r.Reason)
	}
	return stories
}

func compare(t *testing.T, got, want map[uint32]*story) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d connections, want %d", len(got), len(want))
	}
	for n, w := range want {
		g := got[n]
		if g.client != w.client || g.server != w.server {
			t.Errorf("%d: %s to %s, want %s to %s", n, g.client, g.server, w.client, w.server)
		}
		for i := range 2 {
			g.flushData(i)
			w.flushData(i)
			if g.text[i].String() != w.text[i].String() {
				t.Errorf("connection %d direction %d differs: %d and %d characters", n, i, g.text[i].Len(), w.text[i].Len())
			}
		}
	}
}

// recording runs calls against a Recorder in memory.
func recording(t testing.TB, calls []call) *source.Memory {
	t.Helper()
	m := source.NewMemory()
	r, err := NewRecorder(m, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		if err := c.do(r); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func readMemory(t testing.TB, src source.Source) []kept {
	t.Helper()
	r, err := NewReader(src)
	if err != nil {
		t.Fatal(err)
	}
	all, err := readAll(t, r)
	if err != io.EOF {
		t.Fatal(err)
	}
	return all
}
