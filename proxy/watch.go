package proxy

import "time"

// Watcher is a [Tap] that wants to know when a receiver keeps bytes waiting.
type Watcher interface {
	Tap
	// Held says that the receiver of a direction has taken nothing for so long,
	// while bytes wait for it in the relay or in the system's send queue; with
	// waiting 0, that it takes bytes again after that time. It is called from a
	// goroutine of its own, after a second and whenever the time has doubled.
	Held(id ConnID, dir Direction, at time.Time, since time.Duration, waiting int64)
	// Paced says how fast the receiver of a direction takes what it is sent, every
	// PaceSpan for as long as it lags behind, and once when it does so no longer. It
	// is called from the goroutine that calls Held. The Pace is not to be changed.
	Paced(id ConnID, dir Direction, at time.Time, p *Pace)
}

const (
	// watchEvery is how often it is looked whether receivers take what they get.
	watchEvery = 250 * time.Millisecond

	// HeldAfter is how long a receiver may take nothing before it is told: a lost
	// packet is sent again within it (RFC 6298 §2.4).
	HeldAfter = time.Second
)

// hold is what is known of the receiver of one direction. Only the goroutine of
// Server.watch uses it.
type hold struct {
	taken int64     // how far the receiver had come when it was last seen to move
	since time.Time // when that was
	told  time.Duration
}

// watch looks at all connections until done is closed.
func (s *Server) watch(done <-chan struct{}) {
	ticks := time.NewTicker(watchEvery)
	defer ticks.Stop()
	for {
		select {
		case <-done:
			return
		case now := <-ticks.C:
			for _, c := range s.open() {
				c.watch(now)
			}
		}
	}
}

// watch looks at both directions.
func (c *session) watch(now time.Time) {
	c.mu.Lock()
	linked := c.legs[FromServer] != nil
	c.mu.Unlock()
	for dir := FromClient; linked && dir <= FromServer; dir++ {
		c.vanished(c.legs[dir], now)
		f, h := &c.flows[dir], &c.holds[dir]
		if f.ended.Load() != 0 {
			f.queued.Store(0)
			f.stuck.Store(0)
			continue
		}
		s := c.seen[dir]
		if !f.quiet(s) {
			s = f.sample(c.legs[dir.Opposite()].conn, now)
			c.seen[dir] = s
		}
		waiting := s.waiting
		since, tell := h.look(now, waiting, s.taken)
		f.queued.Store(waiting)
		f.stuck.Store(int64(now.Sub(h.since)))
		if tell {
			if h.told == 0 {
				waiting = 0 // it moves again
			}
			c.server.tap.held(c.id, dir, now, since, waiting)
		}
		c.paced(dir, now, s)
	}
}

// paced looks at the pace of a receiver.
func (c *session) paced(dir Direction, now time.Time, s sample) {
	p, tell := c.lags[dir].look(now, s)
	if p != nil {
		c.flows[dir].pace.Store(p)
	}
	if tell {
		c.server.tap.paced(c.id, dir, now, p)
	}
}

// look reports whether there is something to tell, and how long the receiver has
// taken nothing.
func (h *hold) look(now time.Time, waiting, taken int64) (since time.Duration, tell bool) {
	since = now.Sub(h.since)
	if waiting == 0 || taken != h.taken || h.since.IsZero() {
		tell = h.told > 0
		*h = hold{taken: taken, since: now}
		return since, tell
	}
	if since < max(HeldAfter, 2*h.told) {
		return since, false
	}
	h.told = since
	return since, true
}

// Held implements [Watcher].
func (q *Queue) Held(id ConnID, dir Direction, at time.Time, since time.Duration, waiting int64) {
	q.notice(Item{Kind: ItemHeld, ID: id, Dir: dir, At: at, Since: since, Waiting: waiting})
}

// Paced implements [Watcher].
func (q *Queue) Paced(id ConnID, dir Direction, at time.Time, p *Pace) {
	q.notice(Item{Kind: ItemPaced, ID: id, Dir: dir, At: at, Pace: p})
}
