package source

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
)

// grown is a chain as a source that holds so many bytes.
type grown struct {
	*Chain
	size int64
}

func (g grown) Grown(n int64) bool { return n < g.size }
func (g grown) Size() int64        { return g.size }

// short takes so many bytes and fails with the next.
type short struct{ left int }

func (s *short) Write(p []byte) (int, error) {
	n := min(len(p), s.left)
	if s.left -= n; n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

// TestCopyOfWhatIsLeft: everything, what follows segments that were removed before, and
// how much there was when one is removed in the middle or the writer fails.
func TestCopyOfWhatIsLeft(t *testing.T) {
	for _, c := range []struct {
		name  string
		prune int // files that are left of four; 0 leaves all
		gone  int // the segment that somebody deletes, 0 for none
		want  string
		fails bool
	}{
		{"all", 0, 0, "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd", false},
		{"the last two", 2, 0, "ccccccccccdddddddddd", false},
		{"one in the middle", 0, 1, "aaaaaaaaaa", true},
	} {
		chain, paths := chained(t, 4)
		if _, _, err := chain.Prune(c.prune, 0, 0); err != nil {
			t.Fatal(err)
		}
		if c.gone > 0 {
			if err := os.Remove(paths[c.gone]); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		n, err := Copy(&out, grown{chain, 40})
		var rotated *RotatedError
		if out.String() != c.want || n != int64(len(c.want)) || errors.As(err, &rotated) != c.fails || err != nil && !c.fails {
			t.Errorf("%s: %d bytes, %q, %v", c.name, n, out.String(), err)
		}
	}
	src := NewFinished(bytes.NewReader(make([]byte, 40)), 40)
	if n, err := Copy(&short{7}, src); n != 7 || !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a writer that fails: %d, %v", n, err)
	}
	if n, err := Copy(io.Discard, Until(src, 11)); n != 11 || err != nil {
		t.Errorf("the beginning: %d, %v", n, err)
	}
}
