package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// apart is how many seconds two pictures of an animation are apart at least, and
// lasting how long the last one stands: eyes need both, and each picture costs bytes.
const (
	apart   = 0.7
	lasting = 3
)

// film is what stood in each row of a screen, and when.
type film struct {
	w, h int
	end  float64
	rows []map[string][]span // by row: what it shows, and when
	now  []string            // by row
	from []float64           // since when
	left float64             // when the last picture was taken
}

// span is a stretch of time, in seconds.
type span struct{ from, to float64 }

// animate draws an asciicast (version 2) as an SVG that plays over and over.
func animate(path string, w io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := watch(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	out := bufio.NewWriter(w)
	m.draw(out)
	return out.Flush()
}

// watch plays a cast and keeps what is seen.
func watch(r io.Reader) (*film, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	var head struct{ Version, Width, Height int }
	if !sc.Scan() || json.Unmarshal(sc.Bytes(), &head) != nil || head.Version != 2 || head.Width < 1 || head.Height < 1 {
		return nil, errors.Join(errors.New("not an asciicast of version 2"), sc.Err())
	}
	m := &film{w: head.Width, h: head.Height, now: make([]string, head.Height), from: make([]float64, head.Height)}
	for range m.h {
		m.rows = append(m.rows, map[string][]span{})
	}
	screen := terminal.NewScreen(m.w, m.h)
	for sc.Scan() {
		at, text, err := output(sc.Bytes())
		if err != nil {
			return nil, err
		}
		if at-m.end >= apart/4 || at-m.left >= apart { // quiet before this, or long enough
			m.take(screen)
		}
		_, _ = screen.Write([]byte(text)) // never fails
		m.end = at
	}
	m.left = 0
	m.take(screen)
	m.end += lasting
	for y := range m.now {
		m.keep(y)
	}
	return m, sc.Err()
}

// output reads one event.
func output(line []byte) (at float64, text string, err error) {
	var kind string
	if err := json.Unmarshal(line, &[]any{&at, &kind, &text}); err != nil {
		return 0, "", fmt.Errorf("an event: %w", err)
	}
	if kind != "o" {
		text = ""
	}
	return at, text, nil
}

// take keeps what the screen shows since the last event, unless the last picture is
// too near.
func (m *film) take(s *terminal.Screen) {
	if m.left > 0 && m.end-m.left < apart {
		return
	}
	m.left = m.end
	for y := range m.now {
		if line := s.Styled(y); line != m.now[y] {
			m.keep(y)
			m.now[y], m.from[y] = line, m.end
		}
	}
}

// keep ends what a row shows.
func (m *film) keep(y int) {
	if m.now[y] != "" && m.end > m.from[y] {
		m.rows[y][m.now[y]] = append(m.rows[y][m.now[y]], span{m.from[y], m.end})
	}
}

// draw writes each row once for each of its texts, with the times at which it is
// seen. The order is by time, so that the same cast makes the same picture.
func (m *film) draw(w io.Writer) {
	head(w, m.w, m.h)
	for y := range m.rows {
		for _, line := range m.inOrder(y) {
			spans := m.rows[y][line]
			fmt.Fprintf(w, `<g visibility="%s">`, m.still(spans))
			fmt.Fprintf(w, `<animate attributeName="visibility" calcMode="discrete" dur="%.2fs" repeatCount="indefinite" %s/>`+"\n", m.end, m.times(spans))
			drawLine(w, line, y, style{})
			fmt.Fprintln(w, "</g>")
		}
	}
	fmt.Fprintln(w, "</g></svg>")
}

// still is whether a text is seen where nothing moves: then the last screen is.
func (m *film) still(spans []span) string {
	if spans[len(spans)-1].to < m.end {
		return "hidden"
	}
	return "visible"
}

// inOrder are the texts of a row by when they are first seen.
func (m *film) inOrder(y int) (lines []string) {
	for line := range m.rows[y] {
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b string) int { return cmp.Compare(m.rows[y][a][0].from, m.rows[y][b][0].from) })
	return lines
}

// times are the values and keyTimes of an animation (SVG 1.1 §19.2.8), which begins
// with time 0.
func (m *film) times(spans []span) string {
	values, at := []string{"hidden"}, []string{"0"}
	add := func(value string, t float64) {
		if k := fmt.Sprintf("%.4f", t/m.end); t > 0 {
			values, at = append(values, value), append(at, k)
		} else {
			values[0] = value
		}
	}
	for _, s := range spans {
		add("visible", s.from)
		if s.to < m.end {
			add("hidden", s.to)
		}
	}
	return fmt.Sprintf(`values="%s" keyTimes="%s"`, strings.Join(values, ";"), strings.Join(at, ";"))
}
