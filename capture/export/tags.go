package export

import (
	"bufio"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// tag is one audio, video or data message as a file carries it: type 8, 9 or 18
// and an absolute timestamp in milliseconds. The body is borrowed.
type tag struct {
	typ       uint8
	timestamp uint32
	body      []byte
}

// eachTag takes the tags out of a message; an aggregate holds many.
func eachTag(e *session.Entry, do func(tag)) {
	if e.Kind != session.Message {
		return
	}
	if e.Type != chunk.TypeAggregate {
		oneTag(tag{e.Type, e.Timestamp, e.Body}, do)
		return
	}
	subs, _ := message.SplitAggregate(e.Timestamp, e.Body)
	for _, s := range subs {
		oneTag(tag{s.Type, s.Timestamp, e.Body[s.Start:s.End]}, do)
	}
}

func oneTag(t tag, do func(tag)) {
	switch t.typ {
	case chunk.TypeAudio, chunk.TypeVideo:
		do(t)
	case chunk.TypeDataAMF0, chunk.TypeDataAMF3:
		if t.body = script(t.typ, t.body); t.body != nil {
			t.typ = chunk.TypeDataAMF0
			do(t)
		}
	}
}

// setDataFrame is the string with which a publisher asks the server to keep the
// metadata that follows, as AMF0: it is an instruction, not part of the media.
var setDataFrame = amf.AppendString(nil, "@setDataFrame")

// script turns a data message into the body of a script tag, or nil: AMF0
// without the selector byte of type 15 and without @setDataFrame. Data in AMF3
// from its first byte on has no place in an FLV file.
func script(typ uint8, body []byte) []byte {
	if typ == chunk.TypeDataAMF3 {
		if len(body) == 0 || body[0] != 0 {
			return nil
		}
		body = body[1:]
	}
	if len(body) >= len(setDataFrame) && string(body[:len(setDataFrame)]) == string(setDataFrame) {
		body = body[len(setDataFrame):]
	}
	if len(body) == 0 {
		return nil
	}
	return body
}

// isHeader reports whether a tag is what a decoder must have before frames, and
// under which name the latest one of its kind is kept.
func isHeader(t tag) (slot uint16, ok bool) {
	slot = uint16(t.typ) << 8
	if h, ok := t.header(); ok {
		return slot | uint16(h.Track), h.Kind == media.SequenceHeader
	}
	p := message.Parse(t.typ, t.body, limits.AMF)
	return slot, p.Command == "onMetaData"
}

// tags gives the tags of the chosen stream to write. When the rows to export
// begin in the middle, the metadata and the sequence headers in force there
// come first, at the time of the first tag.
func (j *job) tags(s *stream, write func(tag) error) error {
	f := feedTags{write: write}
	_, err := j.foldAll(true, func(e *session.Entry) error {
		if e.Session != s.session || e.From != s.from || e.StreamID != s.id {
			return nil
		}
		wanted := j.opts.wants(e)
		eachTag(e, func(t tag) { f.take(t, wanted) })
		return f.err
	})
	return err
}

// feedTags puts headers first.
type feedTags struct {
	headers []tag    // in force, in order of first appearance; copies
	slots   []uint16 // of the headers
	begun   bool
	write   func(tag) error
	err     error
}

func (f *feedTags) take(t tag, wanted bool) {
	switch {
	case f.err != nil:
	case wanted:
		f.begin(t)
		f.put(t)
	case !f.begun:
		f.keep(t)
	}
}

// begin writes the headers that are needed before the first wanted tag.
func (f *feedTags) begin(first tag) {
	if f.begun {
		return
	}
	f.begun = true
	for _, h := range f.headers {
		h.timestamp = first.timestamp
		f.put(h)
	}
	f.headers = nil
}

func (f *feedTags) put(t tag) {
	if f.err == nil {
		f.err = f.write(t)
	}
}

// keep remembers a header in the place of an older one.
func (f *feedTags) keep(t tag) {
	slot, ok := isHeader(t)
	if !ok {
		return
	}
	t.body = append([]byte(nil), t.body...)
	for i := range f.headers {
		if f.slots[i] == slot {
			f.headers[i] = t
			return
		}
	}
	f.headers, f.slots = append(f.headers, t), append(f.slots, slot)
}

// writeTrack is a media format: it writes one track of a codec.
func (j *job) writeTrack(what string, codec media.Codec, write func(*bufio.Writer, media.Tag, []byte) error) error {
	c, err := j.choose(what, codec)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(j.w, 64<<10)
	err = j.tags(c.stream, func(t tag) (err error) {
		h, ok := t.header()
		if !ok || h.Video != c.track.video {
			return nil
		}
		media.EachTrack(h, t.body, func(h media.Tag, payload []byte) {
			if err == nil && h.Track == c.track.id && h.Codec == codec {
				err = write(w, h, payload)
			}
		})
		return err
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

// header reads the header of an audio or video tag; ok is false for others.
func (t *tag) header() (h media.Tag, ok bool) {
	switch t.typ {
	case chunk.TypeAudio:
		return media.ParseAudio(t.body), true
	case chunk.TypeVideo:
		return media.ParseVideo(t.body), true
	}
	return media.Tag{}, false
}
