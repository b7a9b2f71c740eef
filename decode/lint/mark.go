package lint

import (
	"fmt"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// mark is the last message of one side that stands out: everything but ordinary
// frames and what keeps a connection alive. When the other side ends the
// connection right behind it, it is the first suspect.
type mark struct {
	rowAt
	from    decode.Direction
	what    text.Marked // "data message @setDataFrame(…)", behind "the client's "
	odd     bool        // healthy sessions do without such a message, or it is malformed
	request bool        // it is a command that waits for an answer
	frames  int         // ordinary frames of the same side since
}

// maxMark is how many characters of a message are repeated.
const maxMark = 90

// framesBetween is how many ordinary frames may lie between a message and the end
// that it is made responsible for: those that were on their way.
const framesBetween = 3

// notes keeps a message as the last one that stands out, or counts a frame behind
// it. It runs for every frame, so that words are made for the others only.
func (v *view) notes(e *session.Entry) {
	m := &v.marks[e.From]
	if isMedia(e) && !v.standsOut(e) {
		m.frames++
		return
	}
	if isRoutine(e) {
		return
	}
	*m = mark{rowAt: rowAt{e.Number, e.Time}, from: e.From, what: describe(e), odd: isUnusual(e)}
	m.request = e.Message.Command != "" && e.Message.HasTransaction && e.Message.Transaction > 0 && !isAnswer(e.Message.Command)
}

// isMedia reports whether a message is audio, video or an aggregate of them.
func isMedia(e *session.Entry) bool {
	return chunk.IsMedia(e.Type) || e.Type == chunk.TypeAggregate && len(e.Message.Problems) == 0
}

// standsOut reports whether an audio or video message is not one of many.
func (v *view) standsOut(e *session.Entry) bool {
	tag := &e.Message.Tag
	return tag.Kind == media.SequenceHeader || tag.Kind == media.EndOfSequence || tag.Kind == media.Command ||
		v.track != nil && v.track.messages == 1
}

// isRoutine reports whether a message is one that keeps a connection alive:
// acknowledgements, windows, pings, the length of a buffer.
func isRoutine(e *session.Entry) bool {
	switch e.Type {
	case chunk.TypeAcknowledgement, chunk.TypeWindowAckSize, chunk.TypeSetPeerBandwidth:
		return true
	case chunk.TypeUserControl:
		return usualEvents[e.Message.Event] && len(e.Message.Problems) == 0
	}
	return false
}

// usualEvents are the user control events that RTMP 1.0 §7.1.7 names.
var usualEvents = map[uint16]bool{0: true, 1: true, 2: true, 3: true, 4: true, message.EventPingRequest: true, message.EventPingResponse: true}

// isUnusual reports whether healthy sessions do without such a message.
func isUnusual(e *session.Entry) bool {
	m := &e.Message
	switch {
	case malformed(m), e.Length == 0:
		return true
	case chunk.IsMedia(e.Type):
		return m.Tag.Kind == media.EndOfSequence || m.Tag.Kind == media.Command || m.Tag.Short || m.Tag.Codec == media.UnknownCodec ||
			m.Tag.Enhanced || byteSwapped(&m.Tag)
	case chunk.IsCommand(e.Type), chunk.IsData(e.Type):
		_, known := message.Commands[m.Command]
		return !known || saysNoCodec(e)
	case e.Type == chunk.TypeSetChunkSize:
		return m.Value < 128 || m.Value > 1<<16
	}
	return true // abort, events without a specification, shared objects, unknown types
}

// malformed reports whether a body has a problem, beside the counts of ECMA arrays,
// which OBS and others always write wrong.
func malformed(m *message.Parsed) bool {
	return slices.ContainsFunc(m.Problems, func(p amf.Problem) bool { return p.Token != amf.ECMACount })
}

// saysNoCodec reports whether a message is metadata that names neither codec.
func saysNoCodec(e *session.Entry) bool {
	found, o := metadataOf(e)
	return found && (o == nil || o.Get("videocodecid") == nil && o.Get("audiocodecid") == nil)
}

// describe says what a message is, behind "the client's ".
func describe(e *session.Entry) text.Marked {
	switch m := &e.Message; {
	case chunk.IsMedia(e.Type):
		return text.Marked(mediaWords(&m.Tag))
	case chunk.IsCommand(e.Type) && !isAnswer(m.Command) && m.Command != "":
		return "call " + e.Summary.Clip(maxMark)
	case chunk.IsCommand(e.Type):
		return e.Summary.Clip(maxMark)
	case chunk.IsData(e.Type):
		words := "data message " + e.Summary.Clip(maxMark)
		if saysNoCodec(e) {
			words += ", which names no codec"
		}
		return words
	case e.Type == chunk.TypeUserControl:
		return text.Marked(fmt.Sprintf("User Control %d (%s): ", m.Event, e.Name)) + e.Summary.Clip(maxMark)
	}
	return text.Marked(e.Name+": ") + e.Summary.Clip(maxMark)
}

// mediaWords says what an audio or video message is that is not one of many.
func mediaWords(tag *media.Tag) string {
	switch tag.Kind {
	case media.SequenceHeader:
		return tag.Codec.String() + " sequence header"
	case media.EndOfSequence:
		return tag.Codec.String() + " end of sequence"
	case media.Command:
		return "video command"
	}
	if tag.Video {
		return "first video message (" + tag.Codec.String() + ")"
	}
	return "first audio message (" + tag.Codec.String() + ")"
}

// near is the message of the other side right before the end that one side made;
// nil when there is none so near.
func (v *view) near(ended decode.Direction) *mark {
	m := &v.marks[ended.Peer()]
	end := v.closing[ended]
	soon := v.duration("close.soon")
	if ended == client {
		soon = min(soon, v.duration("left.soon"))
	}
	if !m.yes() || !end.yes() || end.at < m.at || time.Duration(end.at-m.at) > soon || m.frames > framesBetween && !m.odd {
		return nil
	}
	return m
}

// words names a message in the sentence about what came right behind it: "2 ms
// after row 19, the client's data message …".
func (m *mark) words(v *view, end int64) text.Marked {
	words := text.Marked(text.Figures(time.Duration(end-m.at))+" after row "+count(m.row)+", the "+m.from.String()+"'s ") + m.what
	if q := v.requests.find(func(q *request) bool { return q.row == m.row }); m.request && q != nil && !q.answered.yes() {
		words += ", unanswered"
	}
	return words
}

// behind is how a sentence about an end goes on when it came right behind a message
// of the other side: ", 2 ms after row 19, …"; "" when it did not.
func (v *view) behind(ended decode.Direction, besides uint32) text.Marked {
	m := v.near(ended)
	if m == nil || m.row == besides || v.newest(func(s *stream) bool { return s.asked.row == m.row }) != nil {
		return "" // the sentence is about that
	}
	return ", " + m.words(v, v.closing[ended].at)
}

// nearRow is the row of that message, for the proof; 0 when there is none.
func (v *view) nearRow(ended decode.Direction) uint32 {
	if m := v.near(ended); m != nil {
		return m.row
	}
	return 0
}
