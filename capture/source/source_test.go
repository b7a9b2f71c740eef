package source

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
)

// TestWhoWaitsIsLetGo looks at a reader that waits for certain, and then at what
// each way to let it go does.
func TestWhoWaitsIsLetGo(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*Growing)
		want bool
	}{
		"closed":   {func(g *Growing) { g.Close() }, false},
		"finished": {(*Growing).Finish, false},
		"grown":    {func(g *Growing) { g.Advance(6) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewGrowing(bytes.NewReader(make([]byte, 10)))
				g.Advance(5)
				let := make(chan bool, 1)
				go func() { let <- g.Grown(5) }()
				synctest.Wait()
				select {
				case <-let:
					t.Fatal("it did not wait")
				default:
				}
				c.do(g)
				synctest.Wait()
				select {
				case more := <-let:
					if more != c.want {
						t.Errorf("more: %v", more)
					}
				default:
					t.Error("it still waits")
					g.Finish()
				}
			})
		})
	}
}

// TestAClosedStreamLetsReadersGo closes a copy of a stream that says nothing.
func TestAClosedStreamLetsReadersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipe, w := io.Pipe()
		defer w.Close()
		s, err := Spool(pipe, nil, Bound{Bytes: 100})
		if err != nil {
			t.Fatal(err)
		}
		let := make(chan bool, 1)
		go func() { let <- s.Grown(0) }()
		synctest.Wait()
		s.Close()
		synctest.Wait()
		select {
		case more := <-let:
			if more {
				t.Error("there were bytes")
			}
		default:
			t.Error("the reader still waits")
			s.Finish()
		}
		if _, err := s.ReadAt(make([]byte, 1), 0); !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
}

// TestNothingIsReadThatWasNotAnnounced: what lies behind may be taken back.
func TestNothingIsReadThatWasNotAnnounced(t *testing.T) {
	g := NewGrowing(bytes.NewReader([]byte("0123456789")))
	for size := range int64(10) {
		g.Advance(size)
		p := make([]byte, 20)
		n, err := g.ReadAt(p, 0)
		if int64(n) != size || !errors.Is(err, io.EOF) || string(p[:n]) != "0123456789"[:size] {
			t.Errorf("%d of %d bytes: %q, %v", n, size, p[:n], err)
		}
	}
	g.Advance(3)
	if g.Size() != 9 {
		t.Errorf("it went back to %d", g.Size())
	}
}

// TestAnAnnouncedLengthCostsNothing asks for much where there is little.
func TestAnAnnouncedLengthCostsNothing(t *testing.T) {
	f := NewFeeder(NewFinished(bytes.NewReader(make([]byte, 100)), 100))
	p, err := f.Peek(0, 64<<20)
	if len(p) != 100 || !errors.Is(err, io.EOF) || len(f.buf) != feederSize {
		t.Errorf("%d bytes, %v, %d of memory", len(p), err, len(f.buf))
	}
}

// TestPeekAnywhere reads a source in windows of any size at any place.
func TestPeekAnywhere(t *testing.T) {
	all := make([]byte, 3*feederSize)
	for i := range all {
		all[i] = byte(i * 7 >> 4)
	}
	f := NewFeeder(NewFinished(bytes.NewReader(all), int64(len(all))))
	for i := range 3000 {
		at, n := (i*7919)%len(all), 1+(i*31)%(feederSize+5000)
		if i%3 > 0 {
			n = 1 + n%100
		}
		p, err := f.Peek(int64(at), n)
		want := all[at:min(at+n, len(all))]
		if !bytes.Equal(p, want) || (len(want) < n) != errors.Is(err, io.EOF) {
			t.Fatalf("%d bytes at %d: %d, %v", n, at, len(p), err)
		}
	}
}

// TestAStreamThatIsTooLong is cut, and says so where it was.
func TestAStreamThatIsTooLong(t *testing.T) {
	s, err := Spool(bytes.NewReader(make([]byte, 1000)), nil, Bound{Bytes: 700})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for s.Grown(s.Size()) {
	}
	var ended *EndedError
	if _, err := s.ReadAt(make([]byte, 10), 700); !errors.As(err, &ended) || ended.Pos != 700 || s.Size() != 700 {
		t.Errorf("%v with %d bytes", err, s.Size())
	}
	if n, err := s.ReadAt(make([]byte, 10), 695); n != 5 || !errors.Is(err, io.EOF) {
		t.Error(n, err)
	}
}

// TestBombs: what unpacks to far more than its size, or fills the disk, is refused early,
// with the way out; what was asked for is not.
func TestBombs(t *testing.T) {
	const size = 300 << 20
	zeros := func() io.Reader { return io.LimitReader(zeroReader{}, size) }
	room := int64(1000 << 20)
	shrinking := func(string) (int64, bool) { room -= 100 << 20; return room, true }
	for name, c := range map[string]struct {
		bound Bound
		most  int64
		want  string
	}{
		"ratio":     {Bound{Bytes: 1 << 40, Packed: func() int64 { return 145 << 10 }, Lift: "way out"}, freeExpansion + 1<<20, "200 times its size, as files do that are made to fill disks; way out"},
		"disk":      {Bound{Bytes: 1 << 40, Free: shrinking, Lift: "way out"}, 200 << 20, "MiB of it are unpacked there; way out"},
		"honest":    {Bound{Bytes: 1 << 40, Packed: func() int64 { return 10 << 20 }, Free: func(string) (int64, bool) { return 1 << 40, true }}, size, ""},
		"asked for": {Bound{Bytes: 1 << 40}, size, ""},
	} {
		s, err := Spool(zeros(), nil, c.bound)
		if err != nil {
			t.Fatal(err)
		}
		for n := int64(0); s.Grown(n); {
			n = s.Size()
		}
		_, err = s.ReadAt(make([]byte, 1), s.Size())
		if c.want == "" && (!errors.Is(err, io.EOF) || s.Size() != size) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) || s.Size() > c.most {
			t.Errorf("%s: %v after %d bytes", name, err, s.Size())
		}
		s.Close()
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }
