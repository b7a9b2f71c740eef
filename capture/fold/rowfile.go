package fold

import (
	"fmt"
	"os"
	"sync"
	"unsafe"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

const (
	// residentPages is how many pages of rows stay in memory: a hundred thousand
	// rows, half an hour of an ordinary publish, 8 MiB. Older ones go to a file.
	residentPages = 32
	// cachedPages is how many pages that were read back are kept.
	cachedPages = 64
	pageBytes   = int(unsafe.Sizeof(rowPage{}))
)

// rowPage is rows as they stand in memory and, byte for byte, in the file. A row
// holds no pointers, and the file is read only by the process that wrote it.
type rowPage [session.PageSize]session.Row

func (p *rowPage) bytes() []byte { return (*[unsafe.Sizeof(rowPage{})]byte)(unsafe.Pointer(p))[:] }

// RowFile keeps the rows of a long capture: the newest pages in memory, the
// others in a temporary file without a name. It implements session.RowStore. The
// zero value is ready; it is safe for concurrent use.
type RowFile struct {
	mu     sync.Mutex
	file   *os.File   // nil until it is needed
	failed error      // the file cannot be used: everything stays in memory
	pages  []*rowPage // nil where the page is in the file
	out    int        // pages[:out] are in the file
	n      int
	cache  map[int]*rowPage
	recent []int // keys of cache, the longest unused first

	near     int // number of the page that was read last,
	nearPage *rowPage
}

// Add implements session.RowStore.
func (s *RowFile) Add(r session.Row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == len(s.pages)*session.PageSize {
		s.spill()
		s.pages = append(s.pages, new(rowPage))
	}
	s.pages[s.n/session.PageSize][s.n%session.PageSize] = r
	s.n++
}

// Row implements session.RowStore.
func (s *RowFile) Row(i int) session.Row {
	k := i / session.PageSize
	s.mu.Lock()
	p := s.page(k)
	if p != nil {
		defer s.mu.Unlock()
		return p[i%session.PageSize]
	}
	s.mu.Unlock() // who adds does not wait for the file
	return s.fetch(k)[i%session.PageSize]
}

// Close gives the file back. Rows that went there cannot be read any more.
func (s *RowFile) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// spill writes the oldest page in memory to the file when there are too many.
// If that fails the rows stay in memory: slow is better than wrong.
func (s *RowFile) spill() {
	if len(s.pages)-s.out < residentPages || s.failed != nil {
		return
	}
	if s.file == nil {
		if s.file, s.failed = unnamedFile(); s.failed != nil {
			return
		}
	}
	if _, s.failed = s.file.WriteAt(s.pages[s.out].bytes(), int64(s.out)*int64(pageBytes)); s.failed == nil {
		s.pages[s.out] = nil
		s.out++
	}
}

// page returns page k, nil when it has to be read from the file.
func (s *RowFile) page(k int) *rowPage {
	if p := s.pages[k]; p != nil {
		return p
	}
	if s.near == k && s.nearPage != nil {
		return s.nearPage
	}
	p := s.cache[k]
	if p != nil {
		s.near, s.nearPage = k, p // whoever goes through all rows asks for it next
	}
	return p
}

// fetch reads page k from the file into the cache.
func (s *RowFile) fetch(k int) *rowPage {
	p := new(rowPage)
	if _, err := s.file.ReadAt(p.bytes(), int64(k)*int64(pageBytes)); err != nil {
		panic(fmt.Sprintf("rows that were put aside cannot be read again: %v", err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.near, s.nearPage = k, p; s.cache == nil {
		s.cache = map[int]*rowPage{}
	}
	if s.cache[k] != nil {
		return p // somebody else read it too
	}
	if len(s.recent) == cachedPages {
		delete(s.cache, s.recent[0])
		s.recent = s.recent[1:]
	}
	s.cache[k] = p
	s.recent = append(s.recent, k)
	return p
}

// unnamedFile is a temporary file that vanishes with the process.
func unnamedFile() (*os.File, error) {
	f, err := os.CreateTemp("", "rtmpscope-rows-")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name()) //nolint:errcheck // where that is not possible it is removed with the temporary directory
	return f, nil
}
