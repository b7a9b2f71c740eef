package told

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
)

// Start is when recordings of tests begin.
var Start = time.Date(2026, 3, 14, 15, 9, 26, 535897932, time.UTC)

// Addr reads an address with a port.
func Addr(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// Recorder is what a Call is made to.
type Recorder interface {
	Open(id uint64, accepted, connected time.Time, client, server netip.AddrPort) error
	Data(id uint64, fromServer bool, at time.Time, p []byte) error
	Gap(id uint64, fromServer bool, at time.Time, n int64) error
	Fin(id uint64, fromServer bool, at time.Time, reason string) error
	Reset(id uint64, fromServer bool, at time.Time, reason string) error
}

// Call is one call of a recorder.
type Call struct {
	Kind       capture.Kind
	ID         uint64
	FromServer bool
	At         time.Time
	Data       []byte
	N          int64
	Reason     string
	Client     netip.AddrPort
	Server     netip.AddrPort
	Refused    bool
}

// Do makes the call.
func (c Call) Do(r Recorder) error {
	switch c.Kind {
	case capture.Opened:
		connected := c.At.Add(time.Millisecond)
		if c.Refused {
			connected = time.Time{}
		}
		return r.Open(c.ID, c.At, connected, c.Client, c.Server)
	case capture.Data:
		return r.Data(c.ID, c.FromServer, c.At, c.Data)
	case capture.Gap:
		return r.Gap(c.ID, c.FromServer, c.At, c.N)
	case capture.Fin:
		return r.Fin(c.ID, c.FromServer, c.At, c.Reason)
	}
	return r.Reset(c.ID, c.FromServer, c.At, c.Reason)
}

var addresses = [][2]string{
	{"192.0.2.7:%d", "198.51.100.1:1935"},
	{"[2001:db8::7]:%d", "[2001:db8::1]:1935"},
	{"192.0.2.7:%d", "[2001:db8::1]:19350"},
	{"[2001:db8::7]:%d", "198.51.100.1:443"},
	{"[::ffff:192.0.2.9]:%d", "198.51.100.1:1936"},
}

// Script makes up a session of several connections.
func Script(rng *rand.Rand, conns, steps int) []Call {
	var calls []Call
	at := Start
	for id := range conns {
		a := addresses[id%len(addresses)]
		calls = append(calls, Call{Kind: capture.Opened, ID: uint64(id), At: at,
			Client: Addr(fmt.Sprintf(a[0], 40000+id)), Server: Addr(a[1]), Refused: id%7 == 6})
		if id%7 == 6 {
			calls = append(calls, Call{Kind: capture.Reset, ID: uint64(id), FromServer: true, At: at.Add(time.Second), Reason: "upstream refused the connection"})
		}
	}
	for range steps {
		at = at.Add(time.Duration(rng.IntN(1e7)))
		c := Call{Kind: capture.Data, ID: uint64(rng.IntN(conns)), FromServer: rng.IntN(3) == 0, At: at}
		if c.ID%7 == 6 {
			continue
		}
		if rng.IntN(12) == 0 {
			c.Kind, c.N = capture.Gap, 1+rng.Int64N(5<<30)
		} else {
			c.Data = Random(rng, 1+rng.IntN(200_000)>>rng.IntN(12))
		}
		calls = append(calls, c)
	}
	return append(calls, endings(conns, at)...)
}

func endings(conns int, at time.Time) (calls []Call) {
	for id := range conns {
		if id%7 == 6 {
			continue
		}
		calls = append(calls, Call{Kind: capture.Fin, ID: uint64(id), At: at.Add(time.Second), Reason: "the client closed"})
		last := Call{Kind: capture.Fin, ID: uint64(id), FromServer: true, At: at.Add(2 * time.Second)}
		if id%2 == 1 {
			last.Kind, last.Reason = capture.Reset, "the server reset the connection"
		}
		calls = append(calls, last)
	}
	return calls
}

// Random makes bytes.
func Random(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}
