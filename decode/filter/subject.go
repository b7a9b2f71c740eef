package filter

import (
	"math"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// subject is the row that a filter looks at. Either entry or timeline is set.
type subject struct {
	row      session.Row
	number   uint32
	entry    *session.Entry
	timeline Timeline
	open     func(n int) *session.Entry // see Opening
	opened   *session.Entry
	hasOpen  bool
	awaiting func(row uint32) bool
	knowing  func(session uint32) *Session
	session  *Session     // see about
	held     session.Text // see words
	hasWords bool
}

// words returns the texts of the row. They are fetched once, when first asked
// for: most filters decide without.
func (s *subject) words() *session.Text {
	if s.hasWords {
		return &s.held
	}
	s.hasWords = true
	if s.entry == nil {
		s.held = s.timeline.Text(int(s.number))
		return &s.held
	}
	e := s.entry
	s.held = session.Text{
		Name: e.Name, Command: text.Safe(e.Message.Command), Code: text.Safe(e.Message.Code), Summary: e.Summary,
	}
	return &s.held
}

func (s *subject) summary() string { return s.words().Summary.Show(true) }

// whole is the row with what was decoded of it, nil when that is not at hand. A
// row of a timeline is opened once, when the first part of the filter asks.
func (s *subject) whole() *session.Entry {
	if s.entry != nil || s.open == nil {
		return s.entry
	}
	if !s.hasOpen {
		s.opened, s.hasOpen = s.open(int(s.number)), true
	}
	return s.opened
}

// args are the AMF values of a command or data message.
func (s *subject) args() []amf.Value {
	if e := s.whole(); e != nil {
		return e.Message.Args
	}
	return nil
}

// isMessage reports whether the row has the fields of a message header.
func (s *subject) isMessage() bool {
	return s.row.Kind == session.Message || s.row.Kind == session.Aborted
}

func (s *subject) isMedia() bool {
	return s.isMessage() && chunk.IsMedia(s.row.Type)
}

func (s *subject) isCommand() bool {
	return s.isMessage() && chunk.IsCommand(s.row.Type)
}

// isTrouble reports whether the row must not be overlooked.
func (s *subject) isTrouble() bool {
	switch s.row.Kind {
	case session.Aborted, session.Anomaly, session.Lost, session.Gap:
		return true
	case session.Found:
		return s.row.Severity >= session.Warning
	}
	return s.row.Flags&(session.Refused|session.Short|session.Incomplete) != 0
}

// answers reports whether the row answers another one; ReplyTo of a finding
// points at what proves it.
func (s *subject) answers() bool { return s.row.ReplyTo > 0 && s.row.Kind != session.Found }

func (s *subject) elapsed() float64 {
	if s.entry != nil {
		return seconds(s.entry.Elapsed)
	}
	if n := s.row.Session; n > 0 && int(n) <= s.timeline.SessionCount() {
		return seconds(time.Duration(s.row.Time - s.timeline.Session(n).OpenedAt.UnixNano()))
	}
	return absent
}

func (s *subject) rtt() float64 {
	switch {
	case !s.answers():
		return absent
	case s.entry != nil:
		return seconds(s.entry.RTT)
	}
	return seconds(time.Duration(s.row.Time - s.timeline.Row(int(s.row.ReplyTo)).Time))
}

// unanswered reports whether the row is a request without an answer so far.
func (s *subject) unanswered() bool {
	if s.awaiting != nil {
		return s.awaiting(s.number)
	}
	if s.timeline == nil || s.isMedia() || s.row.Kind != session.Message {
		return false
	}
	if n := s.row.Session; n > 0 && int(n) <= s.timeline.SessionCount() {
		for _, p := range s.timeline.Session(n).Pending {
			if p.Row == s.number {
				return true
			}
		}
	}
	return false
}

// seconds is a duration as JSONL writes it, to the nanosecond.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e9) / 1e9 }

// absent is the number of a field that the row does not have: every comparison
// with it is false.
var absent = math.NaN()
