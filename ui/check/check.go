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
		if !x.Met() {
			out = append(out, x)
		}
	}
	return out
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
		expects: fresh(expects),
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
		c.expects[i].see(e)
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
	r := &Result{File: file, Stories: session.Stories(last.Sessions())}
	for _, info := range last.Sessions() {
		s := Session{Info: info, Findings: c.findings[info.Number]}
		var kept bool
		if s.Report, kept = c.judge.Report(info.Number); !kept {
			s.Report = c.reports[info.Number]
		}
		r.Sessions = append(r.Sessions, s)
	}
	for _, x := range c.expects {
		r.Expectations = append(r.Expectations, x.settle(r.Sessions))
	}
	return r
}
