package analyst

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/decode/versions"
)

const (
	// measureEvery is how often what was measured of one session is copied at
	// most: faster than a person reads, and far slower than messages come.
	measureEvery = 100 * time.Millisecond
	// openEvery is how often the sessions that are open are judged anew in
	// silence: how long somebody has waited changes without a row.
	openEvery = time.Second
	// keptEnded is how many sessions that have ended keep their report and
	// measurements, some 25 KiB each when there was media.
	keptEnded = 256
	// keptProofs is how many keep the proofs of their findings, a hundred bytes each. Of
	// older ones the last row of a proof is known, which stands in the finding's row,
	// and the names of the programs.
	keptProofs = 10_000
)

// Measured is what is known of one session besides its rows. It never changes.
type Measured struct {
	Programs lint.Programs
	Report   *lint.Report   // nil without rules, and of a session that ended long ago
	Stats    *stats.Session // nil when nothing was measured, or no longer
	proofs   []proof
	over     bool
}

// proof is what a finding is made of that its row has no room for.
type proof struct {
	row  uint32
	rows []uint32
	side session.Side
}

// Board is what is known of all sessions at the moment of one snapshot. It never
// changes and may be read by any number of goroutines.
type Board struct {
	timeline *session.Snapshot
	sessions versions.Frozen[*Measured]
}

// Of is what is known of one session; the zero value of one that is not known.
func (b Board) Of(number uint32) Measured {
	if number == 0 || int(number) > b.sessions.Len() {
		return Measured{}
	}
	return *b.sessions.At(int(number - 1))
}

// Session is what was measured of one session, nil when nothing was.
func (b Board) Session(number uint32) *stats.Session { return b.Of(number).Stats }

// Rate is the bytes of a session over its life, both directions together.
func (b Board) Rate(number uint32) stats.Series {
	if s := b.Of(number).Stats; s != nil {
		return s.Bytes()
	}
	return stats.Series{}
}

// Report is how far a session has come; ok is false where that is not known.
func (b Board) Report(number uint32) (r lint.Report, ok bool) {
	if p := b.Of(number).Report; p != nil {
		return *p, true
	}
	return r, false
}

// ProgramsOf names the programs of one session; "" is one of which nothing is known.
func (b Board) ProgramsOf(number uint32) lint.Programs { return b.Of(number).Programs }

// Proof lists the rows that prove the finding in a row.
func (b Board) Proof(row int) []uint32 { return b.proof(row).rows }

// Side is whom the finding in a row blames.
func (b Board) Side(row int) session.Side { return b.proof(row).side }

func (b Board) proof(row int) proof {
	if b.timeline == nil || row < 1 || row > b.timeline.Len() {
		return proof{}
	}
	for _, p := range b.Of(b.timeline.Row(row).Session).proofs {
		if p.row == uint32(row) {
			return p
		}
	}
	return proof{}
}

// reporter is a judge that knows how far sessions have come.
type reporter interface {
	Report(number uint32) (lint.Report, bool)
}

// keeper makes the boards. It belongs to the goroutine of Run.
type keeper struct {
	judge    reporter // may be nil
	stats    stats.Collector
	list     versions.List[*Measured]
	live     map[uint32]*liveSession
	stale    []uint32        // of live: what changed since it was copied last
	gone     []uint32        // have just ended
	ended    []uint32        // with proofs, the oldest first; the latest ones with a report
	past     *Measured       // shared by sessions of which nothing else is known
	unjudged []lint.Unjudged // of the last report
	allAt    time.Time       // when all of live were copied
}

// liveSession is a session that may still change.
type liveSession struct {
	at     time.Time // when it was copied last
	stale  bool
	closed [2]bool
	proofs []proof
}

// nothing is what is known of a session at first.
var nothing Measured

// entry takes in a row.
func (k *keeper) entry(e *session.Entry) {
	if e.Session == 0 || e.Kind == session.Noted {
		return
	}
	if e.Finding == nil { // a finding about the end belongs to it
		k.copyEnded()
	}
	k.stats.Entry(e)
	for k.list.Len() < int(e.Session) {
		k.list.Append(&nothing)
	}
	s := k.live[e.Session]
	if s == nil {
		s = k.begin(e.Session)
	}
	if e.Finding != nil {
		s.proofs = append(s.proofs, proof{e.Number, e.Finding.Rows, e.Finding.Side})
	}
	if e.Kind == session.Closed {
		s.closed[e.From] = true
		s.closed[e.From.Peer()] = s.closed[e.From.Peer()] || e.How == session.Reset
		if s.closed == [2]bool{true, true} {
			k.gone = append(k.gone, e.Session)
		}
	}
	k.touch(e.Session, s)
}

// begin follows a session, which may be one that has ended and goes on after all.
func (k *keeper) begin(number uint32) *liveSession {
	if k.live == nil {
		k.live = map[uint32]*liveSession{}
	}
	was := k.list.At(int(number - 1))
	s := &liveSession{proofs: was.proofs, closed: [2]bool{was.over, was.over}}
	if was.over {
		k.gone = append(k.gone, number)
	}
	k.live[number] = s
	return s
}

func (k *keeper) touch(number uint32, s *liveSession) {
	if !s.stale {
		s.stale = true
		k.stale = append(k.stale, number)
	}
}

// freeze copies what has changed, unless it was copied a moment ago; all says
// that nothing may wait.
func (k *keeper) freeze(now time.Time, all bool) versions.Frozen[*Measured] {
	if now.Sub(k.allAt) >= openEvery || all {
		k.allAt = now
		for number, s := range k.live {
			k.touch(number, s)
		}
	}
	later := k.stale[:0]
	for _, number := range k.stale {
		s := k.live[number]
		if s == nil {
			continue // it has ended and was copied
		}
		if !all && now.Sub(s.at) < measureEvery {
			later = append(later, number)
			continue
		}
		s.stale, s.at = false, now
		k.copy(number, s)
	}
	k.stale = later
	return k.list.Freeze()
}

// copyEnded copies what is known of sessions that have ended, as soon as the rules
// have had their last word, and before they forget it.
func (k *keeper) copyEnded() {
	for _, number := range k.gone {
		if s := k.live[number]; s != nil {
			s.stale = true // it is among the stale ones already, and passed over there
			k.copy(number, s)
		}
	}
	k.gone = k.gone[:0]
}

func (k *keeper) copy(number uint32, s *liveSession) {
	m := &Measured{Stats: k.stats.Session(number), proofs: s.proofs[:len(s.proofs):len(s.proofs)]}
	if k.judge != nil {
		if r, ok := k.judge.Report(number); ok {
			if slices.Equal(r.Unjudged, k.unjudged) { // as of most connections that said nothing
				r.Unjudged = k.unjudged
			}
			k.unjudged = r.Unjudged
			m.Report, m.Programs = &r, lint.Programs{Client: r.Client.Name, Server: r.Server.Name}
		}
	}
	if was := k.list.At(int(number - 1)); was.over { // what is said of it now adds a proof
		m.Stats, m.Report, m.Programs = was.Stats, was.Report, was.Programs
	}
	m.over = s.closed == [2]bool{true, true}
	k.list.Set(int(number-1), m)
	if m.over {
		k.stats.Forget(number)
		delete(k.live, number)
		k.over(number)
	}
}

// over keeps what is known of a session that has ended, less of the one that ended
// longest ago, and of those before it the programs alone.
func (k *keeper) over(number uint32) {
	k.ended = append(k.ended, number)
	if n := len(k.ended) - 1 - keptEnded; n >= 0 {
		k.less(k.ended[n], false)
	}
	if len(k.ended) > keptProofs {
		k.less(k.ended[0], true)
		k.ended = k.ended[1:]
	}
}

// less forgets the report of a session, and the proofs of its findings too.
func (k *keeper) less(number uint32, proofs bool) {
	if k.live[number] != nil {
		return
	}
	was := k.list.At(int(number - 1))
	m := &Measured{Programs: was.Programs, over: true}
	if !proofs {
		m.proofs = was.proofs
	}
	switch {
	case len(m.proofs) > 0:
	case k.past != nil && k.past.Programs == m.Programs:
		m = k.past // most are like the one before
	default:
		k.past = m
	}
	k.list.Set(int(number-1), m)
}
