package fold

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const (
	// textsPerPage is how many texts are read back together.
	textsPerPage = 512
	// residentTexts is how many pages of texts stay in memory: thirty thousand
	// texts, which is some hundred sessions. Older ones go to a file.
	residentTexts = 64
	// cachedTexts is how many pages that were read back are kept.
	cachedTexts = 16
)

// textPage is a page of texts, and where it stands in the file when it is there.
type textPage struct {
	texts  []session.Text // nil in the file
	offset int64
	size   int
}

// TextFile keeps the texts of a long capture: the newest pages in memory, the others
// in a temporary file without a name. It implements session.TextStore. The zero value
// is ready; it is safe for concurrent use, and who adds does not wait for who reads
// the file.
type TextFile struct {
	mu     sync.Mutex
	file   *os.File // nil until it is needed
	failed error    // the file cannot be used: everything stays in memory
	pages  []textPage
	n      int
	end    int64 // of the file
	out    int   // pages[:out] are in the file
	cache  map[int][]session.Text
	recent []int // keys of cache, the longest unused first
}

// Add implements session.TextStore.
func (s *TextFile) Add(t session.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n%textsPerPage == 0 {
		s.spill()
		s.pages = append(s.pages, textPage{texts: make([]session.Text, 0, textsPerPage)})
	}
	p := &s.pages[len(s.pages)-1]
	p.texts = append(p.texts, t)
	s.n++
}

// Text implements session.TextStore.
func (s *TextFile) Text(i int) session.Text {
	k := i / textsPerPage
	s.mu.Lock()
	p, kept := s.pages[k], s.cache[k]
	s.mu.Unlock()
	switch {
	case p.texts != nil:
		return p.texts[i%textsPerPage]
	case kept != nil:
		return kept[i%textsPerPage]
	}
	return s.fetch(k, p)[i%textsPerPage]
}

// Close gives the file back. Texts that went there cannot be read any more.
func (s *TextFile) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// spill writes the oldest page in memory to the file when there are too many. If
// that fails the texts stay in memory: slow is better than wrong.
func (s *TextFile) spill() {
	if len(s.pages)-s.out < residentTexts || s.failed != nil {
		return
	}
	if s.file == nil {
		if s.file, s.failed = unnamedFile(); s.failed != nil {
			return
		}
	}
	p := &s.pages[s.out]
	var b []byte
	for _, t := range p.texts {
		b = appendText(b, t)
	}
	if _, s.failed = s.file.WriteAt(b, s.end); s.failed != nil {
		return
	}
	p.offset, p.size, p.texts = s.end, len(b), nil
	s.end += int64(len(b))
	s.out++
}

// fetch reads page k from the file into the cache.
func (s *TextFile) fetch(k int, p textPage) []session.Text {
	b := make([]byte, p.size)
	if _, err := s.file.ReadAt(b, p.offset); err != nil {
		panic(fmt.Sprintf("texts that were put aside cannot be read again: %v", err))
	}
	texts := make([]session.Text, 0, textsPerPage)
	for len(b) > 0 {
		var t session.Text
		t, b = cutText(b)
		texts = append(texts, t)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache == nil {
		s.cache = map[int][]session.Text{}
	}
	if s.cache[k] == nil {
		s.recent = append(s.recent, k)
	}
	s.cache[k] = texts
	if len(s.recent) > cachedTexts {
		delete(s.cache, s.recent[0])
		s.recent = s.recent[1:]
	}
	return texts
}

// appendText writes a text as its strings, each behind its length.
func appendText(b []byte, t session.Text) []byte {
	for _, part := range [...]string{t.Name, t.Command, t.Code, string(t.Summary), string(t.Brief)} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}

// cutText reads what appendText wrote.
func cutText(b []byte) (t session.Text, rest []byte) {
	var parts [5]string
	for i := range parts {
		n, size := binary.Uvarint(b)
		parts[i] = string(b[size : size+int(n)])
		b = b[size+int(n):]
	}
	return session.Text{Name: parts[0], Command: parts[1], Code: parts[2], Summary: text.Marked(parts[3]), Brief: text.Marked(parts[4])}, b
}
