package capture

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// Source is where a [Reader] reads from. ReadAt and Grown may be called from
// several goroutines, so that several readers can share one source.
type Source interface {
	io.ReaderAt
	// Grown blocks until more than n bytes are there and returns true, or
	// returns false when the source is finished and will never have more.
	Grown(n int64) bool
}

// Finished is a [Source] over a file that nobody writes any more.
type Finished struct {
	file *os.File
	size int64
}

// File opens a finished capture. The caller closes it after its last reader.
func File(path string) (*Finished, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file; a capture has to be read at any offset", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &Finished{file: f, size: info.Size()}, nil
}

// ReadAt reads from the file.
func (f *Finished) ReadAt(p []byte, off int64) (int, error) { return f.file.ReadAt(p, off) }

// Grown never blocks: it compares n with the size the file had when opened.
func (f *Finished) Grown(n int64) bool { return f.size > n }

// Size is the size of the file in bytes, as it was when opened.
func (f *Finished) Size() int64 { return f.size }

// Close closes the file.
func (f *Finished) Close() error { return f.file.Close() }

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

// ReadAt reads what is there. After Close it returns [os.ErrClosed].
func (g *Growing) ReadAt(p []byte, off int64) (int, error) {
	g.mu.Lock()
	closed := g.closed
	g.mu.Unlock()
	if closed {
		return 0, os.ErrClosed
	}
	return g.from.ReadAt(p, off)
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
// Written bytes are announced by Advance, which a [Recorder] calls on Flush.
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
