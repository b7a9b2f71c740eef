package diff

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// newStep begins the step of an entry.
func newStep(e *session.Entry, area Area, short string, weight Importance) step {
	return step{
		key: e.From.String() + " " + short, loose: e.From.String() + " " + short, plain: short, short: short, area: area,
		weight: weight, from: e.From, row: e.Number, at: e.Elapsed, replyTo: -1, words: e.Summary,
		refused: e.Flags&session.Refused != 0,
	}
}

// handshake is the step of one part. The times and the random bytes differ
// between any two sessions and are left out.
func (s *Session) handshake(e *session.Entry) step {
	t := newStep(e, Handshake, e.Name, Notable)
	t.words = text.Marked(e.Name+", ") + e.Summary
	switch {
	case e.Flags&session.Incomplete != 0:
		t.add("completeness", string(e.Summary), Decisive)
	case len(e.Body) == 1:
		t.add("version", fmt.Sprint(e.Body[0]), Decisive)
	case e.Offset == 1 && len(e.Body) == handshake.Size:
		f := handshake.ParseFirst(e.Body)
		layout, _ := handshake.Digest(e.Body, e.From == decode.FromServer)
		t.add("digest", digestWords(f, layout), Notable)
		t.add("version field", fmt.Sprintf("%d.%d.%d.%d", f.Word[0], f.Word[1], f.Word[2], f.Word[3]), Minor)
		t.facts[1].chance = layout == handshake.NoDigest && f.Word != [4]byte{} // random, then
	default:
		t.add("what it does", `"`+string(e.Summary)+`"`, Notable)
	}
	return t
}

func digestWords(f handshake.First, l handshake.Layout) string {
	switch {
	case l != handshake.NoDigest:
		return "verified (" + l.String() + ")"
	case f.Word == [4]byte{}:
		return "none (plain handshake)"
	}
	return "none that verifies (in spite of a version field)"
}

// message turns a message into a step, or counts it.
func (c *Collector) message(s *Session, e *session.Entry) {
	s.Messages++
	s.bytes[e.From] += int64(e.Length)
	switch m := &e.Message; {
	case e.Row.IsMedia():
		c.media(s, e)
	case m.Command != "" && isCommand(e.Type):
		c.command(s, e)
	case m.Command != "":
		c.data(s, e)
	case e.Type == chunk.TypeAcknowledgement:
		s.acks[e.From].note(e)
	case e.Type == chunk.TypeUserControl && (m.Event == 6 || m.Event == 7):
		s.acks[e.From].ping(e) // when they come is chance
	default:
		t := newStep(e, Control, name(m.Name), controlWeight(m))
		t.words = text.Marked(t.short+", ") + e.Summary
		controlFacts(&t, m)
		t.wire(e)
		c.step(s, t)
	}
}

func isCommand(typ uint8) bool {
	return chunk.IsCommand(typ)
}

// controlWeight is what it matters whether such a message is sent at all.
func controlWeight(m *message.Parsed) Importance {
	if m.Type == chunk.TypeSetChunkSize || m.Type == chunk.TypeAbort {
		return Notable
	}
	return Minor
}

func controlFacts(t *step, m *message.Parsed) {
	number := fmt.Sprint(m.Value)
	switch m.Type {
	case chunk.TypeSetChunkSize:
		t.add("chunk size", number, Notable)
	case chunk.TypeWindowAckSize:
		t.add("window", number, Minor)
	case chunk.TypeSetPeerBandwidth:
		t.add("bandwidth", number, Minor)
		t.add("limit type", message.LimitName(m.Limit), Minor)
	case chunk.TypeUserControl:
		t.add("message stream of the event", number, Minor)
		if m.Event == 3 {
			t.add("buffer length in ms", fmt.Sprint(m.Value2), Minor)
		}
	}
}

// wire adds how a message travelled. The format of its first chunk only says
// what else was sent on that chunk stream before.
func (s *step) wire(e *session.Entry) {
	s.add("chunk stream ID", fmt.Sprint(e.ChunkStream), Minor)
}
