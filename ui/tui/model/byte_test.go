package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestBytesLeadToFields: the cursor of the hex pane moves byte by byte, by lines
// and with the mouse, and the tree shows what the byte is.
func TestBytesLeadToFields(t *testing.T) {
	m := open(listtest.Story(), Options{})
	press(m, "]", "Enter")
	body := make([]byte, 400)
	m.Update(DetailRead{Row: 3, Data: &analyst.Detail{Number: 3, Row: session.Row{Kind: session.Message}, Body: body, Fields: []field.Field{
		{Name: "head", End: 3, Children: []field.Field{{Name: "flags", End: 1, Children: []field.Field{{Name: "bit", End: 1, Bits: 1}}}, {Name: "length", Start: 1, End: 3}}},
		{Name: "data", Start: 3, End: 400},
	}}})
	m.Focus = PaneHex
	for _, c := range []struct{ key, field string }{
		{"Right", "length"}, {"Right", "length"}, {"Right", "data"}, {"Left", "length"}, {"Left", "length"}, {"Left", "flags"},
		{"j", "data"}, {"k", "flags"}, {"G", "data"},
	} {
		if press(m, c.key); m.Detail.Selected().Name != c.field {
			t.Fatalf("%s leads to %s, want %s", c.key, m.Detail.Selected().Name, c.field)
		}
	}
	l := m.Layout()
	last := m.Detail.Hex.Lines(l.BytesPerLine()) - 1
	if m.Detail.At.Line != last || m.Detail.HexTop+l.Hex.H <= last {
		t.Errorf("the last line is not in sight: line %d, top %d of %d", m.Detail.At.Line, m.Detail.HexTop, last)
	}
	press(m, "g")
	digits, char := detail.HexColumns(2, l.BytesPerLine())
	for _, x := range []int{digits, char} {
		m.Update(Click{X: l.Hex.X, Y: l.Hex.Y + 1})
		m.Update(Click{X: l.Hex.X + x, Y: l.Hex.Y})
		if m.Detail.Selected().Name != "length" || m.Detail.At != (detail.HexPlace{Line: 0, Column: 2}) {
			t.Errorf("a click leads to %s at %v", m.Detail.Selected().Name, m.Detail.At)
		}
	}
	m.Focus = PaneTree
	if press(m, "G"); m.Detail.At != m.Detail.Hex.PlaceOf(3, l.BytesPerLine()) {
		t.Errorf("the tree leads to %v", m.Detail.At)
	}
}
