package model

import (
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// Node is one visible line of the field tree.
type Node struct {
	Field  *field.Field
	Depth  int
	Folded bool // has children that are not listed
}

// Detail is the state of the detail pane.
type Detail struct {
	Open   bool
	Row    int             // the row wanted, 0 for none
	Data   *analyst.Detail // nil until it has arrived
	Err    string          // why it did not
	Nodes  []Node          // the tree as folded now
	Cursor int             // index into Nodes
	Top    int
	Wire   bool // hex shows the wire, not the body
	Hex    Hex
	HexTop int
	At     HexPlace // the byte under the cursor of the hex pane
	folds  map[*field.Field]bool
	led    *field.Field // the field that At belongs to
	width  int          // bytes on a line when At was set
}

// DetailRead brings the answer to an Effect's Fetch.
type DetailRead struct {
	Row  int
	Data *analyst.Detail
	Err  error
}

func (a DetailRead) apply(m *Model) Effect {
	d := &m.Detail
	var e Effect
	if c := m.copying; c.row == a.Row && c.row > 0 {
		m.copying = copying{}
		if a.Err == nil {
			e = m.copied(m.rowAs(c.what, a.Data))
		}
	}
	switch {
	case a.Row != d.Row: // the user has moved on
	case a.Err != nil:
		d.Err = a.Err.Error()
	default:
		d.load(a.Data)
		d.show(m.Layout())
	}
	return e
}

// await forgets the old row and waits for a new one.
func (d *Detail) await(row int) {
	*d = Detail{Open: true, Row: row, Wire: d.Wire}
}

func (d *Detail) load(data *analyst.Detail) {
	d.Data, d.Err = data, ""
	if !decoded(data.Row.Kind) {
		for i := range data.Fields { // nobody was to claim them
			data.Fields[i].Name, data.Fields[i].Bad = "bytes around it", false
		}
	}
	d.folds = map[*field.Field]bool{}
	d.list()
	d.Hex = newHex(data, d.Wire)
}

// decoded reports whether the fields of such a row were read from its bytes; of
// the others the bytes are only shown.
func decoded(k session.Kind) bool {
	return k == session.Message || k == session.Handshake || k == session.Aborted
}

// list rebuilds Nodes from the tree and what is folded.
func (d *Detail) list() {
	d.Nodes = d.Nodes[:0]
	d.listFields(d.Data.Fields, 0)
}

func (d *Detail) listFields(fields []field.Field, depth int) {
	for i := range fields {
		f := &fields[i]
		folded := d.folds[f] && len(f.Children) > 0
		d.Nodes = append(d.Nodes, Node{Field: f, Depth: depth, Folded: folded})
		if !folded {
			d.listFields(f.Children, depth+1)
		}
	}
}

// Selected is the field under the cursor, or nil.
func (d *Detail) Selected() *field.Field {
	if d.Cursor >= len(d.Nodes) {
		return nil
	}
	return d.Nodes[d.Cursor].Field
}

// fold folds or unfolds the field under the cursor.
func (d *Detail) fold() {
	if f := d.Selected(); f != nil && len(f.Children) > 0 {
		d.folds[f] = !d.folds[f]
		d.list()
	}
}

// foldOut folds the field under the cursor, or goes to its parent.
func (d *Detail) foldOut() {
	f := d.Selected()
	if f == nil {
		return
	}
	if len(f.Children) > 0 && !d.folds[f] {
		d.fold()
		return
	}
	for i := d.Cursor - 1; i >= 0; i-- {
		if d.Nodes[i].Depth < d.Nodes[d.Cursor].Depth {
			d.Cursor = i
			return
		}
	}
}

// unfold unfolds the field under the cursor.
func (d *Detail) unfold() {
	if d.Cursor < len(d.Nodes) && d.Nodes[d.Cursor].Folded {
		d.fold()
	}
}

// maxProse is how far the explanation of a rule can be scrolled.
const maxProse = 30

// moveCursor selects another field and brings its bytes into sight.
// Of prose without fields it scrolls.
func (d *Detail) moveCursor(to int, l Layout) {
	if len(d.Nodes) == 0 {
		d.Top = clamp(d.Top+to, 0, maxProse)
		return
	}
	d.Cursor = clamp(to, 0, max(len(d.Nodes)-1, 0))
	d.show(l)
}

// show brings the cursor, and the bytes of its field, into sight.
func (d *Detail) show(l Layout) {
	if len(d.Nodes) > 0 {
		d.Top = scrollTo(d.Top, d.Cursor, len(d.Nodes), l.Tree.H)
	}
	if f := d.Selected(); f != nil {
		if width := l.BytesPerLine(); f != d.led || width != d.width {
			d.At, d.led, d.width = d.Hex.PlaceOf(f.Start, width), f, width
		}
		d.HexTop = scrollTo(d.HexTop, d.At.Line, d.Hex.Lines(d.width), l.Hex.H)
	}
}

func (d *Detail) scrollHex(by int, l Layout) {
	d.HexTop = clamp(d.HexTop+by, 0, max(d.Hex.Lines(l.BytesPerLine())-l.Hex.H, 0))
}

// switchHex changes between body and wire.
func (d *Detail) switchHex(l Layout) {
	d.Wire = !d.Wire
	if d.Data != nil {
		d.Hex, d.led = newHex(d.Data, d.Wire), nil
		d.show(l)
	}
}

// moveByte moves the cursor of the hex pane by lines and bytes, and the cursor of
// the tree to the field that the byte belongs to.
func (d *Detail) moveByte(lines, bytes int, l Layout) {
	n := d.Hex.Lines(l.BytesPerLine())
	if n == 0 || d.Selected() == nil {
		return
	}
	at := d.At
	at.Line = clamp(at.Line+lines, 0, n-1)
	at.Column += bytes
	switch last := len(d.Hex.Line(at.Line, d.width).Bytes) - 1; {
	case at.Column < 0 && at.Line > 0:
		at.Line--
		at.Column = len(d.Hex.Line(at.Line, d.width).Bytes) - 1
	case at.Column > last && bytes > 0 && at.Line < n-1:
		at = HexPlace{Line: at.Line + 1}
	default:
		at.Column = clamp(at.Column, 0, last)
	}
	d.pointAt(at, l)
}

// pointAt puts the cursor of the hex pane on a byte.
func (d *Detail) pointAt(at HexPlace, l Layout) {
	line := d.Hex.Line(at.Line, d.width).Bytes
	if at.Column < 0 || at.Column >= len(line) {
		return
	}
	d.At = at
	if body := line[at.Column].Body; body >= 0 {
		d.selectByte(body)
	}
	d.led = d.Selected()
	d.show(l)
}

// selectByte moves the cursor of the tree to the smallest listed field that holds
// a byte of the body: of a byte whose bits have names, the byte.
func (d *Detail) selectByte(body int) {
	best := -1
	for i, n := range d.Nodes {
		f := n.Field
		if body < f.Start || body >= f.End || f.Bits > 0 {
			continue
		}
		if best < 0 || f.End-f.Start <= d.Nodes[best].Field.End-d.Nodes[best].Field.Start {
			best = i
		}
	}
	if best >= 0 {
		d.Cursor = best
	}
}
