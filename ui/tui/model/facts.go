package model

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// facts is what the model notes of each row as it arrives, because no snapshot
// holds it: which rows prove findings, and what is worst in each session.
type facts struct {
	noted   int       // rows up to here have been looked at
	proofs  recent    // row → the gravest finding that it proves
	answers recent    // request → its answer
	worst   bySession // the row of its worst finding
	first   bySession // the row with which it begins
	refused bySession // the last row in which a command was refused
}

// learn looks at rows that have not been looked at, as many as a list reads at once;
// meters may be nil.
func (c *facts) learn(tl list.Timeline, meters Meters) {
	last := min(tl.Len(), c.noted+list.ReadAtOnce)
	for n := c.noted + 1; n <= last; n++ {
		r := tl.Row(n)
		switch {
		case r.Kind == session.Opened:
			c.first.set(r.Session, uint32(n))
		case r.Kind == session.Found:
			c.finding(tl, n, proof(meters, n, r))
		case r.Flags&session.Refused != 0 && r.Kind == session.Message:
			c.refused.set(r.Session, uint32(n))
		}
		if r.Kind == session.Message && r.ReplyTo > 0 {
			c.answers.set(r.ReplyTo, uint32(n))
		}
	}
	c.noted = max(last, c.noted)
}

// unread is how many rows have not been looked at.
func (c *facts) unread(tl list.Timeline) int { return tl.Len() - c.noted }

// finding notes finding n and the rows that prove it.
func (c *facts) finding(tl list.Timeline, n int, proof []uint32) {
	r := tl.Row(n)
	for _, p := range proof {
		if old := c.proofs.of(p); old == 0 || tl.Row(int(old)).Severity < r.Severity {
			c.proofs.set(p, uint32(n))
		}
	}
	if w := c.worst.of(r.Session); w == 0 || tl.Row(int(w)).Severity < r.Severity || passed(tl, int(w), n) {
		c.worst.set(r.Session, uint32(n))
	}
}

// passed reports whether finding n says that finding w is over.
func passed(tl list.Timeline, w, n int) bool {
	was, is := tl.Row(w), tl.Row(n)
	return is.Flags&session.Over != 0 && was.From == is.From && tl.Text(w).Name == tl.Text(n).Name
}

// ProofOf lists the rows that prove a finding, in order.
func (m *Model) ProofOf(n int, r session.Row) []uint32 { return proof(m.meters, n, r) }

func proof(meters Meters, n int, r session.Row) []uint32 {
	if meters != nil {
		if rows := meters.Proof(n); len(rows) > 0 {
			return rows
		}
	}
	if r.ReplyTo == 0 {
		return nil
	}
	return []uint32{r.ReplyTo}
}

// Proves is the severity of the gravest finding that a row proves, 0 for none.
func (m *Model) Proves(row int) session.Severity {
	if f := m.proofs.of(uint32(row)); f > 0 && int(f) <= m.shown.Len() {
		return m.shown.Row(int(f)).Severity
	}
	return 0
}

// AnswerTo is the last row that answers a request, 0 when none has.
func (m *Model) AnswerTo(row int) int {
	if n := int(m.answers.of(uint32(row))); n <= m.shown.Len() {
		return n
	}
	return 0
}

// goRelated goes from an answer to its request and back, and from a finding
// through the rows that prove it.
func (m *Model) goRelated() {
	row := m.SelectedRow()
	if row == 0 {
		m.Message = "select a row first"
		return
	}
	r := m.shown.Row(row)
	to := int(r.ReplyTo)
	switch proof := m.ProofOf(row, r); {
	case r.Kind == session.Found && len(proof) > 0:
		to = int(proof[0])
	case to == 0:
		to = int(m.answers.of(uint32(row)))
	}
	if to == 0 {
		to = int(m.proofs.of(uint32(row)))
	}
	if to == 0 {
		m.Message = "nothing belongs to this row"
		return
	}
	m.goTo(to)
}

// goTo selects a row, in its session if that is not listed, and says so if the
// filter leaves the row out. A run that hides it is opened.
func (m *Model) goTo(row int) {
	if row < 1 || row > m.shown.Len() {
		m.Message = "there is no such row"
		return
	}
	if s := m.shown.Row(row).Session; !m.All && s != m.session {
		m.selectSession(s)
	}
	v := m.View()
	v.Follow = false
	if !v.HasRead(row) {
		v.Seek(row)
		return
	}
	pos := v.Find(row, m.shown)
	if v.Len() > 0 {
		if e := v.At(pos); e.Kind == list.RunLine && !e.Expanded && e.Row != row {
			v.Toggle(pos, m.shown)
			pos = v.Find(row, m.shown)
		}
	}
	v.Move(pos, m.timelineHeight())
	if m.SelectedRow() != row {
		m.Message = "the filter leaves that row out; this is the one before it"
	}
}
