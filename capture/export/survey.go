package export

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// survey is what one reading of the whole capture finds out before anything is
// written: the credentials, and which media there are.
type survey struct {
	secrets []*mask.Set // by session, its number less one
	streams []stream    // in order of their first media message
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
	tracks       []track // in order of their first message
}

// track is one audio or video track of a stream; only multitrack Enhanced RTMP
// has others than 0.
type track struct {
	video bool
	id    uint8
	codec media.Codec
}

// look reads a capture. The survey is valid as far as it goes when the capture
// is torn. read, if not nil, is given the reader at the capture's end.
func look(src source.Source, read func(*capture.Reader)) (*survey, error) {
	s := &survey{}
	at := map[lane]int{}
	t, r, err := fold.TimelineAndReader(src, session.Options{Inside: true}, func(e *session.Entry) error {
		if e.Kind != session.Message {
			return nil
		}
		if e.IsMedia() || e.Type == chunk.TypeAggregate {
			s.media(at, e)
		}
		return nil
	})
	if t != nil {
		s.secrets = t.Secrets()
	}
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
	st := &s.streams[i]
	eachTag(e, func(t tag) {
		switch t.typ {
		case chunk.TypeAudio:
			st.audio++
			media.EachTrack(media.ParseAudio(t.body), t.body, st.learn)
		case chunk.TypeVideo:
			st.video++
			media.EachTrack(media.ParseVideo(t.body), t.body, st.learn)
		}
	})
}

// maxTracks bounds what is remembered of the tracks of a stream.
const maxTracks = 64

// learn notes a track.
func (s *stream) learn(t media.Tag, _ []byte) {
	if t.Kind != media.Frame && t.Kind != media.SequenceHeader {
		return
	}
	n := track{t.Video, t.Track, t.Codec}
	if !slices.Contains(s.tracks, n) && len(s.tracks) < maxTracks {
		s.tracks = append(s.tracks, n)
	}
}
