// Command picture turns what tmux captured of a terminal into an SVG, so that
// the pictures in the documentation are of the real screen:
//
//	tmux capture-pane -p -e -t demo | go run ./test/picture > docs/pictures/demo.svg
//
// With -cast it plays an asciicast on a terminal of its own and draws what was seen as
// an animation: SVG alone, without a script.
//
// It understands the colours and attributes that the terminal UI uses, and
// nothing that moves a cursor: tmux has already laid out the lines.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The size of a character cell and the look of the page, in pixels.
const (
	cellWidth  = 8.4
	cellHeight = 18
	margin     = 12
	background = "#14171c"
	foreground = "#d5d9e0"
)

// palette is the usual look of the sixteen ANSI colours.
var palette = [16]string{
	"#14171c", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5d9e0",
	"#6b7280", "#f08d95", "#b5e08f", "#ffd98f", "#8ac6ff", "#dd9cf0", "#7fd6e0", "#ffffff",
}

func main() {
	film := flag.String("cast", "", "draw this asciicast as an animation instead of standard input")
	flag.Parse()
	work := func() error { return draw(os.Stdin, os.Stdout) }
	if *film != "" {
		work = func() error { return animate(*film, os.Stdout) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// draw reads a captured pane and writes an SVG.
func draw(r io.Reader, w io.Writer) error {
	var lines []string
	wide := 0
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		lines = append(lines, sc.Text())
		wide = max(wide, cells(sc.Text()))
	}
	if err := sc.Err(); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	head(out, wide, len(lines))
	s := style{}
	for i, line := range lines {
		s = drawLine(out, line, i, s)
	}
	fmt.Fprintln(out, "</g></svg>")
	return out.Flush()
}

// head begins a picture of so many cells.
func head(w io.Writer, wide, high int) {
	width, height := float64(wide)*cellWidth+2*margin, high*cellHeight+2*margin
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.0f %d">`+"\n", width, height, width, height)
	fmt.Fprintf(w, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", background)
	fmt.Fprintf(w, `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="%s" xml:space="preserve">`+"\n", foreground)
}

// cells counts the character cells of a line without its escape sequences.
func cells(line string) (n int) {
	for line != "" {
		var text string
		text, _, line = cut(line)
		n += utf8.RuneCountInString(text)
	}
	return n
}

// cut splits a line into text, the parameters of the escape sequence behind it,
// and the rest.
func cut(line string) (text, sgr, rest string) {
	text, rest, found := strings.Cut(line, "\x1b[")
	if !found {
		return text, "", ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
	if end < 0 || rest[end] != 'm' {
		return text, "", rest[end+1:]
	}
	return text, rest[:end], rest[end+1:]
}

// drawLine writes one line of text and returns the style at its end.
func drawLine(w io.Writer, line string, row int, s style) style {
	column := 0
	y := margin + row*cellHeight
	for line != "" {
		text, sgr, rest := cut(line)
		if n := utf8.RuneCountInString(text); n > 0 {
			s.write(w, text, margin+float64(column)*cellWidth, y, float64(n)*cellWidth)
			column += n
		}
		if text == line {
			return s // what begins here goes on in the next line
		}
		line = rest
		s.apply(sgr)
	}
	return s
}

// style is how text looks at one place.
type style struct {
	fg, bg             string
	bold, dim, reverse bool
}

// write draws a run of text, whose width is forced to its cells.
func (s style) write(w io.Writer, text string, x float64, y int, width float64) {
	fg, bg := s.fg, s.bg
	if fg == "" {
		fg = foreground
	}
	if s.reverse {
		if bg == "" {
			bg = background
		}
		fg, bg = bg, fg
	}
	if bg != "" {
		fmt.Fprintf(w, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`, x, y, width+0.3, cellHeight, bg)
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	fmt.Fprintf(w, `<text x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs" fill="%s"%s%s>%s</text>`+"\n",
		x, y+14, width, fg, attribute(s.bold, ` font-weight="bold"`), attribute(s.dim, ` opacity="0.6"`), html.EscapeString(strings.ReplaceAll(text, " ", "\u00a0")))
}

func attribute(on bool, s string) string {
	if on {
		return s
	}
	return ""
}

// apply changes the style by the parameters of an SGR sequence.
func (s *style) apply(sgr string) {
	p := strings.Split(strings.ReplaceAll(sgr, ":", ";"), ";")
	for i := 0; i < len(p); i++ {
		n, err := strconv.Atoi(p[i])
		if err != nil && p[i] != "" {
			return
		}
		switch {
		case n == 0 && (sgr != "" || len(p) == 1):
			*s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.dim = true
		case n == 22:
			s.bold, s.dim = false, false
		case n == 7, n == 27:
			s.reverse = n == 7
		case n == 38 || n == 48:
			colour, used := extended(p[i+1:])
			s.paint(n, colour)
			i += used
		default:
			s.basic(n)
		}
	}
}

// basic applies the sixteen colours and their defaults.
func (s *style) basic(n int) {
	switch {
	case n >= 30 && n <= 37:
		s.fg = palette[n-30]
	case n >= 90 && n <= 97:
		s.fg = palette[n-82]
	case n >= 40 && n <= 47:
		s.bg = palette[n-40]
	case n >= 100 && n <= 107:
		s.bg = palette[n-92]
	case n == 39:
		s.fg = ""
	case n == 49:
		s.bg = ""
	}
}

func (s *style) paint(n int, colour string) {
	if n == 38 {
		s.fg = colour
	} else {
		s.bg = colour
	}
}

// extended reads the parameters of a 256 colour or RGB sequence and says how
// many it took.
func extended(p []string) (colour string, used int) {
	number := func(i int) int {
		n, _ := strconv.Atoi(p[i]) // a bad number is black
		return n
	}
	switch {
	case len(p) >= 2 && p[0] == "5":
		return indexed(number(1)), 2
	case len(p) >= 4 && p[0] == "2":
		return fmt.Sprintf("#%02x%02x%02x", number(1), number(2), number(3)), 4
	}
	return "", len(p)
}

// indexed is a colour of the 256 colour table.
func indexed(n int) string {
	switch {
	case n < 16:
		return palette[n]
	case n >= 232:
		v := 8 + (n-232)*10
		return fmt.Sprintf("#%02x%02x%02x", v, v, v)
	}
	level := func(v int) int {
		if v == 0 {
			return 0
		}
		return 55 + v*40
	}
	n -= 16
	return fmt.Sprintf("#%02x%02x%02x", level(n/36), level(n/6%6), level(n%6))
}
