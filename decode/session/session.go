// Package session folds what was recorded of RTMP connections into a timeline:
// one row for each thing that happened, and what is known of every session.
//
// A [Timeline] is fed with records in the order of the capture (a connection
// was opened, bytes, a gap, a side closed). It runs one decoder for each
// direction, reads message bodies, pairs requests with answers, follows the
// phases of a session, and appends rows. [Timeline.Snapshot] gives other
// goroutines an unchanging view; Options.OnEntry gives an exporter each row with
// everything that was decoded, at the moment when it is complete.
//
// The fold is a pure function of the records: the same capture gives the same
// rows, live or reopened. It does no I/O, has no clock and keeps no bodies; a
// body is read again from the capture when somebody wants to see it.
//
// It also knows which strings are credentials, because only the command in
// which a string stands tells: see [Entry.Mark].
package session

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/decode/versions"
)

// Options configure a Timeline.
type Options struct {
	// Limits bound decoding; the zero value means decode.DefaultLimits.
	Limits *decode.Limits
	// OnEntry, if not nil, is called for every row with all that was decoded.
	// The entry is valid during the call.
	OnEntry func(*Entry)
	// Inside says that OnEntry also gets the messages that are counted instead of
	// told, with Entry.Inside set: see Tallied.
	Inside bool
	// Rows, if not nil, keeps the rows; otherwise they stay in memory.
	Rows RowStore
	// Texts, if not nil, keeps what lists show of rows; otherwise that stays in
	// memory, and of very many rows the later ones go without.
	Texts TextStore
	// Known, if not nil, are the credentials that sessions are known to carry, by number
	// less one, from an earlier reading: see Timeline.Secrets.
	Known []*mask.Set
	// Judge, if not nil, watches the rows and reports findings.
	Judge Judge
}

// maxTexts is how many rows keep a text for lists: commands, control messages
// and the like are some hundred in a session, so this many are noise; rows beyond
// that are described by their kind alone. It bounds memory, not the timeline.
const maxTexts = 1 << 18

// Timeline folds records into rows. One goroutine feeds it and takes
// snapshots. Create it with New.
type Timeline struct {
	lim      decode.Limits
	onEntry  func(*Entry)
	rows     pages[Row]
	store    RowStore // instead of rows
	count    uint32   // rows so far
	texts    pages[Text]
	aside    TextStore // instead of texts
	told     uint32    // texts so far
	conns    map[uint32]*conn
	sessions []*conn // nil where it was settled
	infos    versions.List[summary]
	news     []*conn           // changed since the last snapshot
	ended    []*conn           // to be settled, in the order of their ends
	open     []uint32          // sessions; never changed in place
	strange  map[uint32]uint32 // settled connections whose ID is not their number
	alike    likenesses
	values   map[string]string // long facts; see shared
	known    []*mask.Set
	joints   map[string]*joint // streams of sessions that have not ended, by server and name
	judge    Judge
	notes    notebook
	inside   bool
	counted  []*conn   // with messages that are counted and not told yet
	now      time.Time // no later record is older
}

// New returns an empty timeline.
func New(o Options) *Timeline {
	t := &Timeline{lim: decode.DefaultLimits(), onEntry: o.OnEntry, conns: map[uint32]*conn{}, strange: map[uint32]uint32{}, alike: likenesses{}, joints: map[string]*joint{}, store: o.Rows, aside: o.Texts, known: o.Known, inside: o.Inside}
	if o.Limits != nil {
		t.lim = *o.Limits
	}
	if t.judge = o.Judge; t.judge != nil {
		t.judge.Begin(t.found)
	}
	return t
}

// Connection says who is at the two ends of a connection that was opened.
type Connection struct {
	ID             uint32 // chosen by the caller; names the connection from now on
	At             time.Time
	Client, Server string // addresses; the server's is "" when it was not reached
	Note           string // what the capture says about it, in words
	Relayed        bool   // the client was connected to a relay, which recorded this
	Facts          Facts  // what else is known of it
	Waits          bool   // its server is still being dialled: Reached or an end follows
}

// Open begins a session.
func (t *Timeline) Open(o Connection) {
	c := newConn(t, o, uint32(len(t.sessions)+1))
	t.conns[o.ID] = c
	t.sessions = append(t.sessions, c)
	t.infos.Append(&whole{c.snapshot()})
	t.open = append(t.open, c.info.Number)
	t.Tick(o.At)
	c.opened(o)
}

// Reached says that the server of a connection was reached that was opened with Waits.
// server is its address, facts are all that is known of the connection now.
func (t *Timeline) Reached(id uint32, at time.Time, server string, facts Facts) {
	if c := t.touch(id, at); c != nil {
		c.reached(server, facts)
	}
}

// Data adds bytes that one side sent. It borrows p during the call.
func (t *Timeline) Data(id uint32, dir decode.Direction, at time.Time, p []byte) {
	if c := t.touch(id, at); c != nil {
		c.data(dir, p)
	}
}

// Gap adds n bytes that one side sent and nobody captured; a negative n is an
// unknown number, as when the capture began in the middle of the connection.
func (t *Timeline) Gap(id uint32, dir decode.Direction, at time.Time, n int64) {
	if c := t.touch(id, at); c != nil {
		c.gap(dir, n)
	}
}

// How says how a side ended its direction.
type How uint8

// The ways to end.
const (
	Fin   How = iota // no more bytes from this side; the other may go on
	Reset            // the connection was broken off by this side
)

// Close ends a direction (Fin) or both (Reset).
func (t *Timeline) Close(id uint32, dir decode.Direction, at time.Time, e End) {
	if c := t.touch(id, at); c != nil {
		c.closed(dir, e)
	}
}

// Finish says that the capture has ended. Sessions that are still open are
// ended as they stand.
func (t *Timeline) Finish() {
	for _, c := range t.sessions {
		if c != nil {
			c.finish()
		}
	}
	if t.judge != nil {
		t.judge.End()
	}
	t.noteRest()
}

// Tick says that no later record will be older than now. Every record implies
// it; a live view calls it in silence, so that what does not happen is noticed.
func (t *Timeline) Tick(now time.Time) {
	if now.After(t.now) {
		t.now = now
		t.tellCounted(now)
		t.settleOld(now)
	}
	if t.judge != nil {
		t.judge.Time(now)
	}
}

func (t *Timeline) touch(id uint32, at time.Time) *conn {
	c := t.conns[id]
	if c != nil {
		t.Tick(at)
		c.now, c.info.LastAt = at, at
		t.changed(c)
	}
	return c
}

// Snapshot returns the timeline as it is now. It costs what has changed since the
// last one, and does not depend on how many sessions there have been.
func (t *Timeline) Snapshot() *Snapshot {
	for i, c := range t.news {
		t.news[i], c.changed = nil, false
		if !c.settled {
			t.infos.Set(int(c.info.Number-1), &whole{c.snapshot()})
		}
	}
	t.news = t.news[:0]
	return &Snapshot{rows: t.rows, store: t.store, n: int(t.count), texts: t.texts, aside: t.aside, notes: t.notes.list, sessions: t.infos.Freeze(), open: t.open[:len(t.open):len(t.open)], now: t.now}
}

// Secrets returns what is known of the credentials of each session, by its number less
// one. An export that reads a capture twice knows at the first row what the last says.
func (t *Timeline) Secrets() []*mask.Set {
	out := make([]*mask.Set, len(t.sessions))
	for i, c := range t.sessions {
		if c != nil {
			out[i] = c.info.known
		} else {
			out[i] = t.infos.At(i).info().known
		}
	}
	return out
}

// Checkpoint returns a decoder that can go on by itself from the given offset
// of a direction, or nil when a message is in assembly right now. It may be
// called from OnEntry.
func (t *Timeline) Checkpoint(id uint32, dir decode.Direction) (d *decode.Decoder, offset int64) {
	c := t.conns[id]
	if c == nil || c.dec[dir] == nil || !c.dec[dir].AtRest() {
		return nil, 0
	}
	return c.dec[dir].Clone(), c.dec[dir].Read()
}

// row returns a row by its number.
func (t *Timeline) row(number uint32) Row {
	if t.store != nil {
		return t.store.Row(int(number - 1))
	}
	return *t.rows.at(int(number - 1))
}

// text returns what is kept of a row; it may be empty.
func (t *Timeline) text(row uint32) (x Text) {
	switch n := t.row(row).text; {
	case n > 0 && t.aside != nil:
		return t.aside.Text(int(n - 1))
	case n > 0:
		return *t.texts.at(int(n) - 1)
	}
	return x
}

// add appends a row and returns its number.
func (t *Timeline) add(e *Entry) uint32 {
	if !e.Row.IsMedia() && (t.aside != nil || t.told < maxTexts) {
		t.tell(Text{Name: e.Name, Command: text.Safe(e.Message.Command), Code: text.Safe(e.Message.Code), Summary: e.Summary, Brief: e.Brief})
		e.Row.text = t.told
	}
	if t.store != nil {
		t.store.Add(e.Row)
	} else {
		t.rows.add(e.Row)
	}
	t.count++
	e.Number = t.count
	if t.onEntry != nil {
		t.onEntry(e)
	}
	t.noteRow(e)
	if t.judge != nil && e.Kind != Found {
		t.judge.Entry(e)
	}
	return e.Number
}

// tell keeps what lists show of a row.
func (t *Timeline) tell(x Text) {
	if t.told++; t.aside != nil {
		t.aside.Add(x)
		return
	}
	t.texts.add(x)
}
