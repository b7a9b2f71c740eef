package list

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Run is what the collapsed line of a run says, counted as the rows arrive so
// that nothing is ever read twice.
type Run struct {
	Session    uint32 // whose messages they are
	Audio      uint32
	Video      uint32
	Keys       uint32 // video keyframes
	Acks       uint32 // acknowledgements between them
	AudioBytes int64
	VideoBytes int64
	begin, end int64
	from       [2]bool
	marks      []mark // where its rows stand in the timeline, the first one aside
}

// newRun is a run of one row.
func newRun(r session.Row) Run {
	run := Run{Session: r.Session, begin: r.Time}
	run.add(r)
	return run
}

// extend adds row n to a run that begins at row first.
func (u *Run) extend(first, n uint32, r session.Row) {
	last := mark{row: first}
	if len(u.marks) > 0 {
		last = u.marks[len(u.marks)-1]
	}
	if u.rows()-last.at >= markOwn || n-last.row >= markAll {
		u.marks = append(u.marks, mark{u.rows(), n})
	}
	u.add(r)
}

// rows is how many rows the run has.
func (u *Run) rows() int { return u.Messages() + int(u.Acks) }

func (u *Run) add(r session.Row) {
	u.end = max(u.end, r.Time)
	switch {
	case isAcknowledgement(r):
		u.Acks++
		return // goes the other way and would hide who sends the media
	case r.Type == chunk.TypeAudio:
		u.Audio++
		u.AudioBytes += int64(r.Length)
	default:
		u.Video++
		u.VideoBytes += int64(r.Length)
	}
	if r.Type == chunk.TypeVideo && r.Flags&session.KeyFrame != 0 {
		u.Keys++
	}
	u.from[r.From] = true
}

// Messages is the number of audio and video messages.
func (u *Run) Messages() int { return int(u.Audio) + int(u.Video) }

// Lasted is the time from the first row of the run to the last.
func (u *Run) Lasted() time.Duration { return time.Duration(u.end - u.begin) }

// Rate is the mean of body bits a second, or 0 when the run is too short to tell.
func (u *Run) Rate() float64 {
	if u.Lasted() < 100*time.Millisecond {
		return 0
	}
	return float64(u.AudioBytes+u.VideoBytes) * 8 / u.Lasted().Seconds()
}

// Sends reports whether the media of the run has a row from that side.
func (u *Run) Sends(d decode.Direction) bool { return u.from[d] }

// Words is what a search finds in a collapsed run.
func (u *Run) Words() string {
	s := ""
	if u.Audio > 0 {
		s += "audio "
	}
	if u.Video > 0 {
		s += "video "
	}
	if u.Keys > 0 {
		s += "keyframe "
	}
	return s
}
