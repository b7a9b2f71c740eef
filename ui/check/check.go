// Package check turns what was decoded and judged of a capture into a verdict
// that a person reads and a build server counts: for each session who is who,
// how far it came, what is wrong with it, what was sent, and whether it met what
// was expected of it.
//
// A [Collector] is handed to the fold (its Judge and Entry methods); after the
// fold [Collector.Result] gives a [Result], which the functions Text, Markdown,
// JSON and JUnit write. Credentials are masked unless asked for.
//
// The package reads no files and decides no exit code.
package check

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Result is the verdict on one capture.
type Result struct {
	File         string
	Sessions     []Session
	Stories      []session.Story // sessions that belong together
	Expectations []Expectation
}

// Session is the verdict on one session.
type Session struct {
	Info     session.Info
	Report   lint.Report
	Findings []Finding
}

// Finding is a finding with the number of its row.
type Finding struct {
	session.Finding
	Row uint32
}

// Worst is the worst severity of all findings, 0 when there are none.
func (r *Result) Worst() (worst session.Severity) {
	for _, s := range r.Sessions {
		worst = max(worst, s.Info.Worst)
	}
	return worst
}

// Broken lists the expectations that were not met.
func (r *Result) Broken() (out []Expectation) {
	for _, x := range r.Expectations {
		if x.Row == 0 {
			out = append(out, x)
		}
	}
	return out
}

// Expectation is something that one of the sessions should show, within a time
// from its opening.
type Expectation struct {
	Text   string
	Within time.Duration // 0: at any time
	Row    uint32        // the first row that meets it, or 0

	match *filter.Filter
}

// ParseExpectation reads "EXPR within DURATION", or EXPR alone. Words that look
// like a mistyped field are refused: nobody watches what they would find. An
// error is a [*filter.Error] about the whole text.
func ParseExpectation(text string) (x Expectation, err error) {
	x.Text = text
	wrong := func(at int, format string, args ...any) error {
		return &filter.Error{Text: text, Offset: at, Message: fmt.Sprintf(format, args...)}
	}
	expr, after, at, timed := filter.CutLast(text, "within")
	if strings.TrimSpace(expr) == "" {
		return x, wrong(0, "nothing is expected; write a filter, as in 'keyframe within 3s'")
	}
	if timed {
		x.Within, err = time.ParseDuration(strings.TrimSpace(after))
		if err != nil || x.Within <= 0 {
			return x, wrong(at+len("within"), "a time such as 5s must follow \"within\"; to search for the word, write it in quotes")
		}
	}
	x.match, err = filter.Strict(expr, "within")
	var bad *filter.Error
	if errors.As(err, &bad) {
		return x, wrong(bad.Offset, "%s", bad.Message)
	}
	return x, err
}

// Collector gathers a Result during one fold. It keeps what it gathers, so that its
// size grows with the number of sessions: it is for whoever asks for a verdict.
type Collector struct {
	judge    *lint.Judge
	expects  []Expectation
	findings map[uint32][]Finding
	reports  map[uint32]lint.Report // of sessions that the judge has forgotten
}

// NewCollector prepares for one fold.
func NewCollector(config lint.Config, expects []Expectation) *Collector {
	c := &Collector{
		judge: lint.New(config), findings: map[uint32][]Finding{}, reports: map[uint32]lint.Report{},
		expects: append([]Expectation(nil), expects...),
	}
	c.judge.Forgotten(func(r lint.Report) { c.reports[r.Session] = r })
	return c
}

// Judge is the judge of the fold.
func (c *Collector) Judge() session.Judge { return c.judge }

// Entry takes a row of the fold.
func (c *Collector) Entry(e *session.Entry) {
	if e.Kind == session.Noted {
		return // what people wrote is no behaviour
	}
	if e.Finding != nil {
		c.found(Finding{*e.Finding, e.Number})
	}
	for i := range c.expects {
		x := &c.expects[i]
		if x.Row == 0 && (x.Within == 0 || e.Elapsed <= x.Within) && x.match.Match(e) {
			x.Row = e.Number
		}
	}
}

// found keeps a finding; one that has passed keeps its place and says so.
func (c *Collector) found(f Finding) {
	list := c.findings[f.Session]
	if i := session.EndedBy(&f.Finding, len(list), func(i int) *session.Finding { return &list[i].Finding }); i >= 0 {
		list[i] = f
		return
	}
	c.findings[f.Session] = append(list, f)
}

// Result is called after the fold, with its last snapshot.
func (c *Collector) Result(file string, last *session.Snapshot) *Result {
	r := &Result{File: file, Expectations: c.expects, Stories: session.Stories(last.Sessions())}
	for _, info := range last.Sessions() {
		s := Session{Info: info, Findings: c.findings[info.Number]}
		var kept bool
		if s.Report, kept = c.judge.Report(info.Number); !kept {
			s.Report = c.reports[info.Number]
		}
		r.Sessions = append(r.Sessions, s)
	}
	return r
}
