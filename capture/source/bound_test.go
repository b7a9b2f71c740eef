package source

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBoundAtItsEdges: the ratio counts beyond what is always unpacked, and the room is
// looked at every so often.
func TestBoundAtItsEdges(t *testing.T) {
	packed := func(n int64) func() int64 { return func() int64 { return n } }
	for _, c := range []struct {
		packed, size int64
		refused      bool
	}{
		{1, freeExpansion, false}, {1, freeExpansion + 1, true}, {freeExpansion / maxRatio, freeExpansion + 100, false},
		{1 << 20, maxRatio<<20 + maxRatio - 1, false}, {1 << 20, maxRatio<<20 + maxRatio, true},
	} {
		b := Bound{Packed: packed(c.packed)}
		if err := b.refuses(c.size); (err != nil) != c.refused || err != nil && strings.Contains(err.Error(), ";") {
			t.Errorf("%d of %d packed: %v", c.size, c.packed, err)
		}
	}
	room, looks := int64(1000<<20), 0
	b := Bound{Free: func(dir string) (int64, bool) {
		if looks++; dir != os.TempDir() {
			t.Errorf("looked at %s", dir)
		}
		return room, true
	}}
	if b.begin(); b.reserve != 100<<20 || looks != 1 {
		t.Fatalf("a reserve of %d after %d looks", b.reserve, looks)
	}
	room = 100 << 20
	for i, c := range []struct {
		size    int64
		looks   int
		refused bool
	}{{checkEvery - 1, 1, false}, {checkEvery, 2, false}, {2*checkEvery - 1, 2, false}, {2 * checkEvery, 3, false}} {
		if err := b.refuses(c.size); (err != nil) != c.refused || looks != c.looks {
			t.Errorf("step %d: %v after %d looks", i, err, looks)
		}
	}
	room--
	err := b.refuses(3 * checkEvery)
	if err == nil || !strings.HasPrefix(err.Error(), "only 99 MiB are free in ") || !strings.Contains(err.Error(), ", and 48 MiB of it are unpacked there") {
		t.Errorf("with too little room: %v", err)
	}
	unknown := Bound{Free: func(string) (int64, bool) { return 0, false }}
	if unknown.begin(); unknown.reserve != 0 || unknown.refuses(checkEvery) != nil {
		t.Error("room that is not known is a bound")
	}
	var none Bound
	if none.begin(); none.refuses(1<<50) != nil {
		t.Error("no bound is one")
	}
	both := (Bound{Bytes: 7}).Packing(packed(3))
	if both.Bytes != 7 || both.Packed() != 3 || both.Free == nil {
		t.Errorf("%+v", both)
	}
	if free, known := both.Free(t.TempDir()); known && free <= 0 {
		t.Errorf("%d bytes are free here", free)
	}
}

// TestSpoolIsRefusedInTime: at the first read that is too much, and not before.
func TestSpoolIsRefusedInTime(t *testing.T) {
	spooled := func(n int, b Bound) (int64, error) {
		s, err := Spool(bytes.NewReader(make([]byte, n)), nil, b)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for s.Grown(s.Size()) {
		}
		_, err = s.ReadAt(make([]byte, 1), s.Size())
		return s.Size(), err
	}
	var ended *EndedError
	if n, err := spooled(700, Bound{Bytes: 700}); n != 700 || errors.As(err, &ended) {
		t.Errorf("as long as may be: %d, %v", n, err)
	}
	if n, err := spooled(701, Bound{Bytes: 700}); n != 700 || !errors.As(err, &ended) || ended.Err == nil || !errors.Is(err, ended.Err) || !strings.HasPrefix(err.Error(), "what it unpacks to ends here: it is longer than 700 bytes") {
		t.Errorf("a byte too long: %d, %v", n, err)
	}
	full := Bound{Bytes: 1 << 40, Free: func(string) (int64, bool) { return 0, true }, reserve: 1}
	full.Free = func() func(string) (int64, bool) {
		room := int64(10)
		return func(string) (int64, bool) { room--; return room, true }
	}()
	// The first look finds room for 9, a tenth of which is 0: nothing is refused.
	if n, err := spooled(20<<20, full); n != 20<<20 || errors.As(err, &ended) {
		t.Errorf("without a reserve: %d, %v", n, err)
	}
	shrinks := Bound{Bytes: 1 << 40}
	room := int64(1 << 30)
	shrinks.Free = func(string) (int64, bool) { room /= 16; return room, true }
	if n, err := spooled(40<<20, shrinks); n != checkEvery-feederSize || !errors.As(err, &ended) {
		t.Errorf("the read that comes to %d bytes is refused: %d, %v", checkEvery, n, err)
	}
}

// TestNamelessFiles have no name where the system allows it, and go with their Close.
func TestNamelessFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	f, err := Nameless()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("kept"), 3); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4)
	if _, err := f.ReadAt(b, 3); err != nil || string(b) != "kept" {
		t.Errorf("%q, %v", b, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
	t.Setenv("TMPDIR", filepath.Join(dir, "missing"))
	if f, err := Nameless(); err == nil {
		f.Close()
		t.Error("a file in a directory that is not there")
	}
}

// TestNobodyWritesNothing: what a copy skips is not written as nothing.
func TestNobodyWritesNothing(t *testing.T) {
	chain, _ := chained(t, 4)
	if _, _, err := chain.Prune(2, 0, 0); err != nil {
		t.Fatal(err)
	}
	var w counting
	if n, err := Copy(&w, grown{chain, 40}); n != 20 || err != nil || w.empty != 0 {
		t.Errorf("%d bytes, %v, %d writes of nothing", n, err, w.empty)
	}
	if _, _, err := chain.Prune(0, 1, 100); err != nil {
		t.Fatal(err)
	}
	if n, err := Copy(&w, grown{chain, 40}); n != 10 || err != nil {
		t.Errorf("when nothing may stay, the last does: %d bytes, %v", n, err)
	}
}

type counting struct{ empty int }

func (c *counting) Write(p []byte) (int, error) {
	if len(p) == 0 {
		c.empty++
	}
	return len(p), nil
}

// slow gives a byte with each read.
type slow struct{ text string }

func (s slow) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(s.text)) {
		return 0, io.EOF
	}
	return copy(p[:min(len(p), 1)], s.text[off:]), nil
}

// TestAByteAtATime: a window is the same however little a read gives.
func TestAByteAtATime(t *testing.T) {
	const text = "what is read is what was written"
	var out bytes.Buffer
	if n, err := Copy(&out, NewFinished(slow{text}, int64(len(text)))); n != int64(len(text)) || err != nil || out.String() != text {
		t.Errorf("%d bytes are copied, %v: %q", n, err, out.String())
	}
	f := NewFeeder(NewFinished(slow{text}, int64(len(text))))
	for pos := range len(text) {
		for n := range len(text) - pos + 1 {
			if got, err := f.Peek(int64(pos), n); err != nil || string(got) != text[pos:pos+n] {
				t.Fatalf("%d bytes at %d: %q, %v", n, pos, got, err)
			}
		}
		if got, err := f.Peek(int64(pos), len(text)-pos+1); !errors.Is(err, io.EOF) || string(got) != text[pos:] {
			t.Fatalf("beyond the end: %q, %v", got, err)
		}
	}
}
