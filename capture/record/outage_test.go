package record

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// disk fails while it is full, after writing half of what it was given.
type disk struct{ full bool }

type diskFile struct {
	segmentFile
	disk *disk
}

func (f diskFile) Write(p []byte) (int, error) {
	if f.disk.full {
		n, _ := f.segmentFile.Write(p[:len(p)/2])
		return n, syscall.ENOSPC
	}
	return f.segmentFile.Write(p)
}

// onDisk creates a recording whose files are on d.
func onDisk(t testing.TB, path string, d *disk, o Options) *Recorder {
	t.Helper()
	rec, err := Create(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Source().Close() })
	wrap := func(s *newSegment) { s.file = diskFile{s.file, d} }
	create := rec.files.create
	rec.files.create = func(path string) (*newSegment, error) {
		s, err := create(path)
		if err == nil {
			wrap(s)
		}
		return s, err
	}
	wrap(rec.files.current)
	rec.sink.w = rec.files.current.file
	return rec
}

func TestAFullDiskLeavesExactGaps(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 77))
		calls := told.Script(rng, 9, 300)
		path := filepath.Join(t.TempDir(), "r.pcapng")
		d := &disk{}
		o := Options{}
		if seed%2 == 1 {
			o.Rotate.Bytes = 300_000
		}
		rec := onDisk(t, path, d, o)
		var live []told.Kept
		var wg sync.WaitGroup
		wg.Go(func() { live = told.Read(t, rec.Source()) })
		for _, c := range calls {
			switch rng.IntN(40) {
			case 0:
				d.full = !d.full
			case 1, 2:
				rec.Flush()
			case 3, 4:
				rec.Retry()
			}
			if err := c.Do(rec); err != nil && (rec.Err() == nil || !errors.Is(err, syscall.ENOSPC)) {
				t.Fatalf("%+v: %v", c, err)
			}
		}
		d.full = false
		if err := rec.Close(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		all := told.ReadFile(t, path)
		told.Same(t, live, all)
		if lost := checkTruth(t, all, calls); lost != rec.Lost() {
			t.Errorf("seed %d: %d bytes are missing, Lost says %d", seed, lost, rec.Lost())
		}
		checkEachSegment(t, path)
	}
}

// checkTruth wants records to be what calls say, but for gaps in place of data,
// and returns how much data that is.
func checkTruth(t *testing.T, all []told.Kept, calls []told.Call) (lost int64) {
	t.Helper()
	type lane struct {
		port       uint16
		fromServer bool
	}
	ports, want := map[uint64]uint16{}, map[lane]*[]told.Call{}
	for _, c := range calls {
		if c.Kind == capture.Opened {
			ports[c.ID] = c.Client.Port()
			continue
		}
		l := lane{ports[c.ID], c.FromServer}
		if want[l] == nil {
			want[l] = &[]told.Call{}
		}
		*want[l] = append(*want[l], c)
	}
	got := map[lane][]told.Kept{}
	opened := map[uint16]int{}
	for _, k := range all {
		if k.Kind == capture.Opened {
			opened[k.Client.Port()]++
			continue
		}
		l := lane{k.Client.Port(), k.FromServer}
		got[l] = append(got[l], k)
	}
	for id, port := range ports {
		if opened[port] != 1 {
			t.Errorf("connection %d was opened %d times", id, opened[port])
		}
	}
	for l, cs := range want {
		lost += compareLane(t, got[l], *cs)
	}
	return lost
}

// compareLane compares one direction. Gaps that calls ask for are merged with
// those of lost data, so bytes are compared where there are any.
func compareLane(t *testing.T, got []told.Kept, calls []told.Call) (lost int64) {
	t.Helper()
	type span struct {
		at   int64
		data []byte
	}
	var spans []span
	var size, data, arrived int64
	var how capture.Kind
	for _, c := range calls {
		switch c.Kind {
		case capture.Data:
			spans = append(spans, span{size, c.Data})
			size += int64(len(c.Data))
			data += int64(len(c.Data))
		case capture.Gap:
			size += c.N
		default:
			how = c.Kind
		}
	}
	var end int64
	var ended capture.Kind
	for _, k := range got {
		if k.Offset != end {
			t.Fatalf("offset %d, want %d: %+v", k.Offset, end, k.Record)
		}
		end = k.End()
		if k.Kind == capture.Fin || k.Kind == capture.Reset {
			ended = k.Kind
		}
		if k.Kind != capture.Data {
			continue
		}
		arrived += k.Length
		for len(spans) > 0 && spans[0].at+int64(len(spans[0].data)) <= k.Offset {
			spans = spans[1:]
		}
		if from := k.Offset - spans[0].at; from < 0 || !bytes.HasPrefix(spans[0].data[from:], []byte(k.Text)) {
			t.Fatalf("other bytes at %d", k.Offset)
		}
	}
	if end != size || ended != how {
		t.Fatalf("a direction has %d bytes and ends with %s, want %d and %s", end, ended, size, how)
	}
	return data - arrived
}

// checkEachSegment wants every file to end with a whole block.
func checkEachSegment(t *testing.T, path string) {
	t.Helper()
	names, err := capture.Segments(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := source.OpenRegular(name)
		if err != nil {
			t.Fatal(err)
		}
		info, _ := f.Stat()
		b := pcapng.NewReader(source.NewFinished(f, info.Size()))
		for err = b.Begin(); err == nil; {
			err = b.Next(&pcapng.Block{})
		}
		if f.Close(); err != io.EOF {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecordingGoesOnInANewSegment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.pcapng")
	d := &disk{}
	var reports []string
	rec := onDisk(t, path, d, Options{Report: func(w string) { reports = append(reports, w) }})
	open := told.Call{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}
	say := func(fromServer bool, s string) error {
		return told.Call{Kind: capture.Data, At: told.Start, FromServer: fromServer, Data: []byte(s)}.Do(rec)
	}
	if err := errors.Join(open.Do(rec), say(false, "before"), rec.Flush()); err != nil {
		t.Fatal(err)
	}
	d.full = true
	if err := errors.Join(say(false, "1234"), say(true, "12")); err != nil {
		t.Fatal(err) // it is only buffered
	}
	if err := rec.Flush(); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "recording stopped") {
		t.Fatal(err)
	}
	if say(false, "567") == nil || rec.Retry() == nil {
		t.Error("a full disk is no error")
	}
	d.full = false
	if err := errors.Join(rec.Retry(), say(false, "after"), rec.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := told.Line(told.ReadFile(t, path)), "1c:opened@0 1c:data@0=before 1c:gap@6=7 1s:gap@0=2 1c:data@13=after"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if names, _ := capture.Segments(path); len(names) != 2 || rec.Lost() != 9 || len(reports) != 1 {
		t.Errorf("segments %v, lost %d, told %q", names, rec.Lost(), reports)
	}
	if got := told.Tshark(t, source.SegmentName(path, 2), "-Y", "frame.comment contains \"could not be written\"", "-T", "fields", "-e", "frame.comment"); !strings.Contains(got, "7 bytes from the client") || !strings.Contains(got, "2 bytes from the server") {
		t.Errorf("tshark says %q", got)
	}
}

// TestARealFullDisk fills a file system of 1 MiB.
func TestARealFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := mountSmall(dir); err != nil {
		t.Skip("no small file system can be mounted:", err)
	}
	t.Cleanup(func() { unmount(dir) })
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 700<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "r.pcapng")
	rec, err := Create(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	calls := []told.Call{{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}}
	for i := range 100 {
		calls = append(calls, told.Call{Kind: capture.Data, At: told.Start, Data: bytes.Repeat([]byte{byte(i)}, 10_000), FromServer: i%3 == 0})
	}
	calls = append(calls, told.Call{Kind: capture.Fin, At: told.Start}, told.Call{Kind: capture.Fin, At: told.Start, FromServer: true})
	for i, c := range calls {
		c.Do(rec) // the disk is full at some time
		rec.Flush()
		if i == 80 {
			if !errors.Is(rec.Err(), syscall.ENOSPC) {
				t.Fatal("the disk is not full:", rec.Err())
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			if err := rec.Retry(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if lost := checkTruth(t, told.ReadFile(t, path), calls); lost != rec.Lost() || lost == 0 {
		t.Errorf("%d bytes are missing, Lost says %d", lost, rec.Lost())
	}
	checkEachSegment(t, path)
}

func TestAPlainWriterStaysStopped(t *testing.T) {
	rec, err := New(&fullDisk{n: 1000}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	open := told.Call{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}
	if err := open.Do(rec); err != nil {
		t.Fatal(err)
	}
	rec.Data(0, false, told.Start, make([]byte, 5000)) // it is buffered
	if err := rec.Flush(); err == nil || rec.Retry() != err || rec.Lost() != 5000 {
		t.Errorf("%v, lost %d", err, rec.Lost())
	}
}
