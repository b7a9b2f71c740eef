package session

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Severity says how much a finding matters.
type Severity uint8

// The severities, mildest first.
const (
	Note Severity = iota + 1
	Warning
	Error
)

// String is the severity as it stands in JSONL.
func (s Severity) String() string { return [...]string{"", "note", "warning", "error"}[s] }

// Side says whom a finding blames.
type Side uint8

// The sides; NoSide when it is not certain.
const (
	NoSide Side = iota
	ClientSide
	ServerSide
)

// SideOf is the side that sends in a direction.
func SideOf(d decode.Direction) Side { return ClientSide + Side(d) }

// String is "client", "server" or "".
func (s Side) String() string { return [...]string{"", "client", "server"}[s] }

// Finding is the verdict of a rule: the bytes are clear, the behaviour is
// questionable.
type Finding struct {
	Session    uint32
	Rule       string // stable identifier: "cmd-connect-silent-close"
	Severity   Severity
	Side       Side
	StreamID   uint32   // message stream that it is about; 0 when it is about none in particular
	Rows       []uint32 // rows that prove it, in order
	Confidence float64  // 0 to 1; lower after framing was lost
	Summary    text.Marked
	Brief      text.Marked // the cause in a few words, for narrow places
	At         time.Time   // when it could be known
	// Over says that what the rule found last in the session, about the same
	// side and message stream, has passed or got worse. This finding takes its place.
	Over bool
	// Was is the severity of the finding whose place it takes, 0 when it takes none.
	Was Severity
}

// Judge watches all sessions of a timeline and reports findings, each of which
// becomes a row right after what it was told last. It is called from the
// goroutine that feeds the timeline, and like everything here it must be a pure
// function of what it is told.
type Judge interface {
	// Begin gives the judge its way to report; it is called once, first.
	Begin(report func(Finding))
	// Entry tells of a row that was appended. Findings are not told.
	Entry(e *Entry)
	// Time tells that no later row will be older than now, so that what did not
	// happen in time can be reported.
	Time(now time.Time)
	// Held tells that the receiver of a direction keeps bytes waiting, or no
	// longer does.
	Held(h Hold)
	// Paced tells how fast the receiver of a direction takes what it is sent.
	Paced(p Pace)
	// Outer tells what the protocol around RTMP said, TLS or HTTP.
	Outer(a Around)
	// End tells that the capture has ended.
	End()
}

// Ends reports whether f takes the place of an earlier finding.
func (f *Finding) Ends(earlier *Finding) bool {
	return f.Over && f.Session == earlier.Session && f.Rule == earlier.Rule && f.Side == earlier.Side && f.StreamID == earlier.StreamID
}

// EndedBy returns the index of the latest finding of a list whose place f takes, or
// -1 when f stands for itself. finding gives element i of the n in the list.
func EndedBy(f *Finding, n int, finding func(i int) *Finding) int {
	for i := n - 1; i >= 0; i-- {
		if f.Ends(finding(i)) {
			return i
		}
	}
	return -1
}

// Hold says that the receiver of one direction of a session takes nothing while
// bytes wait for it. Only a relay can see that, and tells it again from time to
// time.
type Hold struct {
	Session uint32
	From    decode.Direction // of the bytes that wait
	At      time.Time
	For     time.Duration // how long the receiver has taken nothing
	Waiting int64         // bytes; 0 when it takes them again, after For
	Most    int64         // bytes that waited at most since then: a judge knows, who is told does not
}

// Held says that the receiver of a direction takes nothing while bytes wait for it,
// or that it takes bytes again (waiting is 0), after that time. It is no row: rules
// make a finding of it.
func (t *Timeline) Held(id uint32, dir decode.Direction, at time.Time, since time.Duration, waiting int64) {
	if c := t.touch(id, at); c != nil && t.judge != nil {
		t.judge.Held(Hold{Session: c.info.Number, From: dir, At: at, For: since, Waiting: waiting})
	}
}

// found appends the row of a finding.
func (t *Timeline) found(f Finding) {
	c := t.numbered(f.Session)
	if c == nil {
		return
	}
	e := &Entry{Name: f.Rule, Summary: f.Summary, Brief: f.Brief, Finding: &f, Row: Row{Kind: Found, Severity: f.Severity}}
	if f.Over {
		e.Flags |= Over
	}
	if f.Side == ServerSide {
		e.From = decode.FromServer
	}
	if len(f.Rows) > 0 {
		e.Row.ReplyTo = f.Rows[len(f.Rows)-1]
		e.Row.Offset = t.row(e.Row.ReplyTo).Offset
	}
	at := f.At
	if at.IsZero() {
		at = c.now
	}
	c.info.Findings[f.Severity]++
	if f.Over && f.Was > 0 {
		c.info.Findings[f.Was]--
	}
	c.info.Worst = max(c.info.Worst, f.Severity)
	c.addAt(e, at)
}
