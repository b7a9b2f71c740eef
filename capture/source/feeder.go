package source

import (
	"errors"
	"io"
)

const feederSize = 256 << 10 // one read for a few hundred typical packets

var errNoProgress = errors.New("the source announced more bytes than can be read")

// Feeder is a window on a source. It waits for bytes that are still to come,
// so that the code above it cannot tell a growing source from a finished one.
type Feeder struct {
	src   Source
	buf   []byte // buf[:have] are the bytes at start
	start int64
	have  int
}

// NewFeeder returns a window on src.
func NewFeeder(src Source) *Feeder { return &Feeder{src: src, buf: make([]byte, feederSize)} }

// Peek returns the n bytes at pos, borrowed until the next peek. When the
// source is finished before that, it returns what there is and io.EOF.
func (f *Feeder) Peek(pos int64, n int) ([]byte, error) {
	if pos < f.start || pos > f.start+int64(f.have) {
		f.start, f.have = pos, 0
	}
	skip := int(pos - f.start)
	if f.have-skip < n && skip > 0 {
		f.have = copy(f.buf, f.buf[skip:f.have])
		f.start, skip = pos, 0
	}
	for f.have-skip < n {
		if err := f.fill(n); err != nil {
			return f.buf[skip:f.have], err
		}
	}
	return f.buf[skip : skip+n], nil
}

// fill adds at least one byte to a window that has fewer than are wanted. The buffer grows only as bytes arrive, so that
// an announced length costs nothing.
func (f *Feeder) fill(want int) error {
	if f.have == len(f.buf) {
		bigger := make([]byte, min(2*len(f.buf), want))
		copy(bigger, f.buf)
		f.buf = bigger
	}
	end := f.start + int64(f.have)
	if n, err := f.read(end); n > 0 || err != nil {
		return err
	}
	grown := f.src.Grown(end)
	n, err := f.read(end)
	switch {
	case err != nil || n > 0:
		return err
	case grown:
		return errNoProgress
	}
	return io.EOF
}

func (f *Feeder) read(at int64) (int, error) {
	n, err := f.src.ReadAt(f.buf[f.have:], at)
	f.have += n
	if errors.Is(err, io.EOF) || n > 0 {
		err = nil
	}
	return n, err
}
