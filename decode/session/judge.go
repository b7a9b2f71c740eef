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
	Rows       []uint32 // rows that prove it, in order
	Confidence float64  // 0 to 1; lower after framing was lost
	Summary    text.Marked
	At         time.Time // when it could be known
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
	// End tells that the capture has ended.
	End()
}

// found appends the row of a finding.
func (t *Timeline) found(f Finding) {
	if f.Session == 0 || int(f.Session) > len(t.sessions) {
		return
	}
	c := t.sessions[f.Session-1]
	e := &Entry{Name: f.Rule, Summary: f.Summary, Finding: &f, Row: Row{Kind: Found, Severity: f.Severity}}
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
	c.info.Worst = max(c.info.Worst, f.Severity)
	c.addAt(e, at)
}
