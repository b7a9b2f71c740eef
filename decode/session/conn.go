package session

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// conn is one connection while it is folded.
type conn struct {
	t         *Timeline
	id        uint32
	info      Info
	now       time.Time
	dec       [2]*decode.Decoder // nil when both have ended
	ends      [2]int64           // how far they came then
	done      [2]bool
	tls       [2]tlsWatch
	secured   [2]bool // the TLS of that leg was told
	http      [2]httpWatch
	greet     [2]greetWatch
	hello     hello
	secrets   *secrets
	joints    []*joint // the streams that it publishes or plays
	publishes bool     // one of them
	pairs     pairs
	credit    [2]credit
	waits     bool      // in Timeline.counted
	chunk     [2]uint32 // chunk size in force, to say what it was
	weight    int       // of info.Trouble
	late      [2]late   // by direction, by chunk stream
	firstRow  uint32
	// changed since the last snapshot; settling: ended, and soon a summary; settled:
	// it is one.
	changed, settling, settled bool
	// scratch is the entry of the message at hand.
	scratch Entry
}

func newConn(t *Timeline, o Connection, number uint32) *conn {
	c := &conn{t: t, id: o.ID, now: o.At, secrets: &secrets{}}
	c.info = Info{Number: number, Client: text.Safe(o.Client), Server: text.Safe(o.Server), OpenedAt: o.At, LastAt: o.At, Open: true}
	if n := int(number) - 1; n < len(t.known) {
		c.info.known = t.known[n]
		c.secrets = &secrets{set: t.known[n]}
	}
	for dir := range c.dec {
		c.dec[dir] = decode.New(decode.Direction(dir), t.lim)
		c.chunk[dir] = c.dec[dir].ChunkSize()
		c.credit[dir] = newCredit(o.At)
	}
	c.inform(o.Facts)
	return c
}

// add completes an entry and appends its row.
func (c *conn) add(e *Entry) uint32 { return c.addAt(e, c.now) }

// addAt is add for a row with a time of its own. What was counted before it stands
// before it.
func (c *conn) addAt(e *Entry, at time.Time) uint32 {
	c.tellCounted()
	c.place(e, at)
	e.Row.Phase = c.enter(at)
	if e.Summary == "" && e.Row.IsMedia() {
		e.Summary = text.Marked(e.Row.mediaSummary())
	}
	c.info.Rows++
	n := c.t.add(e)
	if c.settled { // something was said of it afterwards
		c.t.infos.Set(int(c.info.Number-1), c.t.alike.settle(&c.info, c.firstRow))
	} else {
		c.t.changed(c)
	}
	return n
}

// place says of an entry which connection it belongs to, and when it was.
func (c *conn) place(e *Entry, at time.Time) {
	e.Row.Time, e.Row.Session, e.Row.Phase = at.UnixNano(), c.info.Number, c.info.Phase
	e.Elapsed, e.Conn, e.secrets = at.Sub(c.info.OpenedAt), c.id, c.secrets
}

func (c *conn) opened(o Connection) {
	e := &Entry{Name: "Connection", Client: c.info.Client, Server: c.info.Server, Relayed: o.Relayed, Facts: c.info.Facts.plain(), Row: Row{Kind: Opened, From: decode.FromClient}}
	s := fmt.Sprintf("%s to %s", c.info.Client, c.info.Server)
	switch {
	case o.Waits:
		e.Waits, c.info.Dialling, c.info.Server = true, true, c.info.Facts.Upstream()
		s = c.info.Client + "; connecting to " + c.info.Server
	case o.Server == "":
		c.info.Server = notReached
		s = c.info.Client + "; the server was not reached"
	}
	if o.Note != "" {
		s += ": " + text.Safe(o.Note)
	}
	e.Summary = text.Marked(s)
	c.firstRow = c.add(e)
	c.secure(false)
}

func (c *conn) data(dir decode.Direction, p []byte) {
	was := c.info.Bytes[dir]
	c.info.Bytes[dir] += int64(len(p))
	c.credit[dir.Peer()].earn(c.info.Bytes[dir]/peerPays - was/peerPays)
	if c.done[dir] {
		return
	}
	c.credit[dir].passes(c.now)
	c.tellAgain(dir)
	c.read(dir, p)
	c.dec[dir].Write(p)
	c.drain(dir)
	c.watch(dir, p)
}

func (c *conn) gap(dir decode.Direction, n int64) {
	c.info.Bytes[dir] += max(n, 0)
	if c.done[dir] {
		return
	}
	c.dec[dir].Gap(n)
	c.tls[dir].off, c.http[dir].off, c.greet[dir].off = true, true, true
	c.drain(dir)
}

// finishDir ends a direction's decoder once, in the way that the decoder is told.
func (c *conn) finishDir(dir decode.Direction, finish func(*decode.Decoder)) {
	if c.done[dir] {
		return
	}
	c.done[dir] = true
	finish(c.dec[dir])
	c.drain(dir)
}

// closed records that a side ended its direction.
func (c *conn) closed(dir decode.Direction, end End) {
	was := c.done[dir]
	c.finishDir(dir, (*decode.Decoder).Finish)
	if end.How == Reset {
		c.finishDir(dir.Peer(), (*decode.Decoder).Finish)
	} else if was {
		return // a second FIN says nothing new
	}
	end = end.settled()
	c.inform(end.Facts)
	c.secure(true)
	e := &Entry{Name: "Close", Row: Row{Kind: Closed, From: dir, Offset: c.offset(dir)}, How: end.How, Cause: end.Cause, Target: end.Target,
		Reason: decode.Reason{Token: string(end.Cause), Text: end.reason(dir)}}
	if end.How == Reset {
		e.Flags |= ByReset
	}
	words := end.sentence(dir)
	if c.left(dir, &end) {
		words = "the client left (RST)"
	}
	e.Summary = text.Marked(words)
	if end.How == Reset && c.info.Phase != PhaseClose && !c.left(dir, &end) { // many programs end a session that is over with a reset
		e.Flags |= Refused
		c.trouble(wasReset, words, end.brief(dir))
	}
	if c.info.Ended == "" && end.Cause.ByPeer() {
		c.info.Ender = SideOf(dir)
	}
	if c.info.Dialling {
		c.info.Dialling, c.info.Server = false, notReached
	}
	c.info.Phase = PhaseClose
	c.info.Closed[dir] = true
	c.end(words)
	c.add(e)
}

// left reports whether an end is a player that leaves: its system sends RST when it
// closes with media unread (RFC 9293 §3.6.1), which is always there.
func (c *conn) left(dir decode.Direction, end *End) bool {
	return dir == decode.FromClient && end.Cause == PeerReset && c.info.Role == Play && c.info.Audio+c.info.Video > 0
}

// end keeps who closed first, which is what a person asks.
func (c *conn) end(words string) {
	if c.info.Ended == "" {
		c.info.Ended = words
	}
	if c.info.Open = !c.done[0] || !c.done[1]; !c.info.Open {
		c.secrets = &secrets{set: c.info.known}
		c.part()
	}
	c.t.over(c)
}

// Troubles by weight: a reset after an orderly end is common, a refusal is what
// the person is looking for.
const (
	wasReset = iota + 1
	wasLost
	wasRefused
)

// trouble keeps the weightiest thing that went wrong, the first of its kind, as a
// sentence and in a few words.
func (c *conn) trouble(weight int, words, cause string) {
	if weight > c.weight {
		c.weight, c.info.Trouble, c.info.Cause = weight, words, cause
	}
}

// finish ends what is still open when the capture ends.
func (c *conn) finish() {
	c.finishDir(decode.FromClient, (*decode.Decoder).FinishOpen)
	c.finishDir(decode.FromServer, (*decode.Decoder).FinishOpen)
	if c.info.Ended == "" {
		c.info.Ended = "still open when the capture ended"
	}
	c.tellCounted()
	c.t.changed(c)
}

// drain turns the events of one direction into rows.
func (c *conn) drain(dir decode.Direction) {
	d := c.dec[dir]
	for ev := d.Next(); ev != nil; ev = d.Next() {
		switch ev.Kind {
		case decode.Handshake:
			c.handshake(dir, ev)
		case decode.Message:
			c.message(dir, ev)
		case decode.Aborted:
			c.aborted(dir, ev)
		case decode.Anomaly, decode.Lost, decode.Resynced, decode.Dialect:
			c.remark(dir, ev)
		case decode.Gap:
			c.missing(dir, ev)
		case decode.Short:
			c.countShort(dir, ev)
		}
	}
}

func (c *conn) aborted(dir decode.Direction, ev *decode.Event) {
	if !c.pays(dir, int64(len(ev.Body))+int64(ev.Chunks)) {
		c.counting(dir, ev).add(ev.Type, 1)
		return
	}
	e := &Entry{Name: typeName(ev.Type), Row: messageRow(Aborted, dir, ev), Reason: ev.Reason, Body: ev.Body, Fmt: ev.Fmt, Extended: ev.Extended, Delta: ev.Delta, End: ev.End}
	e.Summary = text.Marked(fmt.Sprintf("%d of %d bytes: %s", len(ev.Body), ev.Length, ev.Reason.Text))
	c.add(e)
}

// remarks are the events that say something of the framing itself.
var remarks = map[decode.Kind]Kind{
	decode.Anomaly: Anomaly, decode.Lost: Lost, decode.Resynced: Resynced, decode.Dialect: Dialect,
}

func (c *conn) remark(dir decode.Direction, ev *decode.Event) {
	if ev.Kind == decode.Anomaly && !c.pays(dir, 0) {
		c.counting(dir, ev).odd++
		return
	}
	e := &Entry{Name: ev.Reason.Token, Row: Row{Kind: remarks[ev.Kind], From: dir, Offset: ev.Offset}, Reason: ev.Reason, Body: ev.Body}
	e.Summary = text.Marked(ev.Reason.Text)
	if ev.Kind == decode.Lost {
		c.trouble(wasLost, "lost the "+dir.String()+"'s framing: "+ev.Reason.Text, "framing of the "+dir.String()+" lost")
	}
	c.add(e)
}

func (c *conn) missing(dir decode.Direction, ev *decode.Event) {
	n := ev.End - ev.Offset
	if n == 0 {
		return // of unknown length: the Lost that follows says so
	}
	e := &Entry{Name: "Gap", Row: Row{Kind: Gap, From: dir, Offset: ev.Offset, Length: uint32(min(n, 1<<32-1))}, Missing: n}
	e.Summary = text.Marked(fmt.Sprintf("%d bytes were not captured", n))
	c.add(e)
}

// snapshot copies the info with the requests that wait for an answer. Of an open
// session LastAt is that of its last record: see Snapshot.Session.
func (c *conn) snapshot() Info {
	i := c.info
	i.Pending = c.pairs.waiting()
	return i
}
