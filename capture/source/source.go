// Package source is bytes that can be read at any offset while they still grow.
//
// A [Source] is a capture that is finished ([Finished]), that somebody is writing
// ([Growing], [Memory]), or that comes as a stream and is copied to a temporary
// file ([Spool]), unpacked on the way ([Unpack]). A [Chain] reads the segments of a
// recording as one file. A [Feeder] is a window on any of them, which waits for
// bytes that are still to come.
//
// The package knows no format but those of compression.
package source

import (
	"io"
	"os"
	"sync"
)

// Source is where a reader reads from. ReadAt and Grown may be called from
// several goroutines, so that several readers can share one source.
type Source interface {
	io.ReaderAt
	// Grown blocks until more than n bytes are there and returns true, or
	// returns false when the source is finished and will never have more.
	Grown(n int64) bool
}

// Sized is a source that knows how many bytes it has.
type Sized interface {
	Source
	Size() int64
}

// Finished is a [Source] over a capture that nobody writes any more.
type Finished struct {
	from io.ReaderAt
	size int64
	of   Source // nil, or what it is the beginning of
}

// NewFinished is the first size bytes of from as a finished capture. When from is
// an [io.Closer], Close closes it.
func NewFinished(from io.ReaderAt, size int64) *Finished { return &Finished{from: from, size: size} }

// ReadAt reads from the capture.
func (f *Finished) ReadAt(p []byte, off int64) (int, error) {
	return readUpto(f.from, f.size, p, off)
}

// readUpto reads from the first size bytes.
func readUpto(from io.ReaderAt, size int64, p []byte, off int64) (int, error) {
	if off >= size {
		return 0, io.EOF
	}
	short := int64(len(p)) > size-off
	n, err := from.ReadAt(p[:min(int64(len(p)), size-off)], off)
	if short && err == nil {
		err = io.EOF
	}
	return n, err
}

// Grown never blocks: it compares n with the size the capture had when opened.
func (f *Finished) Grown(n int64) bool { return f.size > n }

// Size is the size of the capture in bytes, as it was when opened.
func (f *Finished) Size() int64 { return f.size }

// Close closes what the capture is read from.
func (f *Finished) Close() error {
	if c, ok := f.from.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Until is the first size bytes of a source as a finished capture: what a
// capture that still grows holds now. Closing it does not close src.
func Until(src Source, size int64) *Finished {
	return &Finished{from: struct{ io.ReaderAt }{src}, size: size, of: src}
}

// Unwrap returns what the capture is the beginning of, or nil.
func (f *Finished) Unwrap() Source { return f.of }

// Growing is a [Source] over bytes that somebody is still writing. The writer
// calls Advance and at last Finish; the readers' side calls Close, which
// unblocks every reader. All methods are safe for concurrent use.
type Growing struct {
	from io.ReaderAt

	mu       sync.Mutex
	more     sync.Cond
	size     int64
	finished bool
	closed   bool
}

// NewGrowing follows what is read from. When from is an [io.Closer], Close
// closes it.
func NewGrowing(from io.ReaderAt) *Growing {
	g := &Growing{from: from}
	g.more.L = &g.mu
	return g
}

// Advance says that the first size bytes are there. It never goes back.
func (g *Growing) Advance(size int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.size = max(g.size, size)
	g.more.Broadcast()
}

// Finish says that no more bytes will come.
func (g *Growing) Finish() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.finished = true
	g.more.Broadcast()
}

// Grown implements [Source]. It returns false at once after Close.
func (g *Growing) Grown(n int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.size <= n && !g.finished && !g.closed {
		g.more.Wait()
	}
	return g.size > n && !g.closed
}

// ReadAt reads what is there, and nothing that was not announced by Advance:
// what lies behind may be taken back. After Close it returns [os.ErrClosed].
func (g *Growing) ReadAt(p []byte, off int64) (int, error) {
	g.mu.Lock()
	closed, size := g.closed, g.size
	g.mu.Unlock()
	if closed {
		return 0, os.ErrClosed
	}
	return readUpto(g.from, size, p, off)
}

// Size is how many bytes are known to be there.
func (g *Growing) Size() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.size
}

// Close cancels: readers that wait, or read later, get [os.ErrClosed].
func (g *Growing) Close() error {
	g.mu.Lock()
	was := g.closed
	g.closed = true
	g.more.Broadcast()
	g.mu.Unlock()
	if c, ok := g.from.(io.Closer); ok && !was {
		return c.Close()
	}
	return nil
}

// Memory is a growing [Source] in memory, and the [io.Writer] that feeds it.
// Written bytes are announced by Advance.
type Memory struct {
	*Growing
	bytes *memoryBytes
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory {
	b := &memoryBytes{}
	return &Memory{Growing: NewGrowing(b), bytes: b}
}

// Write appends a copy of p. It never fails.
func (m *Memory) Write(p []byte) (int, error) {
	m.bytes.mu.Lock()
	defer m.bytes.mu.Unlock()
	m.bytes.b = append(m.bytes.b, p...)
	return len(p), nil
}

// Bytes returns a copy of everything written.
func (m *Memory) Bytes() []byte {
	m.bytes.mu.RLock()
	defer m.bytes.mu.RUnlock()
	return append([]byte(nil), m.bytes.b...)
}

type memoryBytes struct {
	mu sync.RWMutex
	b  []byte
}

func (m *memoryBytes) ReadAt(p []byte, off int64) (int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if off >= int64(len(m.b)) {
		return 0, io.EOF
	}
	n := copy(p, m.b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
