package lint

import (
	"bytes"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// hello is what is known of the handshake.
type hello struct {
	version [2]byte
	word    [2][4]byte // version bytes of C1 and S1
	time    [2]uint32
	layout  [2]handshake.Layout
	parts   [2][3]rowAt // whole parts only
	cut     [2]rowAt    // the part that was not completed
	cutLen  [2]int
	first   [2][]byte // C1 and S1, until both answers have come
	digest  [2][]byte
	answer  [2]answer // what C2 (of S1) and S2 (of C1) are
	same    bool      // S1 repeats C1
}

// answer is what a C2 or S2 is made of.
type answer uint8

const (
	noAnswer    answer = iota
	echoes             // all but the second time field
	repeats            // all of the peer's part
	signed             // a valid signature over the peer's digest
	unrelated          // neither
	uncheckable        // the peer's part was not seen
)

// take keeps one part.
func (h *hello) take(e *session.Entry) {
	d := e.From
	at := rowAt{e.Number, e.Time}
	if e.Flags&session.Incomplete != 0 {
		h.cut[d], h.cutLen[d] = at, len(e.Body)
		return
	}
	switch {
	case len(e.Body) == 1:
		h.parts[d][0], h.version[d] = at, e.Body[0]
	case !h.parts[d][1].yes():
		h.parts[d][1] = at
		h.takeFirst(d, e.Body)
	default:
		h.parts[d][2] = at
		h.answer[d] = h.compare(d, e.Body)
		if h.parts[d.Peer()][2].yes() {
			h.first = [2][]byte{}
		}
	}
}

// takeFirst keeps a C1 or S1.
func (h *hello) takeFirst(d decode.Direction, p []byte) {
	f := handshake.ParseFirst(p)
	h.word[d], h.time[d] = f.Word, f.Time
	h.first[d] = bytes.Clone(p)
	if f.Word != [4]byte{} {
		layout, at := handshake.Digest(p, d == server)
		if h.layout[d] = layout; layout != handshake.NoDigest {
			h.digest[d] = bytes.Clone(p[at : at+handshake.DigestLen])
		}
	}
	h.same = h.first[client] != nil && bytes.Equal(h.first[client], h.first[server])
}

// compare says what an answer repeats or signs.
func (h *hello) compare(d decode.Direction, p []byte) answer {
	theirs := h.first[d.Peer()]
	switch {
	case theirs == nil:
		return uncheckable
	case handshake.Answers(p, h.digest[d.Peer()], d == server):
		return signed
	case bytes.Equal(p, theirs):
		return repeats
	case handshake.EchoesRandom(p, theirs):
		return echoes
	}
	return unrelated
}

// bytesOf is how many bytes of the handshake one side has sent.
func (h *hello) bytesOf(d decode.Direction) int {
	n := h.cutLen[d]
	for i, p := range h.parts[d] {
		if p.yes() {
			n += handshake.Part(i).Len()
		}
	}
	return n
}

// done reports whether a side has sent all of its parts.
func (h *hello) done(d decode.Direction) bool { return h.parts[d][2].yes() }
