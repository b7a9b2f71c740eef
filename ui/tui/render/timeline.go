package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// ladder is where the columns of the timeline pane stand.
type ladder struct {
	a       Area
	m       *model.Model
	number  int            // end of the number column
	columns []model.Column // what stands before the lane
	ends    []int          // of these columns
	flat    bool           // no lane: names in a list
	session int            // start of the session column; it is empty unless all are listed
	lane    int            // column of the client's line
	inner   int            // columns between the two lines
	text    int            // where the summary begins
}

func newLadder(a Area, m *model.Model) *ladder {
	l := &ladder{a: a, m: m, number: 2, flat: true}
	end := 2
	for _, c := range m.TimelineColumns() {
		switch c.Name {
		case "ladder":
			l.flat = false
			continue
		case "number":
			c.Width = max(len(strconv.Itoa(m.Timeline().Len())), 4)
		case "time":
			c.Width = timeWidth(m)
		}
		if end > 2 {
			end++
		}
		end += c.Width
		l.columns, l.ends = append(l.columns, c), append(l.ends, end)
	}
	if len(l.columns) > 0 {
		l.number = l.ends[0]
	}
	l.session = end + 1
	l.lane = l.session
	if m.All {
		l.lane += 4
	}
	l.inner = min(max(a.W*32/100, 12), 40)
	if l.flat {
		l.inner = min(l.inner, 24)
	}
	l.text = l.lane + l.inner + 3
	return l
}

// timeWidth is the width of the time column: what the longest time takes that stands
// in it, with an hour of two digits too.
func timeWidth(m *model.Model) int {
	if m.TimeMode == model.Absolute {
		return len("15:04:05.000")
	}
	const usual = 9
	tl := m.Timeline()
	if m.TimeMode == model.SincePrevious || tl.Len() == 0 {
		return usual
	}
	return max(usual, len(clock(tl.Row(tl.Len()).At().Sub(tl.Row(1).At()))))
}

// timeline draws the ladder of what client and server said.
func timeline(a Area, m *model.Model) {
	focused := m.Focus == model.PaneTimeline
	x := heading(a, focused, "2", timelineTitle(m))
	r, words := timelineState(m)
	headingRight(a, x, r, words)
	if m.Timeline().SessionCount() == 0 {
		welcome(a.sub(0, 1, a.W, a.H-1), m)
		return
	}
	l := newLadder(a, m)
	l.heads()
	v := m.View()
	if v.Len() == 0 {
		nothingListed(a.sub(0, model.PaneHead, a.W, a.H), m)
	}
	for i := 0; i < a.H-model.PaneHead && v.Top+i < v.Len(); i++ {
		y := i + model.PaneHead
		l.line(y, v.Top+i)
		a.highlight(y, m.Search.Query)
		if v.Top+i == v.Sel {
			a.Put(0, y, Style{}, "▌")
			a.mark(y, selection(focused))
		}
	}
}

// full says what the line of the selected row has no room for.
func full(a Area, m *model.Model) {
	a.wrap(2, 0, Style{}, m.Full())
	for y := range a.H {
		a.mark(y, Alarm)
	}
}

// nothingListed says why the list is empty.
func nothingListed(a Area, m *model.Model) {
	words := "nothing has been said yet"
	if n := m.View().Unread(m.Timeline()); n > 0 {
		words = fmt.Sprintf("reading, %d rows to go …", n)
	} else if m.Filter != "" {
		words = "no row matches the filter (f: edit, Esc: clear)"
	}
	a.clip(3, a.W, 1, role(Faint), words)
}

func timelineTitle(m *model.Model) string {
	title := "Timeline"
	if s, ok := m.Session(); m.All {
		title += " · all sessions"
	} else if ok {
		title = fmt.Sprintf("Timeline · session %d", s.Number)
		if name := appStream(m, &s); name != "" {
			title += " · " + strings.TrimSpace(s.Role.String()+" "+name)
		}
	}
	if m.Filter != "" {
		title += " · FILTER " + text.Safe(m.Filter)
	}
	return title
}

// timelineState says whether the newest line is in sight.
func timelineState(m *model.Model) (Role, string) {
	v := m.View()
	switch {
	case m.Paused:
		return Warn, fmt.Sprintf("PAUSED, %d new rows", m.Behind())
	case v.Unread(m.Timeline()) > 0:
		return Warn, fmt.Sprintf("reading, %d rows to go", v.Unread(m.Timeline()))
	case v.Follow:
		return Good, "following"
	case v.Len() > 0:
		return Rule, fmt.Sprintf("line %d of %d", v.Sel+1, v.Len())
	}
	return Rule, ""
}

var timeHeads = [...]string{model.SinceStart: "seconds", model.SincePrevious: "waited", model.Absolute: "UTC"}

func (l *ladder) heads() {
	for i, c := range l.columns {
		if c.Name == "time" {
			c.Title = timeHeads[l.m.TimeMode]
		}
		l.a.right(l.ends[i], 1, role(Column), c.Title)
	}
	if l.m.All {
		l.a.Put(l.session, 1, role(Column), "sn")
	}
	if l.flat {
		l.a.Put(l.lane, 1, role(Column), "message")
	} else {
		l.a.Put(l.lane, 1, role(FromClient), "client")
		l.a.right(l.lane+l.inner+2, 1, role(FromServer), "server")
	}
	l.a.Put(l.text, 1, role(Column), "what it says")
}

// line draws the entry at a position of the view.
func (l *ladder) line(y, pos int) {
	e := l.m.View().At(pos)
	if e.Kind == list.PhaseLine {
		l.phase(y, e)
		return
	}
	l.gutter(y, e)
	for i, c := range l.columns {
		l.a.right(l.ends[i], y, role(Faint), l.cell(c.Name, pos, e))
		l.a.zone(l.ends[i]-c.Width, l.ends[i], y, Zone{Column: c.Name})
	}
	l.a.zone(l.lane, l.text, y, Zone{Column: "message"})
	l.a.zone(l.text, l.a.W, y, Zone{Column: "says"})
	if l.m.All {
		l.a.zone(l.session, l.lane, y, Zone{Column: "session"})
		l.a.clip(l.session, l.lane-1, y, role(Faint), "s"+strconv.Itoa(int(l.m.Timeline().Row(e.Row).Session)))
	}
	if e.Kind == list.RunLine {
		l.run(y, e)
		l.a.zone(l.lane, l.text, y, Zone{Mark: true})
		return
	}
	l.row(y, e)
}

// cell is what a column before the lane says of an entry.
func (l *ladder) cell(name string, pos int, e list.Entry) string {
	r := l.m.Timeline().Row(e.Row)
	header := r.Kind == session.Message || r.Kind == session.Aborted
	n := r.Timestamp
	switch name {
	case "number":
		return strconv.Itoa(e.Row)
	case "time":
		return l.timeOf(pos, e)
	case "length":
		header = header || r.Kind == session.Handshake || r.Kind == session.Gap || r.Kind == session.Tallied
		n = r.Length
	case "type":
		n = uint32(r.Type)
	case "chunk-stream":
		n = r.ChunkStream
	case "message-stream":
		n = r.StreamID
	case "chunks":
		n = r.Chunks
	}
	if !header || e.Kind == list.RunLine && !e.Expanded {
		return ""
	}
	return strconv.FormatUint(uint64(n), 10)
}

// timeOf is what the time column says of an entry.
func (l *ladder) timeOf(pos int, e list.Entry) string {
	tl := l.m.Timeline()
	r := tl.Row(e.Row)
	switch l.m.TimeMode {
	case model.Absolute:
		return r.At().Format("15:04:05.000")
	case model.SincePrevious:
		return "+" + lapse(time.Duration(r.Time-tl.Row(l.before(pos, e)).Time))
	}
	start := tl.Row(1).At()
	if !l.m.All {
		start = tl.Session(r.Session).OpenedAt
	}
	return clock(r.At().Sub(start))
}

// before is the row before an entry, or its own if it is the first. Of a run that
// goes on beside the entry that is the first one.
func (l *ladder) before(pos int, e list.Entry) int {
	for pos--; pos >= 0; pos-- {
		if p := l.m.View().At(pos); p.Kind != list.PhaseLine {
			if p.End() > e.Row {
				return p.Row
			}
			return p.End()
		}
	}
	return e.Row
}

// phase draws the heading of a phase with how long it took, whichever of its
// rows are listed.
func (l *ladder) phase(y int, e list.Entry) {
	tl := l.m.Timeline()
	r := tl.Row(e.Row)
	s := tl.Session(r.Session)
	name := s.PhaseName(r.Phase)
	if l.m.All {
		name = fmt.Sprintf("session %d: %s", s.Number, name)
	}
	l.a.fill(l.number+1, l.a.W, y, role(Phase), '─')
	x := l.a.Put(l.number+3, y, role(Phase), " "+name+" ")
	x = l.a.Put(x, y, role(Phase), "── ")
	l.a.Put(x, y, role(Phase), lapse(s.Lasted(r.Phase))+" ")
}

// gutter shows which rows are marked and which prove a finding.
func (l *ladder) gutter(y int, e list.Entry) {
	if l.m.Marks.Has(e.Row) && e.Kind != list.PhaseLine {
		l.a.Put(l.number, y, role(Warn), "◆")
	}
	if e.Kind != list.RowLine {
		return
	}
	switch l.m.Proves(e.Row) {
	case session.Error:
		l.a.Put(1, y, role(Trouble), "•")
	case session.Warning:
		l.a.Put(1, y, role(Warn), "•")
	case session.Note:
		l.a.Put(1, y, role(Faint), "•")
	}
}
