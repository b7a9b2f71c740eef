package capture

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

func index(fromServer bool) int {
	if fromServer {
		return 1
	}
	return 0
}

// Open records a new connection under an id that the caller chose: the SYN at
// the time of accept, and the answer at the time the upstream was connected.
// When connected is zero there was no upstream; a Reset with the reason follows.
// An invalid address is written as 0.0.0.0.
func (r *Recorder) Open(id uint64, accepted, connected time.Time, client, server netip.AddrPort) error {
	if r.closed {
		return r.err
	}
	if r.conns[id] != nil {
		return fmt.Errorf("connection %d is already open", id)
	}
	err := r.ready(accepted)
	r.arrivals++
	c := &recorded{arrival: r.arrivals, accepted: accepted, linked: connected, at: accepted}
	c.client, c.server = samefamily(client, server)
	c.comment = r.claim(id, &c.tuple)
	r.conns[id] = c
	if err != nil {
		return err
	}
	return r.greet(c)
}

// greet writes the TCP handshake of a connection.
func (r *Recorder) greet(c *recorded) error {
	number := uint32(r.opened.now + 1)
	// Odd factors give every connection its own initial sequence numbers, so
	// that a 4-tuple used twice is two streams to an analyser.
	client, server := number*1_000_003, number*2_000_003
	c.half[0].next, c.half[1].next, c.half[0].acked, c.half[1].acked = client, server, client, server
	if err := r.put(c, segmentOut{flags: flagSYN, at: c.accepted, comment: c.comment}); err != nil {
		return err
	}
	r.opened.now++
	c.number = number
	c.half[0].next++
	if c.linked.IsZero() {
		return nil
	}
	return r.connect(c, c.linked)
}

// connect writes the rest of the TCP handshake.
func (r *Recorder) connect(c *recorded, at time.Time) error {
	if err := r.put(c, segmentOut{fromServer: true, flags: flagSYN | flagACK, at: at}); err != nil {
		return err
	}
	c.connected = true
	c.half[1].next++
	return r.put(c, segmentOut{flags: flagACK, at: at})
}

// claim makes the 4-tuple differ from that of every live connection and says
// what it changed.
func (r *Recorder) claim(id uint64, t *tuple) string {
	asked := t.client.Port()
	for try := 0; r.taken(*t) && try < 1<<16; try++ {
		t.client = netip.AddrPortFrom(t.client.Addr(), max(t.client.Port()+1, 1))
	}
	r.live[*t] = id
	if t.client.Port() == asked {
		return ""
	}
	return fmt.Sprintf(commentPrefix+"the client's real port is %d; %d stands for it, because another connection with the same addresses and ports is still open",
		asked, t.client.Port())
}

func (r *Recorder) taken(t tuple) bool {
	_, same := r.live[t]
	_, turned := r.live[tuple{client: t.server, server: t.client}]
	return same || turned
}

// Data records the bytes p of one direction. It does not keep p. Long data is
// written as several segments and read back as several records.
func (r *Recorder) Data(id uint64, fromServer bool, at time.Time, p []byte) error {
	c, err := r.open(id, fromServer, at)
	if c == nil {
		return err
	}
	c.relayed[index(fromServer)] += int64(len(p))
	r.told += uint64(len(p))
	if err == nil {
		err = r.prepare(c, fromServer, at)
	}
	for err == nil && len(p) > 0 {
		n := min(len(p), maxSegment)
		if err = r.segment(c, segmentOut{fromServer: fromServer, flags: flagPSH | flagACK, at: at, data: p[:n]}); err == nil {
			c.half[index(fromServer)].advance(int64(n))
			r.stored.now += uint64(n)
			p = p[n:]
		}
	}
	return err
}

// Gap records that n bytes of one direction were relayed but are not in the
// file. A gap above 1 GiB is read back as several.
func (r *Recorder) Gap(id uint64, fromServer bool, at time.Time, n int64) error {
	c, err := r.open(id, fromServer, at)
	if c == nil || n <= 0 {
		return err
	}
	c.relayed[index(fromServer)] += n
	if err == nil {
		err = r.prepare(c, fromServer, at)
	}
	if err != nil {
		return err
	}
	return r.gap(c, fromServer, at, n, "%d bytes from the %s were relayed but not recorded")
}

// gap writes gaps; words say what n bytes from one side are.
func (r *Recorder) gap(c *recorded, fromServer bool, at time.Time, n int64, words string) error {
	for n > 0 {
		step := min(n, gapStep)
		out := segmentOut{fromServer: fromServer, flags: flagACK, at: at, skip: uint32(step),
			comment: commentPrefix + fmt.Sprintf(words, step, side(fromServer))}
		if err := r.segment(c, out); err != nil {
			return err
		}
		c.half[index(fromServer)].advance(step)
		r.gaps.now++
		r.dropped.now += uint64(step)
		n -= step
	}
	return nil
}

// Fin records the orderly end of one direction; reason may be empty.
func (r *Recorder) Fin(id uint64, fromServer bool, at time.Time, reason string) error {
	c, err := r.open(id, fromServer, at)
	if c == nil {
		return err
	}
	return r.end(id, c, fromServer, ending{how: Fin, at: at, reason: reason}, err)
}

// Reset records that one side aborted the connection; reason may be empty. The
// other direction may still get records until it is ended too.
func (r *Recorder) Reset(id uint64, fromServer bool, at time.Time, reason string) error {
	c := r.conns[id]
	if r.closed {
		return r.err
	}
	if c == nil || c.ends[index(fromServer)].how == Reset {
		return fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	err := r.ready(at)
	c.at = at
	return r.end(id, c, fromServer, ending{how: Reset, at: at, reason: reason}, err)
}

// end records the end of one direction and forgets a connection that is over.
// err is why it cannot be written now.
func (r *Recorder) end(id uint64, c *recorded, fromServer bool, e ending, err error) error {
	c.ends[index(fromServer)] = e
	if c.over() {
		delete(r.conns, id)
		delete(r.live, c.tuple)
	}
	if err == nil && e.how == Fin {
		err = r.prepare(c, fromServer, e.at)
	}
	if err == nil {
		err = r.finishHalf(c, fromServer)
	}
	if err != nil {
		r.remember(c)
	}
	return err
}

// finishHalf writes the end of a direction.
func (r *Recorder) finishHalf(c *recorded, fromServer bool) error {
	e, h := &c.ends[index(fromServer)], &c.half[index(fromServer)]
	out := segmentOut{fromServer: fromServer, flags: flagFIN | flagACK, at: e.at, comment: prefixed(e.reason)}
	if e.how == Reset {
		out.flags = flagRST | flagACK
	}
	if err := r.segment(c, out); err != nil {
		return err
	}
	h.ended = true
	if e.how == Fin {
		h.next++
	}
	return nil
}

// prefixed is a reason as a packet comment, which is UTF-8 and the length of
// which has 16 bits.
func prefixed(reason string) string {
	if reason == "" {
		return ""
	}
	const most = 4096
	return commentPrefix + escape(strings.ToValidUTF8(reason[:min(len(reason), most)], ""))
}

// open finds a connection whose direction has not ended, or returns nil and an
// error. With a connection an error says why nothing can be written now. A new
// segment begins here, before anything is noted that it would have to catch up
// with.
func (r *Recorder) open(id uint64, fromServer bool, at time.Time) (*recorded, error) {
	if r.closed {
		return nil, r.err
	}
	c := r.conns[id]
	if c == nil || c.ends[index(fromServer)].how != 0 {
		return nil, fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	err := r.ready(at)
	c.at = at
	if fromServer && c.linked.IsZero() {
		c.linked = at
	}
	return c, err
}

// prepare writes the packets that TCP would have needed before.
func (r *Recorder) prepare(c *recorded, fromServer bool, at time.Time) error {
	if fromServer && !c.connected {
		return r.connect(c, at)
	}
	return nil
}

// segmentOut is one segment to write.
type segmentOut struct {
	fromServer bool
	flags      byte
	at         time.Time
	data       []byte
	skip       uint32 // bytes before it that are missing
	comment    string
}

// segment writes one segment of c, after the acknowledgement that is due: the
// other side acknowledges before so much is in flight that 32-bit sequence
// numbers become ambiguous.
func (r *Recorder) segment(c *recorded, s segmentOut) error {
	mine, theirs := &c.half[index(s.fromServer)], index(!s.fromServer)
	if mine.next-mine.acked > ackEvery && c.connected && !(c.half[theirs].ended && c.ends[theirs].how == Reset) {
		if err := r.put(c, segmentOut{fromServer: !s.fromServer, flags: flagACK, at: s.at}); err != nil {
			return err
		}
	}
	return r.put(c, s)
}

// put writes one segment of c that acknowledges all that the other side sent.
// The caller changes c afterwards, because making room may note what c is.
func (r *Recorder) put(c *recorded, s segmentOut) error {
	if err := r.room(blockOverhead + len(s.data) + len(s.comment)); err != nil {
		return err
	}
	if !c.touched {
		c.touched = true
		r.touched = append(r.touched, c)
	}
	mine, theirs := &c.half[index(s.fromServer)], &c.half[index(!s.fromServer)]
	h := header{from: c.client, to: c.server, seq: mine.next + s.skip, flags: s.flags}
	if s.fromServer {
		h.from, h.to = c.server, c.client
	}
	if s.flags&flagACK != 0 && (c.connected || s.fromServer) {
		h.ack = theirs.next
		theirs.acked = theirs.next
	} else {
		h.flags &^= flagACK
	}
	if err := r.out.write(r.stamp(c, s.at), h, s.data, s.comment); err != nil {
		return r.fail(err)
	}
	return nil
}
