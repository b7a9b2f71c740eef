// Package detail is the state of the detail pane: the fields of one row as a tree
// that can be folded, its bytes as they stand in the body or on the wire, and a
// cursor in each that follows the other.
//
// It draws nothing, decodes nothing and knows nothing of keys. A [Detail] is not
// safe for concurrent use; the bytes and fields stay those of the *analyst.Detail
// that was loaded.
package detail

import (
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
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

// Room is how much of a detail is in sight.
type Room struct {
	Fields       int // lines of the field tree
	Hex          int // lines of the hex pane
	BytesPerLine int
}

// Await forgets the old row and waits for a new one.
func (d *Detail) Await(row int) {
	*d = Detail{Open: true, Row: row, Wire: d.Wire}
}

// Load shows what was read of the row that was awaited. It renames fields of data.
func (d *Detail) Load(data *analyst.Detail) {
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
	return k == session.Message || k == session.Handshake || k == session.Aborted || k == session.Tallied
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

// Fold folds or unfolds the field under the cursor.
func (d *Detail) Fold() {
	if f := d.Selected(); f != nil && len(f.Children) > 0 {
		d.folds[f] = !d.folds[f]
		d.list()
	}
}

// FoldAll folds every field that has children, so that the outermost are left.
func (d *Detail) FoldAll() {
	if d.Data == nil {
		return
	}
	top := d.Cursor
	for ; top > 0 && top < len(d.Nodes) && d.Nodes[top].Depth > 0; top-- {
	}
	selected := d.Selected()
	if top < len(d.Nodes) {
		selected = d.Nodes[top].Field
	}
	d.foldFields(d.Data.Fields)
	d.relist(selected)
}

func (d *Detail) foldFields(fields []field.Field) {
	for i := range fields {
		if f := &fields[i]; len(f.Children) > 0 {
			d.folds[f] = true
			d.foldFields(f.Children)
		}
	}
}

// UnfoldAll unfolds all fields and reports whether any was folded.
func (d *Detail) UnfoldAll() (changed bool) {
	for _, folded := range d.folds {
		changed = changed || folded
	}
	if changed {
		selected := d.Selected()
		clear(d.folds)
		d.relist(selected)
	}
	return changed
}

// relist lists the fields anew and stays at one of them.
func (d *Detail) relist(selected *field.Field) {
	d.list()
	for i, n := range d.Nodes {
		if n.Field == selected {
			d.Cursor = i
		}
	}
	d.Cursor = clamp(d.Cursor, 0, max(len(d.Nodes)-1, 0))
}

// FoldOut folds the field under the cursor, or goes to its parent.
func (d *Detail) FoldOut() {
	f := d.Selected()
	if f == nil {
		return
	}
	if len(f.Children) > 0 && !d.folds[f] {
		d.Fold()
		return
	}
	for i := d.Cursor - 1; i >= 0; i-- {
		if d.Nodes[i].Depth < d.Nodes[d.Cursor].Depth {
			d.Cursor = i
			return
		}
	}
}

// Unfold unfolds the field under the cursor.
func (d *Detail) Unfold() {
	if d.Cursor < len(d.Nodes) && d.Nodes[d.Cursor].Folded {
		d.Fold()
	}
}

// maxProse is how far the explanation of a rule can be scrolled.
const maxProse = 30

// MoveCursor selects another field and brings its bytes into sight.
// Of prose without fields it scrolls.
func (d *Detail) MoveCursor(to int, r Room) {
	if len(d.Nodes) == 0 {
		d.Top = clamp(d.Top+to, 0, maxProse)
		return
	}
	d.Cursor = clamp(to, 0, max(len(d.Nodes)-1, 0))
	d.Show(r)
}

// Show brings the cursor, and the bytes of its field, into sight.
func (d *Detail) Show(r Room) {
	if len(d.Nodes) > 0 {
		d.Top = list.ScrollTo(d.Top, d.Cursor, len(d.Nodes), r.Fields)
	}
	if f := d.Selected(); f != nil {
		if width := r.BytesPerLine; f != d.led || width != d.width {
			d.At, d.led, d.width = d.Hex.PlaceOf(f.Start, width), f, width
		}
		d.HexTop = list.ScrollTo(d.HexTop, d.At.Line, d.Hex.Lines(d.width), r.Hex)
	}
}

// ScrollHex scrolls the bytes and leaves the cursor alone.
func (d *Detail) ScrollHex(by int, r Room) {
	d.HexTop = clamp(d.HexTop+by, 0, max(d.Hex.Lines(r.BytesPerLine)-r.Hex, 0))
}

// SwitchHex changes between body and wire.
func (d *Detail) SwitchHex(r Room) {
	d.Wire = !d.Wire
	if d.Data != nil {
		d.Hex, d.led = newHex(d.Data, d.Wire), nil
		d.Show(r)
	}
}

// MoveByte moves the cursor of the hex pane by lines and bytes, and the cursor of
// the tree to the field that the byte belongs to.
func (d *Detail) MoveByte(lines, bytes int, r Room) {
	n := d.Hex.Lines(r.BytesPerLine)
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
	d.PointAt(at, r)
}

// PointAt puts the cursor of the hex pane on a byte.
func (d *Detail) PointAt(at HexPlace, r Room) {
	line := d.Hex.Line(at.Line, d.width).Bytes
	if at.Column < 0 || at.Column >= len(line) {
		return
	}
	d.At = at
	if body := line[at.Column].Body; body >= 0 {
		d.selectByte(body)
	}
	d.led = d.Selected()
	d.Show(r)
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

func clamp(v, low, high int) int { return max(min(v, high), low) }
