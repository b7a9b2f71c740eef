package detail

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

func detailOf(row int) *analyst.Detail {
	return &analyst.Detail{Number: row, Row: session.Row{Kind: session.Message}, Body: []byte("0123456789"), Fields: []field.Field{
		{Name: "a", Start: 0, End: 4, Value: text.Plain("va"), Children: []field.Field{{Name: "a1", Start: 0, End: 1}, {Name: "a2", Start: 1, End: 4, Secret: true}}},
		{Name: "b", Start: 4, End: 10, Value: text.Plain("vb")},
	}, Pieces: []analyst.Piece{
		{Offset: 100, Header: 2, Bytes: []byte("HH0123"), BodyStart: 0},
		{Offset: 106, Header: 1, Bytes: []byte("h45"), BodyStart: 4},
		{Offset: 200, Header: 1, Bytes: []byte("h6789"), BodyStart: 6},
	}}
}

func TestHexWire(t *testing.T) {
	h := newHex(detailOf(1), true)
	if n := h.Lines(8); n != 3 {
		t.Fatalf("%d lines, want two of the first stretch and one of the second", n)
	}
	first, second, third := h.Line(0, 8), h.Line(1, 8), h.Line(2, 8)
	if first.Offset != 100 || second.Offset != 108 || third.Offset != 200 {
		t.Errorf("offsets %d %d %d", first.Offset, second.Offset, third.Offset)
	}
	body := []int{}
	for _, b := range first.Bytes {
		body = append(body, b.Body)
	}
	for i, want := range []int{-1, -1, 0, 1, 2, 3, -1, 4} {
		if body[i] != want {
			t.Fatalf("body places %v", body)
		}
	}
	if !first.Bytes[3].Secret || first.Bytes[2].Secret || first.Bytes[6].Secret {
		t.Error("the secret is not bytes 1 to 3 of the body")
	}
	for body, want := range map[int]int{0: 0, 4: 0, 5: 1, 6: 2, 9: 2} {
		if got := h.LineOf(body, 8); got != want {
			t.Errorf("LineOf(%d) = %d, want %d", body, got, want)
		}
	}
}
