package render

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

func hexTitle(d *detail.Detail) string {
	if d.Wire {
		return "bytes on the wire · x: body"
	}
	return "bytes of the body · x: wire"
}

// hex shows bytes with those of the field under the cursor lit up, chunk
// headers dimmed and credentials masked.
func hex(a Area, m *model.Model, width int) {
	if a.W < 20 {
		return
	}
	d := &m.Detail
	for i := range a.H {
		a.Put(0, i, role(Faint), "│")
	}
	if m.Focus == model.PaneHex {
		a.fill(0, 1, 0, role(RuleFocus), '┃')
		for i := range a.H {
			a.Put(0, i, role(RuleFocus), "┃")
		}
	}
	lines := d.Hex.Lines(width)
	for i := 0; i < a.H && d.HexTop+i < lines; i++ {
		hexLine(a, i, m, d.Hex.Line(d.HexTop+i, width), width)
		if d.HexTop+i == d.At.Line && m.Focus == model.PaneHex {
			digits, char := detail.HexColumns(d.At.Column, width)
			for _, x := range []int{digits, digits + 1, char} {
				a.g.At(a.X+x, a.Y+i).Style = Style{Mark: Selected}
			}
		}
	}
}

func hexLine(a Area, y int, m *model.Model, l detail.HexLine, width int) {
	a.Put(1, y, role(Faint), fmt.Sprintf("%08x", l.Offset))
	for i, b := range l.Bytes {
		style, digits, char := hexByte(m, b)
		at, behind := detail.HexColumns(i, width)
		a.Put(at, y, style, digits)
		if style.Role == Lit && i+1 < len(l.Bytes) && i%8 != 7 && lit(m, l.Bytes[i+1]) {
			a.Put(at+2, y, style, " ")
		}
		a.Put(behind, y, style, char)
	}
}

func lit(m *model.Model, b detail.Byte) bool {
	f := m.Detail.Selected()
	return f != nil && b.Body >= f.Start && b.Body < f.End
}

func hexByte(m *model.Model, b detail.Byte) (style Style, digits, char string) {
	digits, char = fmt.Sprintf("%02x", b.Value), "."
	if b.Value >= 0x20 && b.Value < 0x7f {
		char = string(rune(b.Value))
	}
	if b.Secret && !m.Reveal {
		style, digits, char = role(Secret), "••", "•"
	}
	switch {
	case b.Body < 0:
		style = role(Faint)
	case lit(m, b):
		style = role(Lit)
	}
	return style, digits, char
}
