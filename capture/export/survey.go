package export

import (
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// survey is what one reading of the whole capture finds out before anything is
// written: the credentials, and which media there are.
type survey struct {
	secrets secretSet
	streams []stream // in order of their first media message
	notes   []capture.Note
}

// lane names one message stream as one side sends it.
type lane struct {
	session uint32
	from    decode.Direction
	id      uint32
}

// stream is a lane that carries media.
type stream struct {
	lane
	audio, video int64
	codecs       uint64 // a bit for each media.Codec
}

// look reads a capture. The survey is valid as far as it goes when the capture
// is torn. read, if not nil, is given the reader at the capture's end.
func look(src capture.Source, read func(*capture.Reader)) (*survey, error) {
	s := &survey{}
	at := map[lane]int{}
	_, r, err := foldFrom(src, nil, func(e *session.Entry) error {
		if e.Kind != session.Message {
			return nil
		}
		if e.Message.Command != "" {
			s.secrets.learn(&e.Message)
		}
		if e.IsMedia() || e.Type == message.TypeAggregate {
			s.media(at, e)
		}
		return nil
	})
	if r != nil {
		s.notes = r.Notes()
		capture.SortNotes(s.notes)
	}
	if r != nil && read != nil {
		read(r)
	}
	return s, err
}

// media counts one audio, video or aggregate message.
func (s *survey) media(at map[lane]int, e *session.Entry) {
	l := lane{e.Session, e.From, e.StreamID}
	i, ok := at[l]
	if !ok {
		i = len(s.streams)
		at[l] = i
		s.streams = append(s.streams, stream{lane: l})
	}
	eachTag(e, func(t tag) {
		switch t.typ {
		case message.TypeAudio:
			s.streams[i].audio++
			s.streams[i].codecs |= 1 << media.ParseAudio(t.body).Codec
		case message.TypeVideo:
			s.streams[i].video++
			s.streams[i].codecs |= 1 << media.ParseVideo(t.body).Codec
		}
	})
}

// has reports whether a stream carries a codec.
func (s *stream) has(c media.Codec) bool { return s.codecs&(1<<c) != 0 }

// choose returns the first stream that the options want and accept takes.
func (s *survey) choose(o *Options, accept func(*stream) bool) (*stream, bool) {
	for i := range s.streams {
		st := &s.streams[i]
		if o.wantsSession(st.session) && o.wantsFrom(st.from) && (o.StreamID == 0 || o.StreamID == st.id) && accept(st) {
			return st, true
		}
	}
	return nil, false
}
