package render

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// detailPane draws what is known of one row: its fields, their bytes, and in the
// last line everything about the field under the cursor.
func detailPane(g *Grid, m *model.Model, l model.Layout) {
	a := g.Area(l.Detail)
	d := &m.Detail
	focused := m.Focus >= model.PaneTree
	x := heading(a, focused, "3", detailTitle(m))
	if l.Hex.W > 0 && len(d.Nodes) > 0 {
		headingRight(a, x, Rule, hexTitle(d))
	}
	if explains(m, d) && l.Prose-d.Top > l.Tree.H {
		headingRight(a, x, Rule, "more below")
	}
	if l.Words.H > 0 {
		_, summary := m.Text(d.Row)
		g.Area(l.Words).wrap(2, 0, Style{Role: Normal, Mark: Alarm}, summary)
	}
	a = g.Area(model.Rect{X: l.Tree.X, Y: l.Tree.Y, W: l.Detail.W, H: l.Tree.H})
	switch {
	case d.Err != "":
		a.wrap(2, 0, role(Trouble), "✗ cannot be shown: "+d.Err)
	case d.Data == nil:
		a.clip(2, a.W, 0, role(Faint), "reading …")
	case explains(m, d):
		explanation(a, m, d)
	case len(d.Nodes) == 0:
		a.wrap(2, 0, role(Faint), d.Data.Note)
	default:
		tree(g.Area(l.Tree), m)
		hex(g.Area(l.Hex), m, l.BytesPerLine())
		caption(g.Area(l.Caption), m)
	}
}

func detailTitle(m *model.Model) string {
	d := &m.Detail
	if d.Row == 0 || d.Row > m.Timeline().Len() {
		return "Detail"
	}
	name, _ := m.Text(d.Row)
	if c := m.Timeline().Text(d.Row).Command; c != "" {
		name = c + " · " + name
	}
	r := m.Timeline().Row(d.Row)
	if r.Kind == session.Found {
		return fmt.Sprintf("Finding · #%d %s · %s", d.Row, name, r.Severity)
	}
	title := fmt.Sprintf("Detail · #%d %s from %s", d.Row, name, r.From)
	if r.Length == 0 {
		return fmt.Sprintf("%s · at byte %d", title, r.Offset)
	}
	return fmt.Sprintf("%s · %d bytes at %d", title, r.Length, r.Offset)
}

// tree lists the fields.
func tree(a Area, m *model.Model) {
	d := &m.Detail
	names := nameWidth(d.Nodes, a.W)
	for i := 0; i < a.H && d.Top+i < len(d.Nodes); i++ {
		n := d.Nodes[d.Top+i]
		node(a, i, n, names, m.Reveal)
		if d.Top+i == d.Cursor {
			a.Put(0, i, Style{}, "▌")
			a.mark(i, selection(m.Focus == model.PaneTree))
		}
	}
}

// nameWidth is the width of the names, so that values line up.
func nameWidth(nodes []detail.Node, w int) int {
	widest := 8
	for _, n := range nodes {
		widest = max(widest, 2*n.Depth+Width(n.Field.Name))
		if widest > w*45/100 {
			return w * 45 / 100
		}
	}
	return widest
}

func node(a Area, y int, n detail.Node, names int, reveal bool) {
	f := n.Field
	sign := " "
	switch {
	case n.Folded:
		sign = "▸"
	case len(f.Children) > 0:
		sign = "▾"
	}
	name := role(Name)
	if f.Bad {
		sign, name = "!", role(Trouble)
	}
	x := 1 + min(2*n.Depth, names-4)
	a.Put(x, y, role(Faint), sign)
	if len(f.Children) > 0 {
		a.zone(x-1, x+2, y, Zone{Mark: true})
	}
	a.clip(x+2, names+3, y, name, f.Name)
	x = names + 4
	if f.Source != "" && a.W > 90 {
		a.right(a.W-1, y, role(Source), f.Source)
		a = a.sub(0, 0, a.W-Width(f.Source)-2, a.H)
	}
	x = a.clip(x, a.W, y, role(Value), f.Value.Show(reveal))
	if f.Symbol != "" && !isType(f) {
		x = a.clip(x+1, a.W, y, role(Symbol), f.Symbol)
	}
	if f.Note != "" {
		a.clip(x+2, a.W, y, role(Faint), f.Note)
	}
}

// isType reports whether the symbol of a field is no more than the type of its value, as
// the marker says too.
func isType(f *field.Field) bool {
	return !detail.Speaks(f) && len(f.Children) > 0 && f.Children[len(f.Children)-1].Encoding
}

// caption spells out the field under the cursor, for which a line of the tree
// may have no room.
func caption(a Area, m *model.Model) {
	f := m.Detail.Selected()
	if under := m.Detail.Under(); m.Focus == model.PaneHex && under != nil {
		f = under
	}
	if f == nil {
		return
	}
	a.fill(0, a.W, 0, role(Rule), '─')
	value, place := captionWords(f, m.Reveal)
	meaning := f.Note
	if meaning == "" {
		meaning = f.Meaning()
	}
	if f.Source != "" {
		meaning += " · " + f.Source
	}
	if a.H == 1 && meaning != "" {
		place += " · " + meaning
	}
	a.clip(1, a.W-1, 0, Style{}, " "+value+place+" ")
	a.clip(2, a.W, 1, Style{}, meaning)
}

func captionWords(f *field.Field, reveal bool) (value, place string) {
	value = f.Name
	if v := f.Value.Show(reveal); v != "" {
		value += " = " + v
	}
	if f.Symbol != "" {
		value += " " + f.Symbol
	}
	switch {
	case f.Bits > 0:
		return value, fmt.Sprintf(" · bits %d–%d of byte %d", f.BitStart, f.BitStart+f.Bits-1, f.Start)
	case f.End-f.Start == 1:
		return value, fmt.Sprintf(" · byte %d", f.Start)
	case f.End > f.Start:
		return value, fmt.Sprintf(" · bytes %d–%d", f.Start, f.End-1)
	}
	return value, ""
}
