package fold

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// aText is text number i, with strings of all sorts of lengths.
func aText(i int) session.Text {
	return session.Text{Name: "name", Command: strings.Repeat("c", i%300), Summary: text.Plain(fmt.Sprintf("summary %d \x1b", i)), Brief: text.Marked(strings.Repeat("b", i%3))}
}

// TestTextFileGivesBackWhatWasAdded: from memory, from the file, and in any order.
func TestTextFileGivesBackWhatWasAdded(t *testing.T) {
	const n = (residentTexts + 40) * textsPerPage
	var s TextFile
	for i := range n {
		s.Add(aText(i))
	}
	defer s.Close()
	if s.out == 0 || s.end == 0 {
		t.Fatal("nothing went to the file")
	}
	for step, times := range map[int]int{1: n, 7919: 500} { // of the second, most have to be read from the file
		for k := range times {
			i := k * step % n
			if got := s.Text(i); got != aText(i) {
				t.Fatalf("text %d is %+v", i, got)
			}
		}
	}
	if len(s.cache) != cachedTexts || len(s.recent) != len(s.cache) || s.out != 40 {
		t.Errorf("%d pages are kept, %d known", len(s.cache), len(s.recent))
	}
}

// TestTextFileWithoutAFile: what cannot be written stays in memory.
func TestTextFileWithoutAFile(t *testing.T) {
	s := TextFile{failed: errors.New("no room")}
	for i := range (residentTexts + 2) * textsPerPage {
		s.Add(aText(i))
	}
	if s.out != 0 || s.Text(0) != aText(0) {
		t.Error("a text is gone")
	}
}
