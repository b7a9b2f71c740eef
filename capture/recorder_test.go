package capture

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

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

func TestWhatWasRecordedIsRead(t *testing.T) {
	for seed := range uint64(6) {
		calls := script(rand.New(rand.NewPCG(seed, 1)), 9, 120)
		got := storiesOfRecords(t, readMemory(t, recording(t, calls)))
		compare(t, got, storiesOfCalls(calls))
	}
}

func TestOffsetsPassFourGiB(t *testing.T) {
	calls := []call{
		{kind: Opened, at: start, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")},
		{kind: Data, at: start, data: []byte("C0C1")},
		{kind: Gap, at: start, n: 10<<30 + 5},
		{kind: Data, at: start, data: []byte("after")},
	}
	all := readMemory(t, recording(t, calls))
	last := all[len(all)-1]
	if last.data != "after" || last.Offset != 4+10<<30+5 {
		t.Errorf("last record %+v", last)
	}
	var gaps int64
	for _, r := range all {
		if r.Kind == Gap {
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
	calls := script(rand.New(rand.NewPCG(7, 7)), 5, 300)
	path := filepath.Join(t.TempDir(), "live.pcapng")
	rec, err := Create(path, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	var live []kept
	var wg sync.WaitGroup
	wg.Go(func() { live = readMemory(t, rec.Source()) })
	for i, c := range calls {
		if err := c.do(rec); err != nil {
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
	finished := readFile(t, path)
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
	rec, err := NewRecorder(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(rec.Source())
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
	calls := []call{
		{kind: Opened, at: start, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")},
		{kind: Data, at: start, data: []byte("hello")},
		{kind: Data, at: start, fromServer: true, data: []byte("hi")},
		{kind: Gap, at: start, n: 77},
		{kind: Fin, at: start, reason: "bye"},
	}
	whole := recording(t, calls).Bytes()
	all := readMemory(t, memory(whole))
	for cut := 1; cut < len(whole); cut++ {
		r, err := NewReader(memory(whole[:cut]))
		var got []kept
		if err == nil {
			got, err = readAll(t, r)
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
func checkPrefix(t *testing.T, cut int, got, all []kept) {
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
	m := recording(t, script(rand.New(rand.NewPCG(3, 3)), 8, 60))
	records := len(readMemory(t, m))
	if usable := checkMarks(t, m, 1); usable != records {
		t.Errorf("%d of %d places can be marked", usable, records)
	}
}

func TestRecordsThatMakeNoSenseAreRefused(t *testing.T) {
	client, server := ap("192.0.2.1:5000"), ap("192.0.2.2:1935")
	rec, err := NewRecorder(source.NewMemory(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(rec.Open(1, start, start, client, server), rec.Fin(1, false, start, "")); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"unknown connection": rec.Data(2, false, start, []byte("x")),
		"data after the end": rec.Data(1, false, start, []byte("x")),
		"second end":         rec.Fin(1, false, start, ""),
		"gap after the end":  rec.Gap(1, false, start, 1),
		"unknown reset":      rec.Reset(7, false, start, ""),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if rec.Open(1, start, start, client, server) == nil {
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
		r, err := NewRecorder(m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.Open(1, start, start, ap("192.0.2.1:5000"), ap("192.0.2.2:1935")), r.Data(1, true, start, []byte("x")), c.do(r, start.Add(time.Second))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(r.conns)+len(r.live) > 0 {
			t.Errorf("%s: the connection is still known", name)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, k := range readMemory(t, m) {
			if k.Kind == Fin || k.Kind == Reset {
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
	all := readMemory(t, recording(t, []call{
		{kind: Opened, at: start, client: ap("192.0.2.1:5000"), refused: true},
		{kind: Data, at: start, data: []byte("abc")},
		{kind: Data, at: start, data: []byte("xyz"), fromServer: true},
	}))
	if got := tell(all); got != "1c:opened@0 1c:data@0=abc 1s:data@0=xyz" {
		t.Error(got)
	}
	if all[0].Server != ap("0.0.0.0:0") {
		t.Error(all[0].Server)
	}
}
