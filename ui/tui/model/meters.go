package model

import (
	"cmp"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Meters knows more of the sessions than a timeline holds: what was measured,
// and what the rules make of it, at the moment of the timeline that comes with it.
// It never changes.
type Meters interface {
	// Session is what was measured of one session, nil when nothing was.
	Session(number uint32) *stats.Session
	// Rate is the bytes of a session over its life, both directions together.
	Rate(number uint32) stats.Series
	// Report is how far a session has come; ok is false without rules.
	Report(number uint32) (r lint.Report, ok bool)
	// ProgramsOf names the programs of one session; "" without rules.
	ProgramsOf(number uint32) lint.Programs
	// Proof lists the rows that prove the finding in a row.
	Proof(row int) []uint32
}

// Relayed is how the relay passes on the bytes of one session, by
// decode.Direction.
type Relayed [2]struct {
	Bytes   int64         // that the receiver has not got, in the relay and in the system's send queue
	Held    time.Duration // how long the receiver has taken none of them, 0 when it takes what comes
	Waiting time.Duration // age of the write that has not ended, so that the sender waits too; 0 if none
	Waited  time.Duration // how long writing to it has taken before that
	Pace    session.Pace  // what it took in the latest whole span; Behind is 0 when it keeps up
}

// Relay is how the relay passes on the bytes of the selected session; ok is false
// for a session that is over, and in a file.
func (m *Model) Relay() (r Relayed, ok bool) {
	if s, known := m.Session(); known && s.Open {
		r, ok = m.relay[s.Client]
	}
	return r, ok
}

// glances are what the meters know of the sessions in sight, by their numbers.
type glances struct {
	sparks   map[uint32]stats.Series
	stalls   map[uint32]string
	keyWaits map[uint32]time.Duration // from play or publish to the first keyframe
	programs map[uint32]lint.Programs
}

func newGlances() glances {
	return glances{map[uint32]stats.Series{}, map[uint32]string{}, map[uint32]time.Duration{}, map[uint32]lint.Programs{}}
}

// read takes what the meters know of a list of sessions, and forgets the others.
func (g *glances) read(meters Meters, lines []SessionLine) {
	clear(g.sparks)
	clear(g.stalls)
	clear(g.keyWaits)
	clear(g.programs)
	for _, l := range lines {
		n := uint32(l.Index + 1)
		g.sparks[n] = meters.Rate(n)
		if r, ok := meters.Report(n); ok {
			g.stalls[n] = r.Stall.Brief
			g.keyWaits[n] = keyWait(&r)
			g.programs[n] = lint.Programs{Client: r.Client.Name, Server: r.Server.Name}
		}
	}
}

// Stall says in a few words what keeps a session in sight from going on, "" when
// nothing does.
func (m *Model) Stall(s *session.Info) string { return m.stalls[s.Number] }

// keyWait is how long the client waited for its first keyframe, 0 when it has none.
func keyWait(r *lint.Report) time.Duration {
	for i := range r.Steps {
		if s := &r.Steps[i]; s.ID == lint.StepKeyFrame && s.State == lint.Done {
			return s.Latency
		}
	}
	return 0
}

const (
	// longKeyWait is from when on a wait for the first keyframe is worth a word: a person
	// sees a black picture, and encoders that mean to be fast send one every two seconds.
	longKeyWait = 2 * time.Second
	// soundAlone is how long there must have been media, and no video, before a session is
	// one of audio only: video may begin later.
	soundAlone = 3 * time.Second
)

// Course says in a few words how far a session in sight has come, and what is
// remarkable about it although nothing is wrong.
func (m *Model) Course(s *session.Info) string {
	words := s.PhaseName(s.Phase)
	wait := m.keyWaits[s.Number]
	switch {
	case s.Phase != session.PhaseMedia || len(s.Stages) == 0:
		return words
	case s.Video == 0 && s.Audio > 0 && s.LastAt.Sub(s.Stages[len(s.Stages)-1].At) > soundAlone:
		return words + ", audio only"
	case s.Role == session.Play && wait >= longKeyWait:
		return words + ", keyframe after " + text.Lapse(wait)
	}
	return words
}

// Programs names the programs of a session in sight: by their fingerprints, or else
// as they name themselves; "" is one of which nothing is known.
func (m *Model) Programs(s *session.Info) lint.Programs {
	return m.named(m.programs[s.Number], s)
}

// named fills in what the programs of a session without a fingerprint call
// themselves.
func (m *Model) named(p lint.Programs, s *session.Info) lint.Programs {
	return lint.Programs{Client: cmp.Or(p.Client, ownName(s.Agent.Show(m.Reveal))), Server: cmp.Or(p.Server, ownName(s.Engine.Show(m.Reveal)))}
}

// ownName is what a program calls itself, "" for the names of Adobe's programs,
// which all sorts of others give as their own.
func ownName(words string) string {
	for _, copied := range []string{"FMS/", "FMLE/", "LNX "} {
		if strings.HasPrefix(words, copied) {
			return ""
		}
	}
	return words
}

// Spark is the bytes of a session over its life, empty when it was not measured.
func (m *Model) Spark(s *session.Info) stats.Series { return m.sparks[s.Number] }
