package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestUnpackByTheFirstBytes: gzip, zstd, plain text and streams too short to tell come
// out as they went in, and damage is an error.
func TestUnpackByTheFirstBytes(t *testing.T) {
	text := []byte(strings.Repeat("what it unpacks to ", 1000))
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	w.Write(text)
	w.Close()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	zs := z.EncodeAll(text, nil)
	for name, c := range map[string]struct {
		in, want   []byte
		compressed bool
		fails      bool
	}{
		"gzip": {gz.Bytes(), text, true, false}, "zstd": {zs, text, true, false}, "plain": {text, text, false, false},
		"nothing": {nil, nil, false, false}, "a byte": {[]byte{0x1f}, []byte{0x1f}, false, false}, "half of zstd": {zs[:3], zs[:3], false, false},
		"gzip that is none": {[]byte{0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9}, nil, true, true}, "cut gzip": {gz.Bytes()[:len(gz.Bytes())-1], text, true, true},
	} {
		if IsCompressed(c.in) != c.compressed {
			t.Errorf("%s: compressed is %v", name, !c.compressed)
		}
		got, err := io.ReadAll(Unpack(bytes.NewReader(c.in)))
		if !bytes.Equal(got, c.want) || (err != nil) != c.fails {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// closer counts.
type closer struct {
	io.Reader
	io.ReaderAt
	closed int
}

func (c *closer) Close() error { c.closed++; return nil }

// TestFinishedSources: sizes, ends and what is closed.
func TestFinishedSources(t *testing.T) {
	under := &closer{ReaderAt: strings.NewReader("0123456789")}
	f := NewFinished(under, 8)
	for n, more := range map[int64]bool{0: true, 7: true, 8: false, 9: false} {
		if f.Grown(n) != more {
			t.Errorf("more than %d: %v", n, !more)
		}
	}
	for _, c := range []struct {
		off  int64
		n    int
		want string
		end  bool
	}{{0, 8, "01234567", false}, {0, 9, "01234567", true}, {6, 2, "67", false}, {6, 3, "67", true}, {8, 1, "", true}, {9, 1, "", true}} {
		p := make([]byte, c.n)
		n, err := f.ReadAt(p, c.off)
		if string(p[:n]) != c.want || errors.Is(err, io.EOF) != c.end {
			t.Errorf("%+v: %q, %v", c, p[:n], err)
		}
	}
	u := Until(f, 3)
	if u.Size() != 3 || f.Size() != 8 || u.Unwrap() != Source(f) || f.Unwrap() != nil {
		t.Errorf("%d, %d", u.Size(), f.Size())
	}
	if u.Close(); under.closed != 0 {
		t.Error("what it is the beginning of was closed")
	}
	if f.Close(); under.closed != 1 {
		t.Error("not closed")
	}
	if err := NewFinished(strings.NewReader(""), 0).Close(); err != nil {
		t.Error(err)
	}
	under = &closer{ReaderAt: strings.NewReader("")}
	g := NewGrowing(under)
	g.Close()
	g.Close()
	if under.closed != 1 {
		t.Errorf("closed %d times", under.closed)
	}
}

// TestMemory: what was written is there as it was, and is read when it was announced.
func TestMemory(t *testing.T) {
	m, p := NewMemory(), []byte("abc")
	for range 2 {
		if n, err := m.Write(p); n != 3 || err != nil {
			t.Error(n, err)
		}
	}
	p[0] = 'x'
	got := m.Bytes()
	got[1] = 'y'
	if string(m.Bytes()) != "abcabc" {
		t.Errorf("%q", m.Bytes())
	}
	m.Advance(5)
	b := make([]byte, 9)
	if n, err := m.ReadAt(b, 1); string(b[:n]) != "bcab" || !errors.Is(err, io.EOF) {
		t.Errorf("%q, %v", b[:n], err)
	}
	if n, err := m.ReadAt(b[:2], 1); n != 2 || err != nil {
		t.Error(n, err)
	}
	for off, want := range map[int64]int{5: 1, 6: 0, 7: 0} {
		if n, err := m.bytes.ReadAt(b, off); n != want || !errors.Is(err, io.EOF) {
			t.Errorf("at %d: %d, %v", off, n, err)
		}
	}
}

// TestSpoolClosesItsStream, and lets readers know how it ended.
func TestSpoolClosesItsStream(t *testing.T) {
	failed := errors.New("the stream failed")
	for name, c := range map[string]struct {
		r    io.Reader
		want error
	}{
		"whole": {strings.NewReader("abc"), io.EOF}, "failed": {io.MultiReader(strings.NewReader("abc"), &failing{failed}), failed},
		"as long as the limit": {strings.NewReader("abc"), io.EOF},
	} {
		own := make(closed)
		s, err := Spool(c.r, own, Bound{Bytes: 3})
		if err != nil {
			t.Fatal(err)
		}
		<-own
		for s.Grown(s.Size()) {
		}
		p := make([]byte, 9)
		if n, err := s.ReadAt(p, 0); string(p[:n]) != "abc" || !errors.Is(err, io.EOF) {
			t.Errorf("%s: %q, %v", name, p[:n], err)
		}
		if n, err := s.ReadAt(p, 3); n != 0 || !errors.Is(err, c.want) {
			t.Errorf("%s: the end is %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

type closed chan struct{}

func (c closed) Close() error { close(c); return nil }

// TestFeederTellsEndFromLies: a source that says there is more and has none.
func TestFeederTellsEndFromLies(t *testing.T) {
	f := NewFeeder(NewFinished(strings.NewReader("abc"), 9))
	if p, err := f.Peek(1, 5); string(p) != "bc" || !errors.Is(err, errNoProgress) {
		t.Errorf("%q, %v", p, err)
	}
	f = NewFeeder(NewFinished(&closer{ReaderAt: broken{}}, 9))
	if p, err := f.Peek(0, 5); len(p) != 0 || !errors.Is(err, os.ErrPermission) {
		t.Errorf("%q, %v", p, err)
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, os.ErrPermission }
