package record

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

func TestWhatWasRecordedIsRead(t *testing.T) {
	for seed := range uint64(6) {
		calls := told.Script(rand.New(rand.NewPCG(seed, 1)), 9, 120)
		got := storiesOfRecords(t, told.Read(t, recording(t, calls)))
		compare(t, got, storiesOfCalls(calls))
	}
}

func TestOffsetsPassFourGiB(t *testing.T) {
	calls := []told.Call{
		{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")},
		{Kind: capture.Data, At: told.Start, Data: []byte("C0C1")},
		{Kind: capture.Gap, At: told.Start, N: 10<<30 + 5},
		{Kind: capture.Data, At: told.Start, Data: []byte("after")},
	}
	all := told.Read(t, recording(t, calls))
	last := all[len(all)-1]
	if last.Text != "after" || last.Offset != 4+10<<30+5 {
		t.Errorf("last record %+v", last)
	}
	var gaps int64
	for _, r := range all {
		if r.Kind == capture.Gap {
			gaps += r.Length
			if want := fmt.Sprintf("%d bytes from the client were relayed but not recorded", r.Length); r.Reason != want {
				t.Errorf("reason %q, want %q", r.Reason, want)
			}
		}
	}
	if gaps != 10<<30+5 {
		t.Errorf("gaps of %d bytes", gaps)
	}
}

func TestLiveIsFinished(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(7, 7)), 5, 300)
	path := filepath.Join(t.TempDir(), "live.pcapng")
	rec, err := Create(path, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	var live []told.Kept
	var wg sync.WaitGroup
	wg.Go(func() { live = told.Read(t, rec.Source()) })
	for i, c := range calls {
		if err := c.Do(rec); err != nil {
			t.Error(err)
		}
		if i%3 == 0 {
			rec.Flush()
			runtime.Gosched()
		}
	}
	if err := rec.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	finished := told.ReadFile(t, path)
	if len(live) != len(finished) {
		t.Fatalf("%d records live, %d finished", len(live), len(finished))
	}
	for i := range live {
		if fmt.Sprint(live[i]) != fmt.Sprint(finished[i]) {
			t.Fatalf("record %d: live %+v, finished %+v", i, live[i].Record, finished[i].Record)
		}
	}
	compare(t, storiesOfRecords(t, finished), storiesOfCalls(calls))
}

func TestClosingTheSourceEndsFollowing(t *testing.T) {
	m := source.NewMemory()
	rec, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := capture.NewReader(rec.Source())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := r.Next()
		done <- err
	}()
	m.Close()
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("Next returned %v", err)
	}
}

func TestATornFileGivesItsWholeRecords(t *testing.T) {
	calls := []told.Call{
		{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")},
		{Kind: capture.Data, At: told.Start, Data: []byte("hello")},
		{Kind: capture.Data, At: told.Start, FromServer: true, Data: []byte("hi")},
		{Kind: capture.Gap, At: told.Start, N: 77},
		{Kind: capture.Fin, At: told.Start, Reason: "bye"},
	}
	whole := recording(t, calls).Bytes()
	all := told.Read(t, told.Memory(whole))
	for cut := 1; cut < len(whole); cut++ {
		r, err := capture.NewReader(told.Memory(whole[:cut]))
		var got []told.Kept
		if err == nil {
			got, err = told.All(t, r)
		}
		var torn *pcapng.TornError
		if err != io.EOF && !errors.As(err, &torn) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if torn != nil && (torn.Pos > int64(cut) || torn.Have != int64(cut)-torn.Pos) {
			t.Fatalf("cut at %d: %+v", cut, torn)
		}
		checkPrefix(t, cut, got, all)
	}
}

// checkPrefix wants exactly the records whose blocks are whole.
func checkPrefix(t *testing.T, cut int, got, all []told.Kept) {
	t.Helper()
	for i, r := range got {
		if fmt.Sprint(r) != fmt.Sprint(all[i]) {
			t.Fatalf("cut at %d: record %d is %+v", cut, i, r.Record)
		}
	}
	if n := len(got); n+1 < len(all) && all[n+1].Pos <= int64(cut) {
		t.Fatalf("cut at %d: only %d records, though the next block begins at %d", cut, n, all[n+1].Pos)
	}
}

func TestMarksInARecording(t *testing.T) {
	m := recording(t, told.Script(rand.New(rand.NewPCG(3, 3)), 8, 60))
	records := len(told.Read(t, m))
	if usable := checkMarks(t, m, 1); usable != records {
		t.Errorf("%d of %d places can be marked", usable, records)
	}
}

func TestRecordsThatMakeNoSenseAreRefused(t *testing.T) {
	client, server := told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")
	rec, err := New(source.NewMemory(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(rec.Open(1, told.Start, told.Start, client, server), rec.Fin(1, false, told.Start, "")); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"unknown connection": rec.Data(2, false, told.Start, []byte("x")),
		"data after the end": rec.Data(1, false, told.Start, []byte("x")),
		"second end":         rec.Fin(1, false, told.Start, ""),
		"gap after the end":  rec.Gap(1, false, told.Start, 1),
		"unknown reset":      rec.Reset(7, false, told.Start, ""),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if rec.Open(1, told.Start, told.Start, client, server) == nil {
		t.Error("an id was opened twice")
	}
	if rec.Err() != nil {
		t.Error("a refused record stopped the recording:", rec.Err())
	}
}

// A direction that ends because its receiver is gone has no end of its own; the
// receiver's is told once, whatever came first, and the connection is over.
func TestADirectionThatIsCut(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*Recorder, time.Time) error
		want string
	}{
		"after FIN": {func(r *Recorder, at time.Time) error {
			return errors.Join(r.Fin(1, true, at, ""), r.Data(1, false, at, []byte("more")), r.Cut(1, false, at, "server: broken pipe"))
		}, "fin reset"},
		"after a reset": {func(r *Recorder, at time.Time) error {
			return errors.Join(r.Reset(1, true, at, ""), r.Cut(1, false, at, ""))
		}, "reset"},
		"before FIN": {func(r *Recorder, at time.Time) error {
			return errors.Join(r.Cut(1, false, at, ""), r.Fin(1, true, at, ""))
		}, "fin reset"},
		"before a reset": {func(r *Recorder, at time.Time) error {
			return errors.Join(r.Cut(1, false, at, ""), r.Reset(1, true, at, ""))
		}, "reset"},
	} {
		m := source.NewMemory()
		r, err := New(m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.Open(1, told.Start, told.Start, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")), r.Data(1, true, told.Start, []byte("x")), c.do(r, told.Start.Add(time.Second))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(r.conns)+len(r.live) > 0 {
			t.Errorf("%s: the connection is still known", name)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, k := range told.Read(t, m) {
			if k.Kind == capture.Fin || k.Kind == capture.Reset {
				got = append(got, k.Kind.String())
				if !k.FromServer || k.Offset != 1 {
					t.Errorf("%s: %+v", name, k)
				}
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestAServerThatSpeaksBeforeItIsConnected(t *testing.T) {
	all := told.Read(t, recording(t, []told.Call{
		{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Refused: true},
		{Kind: capture.Data, At: told.Start, Data: []byte("abc")},
		{Kind: capture.Data, At: told.Start, Data: []byte("xyz"), FromServer: true},
	}))
	if got := told.Line(all); got != "1c:opened@0 1c:data@0=abc 1s:data@0=xyz" {
		t.Error(got)
	}
	if all[0].Server != told.Addr("0.0.0.0:0") {
		t.Error(all[0].Server)
	}
}
