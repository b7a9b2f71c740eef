package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// trackOf finds the track of a message, or adds it. A track that goes on in another
// codec is another track: then before is the one that it takes the place of.
func (s *stream) trackOf(e *session.Entry) (t, before *track) {
	tag := &e.Message.Tag
	before = s.trackNow(tag)
	switch {
	case before == nil:
	case before.codec == tag.Codec || !namesCodec(tag):
		return before, nil
	case before.frames == 0 && before.config == nil:
		before.codec = tag.Codec // nothing was known of it
		return before, nil
	default:
		before.gone = true
		if t = s.trackThen(tag); t != nil {
			t.gone = false
			return t, before
		}
	}
	if len(s.tracks) == maxTracks {
		t = s.tracks[maxTracks-1]
		t.gone = false
		return t, nil
	}
	t = &track{from: e.From, video: tag.Video, id: tag.Track, codec: tag.Codec, stream: s}
	s.tracks = append(s.tracks, t)
	return t, before
}

// trackNow is the track of a tag as it is now, in whatever codec, or nil.
func (s *stream) trackNow(tag *media.Tag) *track {
	for _, t := range s.tracks {
		if t.video == tag.Video && t.id == tag.Track && !t.gone {
			return t
		}
	}
	return nil
}

// trackThen is the track of a tag that was in the same codec before, or nil.
func (s *stream) trackThen(tag *media.Tag) *track {
	for _, t := range s.tracks {
		if t.gone && t.video == tag.Video && t.id == tag.Track && t.codec == tag.Codec {
			return t
		}
	}
	return nil
}

// namesCodec reports whether a message says which codec its track is in: empty ones
// and commands do not.
func namesCodec(tag *media.Tag) bool {
	return tag.Kind == media.Frame || tag.Kind == media.SequenceHeader || tag.Kind == media.MPEG2TSSequence
}

// tracks returns those of all streams.
func (v *view) tracks() (out []*track) {
	for _, s := range v.streams {
		out = append(out, s.tracks...)
	}
	return out
}

// ahead is how far the timestamp of the last frame is ahead of the clock on the wall,
// in ns. Only its changes mean something.
func (t *track) ahead() int64 { return int64(t.time)*1e6 - t.last.at }

// what names a track in a sentence.
func (t *track) what() string {
	if t.video {
		return "video"
	}
	return "audio"
}
