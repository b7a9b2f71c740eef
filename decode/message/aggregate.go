package message

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

var _ = register(Type{
	ID: chunk.TypeAggregate, Name: "Aggregate", Source: "RTMP 1.0 §7.1.6", Note: "several audio, video and data messages in one", Parse: parseAggregate, Fields: aggregateFields,
})

// Sizes of an FLV tag inside an aggregate.
const (
	tagHeader   = 11
	backPointer = 4
)

// maxSubs bounds the messages taken out of one aggregate. Servers put about a
// second of media into each.
const maxSubs = 8192

// Sub is one message inside an aggregate.
type Sub struct {
	// Type is the message type ID.
	Type uint8
	// Timestamp is rebased on that of the aggregate.
	Timestamp uint32
	// StreamID is what the tag says; the aggregate's own overrides it.
	StreamID uint32
	// Tag is the offset of the tag; the body is [Start, End).
	Tag, Start, End int
}

// SplitAggregate takes the messages out of an aggregate with timestamp ts, RTMP
// 1.0 §7.1.6: FLV tags with a back pointer each, of which the last may be
// missing. The difference between ts and the first tag's timestamp is added to
// every timestamp. A tag that runs past the body ends the list.
func SplitAggregate(ts uint32, body []byte) ([]Sub, []amf.Problem) {
	var p Parsed
	var subs []Sub
	offset := uint32(0)
	for at := 0; at < len(body); {
		if len(subs) == maxSubs {
			p.problem(MoreMessages, at, "more than %d messages", maxSubs)
			break
		}
		s, ok := p.sub(body, at)
		if !ok {
			break
		}
		if len(subs) == 0 {
			offset = ts - s.Timestamp
		}
		s.Timestamp += offset
		subs = append(subs, s)
		at = p.backPointer(body, s)
	}
	return subs, p.Problems
}

// sub reads the tag at an offset.
func (p *Parsed) sub(body []byte, at int) (Sub, bool) {
	if len(body)-at < tagHeader {
		p.problem(ShortBody, at, "%d bytes where a tag header of 11 belongs", len(body)-at)
		return Sub{}, false
	}
	t := body[at:]
	s := Sub{
		Type: t[0], Tag: at, Start: at + tagHeader,
		Timestamp: uint32(t[7])<<24 | be32(t[3:])&0xffffff,
		StreamID:  be32(t[7:]) & 0xffffff,
	}
	s.End = s.Start + int(be32(t[0:])&0xffffff)
	if s.End > len(body) {
		p.problem(ShortBody, at, "a message of %d bytes runs %d past the aggregate", s.End-s.Start, s.End-len(body))
		return Sub{}, false
	}
	if s.Type == chunk.TypeAggregate {
		p.problem(NestedAggregate, at, "an aggregate inside an aggregate")
	}
	return s, true
}

// backPointer checks the back pointer behind s and returns where the next tag
// begins.
func (p *Parsed) backPointer(body []byte, s Sub) int {
	left := len(body) - s.End
	if left == 0 {
		return s.End // the last one is often left out
	}
	if left < backPointer {
		p.problem(ShortBody, s.End, "the back pointer is cut")
		return len(body)
	}
	if v, want := be32(body[s.End:]), uint32(s.End-s.Tag); v != want {
		p.problem(BackPointer, s.End, "the back pointer says %d, the tag has %d bytes", v, want)
	}
	return s.End + backPointer
}

func parseAggregate(_ uint8, body []byte, _ amf.Limits) (p Parsed) {
	subs, problems := SplitAggregate(0, body)
	p.Value = uint32(len(subs))
	p.Problems = append(p.Problems, problems...)
	return p
}

// aggregateFields shows the messages of an aggregate one by one.
func aggregateFields(b *field.Builder, _ uint8, ctx Context) {
	b.Source = "RTMP 1.0 §7.1.6"
	subs, _ := SplitAggregate(ctx.Timestamp, b.Body)
	for _, s := range subs {
		f := b.Span("message", func(b *field.Builder) { subFields(b, s, ctx) })
		f.Symbol = Name(s.Type)
		f.Value = "timestamp " + field.Number(s.Timestamp)
	}
	b.Excess("no whole message here")
}

func subFields(b *field.Builder, s Sub, ctx Context) {
	v, f := b.Uint("message type id", 1)
	f.Symbol = Name(uint8(v))
	b.Uint("payload length", 3)
	_, f = b.Uint("timestamp", 3)
	f.Note = "the lower 24 bits"
	_, f = b.Uint("timestamp extension", 1)
	f.Note = "the upper 8 bits"
	_, f = b.Uint("message stream id", 3)
	f.Note = "the message stream id of the aggregate counts"
	bodyOfSub(b, s, ctx)
	backPointerField(b, s)
}

func bodyOfSub(b *field.Builder, s Sub, ctx Context) {
	if s.Start == s.End {
		return
	}
	f := b.Bytes("body", s.End-s.Start)
	if s.Type == chunk.TypeAggregate {
		f.Bad, f.Note = true, "aggregates do not nest"
		return
	}
	ctx.Timestamp = s.Timestamp
	f.Children = Fields(s.Type, b.Body[s.Start:s.End], ctx)
	shift(f.Children, s.Start)
}

func backPointerField(b *field.Builder, s Sub) {
	if b.Left() == 0 {
		return
	}
	v, f := b.Num("back pointer", 4)
	f.Note = "the length of the tag before"
	f.Bad = f.Bad || v != s.End-s.Tag
}

// shift moves fields of a part of a body to their place in the whole.
func shift(fields []field.Field, by int) {
	for i := range fields {
		fields[i].Start += by
		fields[i].End += by
		shift(fields[i].Children, by)
	}
}
