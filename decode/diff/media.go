package diff

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// onMetaData names the message that describes the media (FLV 10.1 §E.5).
const onMetaData = "onMetaData"

// data is the step of a data message.
func (c *Collector) data(s *Session, e *session.Entry) {
	m := &e.Message
	short, metadata := name(m.Command), m.Command == onMetaData
	if m.Command == "@setDataFrame" && len(m.Args) > 0 && m.Args[0].Kind == amf.String {
		metadata = m.Args[0].Text == onMetaData
		short += " " + text.Clip(e.Mark(0, "", m.Args[0].Text).Show(false), maxName)
	}
	t := newStep(e, Metadata, short, Minor)
	if metadata {
		t.weight = Notable
	}
	t.message(s, e)
	when := "before the first frame"
	if s.tracks[e.From*2].n+s.tracks[e.From*2+1].n > 0 {
		when = "after the first frame"
	}
	t.add("place", when, Minor)
	c.values(s, &t, e)
	c.step(s, t)
}

// media counts a frame, and makes a step of each codec configuration and of the
// first frame.
func (c *Collector) media(s *Session, e *session.Entry) {
	tag := e.Message.Tag
	kind := "audio"
	if tag.Video {
		kind = "video"
	}
	tr := &s.tracks[int(e.From)*2+int(e.Type-chunk.TypeAudio)]
	tr.wide(e)
	switch tag.Kind {
	case media.SequenceHeader:
		t := newStep(e, Codec, kind+" configuration", Decisive)
		t.media = true
		t.codec(e)
		tr.configured = true
		c.step(s, t)
	case media.Frame:
		if tr.n == 0 {
			t := newStep(e, Codec, kind+" frames", Decisive)
			t.media = true
			t.add("codec", tag.Codec.String(), Notable)
			if tag.Codec.SelfDescribing() {
				t.codec(e)
			}
			tr.step = c.step(s, t)
		}
		tr.frame(e)
		s.frameRow = e.Number
		s.inter[e.From].frame(e)
	default:
		if len(e.Body) > 0 && tag.Kind != media.EndOfSequence {
			t := newStep(e, Codec, kind+" "+tag.Kind.String(), Minor)
			t.media = true
			c.step(s, t)
		}
	}
}

// codec adds what a codec configuration says.
func (s *step) codec(e *session.Entry) {
	tag := e.Message.Tag
	header := "legacy FLV"
	if tag.Enhanced {
		header = "Enhanced RTMP"
	}
	s.add("tag header", header, Notable)
	if tag.Multitrack != media.NotMultitrack {
		s.add("multitrack", tag.Multitrack.String(), Notable)
	}
	c, ok := media.ParseConfig(tag, e.Body)
	if !ok {
		if tag.Kind == media.SequenceHeader {
			s.add("configuration", "unreadable", Decisive)
		}
		return
	}
	s.words = text.Plain(c.String())
	s.add("codec", c.Codec.String(), Notable)
	s.known("profile", c.Profile, Notable)
	s.known("level", c.Level, Notable)
	s.known("size", zeroIsEmpty(c.Width, "%dx%d", c.Width, c.Height), Notable)
	s.known("frame rate", zeroIsEmpty(int(c.FrameRate*1000), "%.5g", c.FrameRate), Minor)
	s.known("sample rate", zeroIsEmpty(c.SampleRate, "%d Hz", c.SampleRate), Notable)
	s.known("channels", zeroIsEmpty(c.Channels, "%d", c.Channels), Notable)
	s.known("bit depth", zeroIsEmpty(c.BitDepth, "%d", c.BitDepth), Notable)
	s.known("chroma format", c.Chroma, Notable)
	s.known("NAL unit length size", zeroIsEmpty(c.LengthSize, "%d", c.LengthSize), Notable)
	s.known("reference frames", zeroIsEmpty(max(c.RefFrames, 0), "%d", c.RefFrames), Minor)
	s.known("reordered frames", zeroIsEmpty(max(c.Reorder, 0), "%d", c.Reorder), Minor)
	s.known("colour", c.Colour, Minor)
	if c.Interlaced {
		s.add("fields", "interlaced", Notable)
	}
}

// known adds a fact unless nothing is known.
func (s *step) known(name, value string, weight Importance) {
	if value != "" {
		s.add(name, text.Safe(value), weight)
	}
}

func zeroIsEmpty(v int, format string, args ...any) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf(format, args...)
}
