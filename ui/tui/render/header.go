package render

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// segment is a part of the header line.
type segment struct {
	style Style
	words string
}

// header says what is watched, where it is kept and what is worst.
func header(a Area, m *model.Model) {
	x := a.Put(0, 0, role(Brand), " rtmpscope ")
	var parts []segment
	for short := range 4 {
		parts = headerParts(m, short)
		if x+headerWidth(parts)+headerTail(m) <= a.W {
			break
		}
	}
	for i, p := range parts {
		x = a.Put(x, 0, role(Faint), separator(i))
		x = a.clip(x, a.W, 0, p.style, p.words)
	}
	if words := worst(m); words != "" {
		x = a.Put(x, 0, role(Faint), separator(len(parts)))
		a.clip(x, a.W, 0, role(Trouble), shorterWorst(m, words, a.W-x))
	}
}

// headerTail is the room that is kept for trouble, which is cut if it is long.
func headerTail(m *model.Model) int {
	words := worst(m)
	if words == "" {
		return 0
	}
	return min(Width(" · "+words), 48)
}

// worst says what is worst, and in which session.
func worst(m *model.Model) string {
	s := m.Worst()
	if s == nil {
		return ""
	}
	_, sign, words := sessionState(m, s)
	return fmt.Sprintf("%s session %d: %s", sign, s.Number, words)
}

// shorterWorst leaves out what matters less when there is little room.
func shorterWorst(m *model.Model, words string, width int) string {
	if Width(words) <= width {
		return words
	}
	s := m.Worst()
	_, sign, words := sessionState(m, s)
	sign += fmt.Sprintf(" s%d ", s.Number)
	return sign + shortCode(words, width-Width(sign))
}

func separator(i int) string {
	if i == 0 {
		return " "
	}
	return " · "
}

func headerWidth(parts []segment) int {
	n := 0
	for i, p := range parts {
		n += Width(separator(i)) + Width(p.words)
	}
	return n
}

// headerParts lists the parts, the shorter the higher short is.
func headerParts(m *model.Model, short int) []segment {
	parts := where(m, short)
	if n := m.Timeline().SessionCount(); n > 0 && short < 3 {
		parts = append(parts, segment{Style{}, count(n, "session")})
	}
	return parts
}

func where(m *model.Model, short int) []segment {
	f := m.Facts
	file := f.Capture[strings.LastIndexAny(f.Capture, `/\`)+1:]
	if short > 1 {
		file = shorten(file, 16)
	}
	if !m.Options.Live {
		parts := append([]segment{{Style{}, file + " " + f.Size}}, growth(m, short)...)
		if f.Trouble != "" {
			parts = append(parts, segment{role(Warn), "✗ " + f.Trouble + " (" + m.KeyOf("log") + ")"})
		}
		return parts
	}
	route := f.Listen + " → " + f.Upstream
	if short == 0 {
		route = "listening " + route
	}
	size := f.Size
	if short < 3 && file != "" {
		size = file + " " + size
	}
	parts := []segment{{Style{}, route}, {role(Good), "● REC " + size}}
	if m.Done {
		parts[1] = segment{role(Warn), "recording has ended " + size}
	}
	return parts
}

// growth says of a file that another program is recording it, and whether that is
// followed, in fewer words the higher short is.
func growth(m *model.Model, short int) []segment {
	key := m.KeyOf("follow")
	switch {
	case m.Facts.Growth == model.Followed:
		return []segment{{role(Good), "● following"}}
	case m.Facts.Growth != model.Unfollowed:
		return nil
	case short > 0:
		return []segment{{role(Warn), "not followed (" + key + ")"}}
	}
	return []segment{{role(Warn), "being recorded, not followed (" + key + " follows)"}}
}

// shorten keeps the beginning of a long name.
func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
