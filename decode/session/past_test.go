package session

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rtmpscope/rtmpscope/decode"
)

// noRows keeps no rows: these tests are about sessions.
type noRows struct{}

func (noRows) Add(Row)     {}
func (noRows) Row(int) Row { return Row{} }

// visits lets n clients connect one after the other, shake half a hand, and leave.
func visits(tl *Timeline, from, n int) {
	at := time.Unix(1_800_000_000, 0).Add(time.Duration(from) * time.Second)
	for i := range n {
		id := uint32(from + i + 1)
		at = at.Add(time.Second)
		tl.Open(Connection{ID: id, At: at, Client: fmt.Sprintf("10.0.0.1:%d", 1024+i%60000), Server: "10.0.0.2:1935"})
		tl.Data(id, decode.FromClient, at, []byte{3, 0, 0, 0, 0})
		tl.Close(id, decode.FromClient, at, End{How: Fin})
		tl.Close(id, decode.FromServer, at, End{How: Fin})
	}
}

// heap is what is in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestInvariantEndedCostsNothing: a snapshot costs what has changed, whatever has
// been, and a session that has ended is a summary of at most 300 bytes.
func TestInvariantEndedCostsNothing(t *testing.T) {
	cost := func(past int) float64 {
		tl := New(Options{Rows: noRows{}})
		visits(tl, 0, past)
		tl.Snapshot()
		at := time.Unix(1_800_000_000, 0).Add(time.Duration(past) * time.Second)
		id := uint32(past + 1)
		tl.Open(Connection{ID: id, At: at, Client: "10.0.0.9:1", Server: "10.0.0.2:1935"})
		return testing.AllocsPerRun(50, func() {
			tl.Gap(id, decode.FromClient, at, 1)
			tl.Snapshot()
		})
	}
	n := 20_000
	if testing.Short() {
		n = 4000
	}
	if fresh, old := cost(0), cost(n); old > fresh*1.1+1 {
		t.Errorf("a snapshot after %d sessions costs %v allocations, a fresh one %v", n, old, fresh)
	}
	tl := New(Options{Rows: noRows{}})
	tl.told = maxTexts // nor about texts, which have a bound of their own
	visits(tl, 0, 1000)
	tl.Snapshot()
	before := heap()
	visits(tl, 1000, n)
	tl.Snapshot()
	if each := (heap() - before) / int64(n); each > 300 {
		t.Errorf("%d bytes a session", each)
	}
	runtime.KeepAlive(tl)
}

// TestPastIsTold: a summary tells all that the session did, and what is said of it
// afterwards is not lost.
func TestPastIsTold(t *testing.T) {
	tl := New(Options{})
	visits(tl, 0, 1)
	if c := tl.conns[1]; c.dec != [2]*decode.Decoder{} || c.ends[decode.FromClient] != 5 {
		t.Errorf("the decoders are kept, or how far they came is not: %v", c.ends)
	}
	before := tl.Snapshot().Session(1)
	later := before.LastAt.Add(settledAfter)
	tl.Tick(later)
	if tl.sessions[0] != nil || len(tl.conns) != 0 {
		t.Fatal("nothing was settled")
	}
	after := tl.Snapshot().Session(1)
	if diff := cmp.Diff(before, after, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(Info{})); diff != "" {
		t.Error(diff)
	}
	tl.found(Finding{Session: 1, Rule: "late", Severity: Warning, Rows: []uint32{1}})
	if i := tl.Snapshot().Session(1); i.Worst != Warning || i.Rows != before.Rows+1 || i.Findings[Warning] != 1 {
		t.Errorf("a late finding gives %+v", i)
	}
	tl.Note(1, Place{Offset: WholeSession}, Written{Name: "note", At: later})
	if n := tl.Snapshot().Notes(); len(n) != 1 || n[0].Row != 1 || n[0].Session != 1 {
		t.Errorf("notes %+v", n)
	}
	if open := tl.Snapshot().Open(); len(open) != 0 {
		t.Errorf("open: %v", open)
	}
}

// TestOpenSessionsAreListed as they come and go, and no earlier list changes.
func TestOpenSessionsAreListed(t *testing.T) {
	tl := New(Options{})
	at := time.Unix(1_800_000_000, 0)
	for id := uint32(7); id < 10; id++ { // IDs are not numbers
		tl.Open(Connection{ID: id, At: at, Client: "a:1", Server: "b:1"})
	}
	first := tl.Snapshot()
	tl.Close(8, decode.FromServer, at, End{How: Reset})
	tl.Open(Connection{ID: 10, At: at, Client: "a:1", Server: "b:1"})
	if diff := cmp.Diff([][]uint32{{1, 2, 3}, {1, 3, 4}}, [][]uint32{first.Open(), tl.Snapshot().Open()}); diff != "" {
		t.Error(diff)
	}
	tl.Tick(at.Add(settledAfter))
	tl.Note(8, Place{Offset: WholeSession}, Written{Name: "note"})
	if n := tl.Snapshot().Notes(); len(n) != 1 || n[0].Session != 2 {
		t.Errorf("notes %+v", n)
	}
}
