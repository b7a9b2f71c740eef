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
	Folded bool // has parts of which none is listed
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
	coded  map[*field.Field]bool // how these are encoded is listed too
	led    *field.Field          // the field that At belongs to
	width  int                   // bytes on a line when At was set
}

// Room is how much of a detail is in sight.
type Room struct {
	Fields       int // lines of the field tree
	Hex          int // lines of the hex pane
	BytesPerLine int
	Prose        int // lines of what is said instead of fields, in and out of sight
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
	d.folds, d.coded = map[*field.Field]bool{}, map[*field.Field]bool{}
	d.list()
	d.Hex = newHex(data, d.Wire)
}

// decoded reports whether the fields of such a row were read from its bytes; of
// the others the bytes are only shown.
func decoded(k session.Kind) bool {
	return k == session.Secured || k == session.Edited || k == session.Message || k == session.Handshake || k == session.Aborted || k == session.Tallied
}

// Selected is the field under the cursor, or nil.
func (d *Detail) Selected() *field.Field {
	if d.Cursor >= len(d.Nodes) {
		return nil
	}
	return d.Nodes[d.Cursor].Field
}

// MoveCursor selects another field and brings its bytes into sight.
// Of prose without fields it scrolls.
func (d *Detail) MoveCursor(to int, r Room) {
	if len(d.Nodes) == 0 {
		d.Top = clamp(d.Top+to, 0, max(r.Prose-r.Fields, 0))
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

// Scroll scrolls the fields, or prose without fields, and leaves the cursor alone.
func (d *Detail) Scroll(by int, r Room) {
	if len(d.Nodes) == 0 {
		d.MoveCursor(by, r)
		return
	}
	d.Top = clamp(d.Top+by, 0, max(len(d.Nodes)-r.Fields, 0))
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

// Under is the smallest field that holds the byte under the cursor of the hex pane, listed
// or not; nil in a chunk header.
func (d *Detail) Under() (f *field.Field) {
	line := d.Hex.Line(d.At.Line, max(d.width, 1)).Bytes
	if d.Data == nil || d.At.Column >= len(line) || line[d.At.Column].Body < 0 {
		return nil
	}
	body := line[d.At.Column].Body
	each(d.Data.Fields, func(c *field.Field) { // the innermost comes last
		if body >= c.Start && body < c.End && c.Bits == 0 {
			f = c
		}
	})
	return f
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
