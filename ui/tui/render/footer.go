package render

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// footer asks what is to be asked, or names the keys of the focused pane.
func footer(a Area, m *model.Model) {
	if m.Prompt != nil {
		promptLine(a, m.Prompt)
		return
	}
	if p := m.Busy(); p.What != "" {
		x := progress(a, &p)
		a = a.sub(x, 0, a.W-x, a.H)
	}
	switch {
	case m.Message != "":
		x := a.clip(1, a.W, 0, role(Ask), m.Message) + 2
		keyCaps(a.sub(x, 0, a.W-x, 1), footerKeys(m))
	case m.Overlay == model.SessionDiff:
		keyCaps(a, []hint{hintOf(m, "difference", "down", "up"), hintOf(m, "A/B", "fold", "unfold"), hintOf(m, "go to the row", "open"), hintOf(m, "back", "back")})
	case m.Overlay != model.NoOverlay:
		keyCaps(a, []hint{hintOf(m, "scroll", "down", "up"), hintOf(m, "back", "back")})
	default:
		keyCaps(a, footerKeys(m))
	}
}

// progressWidth is that of a bar.
const progressWidth = 12

// progress draws how far something has come and returns the column behind it.
func progress(a Area, p *model.Progress) int {
	x := a.Put(1, 0, role(Ask), p.What+" ")
	if p.Total <= 0 {
		return a.Put(x, 0, role(Ask), "… ")
	}
	part := min(float64(p.Done)/float64(p.Total), 1)
	full := int(part * progressWidth)
	a.fill(x, x+full, 0, role(Good), '█')
	a.fill(x+full, x+progressWidth, 0, role(Faint), '░')
	return a.Put(x+progressWidth+1, 0, role(Ask), fmt.Sprintf("%.0f%% ", part*100))
}

// footerKeys lists keys with their names, the most useful first: what may be
// cut at the right end also stands in the help.
func footerKeys(m *model.Model) []hint {
	keys := []hint{hintOf(m, "open", "open"), hintOf(m, "help", "help"), hintOf(m, "back/quit", "quit")}
	if m.Focus == model.PaneHex || m.Focus == model.PaneMedia || m.Focus == model.PaneFlow {
		keys = keys[1:]
	}
	for _, special := range []bool{true, false} {
		for _, b := range m.Bindings() {
			if len(b.Keys) > 0 && b.Short != "" && b.In(m.Focus) && b.Special() == special {
				keys = append(keys, hint{b.Keys[:1], b.Short})
			}
		}
	}
	return keys
}

// hint is a key, or a few that belong together, and what they do.
type hint struct {
	keys  []string
	words string
}

func hintOf(m *model.Model, words string, actions ...string) hint {
	h := hint{words: words}
	for _, action := range actions {
		h.keys = append(h.keys, m.KeyOf(action))
	}
	return h
}

// keyCaps draws hints, each of which answers a click as it does its key.
func keyCaps(a Area, hints []hint) {
	x := 1
	for _, h := range hints {
		if x+Width(strings.Join(h.keys, "/"))+Width(h.words)+1 > a.W {
			return
		}
		for i, key := range h.keys {
			if i > 0 {
				x = a.Put(x, 0, role(KeyCap), "/")
			}
			begin := x
			x = a.Put(x, 0, role(KeyCap), key)
			a.zone(begin, x, 0, Zone{Key: key})
		}
		begin := x
		x = a.Put(x, 0, role(Faint), " "+h.words)
		a.zone(begin, x, 0, Zone{Key: h.keys[0]})
		x += 2
	}
}
