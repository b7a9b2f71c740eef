package fold

import (
	"errors"
	"os"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestRowFileReadsNoPageTwice: pages that were read are kept, the longest unused goes
// first, and the one that was read last is at hand.
func TestRowFileReadsNoPageTwice(t *testing.T) {
	var s RowFile
	defer s.Close()
	const pages = residentPages + 3
	for i := range pages * session.PageSize {
		s.Add(session.Row{Offset: int64(i)})
	}
	if s.out != 3 || s.pages[2] != nil || s.pages[3] == nil {
		t.Fatalf("%d pages are in the file", s.out)
	}
	if size, err := s.file.Stat(); err != nil || size.Size() != 3*int64(pageBytes) {
		t.Fatalf("the file has %v bytes, %v", size.Size(), err)
	}
	if _, err := os.Stat(s.file.Name()); err == nil {
		t.Error("the file has kept its name")
	}
	if s.Row(5).Offset != 5 || s.Row(session.PageSize+7).Offset != session.PageSize+7 {
		t.Fatal("rows that were put aside are others")
	}
	if len(s.cache) != 2 || len(s.recent) != 2 || s.near != 1 || s.nearPage != s.cache[1] {
		t.Fatalf("%d pages are cached, page %d is near", len(s.cache), s.near)
	}
	for k, p := range s.cache {
		p[9].Offset = -int64(k) - 1 // tells the page that is kept from one that is read again
	}
	if s.Row(9).Offset != -1 || s.near != 0 || s.nearPage != s.cache[0] || s.Row(session.PageSize+9).Offset != -2 {
		t.Error("a page that was kept is read again")
	}
	s.cache = nil
	if s.Row(session.PageSize+9).Offset != -2 || s.near != 1 {
		t.Error("the page at hand is looked for elsewhere")
	}
	first := s.nearPage
	if p := s.fetch(1); p == first || s.cache[1] != p || len(s.recent) != 3 {
		t.Errorf("%d pages are known", len(s.recent))
	}
	if kept := s.cache[1]; s.fetch(1) == kept || s.cache[1] != kept || len(s.recent) != 3 {
		t.Error("a page that another has read meanwhile is kept twice")
	}
}

// TestRowFileForgetsTheLongestUnused when many are kept.
func TestRowFileForgetsTheLongestUnused(t *testing.T) {
	var s RowFile
	defer s.Close()
	s.cache = map[int]*rowPage{}
	for k := range cachedPages {
		s.cache[100+k], s.recent = new(rowPage), append(s.recent, 100+k)
	}
	for range (residentPages + 2) * session.PageSize {
		s.Add(session.Row{})
	}
	s.Row(0)
	if len(s.cache) != cachedPages || s.cache[100] != nil || s.cache[101] == nil || s.cache[0] == nil || s.recent[cachedPages-1] != 0 {
		t.Errorf("%d pages are kept: %v", len(s.cache), s.recent)
	}
}

// TestRowFileWithoutAFile: what cannot be written stays in memory, and is asked for once.
func TestRowFileWithoutAFile(t *testing.T) {
	s := RowFile{failed: errors.New("no room")}
	for i := range (residentPages + 2) * session.PageSize {
		s.Add(session.Row{Offset: int64(i)})
	}
	if s.out != 0 || s.file != nil || s.Row(1).Offset != 1 || s.Close() != nil {
		t.Error("a row is gone, or there is a file")
	}
	t.Setenv("TMPDIR", t.TempDir()+"/missing")
	t.Setenv("TMP", t.TempDir()+"/missing")
	var none RowFile
	for i := range (residentPages + 2) * session.PageSize {
		none.Add(session.Row{Offset: int64(i)})
	}
	if none.failed == nil || none.Row(1).Offset != 1 {
		t.Errorf("without a directory: %v", none.failed)
	}
	var broken RowFile
	broken.file, _ = os.Open(os.DevNull) // it is not open for writing
	for i := range (residentPages + 2) * session.PageSize {
		broken.Add(session.Row{Offset: int64(i)})
	}
	if broken.failed == nil || broken.out != 0 || broken.Row(1).Offset != 1 {
		t.Errorf("with a file that takes nothing: %v", broken.failed)
	}
	if err := broken.Close(); err != nil {
		t.Error(err)
	}
	if err := broken.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("it was not closed: %v", err)
	}
}

// TestTextFileReadsNoPageTwice, as above.
func TestTextFileReadsNoPageTwice(t *testing.T) {
	var s TextFile
	defer s.Close()
	for i := range (residentTexts + cachedTexts + 2) * textsPerPage {
		s.Add(aText(i % 7))
	}
	if s.out != cachedTexts+2 || s.pages[s.out-1].texts != nil || s.pages[s.out].texts == nil {
		t.Fatalf("%d pages are in the file", s.out)
	}
	if size, err := s.file.Stat(); err != nil || size.Size() != s.end {
		t.Fatalf("the file has %v bytes, %v", size.Size(), err)
	}
	for k := range cachedTexts {
		s.Text(k * textsPerPage)
	}
	s.cache[0][1] = session.Text{Name: "kept"}
	if s.Text(1).Name != "kept" || len(s.recent) != cachedTexts {
		t.Error("a page that was kept is read again")
	}
	s.fetch(0, s.pages[0])
	if len(s.recent) != cachedTexts || s.Text(1).Name == "kept" {
		t.Errorf("%d pages are known", len(s.recent))
	}
	s.Text(cachedTexts * textsPerPage)
	if len(s.cache) != cachedTexts || len(s.recent) != cachedTexts || s.cache[0] != nil || s.cache[1] == nil || s.recent[cachedTexts-1] != cachedTexts {
		t.Errorf("%v are kept", s.recent)
	}
	var broken TextFile
	broken.file, _ = os.Open(os.DevNull)
	for i := range (residentTexts + 2) * textsPerPage {
		broken.Add(aText(i % 7))
	}
	if broken.failed == nil || broken.out != 0 || broken.end != 0 || broken.Text(1) != aText(1) {
		t.Errorf("with a file that takes nothing: %v", broken.failed)
	}
	broken.Close()
	if err := broken.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("it was not closed: %v", err)
	}
	if err := (&TextFile{}).Close(); err != nil {
		t.Error(err)
	}
}
