package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestScreenShows writes what a program would and looks at the text, by hand.
func TestScreenShows(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     string // the lines, with "|" between them
		x, y     int    // of the cursor
	}{
		{"text", "abc", "abc||", 3, 0},
		{"lines", "a\r\nb", "a|b|", 1, 1},
		{"a line feed keeps the column", "ab\nc", "ab|  c|", 3, 1},
		{"wraps", "abcdefgh", "abcdef|gh|", 2, 1},
		{"scrolls", "1\r\n2\r\n3\r\n4", "2|3|4", 1, 2},
		{"no margin", "\x1b[?7labcdefgh", "abcdeh||", 6, 0},
		{"backspace", "abc\b\bX", "aXc||", 2, 0},
		{"tab", "\tx", "     x||", 6, 0},
		{"position", "\x1b[2;3Hx", "|  x|", 3, 1},
		{"position without numbers", "abc\x1b[Hx", "xbc||", 1, 0},
		{"position beyond the end", "\x1b[99;99Hx", "||     x", 6, 2},
		{"erases to the end of the line", "abcdef\x1b[1;3H\x1b[K", "ab||", 2, 0},
		{"erases to the end of the screen", "abc\r\ndef\x1b[1;2H\x1b[J", "a||", 1, 0},
		{"erases all", "abc\r\ndef\x1b[2J", "||", 3, 1},
		{"colours", "\x1b[1;31ma\x1b[0mb", "ab||", 2, 0},
		{"wide", "世x", "世x||", 3, 0},
		{"wide at the edge", "abcde世", "abcde|世|", 2, 1},
		{"an accent joins", "e\u0301x", "e\u0301x||", 2, 0},
		{"alternate screen", "main\x1b[?1049h\x1b[Hother", "other||", 5, 0},
		{"and back", "main\x1b[?1049hother\x1b[?1049l", "main||", 3, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewScreen(6, 3)
			s.Write([]byte(c.in))
			got := strings.ReplaceAll(strings.TrimSuffix(s.String(), "\n"), "\n", "|")
			if got != c.want || s.X != c.x || s.Y != c.y || len(s.Strange) > 0 {
				t.Errorf("%q at %d,%d, want %q at %d,%d; strange %q", got, s.X, s.Y, c.want, c.x, c.y, s.Strange)
			}
		})
	}
}

// TestScreenCutAnywhere: pieces of any size show the same.
func TestScreenCutAnywhere(t *testing.T) {
	const in = "\x1b[?1049h\x1b[2J\x1b[1;31mré世\x1b[0m\x1b]52;c;aGk=\a\x1b[2;2He\u0301\x1b(B\x1b[?25l\x07"
	whole := NewScreen(8, 3)
	whole.Write([]byte(in))
	for size := 1; size < 8; size++ {
		s := NewScreen(8, 3)
		for piece := range slices.Chunk([]byte(in), size) {
			s.Write(piece)
		}
		if a, b := fmt.Sprint(s), fmt.Sprint(whole); a != b {
			t.Errorf("in pieces of %d\n%s\nwhole\n%s", size, a, b)
		}
	}
	if !slices.Equal(whole.Copied, []string{"hi"}) || !slices.Equal(whole.Altered(), []string{"1049", "25"}) || !slices.Equal(whole.Strange, []string{`'\a'`}) {
		t.Errorf("copied %q, altered %q, strange %q", whole.Copied, whole.Altered(), whole.Strange)
	}
}

// TestStrange: what a screen has no reason to be told is kept, one by one.
func TestStrange(t *testing.T) {
	for _, in := range []string{"\a", "\x00", "\x7f", "\x1b]0;title\a", "\x1b[5n", "\x1b[1K", "\x1b]52;c;%%\a", "\x1bc", "\u202e", "\u0085", "\xff", "\x1b[1:2;3H", "\x1bPq\x1b\\"} {
		s := NewScreen(10, 2)
		s.Write([]byte(in))
		if len(s.Strange) != 1 {
			t.Errorf("%q: strange %q", in, s.Strange)
		}
		if text := strings.TrimSpace(s.String()); text != "" {
			t.Errorf("%q shows %q", in, text)
		}
	}
	s := NewScreen(10, 2)
	s.Write([]byte("\x1b]52;c;" + strings.Repeat("a", longest)))
	if len(s.Strange) == 0 {
		t.Error("a sequence without an end is waited for for ever")
	}
}

func TestAlteredModes(t *testing.T) {
	s := NewScreen(2, 2)
	s.Write([]byte("\x1b[?1000;1006h\x1b[?25l\x1b[?12h"))
	if got := s.Altered(); !slices.Equal(got, []string{"1000", "1006", "25"}) {
		t.Errorf("%q", got)
	}
	s.Write([]byte("\x1b[?1000;1006l\x1b[?25h"))
	if got := s.Altered(); len(got) > 0 {
		t.Errorf("%q", got)
	}
	if s.Sequences["[?25l"] != 1 {
		t.Errorf("%v", s.Sequences)
	}
}

// TestResizeKeepsText: what fits stays, on both screens.
func TestResizeKeepsText(t *testing.T) {
	s := NewScreen(4, 2)
	s.Write([]byte("abcd\r\nefgh\x1b[?1049h\x1b[HABCD"))
	s.Resize(2, 1)
	if got := s.String(); got != "AB\n" || s.X != 1 || s.Y != 0 {
		t.Errorf("%q at %d,%d", got, s.X, s.Y)
	}
	s.Resize(5, 2)
	s.Write([]byte("\x1b[?1049l"))
	if got := s.String(); got != "ab\n\n" {
		t.Errorf("%q", got)
	}
	s.Clear()
	if got := s.String(); got != "\n\n" {
		t.Errorf("%q", got)
	}
}

// TestStyled: each cell keeps the colours with which it was written, until something
// else is written there or it is erased.
func TestStyled(t *testing.T) {
	s := NewScreen(8, 2)
	s.Write([]byte("\x1b[31mab\x1b[1mc\x1b[mde\x1b[0;32mf\r\n\x1b[0mxy\x1b[1;2H\x1b[34mB"))
	if got, want := s.Styled(0), "\x1b[0;31ma\x1b[0;34mB\x1b[0;31;1mc\x1b[0mde\x1b[0;32mf\x1b[0m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Write([]byte("\x1b[2J"))
	if got := s.Styled(0) + s.Styled(1); got != "" {
		t.Errorf("%q is left", got)
	}
}
