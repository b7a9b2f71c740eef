package tui

import (
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
)

// Meters watches a fold for the panes that a timeline alone cannot fill:
// procedure, media and flow. Its Judge and its Entry go into the options of the
// analyst, which calls them on its goroutine; the screen reads copies on its own.
type Meters struct {
	judge *guardedJudge
	mu    sync.Mutex
	stats stats.Collector
	proof map[int][]uint32     // row of a finding → rows that prove it
	sides map[int]session.Side // row of a finding → whom it blames
}

// NewMeters returns meters around a judge, which nobody else may use while the
// fold goes on; nil is no rules. A *lint.Judge also reports how far sessions
// have come.
func NewMeters(judge session.Judge) *Meters {
	m := &Meters{proof: map[int][]uint32{}, sides: map[int]session.Side{}}
	if judge != nil {
		m.judge = &guardedJudge{judge: judge}
	}
	return m
}

// Judge is the judge for the fold, or nil.
func (m *Meters) Judge() session.Judge {
	if m.judge == nil {
		return nil
	}
	return m.judge
}

// Entry takes in one entry of the fold.
func (m *Meters) Entry(e *session.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.Finding != nil {
		m.proof[int(e.Number)] = e.Finding.Rows
		m.sides[int(e.Number)] = e.Finding.Side
	}
	m.stats.Entry(e)
}

// Session implements model.Meters.
func (m *Meters) Session(number uint32) *stats.Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats.Session(number)
}

// Rate implements model.Meters.
func (m *Meters) Rate(number uint32) stats.Series {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats.Rate(number)
}

// Proof implements model.Meters.
func (m *Meters) Proof(row int) []uint32 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.proof[row]
}

// side is whom the finding in a row blames.
func (m *Meters) side(row int) session.Side {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sides[row]
}

// Report implements model.Meters.
func (m *Meters) Report(number uint32) (r lint.Report, ok bool) {
	if m.judge == nil {
		return r, false
	}
	reporter, ok := m.judge.judge.(*lint.Judge)
	if !ok {
		return r, false
	}
	m.judge.mu.Lock()
	defer m.judge.mu.Unlock()
	return reporter.Report(number)
}

// Programs implements model.Meters.
func (m *Meters) Programs() []lint.Programs {
	if m.judge == nil {
		return nil
	}
	reporter, ok := m.judge.judge.(*lint.Judge)
	if !ok {
		return nil
	}
	m.judge.mu.Lock()
	defer m.judge.mu.Unlock()
	return reporter.Programs()
}

// guardedJudge lets the screen ask a judge between two entries. Findings are
// reported while the lock is held, so their way must not lead back here.
type guardedJudge struct {
	mu    sync.Mutex
	judge session.Judge
}

func (g *guardedJudge) Begin(report func(session.Finding)) { g.judge.Begin(report) }

func (g *guardedJudge) Entry(e *session.Entry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.judge.Entry(e)
}

func (g *guardedJudge) Time(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.judge.Time(now)
}

func (g *guardedJudge) Held(h session.Hold) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.judge.Held(h)
}

func (g *guardedJudge) Outer(a session.Around) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.judge.Outer(a)
}

func (g *guardedJudge) End() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.judge.End()
}
