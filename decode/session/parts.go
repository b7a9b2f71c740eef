package session

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// EachPart gives what an audio, video or aggregate message holds to do, in order:
// the message itself where that is one track at the time it says, which is nearly
// always; else one entry for each track of an E-RTMP multitrack message and for each
// audio, video or data message of an aggregate (RTMP 1.0 §7.1.6). Timestamps are
// without what Late says. Entries beside e are made in part, and are valid during
// the call of do. lim bounds the values of data messages.
func (e *Entry) EachPart(part *Entry, lim amf.Limits, do func(*Entry)) {
	switch {
	case e.Type == chunk.TypeAggregate:
		e.eachMessage(part, lim, do)
	case e.Late != 0 || isMany(e.Message.Tag):
		e.eachTrack(part, do)
	default:
		do(e)
	}
}

// isMany reports whether a message has several tracks.
func isMany(t media.Tag) bool {
	return t.Multitrack == media.ManyTracks || t.Multitrack == media.ManyTracksManyCodecs
}

// eachTrack gives each track of an audio or video message.
func (e *Entry) eachTrack(part *Entry, do func(*Entry)) {
	media.EachTrack(e.Message.Tag, e.Body, func(t media.Tag, _ []byte) {
		*part = *e
		part.Timestamp -= e.Late
		part.setTag(t)
		if isMany(t) {
			part.Length = uint32(t.PayloadLen)
		}
		do(part)
	})
}

// eachMessage gives each message of an aggregate, by what it says of its own time.
func (e *Entry) eachMessage(part *Entry, lim amf.Limits, do func(*Entry)) {
	subs, _ := message.SplitAggregate(e.Timestamp-e.Late, e.Body)
	for _, s := range subs {
		if !chunk.IsMedia(s.Type) && !chunk.IsData(s.Type) {
			continue
		}
		one := *e
		one.Type, one.Timestamp, one.Length, one.Late = s.Type, s.Timestamp, uint32(s.End-s.Start), 0
		one.Body = e.Body[s.Start:s.End]
		one.Message = message.Parse(s.Type, one.Body, lim)
		one.Fmt, one.Delta, one.Extended = 0, 0, false
		one.setTag(one.Message.Tag)
		if chunk.IsMedia(s.Type) && isMany(one.Message.Tag) {
			one.eachTrack(part, do)
			continue
		}
		*part = one
		do(part)
	}
}

// setTag sets what an entry has of its tag.
func (e *Entry) setTag(t media.Tag) {
	e.Message.Tag, e.Codec, e.Media, e.Frame = t, t.Codec, t.Kind, t.FrameType
	e.Flags = e.Flags&^mediaFlags | flagsOf(t)
}

// mediaFlags are the flags that flagsOf sets.
const mediaFlags = SequenceHeader | EndOfSequence | KeyFrame | Short

// flagsOf are the flags of an audio or video row.
func flagsOf(t media.Tag) (f Flags) {
	switch t.Kind {
	case media.SequenceHeader, media.MPEG2TSSequence:
		f |= SequenceHeader
	case media.EndOfSequence:
		f |= EndOfSequence
	}
	if t.Video && t.Key && t.Kind == media.Frame {
		f |= KeyFrame
	}
	if t.Short {
		f |= Short
	}
	return f
}

// The deltas of chunk headers that are negative numbers written without their sign:
// in 24 bits those up to maxBack below 2^24 (0xffffff says that a longer field
// follows) and do not lead below 0, in the 32 bits of an extended timestamp those from 2^31 on. No source
// waits for more than four hours and then goes on to the minute.
const (
	maxBack  = 60_000
	around24 = 1 << 24
)

// IsNegative reports whether the chunk header of a message carries a negative delta,
// and how many milliseconds it means.
func (e *Entry) IsNegative() (ms int64, yes bool) {
	switch {
	case e.Fmt == 0:
		return 0, false
	case e.Delta >= 1<<31:
		return int64(int32(e.Delta)), true
	case e.Delta >= around24-maxBack && e.Delta < around24-1 && !e.Extended && e.Timestamp >= around24:
		return int64(e.Delta) - around24, true
	}
	return 0, false
}

// late follows by how much the messages of a chunk stream are later than their sender
// means, because a negative delta was cut to 24 bits: until the next absolute
// timestamp.
type late map[uint32]uint32

// of returns that of a message, which it takes in.
func (l *late) of(e *Entry) uint32 {
	if e.Fmt == 0 {
		if len(*l) > 0 {
			delete(*l, e.ChunkStream)
		}
		return 0
	}
	if _, negative := e.IsNegative(); negative && e.Delta < around24 {
		if *l == nil {
			*l = late{}
		}
		(*l)[e.ChunkStream] += around24
	}
	if len(*l) == 0 {
		return 0
	}
	return (*l)[e.ChunkStream]
}

// nearWrap is how many milliseconds before and behind 2^31 a timestamp may be that
// begins anew there.
const nearWrap = 60_000

// Step is by how many milliseconds a timestamp moved. It begins anew at 2^32 (RTMP
// 1.0 §5.3.1.3), or at 2^31 where the sender keeps the 31 bits that programs for FLV
// mostly keep (seen with FFmpeg).
func Step(from, to uint32) int64 {
	if WrapsAt31(from, to) {
		return int64(to) + 1<<31 - int64(from)
	}
	return int64(int32(to - from))
}

// WrapsAt31 reports whether a timestamp begins anew at 2^31.
func WrapsAt31(from, to uint32) bool {
	return from < 1<<31 && from >= 1<<31-nearWrap && to < nearWrap
}
