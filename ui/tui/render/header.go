package render

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// segment is a part of the header line.
type segment struct {
	style Style
	text  string
}

// header says what is watched, where it is kept and what is worst.
func header(a Area, m *model.Model) {
	x := a.Put(0, 0, role(Brand), " rtmpscope ")
	var parts []segment
	for short := range 4 {
		parts = headerParts(m, short)
		if x+headerWidth(parts) <= a.W {
			break
		}
	}
	for i, p := range parts {
		x = a.Put(x, 0, role(Faint), separator(i))
		x = a.clip(x, a.W, 0, p.style, p.text)
	}
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
		n += Width(separator(i)) + Width(p.text)
	}
	return n
}

// headerParts lists the parts, the shorter the higher short is.
func headerParts(m *model.Model, short int) []segment {
	parts := where(m, short)
	if n := len(m.Timeline().Sessions()); n > 0 || short == 0 {
		parts = append(parts, segment{Style{}, count(n, "session")})
	}
	switch s, bad := m.Worst(); {
	case !bad && short > 0:
	case bad && short > 1:
		parts = append(parts, segment{Style{Role: Trouble}, "✗ trouble"})
	case bad:
		parts = append(parts, segment{Style{Role: Trouble}, "✗ " + s.Trouble})
	}
	return parts
}

func where(m *model.Model, short int) []segment {
	f := m.Facts
	file := f.Capture[strings.LastIndexAny(f.Capture, `/\`)+1:]
	if !m.Options.Live {
		return []segment{{Style{}, file + " " + f.Size}}
	}
	route := f.Listen + " → " + f.Upstream
	if short == 0 {
		route = "listening " + route
	}
	size := f.Size
	if short < 2 && file != "" {
		size = file + " " + size
	}
	parts := []segment{{Style{}, route}, {role(Good), "● REC " + size}}
	if m.Done {
		parts[1] = segment{role(Warn), "recording has ended " + size}
	}
	if short > 2 {
		return parts[:1]
	}
	return parts
}
