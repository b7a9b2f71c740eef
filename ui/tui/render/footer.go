package render

import (
	"fmt"

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
		keyCaps(a, [][2]string{{m.KeyOf("down") + "/" + m.KeyOf("up"), "difference"}, {m.KeyOf("fold") + "/" + m.KeyOf("unfold"), "A/B"},
			{m.KeyOf("open"), "go to the row"}, {m.KeyOf("back"), "back"}})
	case m.Overlay != model.NoOverlay:
		keyCaps(a, [][2]string{{m.KeyOf("down") + "/" + m.KeyOf("up"), "scroll"}, {m.KeyOf("back"), "back"}})
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
func footerKeys(m *model.Model) [][2]string {
	keys := [][2]string{{m.KeyOf("open"), "open"}, {m.KeyOf("help"), "help"}, {m.KeyOf("quit"), "back/quit"}}
	if m.Focus == model.PaneHex || m.Focus == model.PaneMedia || m.Focus == model.PaneFlow {
		keys = keys[1:]
	}
	for _, special := range []bool{true, false} {
		for _, b := range m.Bindings() {
			if len(b.Keys) > 0 && b.Short != "" && b.In(m.Focus) && b.Special() == special {
				keys = append(keys, [2]string{b.Keys[0], b.Short})
			}
		}
	}
	return keys
}

func keyCaps(a Area, keys [][2]string) {
	x := 1
	for _, k := range keys {
		if x+Width(k[0])+Width(k[1])+1 > a.W {
			return
		}
		x = a.Put(x, 0, role(KeyCap), k[0])
		x = a.Put(x, 0, role(Faint), " "+k[1]) + 2
	}
}
