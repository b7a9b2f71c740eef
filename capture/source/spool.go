package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Spooled is a growing [Source] over a stream: a goroutine copies it to a
// temporary file, because a capture has to be read at any offset. All methods
// are safe for concurrent use.
type Spooled struct {
	*Growing
	mu  sync.Mutex
	err error // why the copy ended before the stream did
}

// EndedError says that what is copied or unpacked ended before its time.
type EndedError struct {
	// Pos is how many bytes are there.
	Pos int64
	// Err says why.
	Err error
}

// Error says why.
func (e *EndedError) Error() string { return "what it unpacks to ends here: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *EndedError) Unwrap() error { return e.Err }

// Spool copies r, within a bound, to a temporary file that has no name. The
// copy ends with r, or with the first read after Close; then own is closed, unless
// it is nil.
func Spool(r io.Reader, own io.Closer, bound Bound) (*Spooled, error) {
	f, err := Nameless()
	if err != nil {
		return nil, fmt.Errorf("cannot make a temporary file for the capture: %w", err)
	}
	s := &Spooled{Growing: NewGrowing(f)}
	bound.begin()
	go func() {
		s.end(s.copy(f.File, r, &bound))
		if u, ok := r.(*unpacker); ok {
			u.close()
		}
		if own != nil {
			own.Close()
		}
	}()
	return s, nil
}

// copy copies until the stream ends, the limit is reached, or the source is
// closed.
func (s *Spooled) copy(f *os.File, r io.Reader, bound *Bound) error {
	buf := make([]byte, feederSize)
	size := int64(0)
	for {
		n, err := r.Read(buf)
		if over := size + int64(n) - bound.Bytes; over > 0 {
			n = int(int64(n) - over)
			err = fmt.Errorf("it is longer than %d bytes, which is the limit for what is unpacked", bound.Bytes)
		} else if refused := bound.refuses(size + int64(n)); refused != nil {
			return refused
		}
		if _, failed := f.Write(buf[:n]); failed != nil {
			return fmt.Errorf("copying to a temporary file: %w", failed)
		}
		size += int64(n)
		s.Advance(size)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// end lets readers know how the copy ended.
func (s *Spooled) end(err error) {
	if err != nil && !errors.Is(err, os.ErrClosed) {
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
	}
	s.Finish()
}

// ReadAt reads what is there. Where the copy ended too early, it returns why, as
// a [*EndedError].
func (s *Spooled) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.Growing.ReadAt(p, off)
	if !errors.Is(err, io.EOF) || n > 0 {
		return n, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil && off >= s.Size() {
		return 0, &EndedError{Pos: s.Size(), Err: s.err}
	}
	return n, err
}
