package detail

import (
	"sort"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// Hex is the byte pane of a detail: the body, or the chunks as they stood on
// the wire. It keeps no copy of the bytes and lays out nothing ahead of time, so
// that a keyframe of a megabyte costs what is in sight.
type Hex struct {
	blocks  []block
	secrets []span
}

// block is a stretch of bytes that begins on a line of its own: the whole body,
// or chunks that follow each other without a hole.
type block struct {
	pieces []piece
	size   int
}

// piece is part of a block with one mapping to the body.
type piece struct {
	bytes  []byte
	header int   // of bytes, not part of the body
	at     int   // where the piece begins in its block
	body   int   // where its payload begins in the body
	offset int64 // what the offset column says for its first byte
}

type span struct{ start, end int }

// Byte is one byte of a hex line.
type Byte struct {
	Value  byte
	Body   int // its place in the body, or -1 for a chunk header
	Secret bool
}

// HexLine is one line of the hex pane.
type HexLine struct {
	Offset int64
	Bytes  []Byte
}

func newHex(d *analyst.Detail, wire bool) Hex {
	h := Hex{secrets: secretSpans(d.Fields, nil)}
	if !wire || len(d.Pieces) == 0 {
		if len(d.Body) > 0 {
			h.blocks = []block{{pieces: []piece{{bytes: d.Body}}, size: len(d.Body)}}
		}
		return h
	}
	end := int64(-1)
	for _, p := range d.Pieces {
		if len(p.Bytes) == 0 {
			continue
		}
		if p.Offset != end {
			h.blocks = append(h.blocks, block{})
		}
		b := &h.blocks[len(h.blocks)-1]
		b.pieces = append(b.pieces, piece{p.Bytes, p.Header, b.size, p.BodyStart, p.Offset})
		b.size += len(p.Bytes)
		end = p.Offset + int64(len(p.Bytes))
	}
	return h
}

func secretSpans(fields []field.Field, spans []span) []span {
	for _, f := range fields {
		if f.Secret {
			spans = append(spans, span{f.Start, f.End})
			continue
		}
		spans = secretSpans(f.Children, spans)
	}
	return spans
}

// Masked is a copy of the body of a row with its credentials blanked.
func Masked(d *analyst.Detail) []byte {
	body := append([]byte(nil), d.Body...)
	for _, s := range secretSpans(d.Fields, nil) {
		if s.start < len(body) {
			clear(body[s.start:min(s.end, len(body))])
		}
	}
	return body
}

func (b *block) lines(width int) int { return (b.size + width - 1) / width }

// Lines is the number of lines at so many bytes a line.
func (h *Hex) Lines(width int) int {
	n := 0
	for i := range h.blocks {
		n += h.blocks[i].lines(width)
	}
	return n
}

// Line returns line n of [0, Lines).
func (h *Hex) Line(n, width int) HexLine {
	for i := range h.blocks {
		b := &h.blocks[i]
		if n < b.lines(width) {
			return h.line(b, n*width, width)
		}
		n -= b.lines(width)
	}
	return HexLine{}
}

func (h *Hex) line(b *block, from, width int) HexLine {
	k := sort.Search(len(b.pieces), func(i int) bool { return b.pieces[i].at > from }) - 1
	out := HexLine{Offset: b.pieces[k].offset + int64(from-b.pieces[k].at), Bytes: make([]Byte, 0, width)}
	for at := from; at < min(from+width, b.size); at++ {
		if at == b.pieces[k].at+len(b.pieces[k].bytes) {
			k++
		}
		p := &b.pieces[k]
		v := Byte{Value: p.bytes[at-p.at], Body: -1}
		if in := at - p.at; in >= p.header {
			v.Body = p.body + in - p.header
			v.Secret = h.isSecret(v.Body)
		}
		out.Bytes = append(out.Bytes, v)
	}
	return out
}

func (h *Hex) isSecret(body int) bool {
	for _, s := range h.secrets {
		if body >= s.start && body < s.end {
			return true
		}
	}
	return false
}

// HexPlace is a place in the hex pane: a line, and a byte of it.
type HexPlace struct{ Line, Column int }

// PlaceOf is the place of a byte of the body.
func (h *Hex) PlaceOf(body, width int) HexPlace {
	p := HexPlace{Line: h.LineOf(body, width)}
	for i, b := range h.Line(p.Line, width).Bytes {
		if b.Body == body {
			p.Column = i
		}
	}
	return p
}

// hexDigits is the column of the hex pane in which the first byte stands.
const hexDigits = 10

// HexColumns are the columns of the hex pane in which byte i of a line stands,
// in digits and as a character, at so many bytes a line.
func HexColumns(i, width int) (digits, char int) {
	return hexDigits + 3*i + i/8, hexDigits + 3*width + 1 + width/16 + i
}

// LineOf is the line that holds a byte of the body.
func (h *Hex) LineOf(body, width int) int {
	n := 0
	for i := range h.blocks {
		b := &h.blocks[i]
		for _, p := range b.pieces {
			if in := body - p.body; in >= 0 && in < len(p.bytes)-p.header {
				return n + (p.at+p.header+in)/width
			}
		}
		n += b.lines(width)
	}
	return 0
}
