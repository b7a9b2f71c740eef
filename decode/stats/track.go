package stats

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Track is what was measured of the audio or video of one stream.
type Track struct {
	From     decode.Direction
	StreamID uint32
	Video    bool
	ID       uint8 // E-RTMP track, 0 without multitrack
	Codec    media.Codec
	Config   media.Config // from the sequence header; see Known
	Known    bool
	Messages int64 // frames; sequence headers and the like do not count
	Bytes    int64 // of message bodies
	Rate     Series

	FirstAt, LastAt time.Time     // of frames, by arrival
	First, Last     uint32        // their timestamps, milliseconds
	Played          time.Duration // sum of the forward steps of the timestamps
	Backward        int           // steps backwards
	Jumps           int           // steps forward that are much larger than usual
	LargestJump     time.Duration // forward or (negative) backward
	// Jitter is that of RFC 3550 §6.4.1: how unevenly frames arrive compared
	// with their timestamps.
	Jitter time.Duration
	// Late is how far arrival lags behind the timestamps since the first frame,
	// in milliseconds; negative when media arrive faster than they play.
	Late Series

	Keys    int64 // video keyframes
	KeyAt   time.Time
	GOP     Spread // distance between keyframes, by timestamp
	LastGOP int    // frames of the last whole group of pictures
	// Reorder is the largest composition time offset: how much later than
	// decoded a frame is shown, because of B frames.
	Reorder  time.Duration
	Negative bool // a composition time was negative
	// Of video, over time: frames that arrived, the distance between keyframes and
	// the composition time offsets, in milliseconds.
	Frames, Groups, Delay Series

	gopFrames int
	keyTime   uint32
	step      float64 // usual distance of timestamps, ms
	moved     float64 // sum of the steps of the timestamps, ms
	lastNano  int64
}

// Spread is the smallest, largest and last of some durations.
type Spread struct {
	Count          int
	Min, Max, Last time.Duration
}

func (s *Spread) add(d time.Duration) {
	if s.Count == 0 || d < s.Min {
		s.Min = d
	}
	s.Max, s.Last = max(s.Max, d), d
	s.Count++
}

// FrameRate is frames a second by the timestamps, 0 when too few have come.
func (t *Track) FrameRate() float64 {
	if t.Messages < 3 || t.Played <= 0 {
		return 0
	}
	return float64(t.Messages-1) / t.Played.Seconds()
}

// BitRate is the mean of body bits a second by arrival, 0 when too little has
// come.
func (t *Track) BitRate() float64 {
	d := t.LastAt.Sub(t.FirstAt)
	if d < 100*time.Millisecond {
		return 0
	}
	return float64(t.Bytes) * 8 / d.Seconds()
}

// media takes in an audio or video message.
func (s *Session) media(e *session.Entry) {
	tag := &e.Message.Tag
	i := s.track(e)
	if i < 0 {
		return
	}
	t := &s.Tracks[i]
	t.Bytes += int64(e.Length)
	t.Rate.Add(e.Time, float64(e.Length))
	if t.isNew() && namesCodec(tag) {
		t.Codec = tag.Codec
	}
	if c, ok := configOf(t, e); ok {
		t.Config, t.Known = c, true
	}
	if tag.Kind != media.Frame || tag.Short || tag.FrameType == media.CommandFrame {
		return
	}
	t.frame(e)
	s.skew(t, e)
}

// configOf reads a configuration; of a codec that repeats it in every frame only
// the first.
func configOf(t *Track, e *session.Entry) (media.Config, bool) {
	if e.Message.Tag.Kind == media.Frame && t.Known {
		return media.Config{}, false
	}
	return media.ParseConfig(e.Message.Tag, e.Body)
}

// isNew reports whether no message has said yet which codec the track is in.
func (t *Track) isNew() bool { return t.Messages == 0 && !t.Known && t.Codec == media.UnknownCodec }

// namesCodec reports whether a message says which codec its track is in.
func namesCodec(tag *media.Tag) bool {
	return tag.Kind == media.Frame || tag.Kind == media.SequenceHeader || tag.Kind == media.MPEG2TSSequence
}

// track finds the track of a message, or makes it; -1 when there are too many. What
// goes on in another codec is another track.
func (s *Session) track(e *session.Entry) int {
	tag := &e.Message.Tag
	for i := len(s.Tracks) - 1; i >= 0; i-- {
		t := &s.Tracks[i]
		if t.From == e.From && t.StreamID == e.StreamID && t.Video == tag.Video && t.ID == tag.Track &&
			(t.Codec == tag.Codec || t.isNew() || !namesCodec(tag)) {
			return i
		}
	}
	if len(s.Tracks) == MaxTracks {
		s.MoreTracks++
		return -1
	}
	t := Track{
		From: e.From, StreamID: e.StreamID, Video: tag.Video, ID: tag.Track,
		Rate: newSeries(e.Time, Sums), Late: newSeries(e.Time, Means),
	}
	if t.Video {
		t.Frames, t.Groups, t.Delay = newSeries(e.Time, Sums), newSeries(e.Time, Tops), newSeries(e.Time, Tops)
	}
	s.Tracks = append(s.Tracks, t)
	return len(s.Tracks) - 1
}

// frame takes in one coded frame.
func (t *Track) frame(e *session.Entry) {
	t.Messages++
	if t.Messages == 1 {
		t.FirstAt, t.First, t.Last, t.lastNano = e.At(), e.Timestamp, e.Timestamp, e.Time
	}
	t.time(e)
	t.LastAt, t.Last, t.lastNano = e.At(), e.Timestamp, e.Time
	if cts := time.Duration(e.Message.Tag.CompositionTime) * time.Millisecond; t.Video {
		t.Reorder = max(t.Reorder, cts)
		t.Negative = t.Negative || cts < 0
		t.Frames.Add(e.Time, 1)
		t.Delay.Add(e.Time, float64(e.Message.Tag.CompositionTime))
		t.group(e)
	}
}

// jumpFactor is how many times the usual step a timestamp may advance before
// that counts as a jump, and jumpLeast the shortest one that does.
const (
	jumpFactor = 8
	jumpLeast  = 200 // ms
)

// time compares the step of the timestamp with that of the arrival.
func (t *Track) time(e *session.Entry) {
	step := float64(session.Step(t.Last, e.Timestamp))
	t.moved += step
	switch {
	case step < 0:
		t.Backward++
		t.jumped(step)
	case t.step > 0 && step > max(jumpFactor*t.step, jumpLeast):
		t.Jumps++
		t.jumped(step)
		t.Played += milliseconds(step)
	default:
		t.Played += milliseconds(step)
		if t.Messages > 1 {
			t.step += (step - t.step) / float64(min(t.Messages-1, 16))
		}
	}
	arrived := float64(e.Time-t.lastNano) / 1e6
	t.Jitter += time.Duration((abs(arrived-step)*1e6 - float64(t.Jitter)) / 16)
	t.Late.Add(e.Time, float64(e.Time-t.FirstAt.UnixNano())/1e6-t.moved)
}

func (t *Track) jumped(step float64) {
	if abs(step) > abs(float64(t.LargestJump)/1e6) {
		t.LargestJump = milliseconds(step)
	}
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * 1e6) }

func abs(v float64) float64 { return max(v, -v) }

// group follows groups of pictures.
func (t *Track) group(e *session.Entry) {
	if !e.Message.Tag.Key {
		t.gopFrames++
		return
	}
	if t.Keys++; t.Keys == 1 {
		t.KeyAt = e.At()
	} else {
		distance := float64(session.Step(t.keyTime, e.Timestamp))
		t.GOP.add(milliseconds(distance))
		t.Groups.Add(e.Time, distance)
		t.LastGOP = t.gopFrames
	}
	t.keyTime, t.gopFrames = e.Timestamp, 1
}

// skew compares with the newest track of the other kind in the same stream.
func (s *Session) skew(t *Track, e *session.Entry) {
	for i := range s.Tracks {
		o := &s.Tracks[i]
		if o.Video == t.Video || o.From != t.From || o.StreamID != t.StreamID || o.Messages == 0 {
			continue
		}
		d := float64(int32(t.Last - o.Last))
		if t.Video {
			d = -d
		}
		s.Skew.Add(e.Time, d)
		return
	}
}
