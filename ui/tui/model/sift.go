package model

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// Sift is an effect: look at rows of a timeline, which have to be opened for
// that, and say which of them the filter selects, in a [Sifted]. What is found
// may end early, so that the screen hears of it; the model asks for the rest.
type Sift struct {
	Timeline list.Timeline
	Filter   string
	From     int // first row
	of       *sifted
	turn     int
}

// Sifted answers a [Sift].
type Sifted struct {
	Sift
	Last int      // rows from From up to here were looked at
	Rows []uint32 // selected ones among them, in order
}

func (a Sifted) apply(m *Model) Effect {
	s := a.of
	s.asked = false
	if s == m.sifted && s.turn == a.turn {
		s.add(a.Rows)
		s.last = a.Last
		m.View().Grow(m.shown, m.timelineHeight())
	}
	return Effect{}
}

// sifted is what the outside has found so far.
type sifted struct {
	last  int      // rows up to here are known
	bits  []uint64 // rows that are selected
	asked bool     // an answer is under way
	turn  int      // answers to questions of an earlier turn are out of date
}

func newSifted(wanted bool) *sifted {
	if !wanted {
		return nil
	}
	return &sifted{}
}

func (s *sifted) known() int { return s.last }

func (s *sifted) match(_ list.Timeline, n int) bool {
	return n/64 < len(s.bits) && s.bits[n/64]&(1<<(n%64)) != 0
}

func (s *sifted) add(rows []uint32) {
	for _, n := range rows {
		for int(n/64) >= len(s.bits) {
			s.bits = append(s.bits, 0)
		}
		s.bits[n/64] |= 1 << (n % 64)
	}
}

// forget makes rows from row on unknown.
func (s *sifted) forget(row int) {
	s.turn++
	if row > s.last {
		return
	}
	s.last = row - 1
	if k := row / 64; k < len(s.bits) {
		s.bits = s.bits[:k+1]
		s.bits[k] &= 1<<(row%64) - 1
	}
}

// sift asks for rows that are not known yet, one question at a time.
func (m *Model) sift() *Sift {
	s := m.sifted
	if s == nil || s.asked || s.last >= m.shown.Len() {
		return nil
	}
	s.asked = true
	full, _, _ := m.expand(m.Filter)
	return &Sift{Timeline: m.shown, Filter: full, From: s.last + 1, of: s, turn: s.turn}
}

// answered lists the rows anew from the first request on that has got its answer,
// or has begun to wait for one, when the filter asks for that.
func (m *Model) answered() {
	if !m.selector.Awaits {
		return
	}
	before := m.awaited
	m.awaited = m.shown
	m.reread(firstAwaited(m.shown, before))
}

// firstAwaited is the first request that waits for an answer in one of two timelines only.
func firstAwaited(tl, before list.Timeline) int {
	first := far
	for n := range list.Changed(tl, before) {
		is, was := waiting(tl, n), waiting(before, n)
		for k := range max(len(is), len(was)) {
			if k < len(is) && k < len(was) && is[k].Row == was[k].Row {
				continue
			}
			for _, rest := range [][]session.Pending{is, was} { // both are in order
				if k < len(rest) {
					first = min(first, int(rest[k].Row))
				}
			}
			break
		}
	}
	return first
}

// waiting is the requests of a session that have no answer, the oldest first.
func waiting(tl list.Timeline, number uint32) []session.Pending {
	if int(number) > tl.SessionCount() {
		return nil
	}
	return tl.Session(number).Pending
}
