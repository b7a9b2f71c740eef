package session

import (
	"cmp"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// TakenBack follows the kind of note in the name of a note that takes one back.
const TakenBack = " taken back"

// WholeSession is the Offset of a Place that is a session as a whole.
const WholeSession = -1

// Place names a row by what stays when a capture is copied, cut or judged by
// other rules: numbers do not.
type Place struct {
	From   decode.Direction
	Offset int64 // of its first byte, or WholeSession
	// About is "" for a row that stands for bytes. For others, of which several
	// may stand at one offset, it is their kind, and of a finding or remark also
	// the name: "closed", "reset", "finding ts-backwards".
	About string
}

// Written is what a person wrote about a row or a session. It is no row: rows
// keep their numbers whatever is written about them.
type Written struct {
	Row     uint32 // what it is about; the first row of the session when that is all of it; 0 is unknown
	Session uint32
	ID      string // tells notes apart: a later one with the same ID takes its place
	At      time.Time
	Name    string // the kind of note, with TakenBack behind it when it holds no longer
	Words   text.Marked
}

// notebook keeps what people wrote, and what waits for the row that it is about:
// in a copy a note stands at the frame in which its row begins.
type notebook struct {
	list    []Written
	waiting map[spot][]*waiting
	count   int
}

// spot is where a row begins.
type spot struct {
	session uint32
	from    decode.Direction
	offset  int64
}

func spotOf(r Row) spot { return spot{r.Session, r.From, r.Offset} }

// waiting is a note whose row has not come yet.
type waiting struct {
	c *conn
	spot
	number  int // in the order of writing
	about   string
	instead uint32 // the row to take when none that stands for bytes comes
	Written
}

// Note adds what a person wrote about a row of a connection, or about all of the
// connection; Row and Session of n are found out here. Options.OnEntry gets it, as an entry without a number, as soon as
// its row is there. Notes are no part of what is judged.
func (t *Timeline) Note(id uint32, p Place, n Written) {
	c := t.recall(id)
	if c == nil {
		return
	}
	t.notes.count++
	n.Session = c.info.Number
	w := &waiting{c: c, spot: spot{n.Session, p.From, max(p.Offset, WholeSession)}, number: t.notes.count, about: p.About, Written: n}
	if p.Offset < 0 {
		c.note(w, 0)
		return
	}
	if row := t.find(w); row > 0 {
		c.note(w, row)
		return
	}
	if t.notes.waiting == nil {
		t.notes.waiting = map[spot][]*waiting{}
	}
	t.notes.waiting[w.spot] = append(t.notes.waiting[w.spot], w)
}

// find looks for the row of a note among those that are there, the newest
// first: notes are few.
func (t *Timeline) find(w *waiting) uint32 {
	for n := t.count; n > 0; n-- {
		if r := t.row(n); spotOf(r) == w.spot && t.isAbout(w, n, r) {
			return n
		}
	}
	return 0
}

// isAbout reports whether a note is about a row at its place.
func (t *Timeline) isAbout(w *waiting, n uint32, r Row) bool {
	is := about(r, t.text(n).Name)
	if w.about == "" && w.instead == 0 && r.Kind != Found && r.Kind != Opened {
		w.instead = n
	}
	return is == w.about
}

// about is what tells rows at one offset apart.
func about(r Row, name string) string {
	switch r.Kind {
	case Handshake, Message, Aborted:
		return ""
	case Found, Anomaly, Lost, Resynced, Dialect:
		return r.Kind.String() + " " + name
	case Closed:
		if r.Flags&ByReset != 0 {
			return "reset"
		}
	}
	return r.Kind.String()
}

// noteRow gives a row the notes that have waited for it.
func (t *Timeline) noteRow(e *Entry) {
	if len(t.notes.waiting) == 0 {
		return
	}
	s := spotOf(e.Row)
	left := t.notes.waiting[s][:0]
	for _, w := range t.notes.waiting[s] {
		if t.isAbout(w, e.Number, e.Row) {
			w.c.note(w, e.Number)
			continue
		}
		left = append(left, w)
	}
	if t.notes.waiting[s] = left; len(left) == 0 {
		delete(t.notes.waiting, s)
	}
}

// noteRest tells of the notes whose row never came, in the order of writing.
func (t *Timeline) noteRest() {
	var rest []*waiting
	for _, list := range t.notes.waiting {
		rest = append(rest, list...)
	}
	t.notes.waiting = nil
	slices.SortFunc(rest, func(a, b *waiting) int { return cmp.Compare(a.number, b.number) })
	for _, w := range rest {
		w.c.note(w, w.instead)
	}
}

// note tells of a note. row is 0 when it is about the whole session, or when
// nobody knows what it is about.
func (c *conn) note(w *waiting, row uint32) {
	e := &Entry{Name: w.Name, Summary: w.Words, Row: Row{Kind: Noted, From: w.from, Offset: w.offset, ReplyTo: row}}
	c.place(e, w.At)
	if w.Row = row; w.offset == WholeSession {
		w.Row, e.Offset = c.firstRow, 0
	}
	c.t.notes.list = append(c.t.notes.list, w.Written)
	if c.t.onEntry != nil {
		c.t.onEntry(e)
	}
}

// Place names row n for a note.
func (s *Snapshot) Place(n int) Place {
	r := s.Row(n)
	if r.Kind == Opened {
		return Place{Offset: WholeSession}
	}
	return Place{r.From, r.Offset, about(r, s.Text(n).Name)}
}

// Notes returns what people wrote about the rows so far, in the order in which
// it was read: a later note about the same may change or take back an earlier
// one. The slice is shared and only grows from snapshot to snapshot: do not
// change it.
func (s *Snapshot) Notes() []Written { return s.notes }
