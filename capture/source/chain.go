package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
)

// maxOpenSegments bounds the files a chain keeps open.
const maxOpenSegments = 8

// RotatedError says that the bytes asked for were in a segment of the recording
// that is no longer there.
type RotatedError struct {
	// Path is the file they were in.
	Path string
	// Next is where the oldest bytes are that follow, or -1 when there are none.
	Next int64
}

// Error says which file it was.
func (e *RotatedError) Error() string {
	return fmt.Sprintf("these bytes were rotated away with %s", e.Path)
}

// Chain reads the segments of a recording as one file. It is safe for
// concurrent use.
type Chain struct {
	mu     sync.Mutex
	parts  []stretch
	open   []int // which parts have a file, the latest used last
	closed bool
}

// stretch is one segment in a chain.
type stretch struct {
	path  string
	info  os.FileInfo
	start int64
	size  int64 // -1 while it is being written
	file  file
	gone  bool
	// nameless is a file that cannot be opened again: it stays open while it is there.
	nameless bool
}

// file is what a segment is read from.
type file interface {
	io.ReaderAt
	io.Closer
}

// Add appends a segment that is being written, beginning at start; the one
// before it ends there. file may be nil; otherwise the chain closes it.
func (c *Chain) Add(path string, info os.FileInfo, file *os.File, start int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.parts); n > 0 {
		c.parts[n-1].size = start - c.parts[n-1].start
	}
	c.parts = append(c.parts, stretch{path: path, info: info, start: start, size: -1})
	if file != nil {
		c.keepOpen(len(c.parts)-1, file)
	}
}

// AddNameless is Add for a file without a name, which is gone once the chain closes
// it.
func (c *Chain) AddNameless(f *TempFile, start int64) {
	c.Add("a temporary file", nil, nil, start)
	c.mu.Lock()
	defer c.mu.Unlock()
	p := &c.parts[len(c.parts)-1]
	p.file, p.nameless = f, true
}

// Drop takes the last segment back.
func (c *Chain) Drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := len(c.parts) - 1
	c.shut(last)
	c.parts = c.parts[:last]
	if last > 0 {
		c.parts[last-1].size = -1
	}
}

// Prune removes the oldest segments until there are only so many files, and bytes
// together, with reserve bytes left for the last one; 0 is no limit. It returns
// the names of those removed, and how many bytes they had.
func (c *Chain) Prune(files int, most, reserve int64) (removed []string, freed int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	count, total := 0, reserve
	for i := range c.parts {
		if p := &c.parts[i]; !p.gone {
			count++
			total += max(p.size, 0)
		}
	}
	for i := 0; i < len(c.parts)-1; i++ {
		p := &c.parts[i]
		if p.gone {
			continue
		}
		if (files <= 0 || count <= files) && (most <= 0 || total <= most) {
			break
		}
		err = errors.Join(err, c.remove(i))
		removed = append(removed, p.path)
		count--
		total -= p.size
		freed += p.size
	}
	return removed, freed, err
}

// remove deletes the file of a part, when it is still the one that was written.
func (c *Chain) remove(i int) error {
	p := &c.parts[i]
	c.shut(i)
	p.gone = true
	if p.nameless {
		return nil
	}
	if info, err := os.Lstat(p.path); err != nil || !os.SameFile(info, p.info) {
		return nil // somebody has taken it away already
	}
	return os.Remove(p.path)
}

// ReadAt implements io.ReaderAt. A part that was removed is a [*RotatedError].
func (c *Chain) ReadAt(p []byte, off int64) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for err == nil && n < len(p) {
		var more int
		more, err = c.readPart(p[n:], off+int64(n))
		n += more
	}
	return n, err
}

// readPart reads from one part only.
func (c *Chain) readPart(b []byte, off int64) (int, error) {
	if c.closed {
		return 0, os.ErrClosed
	}
	i := len(c.parts) - 1
	for i > 0 && c.parts[i].start > off {
		i--
	}
	if i < 0 {
		return 0, io.EOF
	}
	if err := c.use(i); err != nil {
		return 0, err
	}
	p := &c.parts[i]
	if p.size >= 0 { // another begins behind it
		b = b[:min(int64(len(b)), p.start+p.size-off)]
	}
	return p.file.ReadAt(b, off-p.start)
}

// use opens the file of a part, and shuts the one that was not used longest.
func (c *Chain) use(i int) error {
	p := &c.parts[i]
	if p.nameless && !p.gone {
		return nil
	}
	if at := slices.Index(c.open, i); at >= 0 {
		c.open = append(slices.Delete(c.open, at, at+1), i)
		return nil
	}
	if !p.gone {
		if f := openSame(p.path, p.info); f != nil {
			c.keepOpen(i, f)
			return nil
		}
	}
	return &RotatedError{Path: p.path, Next: c.after(i)}
}

func (c *Chain) keepOpen(i int, file *os.File) {
	if len(c.open) >= maxOpenSegments {
		c.shut(c.open[0])
	}
	c.parts[i].file = file
	c.open = append(c.open, i)
}

// after is where the first part behind i begins that is still there.
func (c *Chain) after(i int) int64 {
	for _, p := range c.parts[i+1:] {
		if p.nameless && !p.gone {
			return p.start
		}
		if info, err := os.Stat(p.path); !p.gone && err == nil && os.SameFile(info, p.info) {
			return p.start
		}
	}
	return -1
}

// openSame opens path when it is still the same file.
func openSame(path string, was os.FileInfo) *os.File {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	if info, err := f.Stat(); err != nil || !os.SameFile(info, was) {
		f.Close()
		return nil
	}
	return f
}

func (c *Chain) shut(i int) {
	if p := &c.parts[i]; p.nameless && p.file != nil {
		p.file.Close() // nobody reads it any more, and that removes it
		p.file = nil
	}
	if at := slices.Index(c.open, i); at >= 0 {
		c.open = slices.Delete(c.open, at, at+1)
		c.parts[i].file.Close()
		c.parts[i].file = nil
	}
}

// Close implements io.Closer; reading later is os.ErrClosed.
func (c *Chain) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for i := range c.parts {
		c.shut(i)
	}
	return nil
}
