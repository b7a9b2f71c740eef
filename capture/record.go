package capture

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// recorded is a connection as the recorder writes it.
type recorded struct {
	tuple
	half      [2]written // what the client, what the server sent
	last      time.Time
	connected bool
}

// written is how far one direction has got.
type written struct {
	next  uint32 // sequence number of the next byte
	acked uint32 // last sequence number that the other side acknowledged
	ended bool
	reset bool
}

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
	if r.err != nil {
		return r.err
	}
	if r.conns[id] != nil {
		return fmt.Errorf("connection %d is already open", id)
	}
	c := &recorded{}
	c.client, c.server = samefamily(client, server)
	comment := r.claim(id, &c.tuple)
	r.opened++
	// Odd factors give every connection its own initial sequence numbers, so
	// that a 4-tuple used twice is two streams to an analyser.
	c.half[0].next, c.half[1].next = r.opened*1_000_003, r.opened*2_000_003
	c.half[0].acked, c.half[1].acked = c.half[0].next, c.half[1].next
	r.conns[id] = c
	if err := r.segment(c, false, flagSYN, accepted, nil, comment); err != nil {
		return err
	}
	c.half[0].next++
	if connected.IsZero() {
		return nil
	}
	return r.connect(c, connected)
}

// connect writes the rest of the TCP handshake.
func (r *Recorder) connect(c *recorded, at time.Time) error {
	c.connected = true
	if err := r.segment(c, true, flagSYN|flagACK, at, nil, ""); err != nil {
		return err
	}
	c.half[1].next++
	return r.segment(c, false, flagACK, at, nil, "")
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

// samefamily gives both ends the address family that one packet can carry.
func samefamily(a, b netip.AddrPort) (netip.AddrPort, netip.AddrPort) {
	x, y := plain(a.Addr()), plain(b.Addr())
	if x.Is4() != y.Is4() {
		x, y = netip.AddrFrom16(x.As16()), netip.AddrFrom16(y.As16())
	}
	return netip.AddrPortFrom(x, a.Port()), netip.AddrPortFrom(y, b.Port())
}

func plain(a netip.Addr) netip.Addr {
	if !a.IsValid() {
		return netip.IPv4Unspecified()
	}
	return a.Unmap().WithZone("")
}

// Data records the bytes p of one direction. It does not keep p. Long data is
// written as several segments and read back as several records.
func (r *Recorder) Data(id uint64, fromServer bool, at time.Time, p []byte) error {
	c, err := r.ready(id, fromServer, at)
	for err == nil && len(p) > 0 {
		n := min(len(p), maxSegment)
		err = r.segment(c, fromServer, flagPSH|flagACK, at, p[:n], "")
		c.half[index(fromServer)].next += uint32(n)
		p = p[n:]
	}
	return err
}

// Gap records that n bytes of one direction were relayed but are not in the
// file. A gap above 1 GiB is read back as several.
func (r *Recorder) Gap(id uint64, fromServer bool, at time.Time, n int64) error {
	c, err := r.ready(id, fromServer, at)
	if err != nil || n <= 0 {
		return err
	}
	r.dropped++
	for err == nil && n > 0 {
		step := min(n, gapStep)
		if err = r.acknowledge(c, fromServer, at); err != nil {
			return err
		}
		c.half[index(fromServer)].next += uint32(step)
		err = r.put(c, fromServer, flagACK, at, nil, gapComment(step, fromServer))
		n -= step
	}
	return err
}

func gapComment(n int64, fromServer bool) string {
	from := "client"
	if fromServer {
		from = "server"
	}
	return fmt.Sprintf(commentPrefix+"%d bytes from the %s were relayed but not recorded", n, from)
}

// Fin records the orderly end of one direction; reason may be empty.
func (r *Recorder) Fin(id uint64, fromServer bool, at time.Time, reason string) error {
	c, err := r.ready(id, fromServer, at)
	if err != nil {
		return err
	}
	err = r.segment(c, fromServer, flagFIN|flagACK, at, nil, prefixed(reason))
	h := &c.half[index(fromServer)]
	h.next++
	h.ended = true
	r.release(id, c)
	return err
}

// Reset records that one side aborted the connection; reason may be empty. The
// other direction may still get records until it is ended too.
func (r *Recorder) Reset(id uint64, fromServer bool, at time.Time, reason string) error {
	if r.err != nil {
		return r.err
	}
	c := r.conns[id]
	if c == nil || c.half[index(fromServer)].reset {
		return fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	err := r.segment(c, fromServer, flagRST|flagACK, at, nil, prefixed(reason))
	h := &c.half[index(fromServer)]
	h.ended, h.reset = true, true
	r.release(id, c)
	return err
}

// release forgets a connection both sides of which have ended, or that never
// reached a server.
func (r *Recorder) release(id uint64, c *recorded) {
	client, server := &c.half[0], &c.half[1]
	if client.ended && server.ended || !c.connected && (server.ended || client.reset) {
		delete(r.conns, id)
		delete(r.live, c.tuple)
	}
}

// prefixed is a reason as a packet comment, which is UTF-8 and the length of
// which has 16 bits.
func prefixed(reason string) string {
	if reason == "" {
		return ""
	}
	const most = 4096
	return commentPrefix + strings.ToValidUTF8(reason[:min(len(reason), most)], "")
}

// ready finds a connection whose direction is open and makes the packets that
// TCP would have needed before: the handshake, an acknowledgement.
func (r *Recorder) ready(id uint64, fromServer bool, at time.Time) (*recorded, error) {
	if r.err != nil {
		return nil, r.err
	}
	c := r.conns[id]
	if c == nil || c.half[index(fromServer)].ended {
		return nil, fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	if fromServer && !c.connected {
		return c, r.connect(c, at)
	}
	return c, nil
}

// segment writes one segment of c, after the acknowledgement that is due.
func (r *Recorder) segment(c *recorded, fromServer bool, flags byte, at time.Time, p []byte, comment string) error {
	if err := r.acknowledge(c, fromServer, at); err != nil {
		return err
	}
	return r.put(c, fromServer, flags, at, p, comment)
}

// acknowledge lets the other side acknowledge what one side sent, before so
// much is in flight that 32-bit sequence numbers become ambiguous.
func (r *Recorder) acknowledge(c *recorded, fromServer bool, at time.Time) error {
	mine, theirs := &c.half[index(fromServer)], &c.half[index(!fromServer)]
	if mine.next-mine.acked <= ackEvery || !c.connected || theirs.reset {
		return nil
	}
	return r.put(c, !fromServer, flagACK, at, nil, "")
}

// put writes one segment of c that acknowledges all that the other side sent.
func (r *Recorder) put(c *recorded, fromServer bool, flags byte, at time.Time, p []byte, comment string) error {
	mine, theirs := &c.half[index(fromServer)], &c.half[index(!fromServer)]
	h := header{from: c.client, to: c.server, seq: mine.next, flags: flags}
	if fromServer {
		h.from, h.to = c.server, c.client
	}
	if flags&flagACK != 0 && (c.connected || fromServer) {
		h.ack = theirs.next
		theirs.acked = theirs.next
	} else {
		h.flags &^= flagACK
	}
	if err := r.out.write(r.stamp(c, at), h, p, comment); err != nil {
		return r.fail(err)
	}
	return nil
}
