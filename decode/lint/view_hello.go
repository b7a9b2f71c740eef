package lint

import (
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
	answer  [2]session.Answer // what C2 (of S1) and S2 (of C1) are
	same    bool              // S1 repeats C1
}

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
		h.takeFirst(d, e)
	default:
		h.parts[d][2] = at
		h.answer[d] = e.Answer
	}
}

// takeFirst keeps what is in a C1 or S1.
func (h *hello) takeFirst(d decode.Direction, e *session.Entry) {
	f := handshake.ParseFirst(e.Body)
	h.word[d], h.time[d], h.layout[d] = f.Word, f.Time, e.Layout
	h.same = h.same || e.Answer == session.Repeats
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
