package record

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
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
	Facts     capture.Facts
	// Waits says that the server is still being dialled: Reached follows, or an end.
	// Server and Connected are zero then.
	Waits bool
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
	c := &recorded{arrival: r.arrivals, accepted: o.Accepted, linked: o.Connected, at: o.Accepted, waits: o.Waits}
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
	c.number, c.early = number, c.waits
	c.half[0].next++
	if c.linked.IsZero() {
		return nil
	}
	return r.connect(c, c.linked)
}

// Waits reports whether a connection was begun with Opening.Waits and has neither
// been reached nor ended.
func (r *Recorder) Waits(id uint64) bool { return r.conns[id] != nil && r.conns[id].waits }

// Reached records that the server of a connection that waits was reached: o.Connected,
// o.Server and o.Facts. In the file a SYN between the addresses that are true from here
// on takes the place of the one to no address, which no other program would take for
// the same connection.
func (r *Recorder) Reached(id uint64, o Opening) error {
	if r.closed {
		return r.err
	}
	c := r.conns[id]
	if c == nil || !c.waits {
		return fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	err := r.ready(o.Connected)
	delete(r.live, c.tuple)
	c.door = door{c.tuple, c.comments}
	c.client, c.server = samefamily(o.Client, o.Server)
	c.comments = o.comments(r.claim(id, &c.tuple))
	c.waits, c.linked, c.at = false, o.Connected, o.Connected
	if err != nil {
		return err
	}
	return r.move(c)
}

// move writes the TCP handshake of a connection that was written before it had a server.
func (r *Recorder) move(c *recorded) error {
	out := segmentOut{flags: wire.FlagSYN, skip: ^uint32(0), moves: true, at: c.linked, // with the number of the first SYN
		comments: append(slices.Clone(c.comments), meta.Comment{Reached: &meta.Reached{Conn: c.number}}.String())}
	if err := r.put(c, out); err != nil {
		return err
	}
	c.early = false
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

// comments are what the first packet of a connection says.
func (o *Opening) comments(renamed string) []string {
	reason := o.Reason
	if reason != "" && renamed != "" {
		reason += "; "
	}
	list := append(meta.Words(reason+renamed), factComments(o.Facts)...)
	if o.Waits {
		list = append(list, meta.Comment{Waits: true}.String())
	}
	return list
}

// factComments say what is known of a connection.
func factComments(known capture.Facts) []string {
	var facts []meta.Fact
	for _, f := range known {
		facts = append(facts, meta.Fact(f))
	}
	if facts = meta.Fit(facts); len(facts) > 0 {
		return []string{meta.Comment{Facts: facts}.String()}
	}
	return nil
}
