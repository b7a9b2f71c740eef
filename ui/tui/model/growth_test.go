package model

import (
	"fmt"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// counting counts what is asked of a timeline.
type counting struct {
	*session.Snapshot
	asked *int
}

func (c counting) Row(n int) session.Row              { *c.asked++; return c.Snapshot.Row(n) }
func (c counting) Text(n int) session.Text            { *c.asked++; return c.Snapshot.Text(n) }
func (c counting) Session(number uint32) session.Info { *c.asked++; return c.Snapshot.Session(number) }
func (c counting) Sessions() []session.Info {
	*c.asked += c.SessionCount()
	return c.Snapshot.Sessions()
}

// life is a timeline in which one client stays, and as many as one likes were there before.
type life struct {
	*session.Timeline
	at    time.Time
	id    uint32
	asked int
}

func newLife(past int) *life {
	l := &life{Timeline: session.New(session.Options{}), at: listtest.Epoch}
	for range past {
		l.visit()
	}
	l.id++
	l.Open(session.Connection{ID: l.id, At: l.at, Client: "192.0.2.9:1", Server: "192.0.2.1:1935"})
	return l
}

// visit is a client that comes, begins to shake hands, and goes.
func (l *life) visit() {
	l.id, l.at = l.id+1, l.at.Add(time.Second)
	l.Open(session.Connection{ID: l.id, At: l.at, Client: fmt.Sprintf("192.0.2.2:%d", 1024+l.id%60_000), Server: "192.0.2.1:1935"})
	l.Data(l.id, decode.FromClient, l.at, []byte{3, 0, 0})
	l.Close(l.id, decode.FromServer, l.at, session.End{How: session.Reset})
}

// show lets a model see what has become of the timeline.
func (l *life) show(m *Model) {
	e := Effect{Again: true}
	for e.Again {
		e = m.Update(Grown{Timeline: counting{l.Snapshot(), &l.asked}, Now: l.at, Facts: Facts{Live: true}})
	}
}

// refresh lets the one client that stays say something, and a tenth of a second pass.
func (l *life) refresh(m *Model) {
	l.at = l.at.Add(100 * time.Millisecond)
	l.Gap(l.id, decode.FromClient, l.at, 1)
	l.show(m)
}

// TestInvariantRefreshVisitsWhatChanged: what a refresh of the screen asks of the timeline,
// and what it allocates, is what it does on a fresh one, however many sessions were there
// before, whatever is listed of them.
func TestInvariantRefreshVisitsWhatChanged(t *testing.T) {
	unanswered := Filters{Compile: unansweredFilter.Compile}
	for name, o := range map[string]struct {
		options Options
		prepare func(*Model)
	}{
		"all":              {Options{Live: true}, func(*Model) {}},
		"sorted by worst":  {Options{Live: true}, func(m *Model) { m.Sort = ByWorst }},
		"sessions by word": {Options{Live: true}, func(m *Model) { m.SessionFilter = "192.0.2.9" }},
		"unanswered":       {Options{Live: true, Filters: unanswered}, func(m *Model) { m.selector.Awaits, m.awaited = true, m.shown }},
	} {
		t.Run(name, func(t *testing.T) {
			cost := func(past int) (asked, allocated float64) {
				l, m := newLife(past), New(o.options)
				m.Update(Resize{120, 40})
				o.prepare(m)
				l.show(m)
				l.refresh(m) // the list of the selected session begins to be read
				l.asked = 0
				const n = 100
				allocated = testing.AllocsPerRun(n, func() { l.refresh(m) })
				return float64(l.asked) / (n + 1), allocated
			}
			few, fewer := cost(50)
			many, more := cost(3 * listedSessions / 2)
			if many > few*1.1 {
				t.Errorf("a refresh asks %.1f times after few sessions, %.1f times after many", few, many)
			}
			if more > fewer*1.1+1 && name != "sorted by worst" { // sorting allocates nothing, grouping does
				t.Errorf("a refresh allocates %.1f times after few sessions, %.1f times after many", fewer, more)
			}
		})
	}
}

// TestListsOfSessionsAreBounded: whoever follows the newest session of thousands keeps the
// lists of few, and none that depends on how many there were before.
func TestListsOfSessionsAreBounded(t *testing.T) {
	l, m := newLife(0), New(Options{Live: true})
	m.Update(Resize{120, 40})
	for range 2000 {
		l.visit()
		l.show(m)
	}
	if n := len(m.views); n > keptViews {
		t.Errorf("%d lists are kept", n)
	}
	if n := len(m.rates); n > 2*keptRates {
		t.Errorf("%d rates are kept", n)
	}
	if perVisit := l.asked / 2000; perVisit > 60 {
		t.Errorf("to show one more session takes %d questions", perVisit)
	}
	if s, ok := m.Session(); !ok || s.Number != l.id || m.View().Len() == 0 {
		t.Errorf("session %d of %d is shown, in %d lines", s.Number, l.id, m.View().Len())
	}
}
