package record

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// rotated records calls in segments and returns the path of the first.
func rotated(t testing.TB, calls []told.Call, o Options) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.pcapng")
	rec, err := Create(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Source().Close() })
	for _, c := range calls {
		if err := c.Do(rec); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARotatedRecordingReadsAsOne(t *testing.T) {
	for seed := range uint64(4) {
		calls := told.Script(rand.New(rand.NewPCG(seed, 9)), 9, 400)
		path := rotated(t, calls, Options{Rotate: Rotate{Bytes: 200_000}})
		names, err := capture.Segments(path)
		if err != nil || len(names) < 5 {
			t.Fatalf("segments %v, %v", names, err)
		}
		told.Same(t, told.ReadFile(t, path), told.Read(t, recording(t, calls)))
		var all []byte
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b...)
		}
		told.Same(t, told.Read(t, told.Memory(all)), told.Read(t, recording(t, calls)))
	}
}

func TestRotationByTime(t *testing.T) {
	calls := []told.Call{{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}}
	for i := range 20 {
		calls = append(calls, told.Call{Kind: capture.Data, At: told.Start.Add(time.Duration(i) * time.Minute), Data: []byte{byte(i)}})
	}
	path := rotated(t, calls, Options{Rotate: Rotate{Every: 5 * time.Minute}})
	if names, _ := capture.Segments(path); len(names) != 4 {
		t.Errorf("20 minutes in pieces of 5 are %v", names)
	}
	told.Same(t, told.ReadFile(t, path), told.Read(t, recording(t, calls)))
}

func TestMarksAcrossSegments(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(3, 4)), 5, 60)
	src := told.File(t, rotated(t, calls, Options{Rotate: Rotate{Bytes: 100_000}}))
	if usable, all := checkMarks(t, src, 1), len(told.Read(t, src)); usable != all {
		t.Errorf("%d of %d places can be marked", usable, all)
	}
}

func TestFollowingAcrossSegments(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(8, 8)), 6, 300)
	rec, err := Create(filepath.Join(t.TempDir(), "live.pcapng"), Options{Rotate: Rotate{Bytes: 150_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	var live []told.Kept
	var wg sync.WaitGroup
	wg.Go(func() { live = told.Read(t, rec.Source()) })
	for _, c := range calls {
		if err := errors.Join(c.Do(rec), rec.Flush()); err != nil {
			t.Error(err)
		}
	}
	if err := rec.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	told.Same(t, live, told.Read(t, recording(t, calls)))
}

// TestEverySegmentOpensByItself reads each segment alone: connections that
// began before it are found again, with the number and the offsets that they
// have in the whole.
func TestEverySegmentOpensByItself(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(5, 4)), 7, 200)
	path := rotated(t, calls, Options{Rotate: Rotate{Bytes: 200_000}})
	names, _ := capture.Segments(path)
	whole := map[string]string{}
	key := func(k told.Kept) string { return fmt.Sprint(k.Client, k.FromServer, k.Offset, k.Time) }
	for _, k := range told.ReadFile(t, path) {
		if k.Kind == capture.Data {
			whole[key(k)] = k.Text
		}
	}
	seen, heads := map[string]bool{}, 0
	for i, name := range names {
		alone := filepath.Join(t.TempDir(), "alone.pcapng")
		b, _ := os.ReadFile(name)
		if err := os.WriteFile(alone, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, k := range told.ReadFile(t, alone) {
			if k.Kind == capture.Opened && i > 0 && k.Client.Port() >= 40000+7 {
				t.Errorf("%s: a client was made up: %+v", name, k.Record)
			}
			if k.Kind == capture.Data {
				text, ok := whole[key(k)]
				if !ok || !strings.HasPrefix(text, k.Text) || len(k.Text) < len(text) && k.End() != maxHead {
					t.Fatalf("%s: %+v is not in the whole", name, k.Record)
				}
				if seen[key(k)] {
					heads++
				}
				seen[key(k)] = true
			}
		}
	}
	if len(seen) != len(whole) || heads == 0 {
		t.Errorf("%d data records in the segments, %d in the whole; %d were repeated", len(seen), len(whole), heads)
	}
}

func TestTsharkReadsEverySegment(t *testing.T) {
	t.Parallel()
	calls := told.Script(rand.New(rand.NewPCG(5, 4)), 3, 60)
	path := rotated(t, calls, Options{Rotate: Rotate{Bytes: 200_000}})
	names, _ := capture.Segments(path)
	for _, name := range names {
		if got := told.Tshark(t, name, "-Y", "_ws.malformed or tcp.checksum.status == 0 or ip.checksum.status == 0"); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestOldSegmentsAreRemoved(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(6, 4)), 5, 400)
	var reports []string
	path := rotated(t, calls, Options{Rotate: Rotate{Bytes: 200_000}, Keep: Keep{Files: 3}, Report: func(w string) { reports = append(reports, w) }})
	names, err := capture.Segments(path)
	if err != nil || len(names) != 3 || names[0] == path {
		t.Fatalf("segments %v, %v", names, err)
	}
	entries, _ := os.ReadDir(filepath.Dir(path))
	if len(entries) != 3 {
		t.Errorf("%d files are there", len(entries))
	}
	if all := strings.Join(reports, "\n"); !strings.Contains(all, "removed the old segment "+path) || !strings.Contains(all, "goes on in") {
		t.Errorf("reported: %s", all)
	}
	whole := told.Read(t, recording(t, calls))
	rest := told.ReadFile(t, path)
	compareEnds(t, rest, whole)
}

// compareEnds wants the data of rest to be the last of whole, at the same
// offsets.
func compareEnds(t *testing.T, rest, whole []told.Kept) {
	t.Helper()
	data := func(all []told.Kept) (d []string) {
		for i, k := range all {
			repeated := slices.ContainsFunc(all[i:], func(gap told.Kept) bool {
				return gap.Kind == capture.Gap && gap.Conn == k.Conn && gap.FromServer == k.FromServer && strings.Contains(gap.Reason, "not here")
			})
			if k.Kind == capture.Data && !repeated {
				d = append(d, fmt.Sprint(k.Client, k.FromServer, k.Offset, k.Text))
			}
		}
		return d
	}
	a, b := data(rest), data(whole)
	if len(a) == 0 || len(a) >= len(b) {
		t.Fatalf("%d of %d data records", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[len(b)-len(a)+i] {
			t.Fatalf("data record %d differs", i)
		}
	}
}

func TestKeepByBytes(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(6, 4)), 3, 400)
	path := rotated(t, calls, Options{Rotate: Rotate{Bytes: 300_000}, Keep: Keep{Bytes: 1_000_000}})
	names, _ := capture.Segments(path)
	var total int64
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > 1_000_000+200_000 || len(names) < 2 { // a record may be larger than what was left
		t.Errorf("%d files with %d bytes are told.Kept", len(names), total)
	}
}

func TestAMarkInARemovedSegmentSaysSo(t *testing.T) {
	rec, err := Create(filepath.Join(t.TempDir(), "r.pcapng"), Options{Rotate: Rotate{Bytes: 10_000}, Keep: Keep{Files: 2}})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	reader := func() *capture.Reader {
		r, err := capture.NewReader(rec.Source())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	open := told.Call{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}
	if err := errors.Join(open.Do(rec), rec.Flush()); err != nil {
		t.Fatal(err)
	}
	slow, r := reader(), reader()
	for range 1 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	mark, _ := r.Mark(1)
	slow.Next()
	const pieces = 100
	for i := range pieces {
		c := told.Call{Kind: capture.Data, At: told.Start, Data: told.Random(rand.New(rand.NewPCG(1, uint64(i))), 2000)}
		if err := errors.Join(c.Do(rec), rec.Flush()); err != nil {
			t.Fatal(err)
		}
	}
	rec.Close()
	again, err := capture.NewReaderFrom(rec.Source(), mark)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = again.Next()
	}
	var gone *source.RotatedError
	if !errors.As(err, &gone) || !strings.Contains(err.Error(), "rotated away with") {
		t.Errorf("reading from the mark: %v", err)
	}
	slowReaderGoesOn(t, slow, pieces*2000)
}

// slowReaderGoesOn wants a reader that was overtaken by the removal to go on
// with a gap.
func slowReaderGoesOn(t *testing.T, slow *capture.Reader, size int64) {
	t.Helper()
	rest, err := told.All(t, slow)
	if err != io.EOF {
		t.Fatal(err)
	}
	var gaps, end int64
	for _, k := range rest {
		if k.Offset != end {
			t.Fatalf("offset %d, want %d: %+v", k.Offset, end, k.Record)
		}
		end = k.End()
		if k.Kind == capture.Gap {
			gaps += k.Length
		}
	}
	if end != size || gaps == 0 {
		t.Errorf("read to %d of %d, with gaps of %d", end, size, gaps)
	}
}

func TestCreateRefusesOldSegments(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.0007.pcapng"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(filepath.Join(dir, "a.pcapng"), Options{}); !errors.Is(err, os.ErrExist) || !strings.Contains(err.Error(), "a.0007.pcapng") {
		t.Error(err)
	}
}
