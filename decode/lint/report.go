package lint

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Report is what the judge knows of one session besides its findings. It is a
// copy: it may be handed to another goroutine and never changes.
type Report struct {
	Session uint32
	// Client and Server say who speaks, and how one can tell.
	Client, Server Fingerprint
	// Steps is the checklist; Stall who is waited for when the session does
	// not go on; Waterfall the way from the connection to the first keyframe.
	Steps []Step
	// Connection is the NetConnection, NetStreams are the streams on it, in order, also
	// those that were never used; Outline draws them as a tree.
	Connection Connection
	NetStreams []NetStream
	Stall      Stall
	// Shortfall says who left after which step and before which, of a session that
	// ended before it had what its client came for; "" when it got there.
	Shortfall string
	Waterfall []Span
	// Streams and Tracks are what was published or played.
	Streams []StreamReport
	Tracks  []TrackReport
	// Windows is the account of bytes and acknowledgements, by the direction
	// of the bytes (decode.Direction).
	Windows [2]Window
	// Holds says, by the direction of the bytes, what the relay told last of a
	// receiver that did not read; the zero value is one of which nothing was told.
	// Only recordings of rtmpscope tell it.
	Holds [2]session.Hold
	// Paces says likewise what the relay told last of a receiver that lagged.
	Paces [2]session.Pace
	// Pings is how many pings the server sent, Missed how many were not
	// answered in time, and PingTime the last round trip.
	Pings, Missed int
	PingTime      time.Duration
	// Missing is what is missing from the capture, by the direction of the bytes.
	Missing [2]Missing
	// Unjudged lists rules that could not be judged, with the reason.
	Unjudged []Unjudged
}

// Missing is what the capture lacks of one direction. The zero value is nothing.
type Missing struct {
	Row   uint32 // the first gap
	Bytes int64  // of all gaps
}

// Span is one stretch of the way to the first picture.
type Span struct {
	Step StepID
	Name string
	// Who is the side that the time was spent on.
	Who session.Side
	// From and To are counted from the opening of the connection.
	From, To time.Duration
	Row      uint32 // at which it ends
}

// StreamReport is one stream that was published or played.
type StreamReport struct {
	ID       uint32
	Role     session.Role
	Name     text.Marked
	Code     text.Marked // status code of the latest answer
	Messages int64       // of audio and video
	// Refused says that publish or play was refused, Failed that a status of level
	// error came after it had been accepted, Stopped that the client ended it, Over
	// that the server said that it is over. Each is a row, or 0.
	Refused, Failed, Stopped, Over uint32
	// StrayID is the message stream on which media came, when that is another one;
	// Stray is the first such row, or 0.
	StrayID, Stray uint32
}

// Outcome says in a few words what became of the stream.
func (r *StreamReport) Outcome() string {
	switch {
	case r.Refused > 0:
		return "refused with " + r.Code.Show(false)
	case r.Failed > 0:
		return "ended with " + r.Code.Show(false)
	case r.Stopped > 0:
		return "stopped by the client"
	case r.Over > 0:
		return "ended by the server"
	case r.Messages == 0:
		return "no media"
	}
	return "went on to the end"
}

// TrackReport is the audio or video of one stream.
type TrackReport struct {
	From     decode.Direction
	StreamID uint32
	Track    uint8
	Video    bool
	Codec    media.Codec
	// Config is what the sequence header says; Known whether it could be read.
	Config              media.Config
	Known               bool
	Frames, Keys, Bytes int64
	// First and Last are the timestamps of the first and last frame in ms,
	// Step the usual distance between two.
	First, Last uint32
	Step        time.Duration
	// Moved is the sum of the steps forward of the timestamps: the time that is
	// played, whether they ran back or began anew or not.
	Moved time.Duration
}

// Window is the account of one direction.
type Window struct {
	Sent, Acknowledged int64
	Size               uint32 // announced window, 0 when nobody announced one
	Style              string // how the peer counts: "cumulative", "increments", "unknown"
	Acknowledgements   int
}

// Report returns what is known of a session, as it stands. The session number
// counts from 1; ok is false when there is no such session. Like all methods of
// a judge it is called on the goroutine that feeds the timeline.
func (j *Judge) Report(number uint32) (r Report, ok bool) {
	v := j.view(number)
	if v == nil {
		return Report{}, false
	}
	r = Report{
		Session: number, Client: v.whoIs(client), Server: v.whoIs(server), Steps: v.procedure(), Waterfall: v.waterfall(),
		Pings: v.pings.asked, Missed: v.pings.missed, PingTime: v.pings.last, Unjudged: v.unjudged(),
	}
	r.Stall, r.Shortfall = v.stall(), v.shortfall()
	r.Missing = [2]Missing{v.seen[client].missing, v.seen[server].missing}
	r.Connection, r.NetStreams = v.connection(), v.streamStates()
	for _, s := range v.wanted() {
		r.Streams = append(r.Streams, v.streamReport(s))
	}
	for _, t := range v.tracks() {
		r.Tracks = append(r.Tracks, TrackReport{
			From: t.from, StreamID: t.stream.id, Track: t.id, Video: t.video, Codec: t.codec, Config: t.facts, Known: t.known,
			Frames: t.frames, Keys: t.keys, Bytes: t.bytes, First: t.firstTime, Last: t.time,
			Step: time.Duration(t.cadence) * time.Millisecond, Moved: time.Duration(t.moved) * time.Millisecond,
		})
	}
	r.Holds = v.told
	for d := range r.Paces {
		r.Paces[d] = v.paces[d].last
	}
	for d := range r.Windows {
		l := &v.ledger[d]
		r.Windows[d] = Window{l.sent, l.total, l.window, l.style.String(), l.acks}
	}
	return r, true
}

func (v *view) streamReport(s *stream) StreamReport {
	r := StreamReport{
		ID: s.id, Role: s.role, Name: s.marked(), Code: text.Plain(s.code), Messages: s.media,
		Failed: s.failed.row, Stopped: s.stopped.row, Over: s.over.row, StrayID: s.strayID, Stray: s.stray.row,
	}
	if s.refused {
		r.Refused = s.answered.row
	}
	return r
}

// Procedure returns the checklist of a session, or nil.
func (j *Judge) Procedure(number uint32) []Step {
	if v := j.view(number); v != nil {
		return v.procedure()
	}
	return nil
}

// Unjudged is a rule that could not be judged in a session, and why, in words.
type Unjudged struct{ Rule, Why string }

// String is "cmd-hung-open: …".
func (u Unjudged) String() string { return u.Rule + ": " + u.Why }

// Unjudged lists the rules that could not be judged in a session. It belongs to the
// caller.
func (j *Judge) Unjudged(number uint32) []Unjudged {
	if v := j.view(number); v != nil {
		return v.unjudged()
	}
	return nil
}

func (v *view) unjudged() (out []Unjudged) {
	blind := v.blindness()
	for i := range sorted {
		r := &sorted[i]
		switch {
		case r.unseen != nil:
			if why := r.unseen(v); why != "" {
				out = append(out, Unjudged{r.ID, why})
			}
		case blind != "" && (r.Absence || v.nothingRead()):
			out = append(out, Unjudged{r.ID, blind})
		}
	}
	return out
}

// nothingRead reports whether not a single message could be read: then no rule
// about messages was judged.
func (v *view) nothingRead() bool {
	return v.seen[client].messages == 0 && v.seen[server].messages == 0
}

// waterfall lays the required steps end to end, from the opening of the
// connection to the first keyframe.
func (v *view) waterfall() (out []Span) {
	from := v.openedAt
	for _, s := range v.steps(v.lead()) {
		if s.State != Done && s.State != Refused || !s.Required && s.ID != StepKeyFrame {
			continue
		}
		at := s.At.UnixNano()
		if at < from {
			continue // it came beside another step
		}
		out = append(out, Span{Step: s.ID, Name: s.Name, Who: s.Who, From: time.Duration(from - v.openedAt), To: time.Duration(at - v.openedAt), Row: s.Row})
		from = at
	}
	return out
}

// String writes a step as one line: "done connect answered (server) 43 ms".
func (s Step) String() string {
	words := fmt.Sprintf("%s %s (%s)", s.State, s.Name, s.Who)
	if s.Latency > 0 {
		words += " " + text.Figures(s.Latency)
	}
	return words
}
