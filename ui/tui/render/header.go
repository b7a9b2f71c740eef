package render

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// segment is a part of the header line.
type segment struct {
	style Style
	words string
}

// header says what is watched, where it is kept, and what is wrong.
func header(a Area, m *model.Model) {
	x := a.Put(0, 0, role(Brand), " rtmpscope ")
	long := troubles(m, 0)
	tail := min(headerWidth(long), headerTail)
	var parts []segment
	for short := range 4 {
		parts = headerParts(m, short)
		if x+headerWidth(parts)+tail <= a.W {
			break
		}
	}
	room := a.W - x - headerWidth(parts) - Width(separator(1)) + Width(separator(0))
	for short := 1; short < 4 && headerWidth(long) > room; short++ {
		long = troubles(m, short)
	}
	for i, p := range append(parts, long...) {
		x = a.Put(x, 0, role(Faint), separator(i))
		x = a.clip(x, a.W, 0, p.style, p.words)
	}
}

// headerTail is the room that is kept for trouble, which is cut if it is long.
const headerTail = 48

// troubles say what is gravest and what is newest, in which sessions, and how many there
// are besides; the shorter the higher short is: with short names, without the newest, and
// at last only as much of the gravest as there is room for.
func troubles(m *model.Model, short int) (parts []segment) {
	gravest, newest, more := m.Worst()
	if gravest == nil {
		return nil
	}
	one := func(s *session.Info, before string) {
		style, sign, words := sessionState(m, s)
		name := fmt.Sprintf("session %d: ", s.Number)
		if short > 0 {
			name, before = fmt.Sprintf("s%d ", s.Number), ""
		}
		if short > 1 {
			words = shortCode(words, headerTail/2)
		}
		parts = append(parts, segment{style, sign + " " + before + name + words})
	}
	one(gravest, "")
	if newest != nil && short < 2 {
		one(newest, "newest, ")
	} else if newest != nil {
		more++
	}
	switch {
	case more > 0 && short == 0:
		parts = append(parts, segment{role(Faint), fmt.Sprintf("%d more", more)})
	case more > 0:
		parts[0].words = fmt.Sprintf("+%d %s", more, parts[0].words) // in front: what is cut off is at the end
	}
	return parts
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
	if m.Reveal { // first, so that it is never cut off
		return append([]segment{{role(Warn), "SECRETS SHOWN"}}, whence(m, short)...)
	}
	return whence(m, short)
}

// whence says where the bytes come from.
func whence(m *model.Model, short int) []segment {
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
