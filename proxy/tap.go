package proxy

import (
	"fmt"
	"net/netip"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"
)

// ConnID numbers the accepted connections of a [Server], from 1.
type ConnID uint64

// Direction says who sent the bytes.
type Direction uint8

// The two directions of a connection.
const (
	FromClient Direction = iota
	FromServer
)

// Opposite returns the other direction.
func (d Direction) Opposite() Direction { return d ^ 1 }

// String returns "from client" or "from server".
func (d Direction) String() string { return "from " + d.sender() }

func (d Direction) sender() string {
	if d == FromClient {
		return "client"
	}
	return "server"
}

// Close says how a direction ended.
type Close uint8

// The ways in which a direction ends. Its receiver, if it is still there, sees FIN
// after Fin and Shutdown, behind every byte that was read from the sender; after the
// others a reset.
const (
	Fin      Close = iota // its sender ended it cleanly
	Reset                 // its sender's connection broke: RST, timeout of TCP, or never reached
	Aborted               // it was cut because the other side's connection broke
	Timeout               // the proxy gave up on it: HalfCloseTimeout passed, or the receiver took nothing to the last
	Shutdown              // the proxy was told to end
)

// String returns one lower-case word.
func (c Close) String() string {
	return [...]string{"fin", "reset", "aborted", "timeout", "shutdown"}[c]
}

// ConnInfo describes a connection. All addresses are as the sockets have them.
type ConnInfo struct {
	Client    netip.AddrPort // where the client connected from
	Listener  netip.AddrPort // where it connected to
	Local     netip.AddrPort // our address on the leg to the server; zero if not reached
	Server    netip.AddrPort // the server's address; zero if not reached
	Upstream  string         // the upstream as configured
	Accepted  time.Time
	Connected time.Time // zero if the upstream was not reached
	Facts     Facts     // what else is known of it; not to be changed
}

// Tap gets a copy of what the relay moved.
//
// For each connection: Opened once (of one that waits long for its upstream, a
// [Porter] hears before), then Data any number of times, then Closed
// exactly once for each direction. Calls for one direction come one after the
// other in wire order, with Closed last; calls for the two directions and for
// different connections come at the same time from different goroutines.
//
// Bytes are written to the receiver before they are offered here, and at is when
// they had been read. An answer comes after its question, unless the machine was
// so busy that telling the question took longer than 5 ms; at is always right.
//
// The relay waits for a call to return. A Tap that must not slow the relay does
// not block. A Tap that panics is never called again; the relay goes on.
type Tap interface {
	// Opened begins a connection. It comes after the upstream was reached or, with
	// a zero Connected time, after it was not; then Closed follows at once.
	Opened(id ConnID, info ConnInfo)

	// Data hands over bytes that were read from the sender. The Tap owns b and
	// calls its Release when it needs it no more.
	Data(id ConnID, dir Direction, at time.Time, b *Buffer)

	// Closed ends a direction.
	Closed(id ConnID, dir Direction, at time.Time, end End)
}

// guard calls a Tap, which may be nil, and detaches it for good when it panics.
type guard struct {
	tap      Tap
	log      logrus.FieldLogger
	detached atomic.Bool
	panics   atomic.Int64
}

func (g *guard) attached() bool { return g.tap != nil && !g.detached.Load() }

func (g *guard) opened(id ConnID, info ConnInfo) {
	if g.attached() {
		defer g.catch()
		g.tap.Opened(id, info)
	}
}

// announce tells a tap that wants to know what is on its way.
func (g *guard) announce(id ConnID, dir Direction, at time.Time) {
	if a, ok := g.tap.(Announcer); ok && g.attached() {
		defer g.catch()
		a.Announce(id, dir, at)
	}
}

// held tells a tap that wants to know of a receiver that keeps bytes waiting.
func (g *guard) held(id ConnID, dir Direction, at time.Time, since time.Duration, waiting int64) {
	if w, ok := g.tap.(Watcher); ok && g.attached() {
		defer g.catch()
		w.Held(id, dir, at, since, waiting)
	}
}

// paced tells the same tap how fast a receiver takes what it is sent.
func (g *guard) paced(id ConnID, dir Direction, at time.Time, p *Pace) {
	if w, ok := g.tap.(Watcher); ok && g.attached() {
		defer g.catch()
		w.Paced(id, dir, at, p)
	}
}

// data hands b to the tap and reports whether it did; if not, b is still the caller's.
func (g *guard) data(id ConnID, dir Direction, at time.Time, b *Buffer) (taken bool) {
	if !g.attached() {
		return false
	}
	taken = true // also when the tap panics: it may have kept b before
	defer g.catch()
	g.tap.Data(id, dir, at, b)
	return taken
}

// audits reports whether the tap wants to know what was changed.
func (g *guard) audits() bool {
	_, ok := g.tap.(Auditor)
	return ok
}

// edited tells a tap that wants to know what was changed.
func (g *guard) edited(id ConnID, dir Direction, at time.Time, e Edited) {
	if a, ok := g.tap.(Auditor); ok && g.attached() {
		defer g.catch()
		a.Edited(id, dir, at, e)
	}
}

func (g *guard) closed(id ConnID, dir Direction, at time.Time, end End) {
	if g.attached() {
		defer g.catch()
		g.tap.Closed(id, dir, at, end)
	}
}

// catch is deferred around every call of the tap.
func (g *guard) catch() {
	p := recover()
	if p == nil {
		return
	}
	g.panics.Add(1)
	if g.detached.CompareAndSwap(false, true) {
		// %q, because the value may hold bytes from the wire.
		g.log.WithField("stack", string(debug.Stack())).
			Errorf("the tap failed and is detached; relaying goes on: %q", fmt.Sprint(p))
	}
}
