package record

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

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

func (s *story) add(kind capture.Kind, fromServer bool, data string, n int64, reason string) {
	i := told.Index(fromServer)
	switch kind {
	case capture.Data:
		s.data[i] = append(s.data[i], data...)
	case capture.Gap:
		s.flushData(i)
		for left := n; left > 0; left -= 1 << 30 {
			fmt.Fprintf(&s.text[i], "gap %d\n", min(left, 1<<30))
		}
	case capture.Fin, capture.Reset:
		s.flushData(i)
		fmt.Fprintf(&s.text[i], "%s %s\n", kind, reason)
	}
	s.off[i] += n
}

func storiesOfCalls(calls []told.Call) map[uint32]*story {
	stories := map[uint32]*story{}
	for _, c := range calls {
		n := uint32(c.ID) + 1
		if c.Kind == capture.Opened {
			stories[n] = &story{client: netip.AddrPortFrom(c.Client.Addr().Unmap(), c.Client.Port()), server: c.Server}
			continue
		}
		stories[n].add(c.Kind, c.FromServer, string(c.Data), int64(len(c.Data))+c.N, c.Reason)
	}
	return stories
}

func storiesOfRecords(t *testing.T, all []told.Kept) map[uint32]*story {
	t.Helper()
	stories := map[uint32]*story{}
	for _, r := range all {
		if r.Kind == capture.Opened {
			stories[r.Conn] = &story{client: r.Client, server: r.Server}
		}
		s := stories[r.Conn]
		if r.Client != s.client || r.Server != s.server {
			t.Fatalf("connection %d changed its ends: %+v", r.Conn, r.Record)
		}
		if r.Offset != s.off[told.Index(r.FromServer)] || r.Kind == capture.Data && r.Length != int64(len(r.Text)) {
			t.Fatalf("offset %d, want %d: %+v", r.Offset, s.off[told.Index(r.FromServer)], r.Record)
		}
		if r.Time.Before(s.last) {
			t.Fatalf("time goes back: %+v", r.Record)
		}
		s.last = r.Time
		s.add(r.Kind, r.FromServer, r.Text, r.Length, r.Reason)
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
func recording(t testing.TB, calls []told.Call) *source.Memory {
	t.Helper()
	m := source.NewMemory()
	r, err := New(m, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		if err := c.Do(r); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}
