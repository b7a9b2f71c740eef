package model

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestBusyIsSaidAfterAMoment: what is over in half a second is not mentioned,
// and of several things the last one that was asked for is.
func TestBusyIsSaidAfterAMoment(t *testing.T) {
	m := New(Options{Filters: anyFilter})
	m.Update(Resize{80, 24})
	reading := Progress{What: "reading the capture", Done: 1, Total: 4, Since: epoch}
	g := Grown{Timeline: story(), Now: epoch.Add(499 * time.Millisecond), Reading: reading}
	if m.Update(g); m.Busy().What != "" || !m.Hurried() {
		t.Errorf("busy with %+v at once", m.Busy())
	}
	g.Now = epoch.Add(busyAfter)
	if m.Update(g); m.Busy() != reading {
		t.Errorf("busy with %+v", m.Busy())
	}
	g.Working = Progress{What: "saving", Since: epoch}
	if m.Update(g); m.Busy().What != "saving" {
		t.Errorf("busy with %+v", m.Busy())
	}
	g.Working, g.Reading = Progress{}, Progress{}
	if m.Update(g); m.Busy().What != "" || m.Hurried() {
		t.Errorf("still busy with %+v", m.Busy())
	}
}

// TestFilteringIsSaid: a filter over many rows says how far it is.
func TestFilteringIsSaid(t *testing.T) {
	f := &fake{}
	for range 4 * readAtOnce {
		f.add(1, session.Row{Kind: session.Message, Type: 8, Phase: session.PhaseMedia})
	}
	m := New(Options{Filters: anyFilter, Filter: "message"})
	g := Grown{Timeline: f, Now: epoch}
	m.Update(g)
	g.Now = epoch.Add(time.Second)
	m.Update(g)
	if p := m.Busy(); p.What != "filtering" || p.Done != 2*readAtOnce || p.Total != 4*readAtOnce {
		t.Errorf("busy with %+v", p)
	}
	for range 3 {
		m.Update(g)
	}
	if m.Busy().What != "" {
		t.Errorf("busy with %+v when all is listed", m.Busy())
	}
}
