package lint

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxStreams bounds the streams of one session that are followed.
const maxStreams = 64

// stream is one use of a message stream (a NetStream): from createStream, or from
// the first publish, play or media where there was none, until it is deleted or
// the same message stream is published or played again. A connection may have
// several at once, and the same message stream ID several times in a row.
type stream struct {
	id       uint32
	create   *request // the createStream whose answer gave the ID, or nil
	created  rowAt    // that answer
	role     session.Role
	name     string
	again    bool        // used before, without another createStream
	asked    rowAt       // publish or play
	begun    rowAt       // Stream Begin
	size     [2]numbered // Set Chunk Size in the time of the stream, by its sender
	reset    rowAt       // Play.Reset
	started  rowAt       // Publish.Start or Play.Start
	answered rowAt       // any status that answers
	code     string
	refused  bool    // publish or play was refused; failed when it had been accepted
	failed   rowAt   // a status of level error came after it had been accepted
	stopped  rowAt   // the client said that it stops
	over     rowAt   // the server said that the stream is over
	dry      rowAt   // the server said that no more comes for now
	paused   rowAt   // the player wants no media
	deaf     [2]bool // the player wants no audio, no video
	muted    int64   // timestamps may jump until then: a seek or pause
	metadata rowAt
	meta     meta
	config   [2]rowAt // first sequence header of audio, of video
	media    int64    // messages of audio and video, wherever they came
	firstAt  rowAt    // the first of them
	keyAt    rowAt    // first keyframe
	stray    rowAt    // first media that came on another message stream
	strayID  uint32   // which
	flow     mediaFlow
	moved    movement
	gauge    gauge
	second   int64 // when the next onSecond is due
	tracks   []*track
	from     decode.Direction // of the media of a stream whose role is not known
}

// direction is where the media of the stream comes from.
func (s *stream) direction() decode.Direction {
	switch s.role {
	case session.Play:
		return server
	case session.Publish:
		return client
	}
	return s.from
}

// wanted reports whether the stream was published or played.
func (s *stream) wanted() bool { return s.role != session.RoleUnknown }

// running reports whether the stream was published or played, was not refused,
// and nobody has said that it is over.
func (s *stream) running() bool {
	return s.wanted() && !s.refused && !s.stopped.yes() && !s.over.yes()
}

// accepted reports whether the server has said that publish or play is granted.
func (s *stream) accepted() bool { return s.started.yes() || s.answered.yes() && !s.refused }

// excused reports whether the player asked for no media of a kind, or for none.
func (s *stream) excused(video bool) bool {
	return s.paused.yes() || video && s.deaf[1] || !video && s.deaf[0]
}

// marked is the stream's name, fit to be shown.
func (s *stream) marked() text.Marked {
	if s.name == "" {
		return "a stream without a name"
	}
	return text.SecretName(s.name)
}

// pair returns the first audio and the first video track that has frames, or
// else the first that has a message.
func (s *stream) pair() (audio, video *track) {
	for _, t := range s.tracks {
		switch {
		case t.gone:
		case t.video && (video == nil || video.frames == 0):
			video = t
		case !t.video && (audio == nil || audio.frames == 0):
			audio = t
		}
	}
	return audio, video
}

// clock is the track by which the media's clock is read: video, or audio where
// there is none.
func (s *stream) clock() *track {
	audio, video := s.pair()
	if video != nil && video.frames > 0 {
		return video
	}
	return audio
}

// streamOf finds the latest use of a message stream, or nil.
func (v *view) streamOf(id uint32) *stream {
	for _, s := range slices.Backward(v.streams) {
		if s.id == id {
			return s
		}
	}
	return nil
}

// addStream follows a new use of a message stream. Of too many the oldest that
// is over is forgotten.
func (v *view) addStream(s *stream) *stream {
	if len(v.streams) == maxStreams {
		i := max(slices.IndexFunc(v.streams, func(s *stream) bool { return !s.running() }), 0)
		v.streams = slices.Delete(v.streams, i, i+1)
	}
	v.streams = append(v.streams, s)
	return s
}

// wanted returns the streams that were published or played, in order.
func (v *view) wanted() (out []*stream) {
	for _, s := range v.streams {
		if s.wanted() {
			out = append(out, s)
		}
	}
	return out
}

// running returns the streams that go on, in order.
func (v *view) running() (out []*stream) {
	for _, s := range v.streams {
		if s.running() {
			out = append(out, s)
		}
	}
	return out
}

// newest returns the latest stream that match accepts, or nil.
func (v *view) newest(match func(*stream) bool) *stream {
	for _, s := range slices.Backward(v.streams) {
		if match(s) {
			return s
		}
	}
	return nil
}

// lead is the stream that stands for the session where there is room for one
// only: the first that was accepted, or else the first; nil when there is none.
func (v *view) lead() (first *stream) {
	for _, s := range v.streams {
		if s.wanted() && s.accepted() {
			return s
		}
		if first == nil && s.wanted() {
			first = s
		}
	}
	return first
}

// single reports whether the session has published or played once only, so that
// nothing needs to be told apart.
func (v *view) single() bool {
	n := 0
	for _, s := range v.streams {
		if s.wanted() {
			n++
		}
	}
	return n < 2
}

// key is the stream's name with its server and application: what two sessions
// have in common when they are about the same stream.
func (v *view) key(s *stream) string {
	return v.serverAddr + "\x00" + v.connect.app + "\x00" + s.name
}

// closedOn returns the streams of a role that went on when the server was the
// first to close, without having said why, and not because of one certain message.
func (v *view) closedOn(e *session.Entry, role session.Role) (out []*stream) {
	if e.From != server || v.first != server || v.blamed(server) != nil {
		return nil
	}
	for _, s := range v.running() {
		if s.role == role && !s.failed.yes() {
			out = append(out, s)
		}
	}
	return out
}

// allStopped reports whether the client has said of everything that it asked for
// that it stops.
func (v *view) allStopped() bool {
	wanted := v.wanted()
	return len(wanted) > 0 && !slices.ContainsFunc(wanted, func(s *stream) bool { return !s.stopped.yes() })
}
