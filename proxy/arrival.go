package proxy

import "time"

// arrivalAfter is how long an upstream may be dialled before a [Porter] hears of the
// client that waits for it: long against a dial that succeeds, short for a person who
// looks whether the client is there.
const arrivalAfter = 200 * time.Millisecond

// Porter is a [Tap] that wants to know of a client before its upstream is reached.
type Porter interface {
	Tap
	// Arrived says that the upstream of a connection has been dialled for a while and
	// has not answered. It is called at most once, before Opened, and from a goroutine
	// of its own; Opened follows when the outcome is known.
	Arrived(id ConnID, info ConnInfo)
}

// arrived tells a tap that wants to know of a client that waits.
func (g *guard) arrived(id ConnID, info ConnInfo) {
	if p, ok := g.tap.(Porter); ok && g.attached() {
		defer g.catch()
		p.Arrived(id, info)
	}
}

// arrive has the tap told unless the upstream answers soon. The caller calls known
// once the outcome is known; from then on the tap is told no more of it.
func (c *session) arrive() (known func()) {
	told := make(chan struct{})
	info := *c.info.Load()
	late := time.AfterFunc(arrivalAfter, func() {
		defer close(told)
		c.server.tap.arrived(c.id, info)
	})
	return func() {
		if !late.Stop() {
			<-told
		}
	}
}

// Arrived implements [Porter].
func (q *Queue) Arrived(id ConnID, info ConnInfo) {
	q.put(Item{Kind: ItemArrived, ID: id, Info: &info})
}
