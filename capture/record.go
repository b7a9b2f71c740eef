package capture

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
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
	return r.Begin(id, Opening{Accepted: accepted, Connected: connected, Client: client, Server: server})
}

// Opening is what there is to say of a connection that was opened.
type Opening struct {
	Accepted  time.Time
	Connected time.Time // zero if the server was not reached
	Client    netip.AddrPort
	Server    netip.AddrPort
	Reason    string // in words; of a copy, that of its Opened record
	Facts     Facts
}

// Begin is Open with all that is known.
func (r *Recorder) Begin(id uint64, o Opening) error {
	if r.closed {
		return r.err
	}
	if r.conns[id] != nil {
		return fmt.Errorf("connection %d is already open", id)
	}
	err := r.ready(o.Accepted)
	r.arrivals++
	c := &recorded{arrival: r.arrivals, accepted: o.Accepted, linked: o.Connected, at: o.Accepted}
	c.client, c.server = samefamily(o.Client, o.Server)
	c.comments = o.comments(r.claim(id, &c.tuple))
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
	if err := r.put(c, segmentOut{flags: wire.FlagSYN, at: c.accepted, comments: c.comments}); err != nil {
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
	if err := r.put(c, segmentOut{fromServer: true, flags: wire.FlagSYN | wire.FlagACK, at: at}); err != nil {
		return err
	}
	c.connected = true
	c.half[1].next++
	return r.put(c, segmentOut{flags: wire.FlagACK, at: at})
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
	return fmt.Sprintf("the client's real port is %d; %d stands for it, because another connection with the same addresses and ports is still open",
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
		n := min(len(p), wire.MaxSegment)
		if err = r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagPSH | wire.FlagACK, at: at, data: p[:n]}); err == nil {
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
	if n <= 0 {
		_, err := r.open(id, fromServer, at)
		return err
	}
	return r.lack(id, fromServer, at, n, func(n int64) string {
		return fmt.Sprintf("%d bytes from the %s were relayed but not recorded", n, side(fromServer))
	})
}

// GapCopy is Gap for a gap out of another capture, with its Length, which may be
// -1, and its Reason.
func (r *Recorder) GapCopy(id uint64, fromServer bool, at time.Time, n int64, reason string) error {
	return r.lack(id, fromServer, at, n, func(int64) string { return reason })
}

// lack writes a gap of n bytes, or -1; words say why a part of it is missing.
func (r *Recorder) lack(id uint64, fromServer bool, at time.Time, n int64, words func(n int64) string) error {
	c, err := r.open(id, fromServer, at)
	if c == nil {
		return err
	}
	c.relayed[index(fromServer)] += max(n, 0)
	if err == nil {
		err = r.prepare(c, fromServer, at)
	}
	if err != nil {
		return err
	}
	if n >= 0 {
		return r.gap(c, fromServer, at, n, words)
	}
	return r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at,
		comments: append(comments(prefixed(words(n))), meta{Unknown: true}.comment())})
}

// gap writes gaps; words say why n bytes are missing.
func (r *Recorder) gap(c *recorded, fromServer bool, at time.Time, n int64, words func(n int64) string) error {
	for n > 0 {
		step := min(n, gapStep)
		out := segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at, skip: uint32(step), comments: comments(prefixed(words(step)))}
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
	return r.End(id, fromServer, at, End{Kind: Fin, Reason: reason})
}

// Reset records that one side aborted the connection; reason may be empty. The
// other direction may still get records until it is ended too.
func (r *Recorder) Reset(id uint64, fromServer bool, at time.Time, reason string) error {
	return r.End(id, fromServer, at, End{Kind: Reset, Reason: reason})
}

// Cut records that one direction ended because its receiver was gone. On the
// wire stands the receiver's reset alone; it is recorded now if all that was
// known of the receiver is that it would send no more. reason may be empty.
func (r *Recorder) Cut(id uint64, fromServer bool, at time.Time, reason string) error {
	return r.End(id, fromServer, at, End{Reason: reason})
}

// End records the end of one direction.
func (r *Recorder) End(id uint64, fromServer bool, at time.Time, e End) error {
	last := ending{how: e.Kind, at: at, reason: e.Reason, cause: e.Cause}
	switch e.Kind {
	case Fin:
		return r.endFin(id, fromServer, last)
	case Reset:
		return r.endReset(id, fromServer, last)
	}
	return r.endCut(id, fromServer, last)
}

func (r *Recorder) endFin(id uint64, fromServer bool, e ending) error {
	c, err := r.open(id, fromServer, e.at)
	if c == nil {
		return err
	}
	err = r.end(id, c, fromServer, e, err)
	if c.cut {
		return errors.Join(err, r.endReset(id, fromServer, e))
	}
	return err
}

func (r *Recorder) endReset(id uint64, fromServer bool, e ending) error {
	c := r.conns[id]
	if r.closed {
		return r.err
	}
	if c == nil || c.ends[index(fromServer)].how == Reset {
		return fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	err := r.ready(e.at)
	c.at, e.how = e.at, Reset
	return r.end(id, c, fromServer, e, err)
}

func (r *Recorder) endCut(id uint64, fromServer bool, e ending) error {
	c := r.conns[id]
	if r.closed {
		return r.err
	}
	if c == nil || c.ends[index(fromServer)].how != 0 {
		return fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	c.cut = true
	if c.ends[index(!fromServer)].how == Fin {
		return r.endReset(id, !fromServer, e)
	}
	r.forget(id, c)
	return nil
}

// forget forgets a connection that is over.
func (r *Recorder) forget(id uint64, c *recorded) {
	if c.over() {
		delete(r.conns, id)
		delete(r.live, c.tuple)
	}
}

// end records the end of one direction and forgets a connection that is over.
// err is why it cannot be written now.
func (r *Recorder) end(id uint64, c *recorded, fromServer bool, e ending, err error) error {
	c.ends[index(fromServer)] = e
	r.forget(id, c)
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
	out := segmentOut{fromServer: fromServer, flags: wire.FlagFIN | wire.FlagACK, at: e.at, comments: e.comments()}
	if e.how == Reset {
		out.flags = wire.FlagRST | wire.FlagACK
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

// comments is a list of one comment, or of none when it is empty.
func comments(comment string) []string {
	if comment == "" {
		return nil
	}
	return []string{comment}
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
	shut       bool // its window is 0
	at         time.Time
	data       []byte
	skip       uint32 // bytes before it that are missing
	comments   []string
}

// segment writes one segment of c, after the acknowledgement that is due: the
// other side acknowledges before so much is in flight that 32-bit sequence
// numbers become ambiguous.
func (r *Recorder) segment(c *recorded, s segmentOut) error {
	mine, theirs := &c.half[index(s.fromServer)], index(!s.fromServer)
	if mine.next-mine.acked > ackEvery && c.connected && !(c.half[theirs].ended && c.ends[theirs].how == Reset) {
		if err := r.put(c, segmentOut{fromServer: !s.fromServer, flags: wire.FlagACK, at: s.at}); err != nil {
			return err
		}
	}
	return r.put(c, s)
}

// put writes one segment of c that acknowledges all that the other side sent.
// The caller changes c afterwards, because making room may note what c is.
func (r *Recorder) put(c *recorded, s segmentOut) error {
	size := blockOverhead + len(s.data)
	for _, comment := range s.comments {
		size += optionOverhead + len(comment)
	}
	if err := r.room(size); err != nil {
		return err
	}
	if !c.touched {
		c.touched = true
		r.touched = append(r.touched, c)
	}
	mine, theirs := &c.half[index(s.fromServer)], &c.half[index(!s.fromServer)]
	h := wire.Header{From: c.client, To: c.server, Seq: mine.next + s.skip, Flags: s.flags, Shut: s.shut}
	if s.fromServer {
		h.From, h.To = c.server, c.client
	}
	if s.flags&wire.FlagACK != 0 && (c.connected || s.fromServer) {
		h.Ack = theirs.next
		theirs.acked = theirs.next
	} else {
		h.Flags &^= wire.FlagACK
	}
	if err := r.out.write(r.stamp(c, s.at), h, s.data, s.comments); err != nil {
		return r.fail(err)
	}
	return nil
}
