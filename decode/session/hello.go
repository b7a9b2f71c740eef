package session

import (
	"bytes"
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Answer is what a part of a handshake is made of, compared with the peer's.
type Answer uint8

// The answers: those of C2 and S2; an S1 that is a copy of C1 Repeats it.
const (
	NoAnswer    Answer = iota
	Echoes             // all but the second time field (RTMP 1.0 §5.2.4)
	Repeats            // all of the peer's part
	Signed             // a valid signature over the peer's digest
	Unrelated          // neither
	Uncheckable        // the peer's part was not seen
)

// hello keeps what the second half of a handshake is compared with.
type hello struct {
	part1  [2][]byte // C1 and S1, until both answers have been seen
	digest [2][]byte // their verified digests
	seen   int       // answers
}

// helloLength is how many bytes of a direction the handshake takes.
const helloLength = 1 + 2*handshake.Size

// handshake turns one part into a row.
func (c *conn) handshake(dir decode.Direction, ev *decode.Event) {
	fromServer := dir == decode.FromServer
	e := &Entry{
		Name: ev.Part.Name(fromServer), Body: ev.Body, End: ev.End,
		Row: Row{Kind: Handshake, From: dir, Offset: ev.Offset, Length: uint32(len(ev.Body))},
	}
	switch {
	case ev.Cut:
		e.Flags |= Incomplete
		e.Summary = text.Marked(fmt.Sprintf("only %d of %d bytes", len(ev.Body), ev.Part.Len()))
		if ev.Part == handshake.Part2 && ev.End == helloLength {
			c.helloDone(dir) // bytes are missing from the capture, but not from the handshake
		}
	case ev.Part == handshake.Part0:
		e.Summary = text.Marked(fmt.Sprintf("version %d", ev.Body[0]))
	case ev.Part == handshake.Part1:
		e.Summary = text.Marked(c.hello.first(dir, e))
	default:
		e.Answer = c.hello.answer(dir, ev.Body)
		e.Summary = text.Marked(c.hello.answerWords(dir, e.Answer))
		c.helloDone(dir)
	}
	c.add(e)
}

// helloDone moves on when both answers are there.
func (c *conn) helloDone(dir decode.Direction) {
	if c.hello.seen++; c.hello.seen == 2 {
		c.hello.part1 = [2][]byte{}
	}
	if dir == decode.FromClient {
		c.advance(PhaseConnect)
	}
}

// first describes a C1 or S1 and keeps it. A digest is looked for whatever the
// version bytes say: crtmpserver leaves them zero and signs all the same.
func (h *hello) first(dir decode.Direction, e *Entry) string {
	p := e.Body
	h.part1[dir] = append([]byte(nil), p...)
	if theirs := h.part1[dir.Peer()]; bytes.Equal(p, theirs) {
		e.Answer = Repeats
	}
	f := handshake.ParseFirst(p)
	s := fmt.Sprintf("time %d", f.Time)
	layout, at := handshake.Digest(p, dir == decode.FromServer)
	e.Layout = layout
	versioned := f.Word != [4]byte{}
	if versioned {
		s += fmt.Sprintf(", version %d.%d.%d.%d", f.Word[0], f.Word[1], f.Word[2], f.Word[3])
	}
	switch {
	case layout != handshake.NoDigest:
		h.digest[dir] = append([]byte(nil), p[at:at+handshake.DigestLen]...)
		return fmt.Sprintf("%s, digest verified (%s)", s, layout)
	case versioned:
		return s + ", no valid digest"
	}
	return s + ", plain"
}

// answer says what a C2 or S2 repeats or signs of the peer's part.
func (h *hello) answer(dir decode.Direction, p []byte) Answer {
	theirs := h.part1[dir.Peer()]
	switch {
	case theirs == nil:
		return Uncheckable
	case handshake.Answers(p, h.digest[dir.Peer()], dir == decode.FromServer):
		return Signed
	case bytes.Equal(p, theirs):
		return Repeats
	case handshake.EchoesRandom(p, theirs):
		return Echoes
	}
	return Unrelated
}

// answerWords describes a C2 or S2 by what it is made of.
func (h *hello) answerWords(dir decode.Direction, a Answer) string {
	peer := handshake.Part1.Name(dir == decode.FromClient)
	switch {
	case a == Uncheckable:
		return peer + " was not seen, so the echo cannot be checked"
	case a == Signed:
		return "signature over the digest of " + peer + " verified"
	case a == Repeats:
		return "repeats " + peer
	case a == Echoes:
		return "echoes " + peer
	case h.digest[dir.Peer()] != nil:
		return "neither echoes " + peer + " nor signs its digest"
	}
	return "does not echo " + peer
}
