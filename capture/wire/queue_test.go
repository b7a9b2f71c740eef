package wire

import (
	"slices"
	"testing"
)

func TestHoldKeepsWhatCameFirst(t *testing.T) {
	var h Queue
	h.Hold(Piece{Off: 10, Data: []byte("AAAA")})
	h.Hold(Piece{Off: 20, Data: []byte("BB"), Missing: 3})
	h.Hold(Piece{Off: 8, Data: []byte("cccccccccccccccccccc")})
	h.Hold(Piece{Off: 11, Data: []byte("dd")})
	var got []string
	for len(h.pending) > 0 {
		p := h.Pop()
		got = append(got, string(p.Data))
		if p.Missing != 0 && p.Off != 20 {
			t.Errorf("%+v", p)
		}
	}
	want := []string{"cc", "AAAA", "cccccc", "BB", "ccc"}
	if !slices.Equal(got, want) || h.pendingBytes != 0 {
		t.Errorf("%q, want %q; %d bytes counted", got, want, h.pendingBytes)
	}
}
