package capture

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

// Spool copies r, up to DefaultMaxUnpacked bytes, to a temporary file that has
// no name. The copy ends with r, or with the first read after Close; the caller
// keeps r.
func Spool(r io.Reader) (*Spooled, error) { return spool(r, nil, DefaultMaxUnpacked) }

// spool also closes own, and r if it can be closed, when the copy has ended.
func spool(r io.Reader, own io.Closer, limit int64) (*Spooled, error) {
	f, err := nameless()
	if err != nil {
		return nil, fmt.Errorf("cannot make a temporary file for the capture: %w", err)
	}
	s := &Spooled{Growing: NewGrowing(f)}
	go func() {
		s.end(s.copy(f.File, r, limit))
		if c, ok := r.(*unpacker); ok {
			c.Close()
		}
		if own != nil {
			own.Close()
		}
	}()
	return s, nil
}

// copy copies until the stream ends, the limit is reached, or the source is
// closed.
func (s *Spooled) copy(f *os.File, r io.Reader, limit int64) error {
	buf := make([]byte, feederSize)
	size := int64(0)
	for {
		n, err := r.Read(buf)
		if over := size + int64(n) - limit; over > 0 {
			n = int(int64(n) - over)
			err = fmt.Errorf("it is longer than %d bytes, which is the limit for what is unpacked", limit)
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
// a [*FormatError] when the data is to blame.
func (s *Spooled) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.Growing.ReadAt(p, off)
	if !errors.Is(err, io.EOF) || n > 0 {
		return n, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil && off >= s.Size() {
		return 0, &FormatError{Pos: s.Size(), Problem: "what it unpacks to ends here: " + s.err.Error()}
	}
	return n, err
}

// tempFile is removed, where that was not possible before, when it is closed.
type tempFile struct {
	*os.File
	name string
}

// nameless makes a temporary file that nobody else can open. Where a file that
// is open cannot be removed it is removed when it is closed.
func nameless() (*tempFile, error) {
	f, err := os.CreateTemp("", "rtmpscope-*.pcap")
	if err != nil {
		return nil, err
	}
	t := &tempFile{File: f, name: f.Name()}
	if os.Remove(f.Name()) == nil {
		t.name = ""
	}
	return t, nil
}

// Close closes the file and removes it.
func (t *tempFile) Close() error {
	err := t.File.Close()
	if t.name != "" {
		err = errors.Join(err, os.Remove(t.name))
	}
	return err
}
