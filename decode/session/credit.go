package session

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// A message can be one byte on the wire, and a row costs a hundred times that:
// one sender could keep everybody else's news waiting for seconds with what
// takes him a tenth of one. So rows are paid for. Every byte of wire pays a
// sixteenth of a row, every KiB of the other side one, every millisecond one, and some
// are there at the beginning. A message of sixteen bytes or more always has its row, and so has every
// message of a sender that has not more than a thousand small ones in a second, or
// large ones between them. What cannot be paid is counted, in a row for a quarter of
// a second or until something else happens on the connection; its bytes are in the
// capture, and the row leads there.
//
// The rule knows bytes and the times of records only, so a capture gives the same
// rows when it is read again. Credentials are learnt from what is counted, too.
const (
	// rowPrice is how many bytes of wire pay for one row: an honest message without
	// a body has 12 bytes at the beginning and 8 with a new length, and media has more.
	rowPrice = 16
	// rowsPerMilli is how many rows a millisecond pays for: no person reads more, and
	// the fastest stream in use has some 200 messages a second.
	rowsPerMilli = 1
	// peerPays is how many bytes pay for one of the other side, that acknowledges them:
	// a row for a KiB.
	peerPays = 1 << 10 / rowPrice
	// maxCredit is how many rows a sender can have saved, who has sent what is larger
	// or kept silent: a file of small messages that is pulled at full speed.
	maxCredit = 1 << 16
	// firstCredit is how many rows a sender may have before.
	firstCredit = 1 << 10
	// enoughCredit is how many rows must have been saved until messages are told again.
	enoughCredit = 1 << 10
	// countedFor is how long messages are counted into one row.
	countedFor = 250 * time.Millisecond
)

// credit is what one side has to pay rows with, and what is counted of it.
type credit struct {
	left     int64 // in bytes
	at       int64 // Unix milliseconds up to which time has paid
	counting bool
	run      counted
}

// counted are messages that wait to be told in one row.
type counted struct {
	first, end   int64 // bytes
	since, until time.Time
	tallies      []decode.Tally
	odd          int64
}

// some reports whether there are any.
func (r *counted) some() bool { return len(r.tallies) > 0 || r.odd > 0 }

func (r *counted) add(typ uint8, n int64) {
	for i := range r.tallies {
		if t := &r.tallies[i]; t.Type == typ {
			t.Count += n
			return
		}
	}
	r.tallies = append(r.tallies, decode.Tally{Type: typ, Count: n})
}

func newCredit(at time.Time) credit {
	return credit{left: firstCredit * rowPrice, at: at.UnixMilli()}
}

// passes takes in the time of a record.
func (p *credit) passes(now time.Time) {
	if ms := now.UnixMilli(); ms > p.at {
		p.earn(min(ms-p.at, maxCredit) * rowsPerMilli * rowPrice)
		p.at = ms
	}
}

// enough reports whether messages that were counted are told again.
func (p *credit) enough() bool { return p.counting && p.left >= enoughCredit*rowPrice }

func (p *credit) earn(n int64) { p.left = min(p.left+n, maxCredit*rowPrice) }

// pays takes in something of so many bytes on the wire, and reports whether it has
// a row.
func (p *credit) pays(wire int64) bool {
	switch {
	case wire >= rowPrice:
		p.earn(wire - rowPrice)
		return true
	case p.counting:
		return false
	}
	p.left += wire - rowPrice
	p.counting = p.left < 0
	p.left = max(p.left, 0)
	return !p.counting
}

// wireOf is how many bytes a message has on the wire. Chunks of others may stand
// between those of a message of several, so their headers count as the shortest.
func wireOf(ev *decode.Event) int64 {
	if ev.Chunks == 1 {
		return ev.End - ev.Offset
	}
	return int64(ev.Length) + int64(ev.Chunks)
}

// pays reports whether something of so many bytes on the wire has a row.
func (c *conn) pays(dir decode.Direction, wire int64) bool {
	p := &c.credit[dir]
	was := p.counting
	pays := p.pays(wire)
	switch {
	case !was && p.counting:
		if !c.t.inside {
			c.dec[dir].Count(rowPrice)
		}
	case pays:
		c.tellAgain(dir)
	}
	return pays
}

// tellAgain ends the counting when enough has been paid.
func (c *conn) tellAgain(dir decode.Direction) {
	if c.credit[dir].enough() {
		c.credit[dir].counting = false
		c.dec[dir].Count(0)
	}
}

// counting opens or goes on with what is counted of a side.
func (c *conn) counting(dir decode.Direction, ev *decode.Event) *counted {
	r := &c.credit[dir].run
	if !r.some() {
		r.first, r.since = ev.Offset, c.now
		if !c.waits {
			c.waits = true
			c.t.counted = append(c.t.counted, c)
		}
	}
	r.end, r.until = max(ev.End, r.end), c.now
	return r
}

// count takes in a message without a row.
func (c *conn) count(dir decode.Direction, ev *decode.Event) {
	c.counting(dir, ev).add(ev.Type, 1)
	c.tallied(dir, ev.Type, 1)
	if c.t.inside && c.t.onEntry != nil {
		e := c.entryOf(dir, ev)
		c.place(e, c.now)
		e.Number, e.Inside = c.t.count, true
		c.t.onEntry(e)
	}
}

// countShort takes in a stretch of short messages, counted by the decoder.
func (c *conn) countShort(dir decode.Direction, ev *decode.Event) {
	r := c.counting(dir, ev)
	for _, t := range ev.Tallies {
		r.add(t.Type, t.Count)
		c.tallied(dir, t.Type, t.Count)
	}
}

// tallied counts messages for the session.
func (c *conn) tallied(dir decode.Direction, typ uint8, n int64) {
	c.info.Messages[dir] += n
	switch typ {
	case chunk.TypeAudio:
		c.info.Audio += n
	case chunk.TypeVideo:
		c.info.Video += n
	case chunk.TypeSetChunkSize:
		c.chunk[dir] = c.dec[dir].ChunkSize()
	}
	if chunk.IsMedia(typ) && c.info.Phase != PhaseClose {
		c.advance(PhaseMedia)
	}
}

// teaches reports whether a message carries a credential that was not known. Then it
// has its row, whatever that costs.
func (c *conn) teaches(dir decode.Direction, ev *decode.Event) bool {
	if ev.Length < decode.MinTelling || !chunk.IsCommand(ev.Type) && !chunk.IsData(ev.Type) {
		return false
	}
	m := message.Parse(ev.Type, ev.Body, c.t.lim.AMF)
	return m.Command != "" && c.secrets.with(&m) != c.secrets
}
