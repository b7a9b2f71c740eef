package model

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestBusyIsSaidAfterAMoment: what is over in half a second is not mentioned,
// and of several things the last one that was asked for is.
func TestBusyIsSaidAfterAMoment(t *testing.T) {
	m := New(Options{Filters: anyFilter})
	m.Update(Resize{80, 24})
	reading := Progress{What: "reading the capture", Done: 1, Total: 4, Since: listtest.Epoch}
	g := Grown{Timeline: listtest.Story(), Now: listtest.Epoch.Add(499 * time.Millisecond), Reading: reading}
	if m.Update(g); m.Busy().What != "" || !m.Hurried() {
		t.Errorf("busy with %+v at once", m.Busy())
	}
	g.Now = listtest.Epoch.Add(busyAfter)
	if m.Update(g); m.Busy() != reading {
		t.Errorf("busy with %+v", m.Busy())
	}
	g.Working = Progress{What: "saving", Since: listtest.Epoch}
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
	f := &listtest.Timeline{}
	for range 4 * list.ReadAtOnce {
		f.Add(1, session.Row{Kind: session.Message, Type: 8, Phase: session.PhaseMedia})
	}
	m := New(Options{Filters: anyFilter, Filter: "message"})
	g := Grown{Timeline: f, Now: listtest.Epoch}
	m.Update(g)
	g.Now = listtest.Epoch.Add(time.Second)
	m.Update(g)
	if p := m.Busy(); p.What != "filtering" || p.Done != 2*list.ReadAtOnce || p.Total != 4*list.ReadAtOnce {
		t.Errorf("busy with %+v", p)
	}
	for range 3 {
		m.Update(g)
	}
	if m.Busy().What != "" {
		t.Errorf("busy with %+v when all is listed", m.Busy())
	}
}
