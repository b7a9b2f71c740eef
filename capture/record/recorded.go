package record

import (
	"net/netip"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
)

// recorded is a connection as the recorder writes it: what the recorder was
// told, what it has written of that, and how much of that is in the file for
// certain. The three differ while writing fails.
type recorded struct {
	tuple
	arrival uint64
	// What the recorder was told.
	accepted, linked time.Time // linked is zero without an upstream
	comments         []string  // of the first packet
	waits            bool      // the server is still being dialled
	door             door      // what it was written as meanwhile
	relayed          [2]int64
	ends             [2]ending
	cut              bool      // a direction ended with no end of its own
	at               time.Time // the latest

	state         // written, perhaps to a buffer
	written state // in the file
	touched bool  // the two may differ
	kept    bool  // in Recorder.ended
	head    head  // what segments repeat of its beginning
	last    time.Time
}

// state is how far a connection has been written.
type state struct {
	number    uint32 // in the recording; 0 before the SYN
	connected bool
	early     bool // its SYN went to no address
	half      [2]outgoing
}

// door is what a connection is written as before its server is known.
type door struct {
	tuple
	comments []string
}

// standing is what the connection stands as in the file by now.
func (c *recorded) standing() door {
	if c.early && !c.waits {
		return c.door
	}
	return door{c.tuple, c.comments}
}

// outgoing is how far one direction has been written.
type outgoing struct {
	next  uint32 // sequence number of the next byte
	acked uint32 // last sequence number that the other side acknowledged
	sent  int64
	ended bool
}

// ending is how a direction ended.
type ending struct {
	how    capture.Kind // Fin or Reset; 0 is not yet
	at     time.Time
	reason string
	cause  capture.Cause
	facts  capture.Facts
}

// over says that both sides have ended, or one of a connection that never
// reached a server.
func (c *recorded) over() bool {
	client, server := c.ends[0].how, c.ends[1].how
	return client != 0 && server != 0 || c.cut && (client == capture.Reset || server == capture.Reset) || c.linked.IsZero() && (server != 0 || client == capture.Reset)
}

// settled says that the file holds all there is.
func (c *recorded) settled() bool {
	for i := range c.half {
		h := &c.written.half[i]
		if h.sent != c.relayed[i] || h.ended != (c.ends[i].how != 0) {
			return false
		}
	}
	return c.written.number != 0
}

func (h *outgoing) advance(n int64) {
	h.next += uint32(n)
	h.sent += n
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
