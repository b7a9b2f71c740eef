package lint

import (
	"bytes"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// track is the audio or the video of one stream; there may be several of each.
type track struct {
	from   decode.Direction
	video  bool
	id     uint8 // E-RTMP track
	gone   bool  // it goes on in another codec, as another track
	stream *stream
	codec  media.Codec

	messages, frames, keys int64
	firstMessage           rowAt
	firstFrame             rowAt
	firstTime              uint32 // timestamp of the first frame
	last                   rowAt  // frame
	time                   uint32 // timestamp of the last frame
	cadence                int64  // usual step between frames in ms
	configAt               rowAt
	config                 []byte // body of the last sequence header
	facts                  media.Config
	known                  bool // facts could be read
	key                    rowAt
	keyTime                uint32
	keyFrames              int64 // frames up to the last keyframe
	changed                bool  // the last sequence header differs from the one before
	bytes                  int64
	shown                  shown
	foreignRun             int   // frames in a row in a foreign form
	moved                  int64 // sum of the steps forward of the timestamps, ms
	even                   even  // steps of about the usual length
	leapt                  rowAt // the last frame whose timestamp leapt far
	absolute               bool  // its last header but those of format 3 was of format 0
	played                 int64 // media time in ms, without leaps: what a sender skipped was not played
	limit                  int64 // the next timestamp at which something changes
	typeless               bool  // frames have a type without a meaning: keyframes cannot be told
	lead                   int64 // most that the timestamps were ahead of the clock on the wall, in ns
}

// maxTracks bounds the tracks of one stream.
const maxTracks = 32

// maxConfig bounds how much of a sequence header is kept to be compared.
const maxConfig = 4096

// nearLimit is how many milliseconds before a limit frames are signalled.
const nearLimit = 15 * 60 * 1000

// ordinaryStep is how many milliseconds a timestamp may advance from frame to
// frame without a rule being told.
const ordinaryStep = 1000

// media follows an audio, video or aggregate message: all that it holds. It runs
// for every frame.
func (v *view) media(e *session.Entry) {
	if _, negative := e.IsNegative(); negative {
		v.emit(onNegative, e)
	}
	e.EachPart(&v.judge.part, inAggregates, func(e *session.Entry) {
		if chunk.IsData(e.Type) {
			v.data(e)
		} else {
			v.medium(e)
		}
	})
}

// inAggregates bounds the values of data messages there.
var inAggregates = decode.DefaultLimits().AMF

// medium follows one track of an audio or video message.
func (v *view) medium(e *session.Entry) {
	tag := &e.Message.Tag
	s := v.mediaHome(e)
	t, other := s.trackOf(e)
	s.flow.goesOn(e)
	v.track, v.stream = t, s
	t.messages++
	t.bytes += int64(e.Length)
	if e.Fmt != 3 {
		t.absolute = e.Fmt == 0
	}
	if s.over.yes() && e.From == server {
		s.over = rowAt{} // the server said so, and goes on
	}
	if s.media++; s.media == 1 {
		s.firstAt = rowAt{e.Number, e.Time}
	}
	if t.messages == 1 {
		t.firstMessage = rowAt{e.Number, e.Time}
		v.emit(onTrack, e)
	}
	if other != nil {
		v.before = other
		v.emit(onCodec, e)
		v.before = nil
	}
	switch {
	case tag.Kind == media.Frame && !tag.Short:
		v.frame(e, t)
	case tag.Kind == media.SequenceHeader || tag.Kind == media.MPEG2TSSequence:
		v.sequenceHeader(e, t)
	}
	if isOdd(tag) {
		t.typeless = t.typeless || reservedFrame(tag)
		v.emit(onOddTag, e)
	}
	if e.Time >= s.second {
		s.second = e.Time + int64(time.Second)
		s.gauge.roll(s.read())
		v.emit(onSecond, e)
	}
}

// isOdd reports whether a tag is not an ordinary frame or sequence header.
func isOdd(tag *media.Tag) bool {
	return tag.Kind != media.Frame && tag.Kind != media.SequenceHeader || tag.Short || tag.CompositionTime < 0 ||
		reservedFrame(tag) || tag.Multitrack != 0 || tag.NanoShort || tag.NanoOffset > 999_999 || tag.Codec == media.UnknownCodec || !tag.Enhanced && tag.CodecID >= 12 && (tag.Video || tag.CodecID == 13)
}

// frame follows a coded frame.
func (v *view) frame(e *session.Entry, t *track) {
	t.frames++
	if t.frames == 1 {
		t.firstFrame, t.firstTime = rowAt{e.Number, e.Time}, e.Timestamp
		v.step, t.limit = 0, limitAfter(e.Timestamp)
		v.emit(onFirst, e)
		v.emit(onStep, e)
	} else {
		v.advance(e, t)
	}
	if t.frames == 2 {
		v.emit(onSecondFrame, e)
	}
	if int64(e.Timestamp) >= t.limit-nearLimit {
		v.nearLimit(e, t)
	}
	t.last, t.time = rowAt{e.Number, e.Time}, e.Timestamp
	if ahead := t.ahead(); ahead > t.lead || t.frames == 1 || v.step < 0 || v.clock < t.stream.muted {
		t.lead = ahead
	}
	if e.Flags&session.KeyFrame != 0 {
		v.keyFrame(e, t)
	}
	v.scan(e, t)
	v.form(e, t)
}

// form signals AAC and AV1 in a form that does not belong into a message.
func (v *view) form(e *session.Entry, t *track) {
	switch p := e.Message.Tag.Payload(e.Body); t.codec {
	case media.AAC:
		v.foreign = media.ForeignAAC(p)
	case media.AV1:
		v.foreign = media.ForeignAV1(p)
	default:
		return
	}
	if v.foreign == media.NotForeign {
		t.foreignRun = 0
		return
	}
	t.foreignRun++
	v.emit(onForeign, e)
}

// nearLimit signals frames before a limit, and looks for the next one behind it.
func (v *view) nearLimit(e *session.Entry, t *track) {
	if int64(e.Timestamp) >= t.limit {
		t.limit = limitAfter(e.Timestamp)
		return
	}
	v.emit(onLimit, e)
}

// advance judges the step of the timestamp and learns the usual one.
func (v *view) advance(e *session.Entry, t *track) {
	step := session.Step(t.time, e.Timestamp)
	v.step = step
	t.moved += max(step, 0)
	t.plays(step)
	if e.Timestamp < t.time {
		t.limit = limitAfter(e.Timestamp)
	}
	if step < 0 || step > ordinaryStep || (e.Timestamp^t.time)&0x80000000 != 0 || e.Timestamp < t.time {
		v.emit(onStep, e)
		return
	}
	if step > 0 {
		t.even.add(step, t.cadence)
		if t.cadence == 0 {
			t.cadence = step
		}
		t.cadence += (step - t.cadence) / 8
	}
}

// leap is how many milliseconds between two frames are no leap, whatever is usual.
const leap = 150

// plays adds a step to what was played, but for what a sender skipped that has
// dropped frames.
func (t *track) plays(step int64) {
	most := max(3*t.cadence, leap)
	if t.cadence == 0 {
		most = ordinaryStep
	}
	t.played += min(max(step, 0), most)
}

func (v *view) keyFrame(e *session.Entry, t *track) {
	t.keys++
	v.emit(onKey, e)
	t.key, t.keyTime, t.keyFrames = rowAt{e.Number, e.Time}, e.Timestamp, t.frames
	if s := t.stream; !s.keyAt.yes() {
		s.keyAt = t.key
	}
}

// sequenceHeader follows a codec configuration.
func (v *view) sequenceHeader(e *session.Entry, t *track) {
	body := e.Body[:min(len(e.Body), maxConfig)]
	t.changed = t.config != nil && !bytes.Equal(t.config, body)
	if t.config == nil || t.changed {
		t.config = bytes.Clone(body)
		t.facts, t.known = media.ParseConfig(e.Message.Tag, e.Body)
	}
	at := rowAt{e.Number, e.Time}
	if s := t.stream; !s.config[kindOf(t.video)].yes() {
		s.config[kindOf(t.video)] = at
	}
	v.emit(onConfig, e)
	t.configAt = at
}
