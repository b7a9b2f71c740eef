package session

import "time"

// Stage is a phase that a session has had, from the row with which it began to
// the next one. Every list and report shows these, so that one session has the
// same phases everywhere, whichever of its rows are shown.
type Stage struct {
	Phase Phase
	Row   uint32 // with which it began
	At    time.Time
}

// enter returns the phase under which the next row stands, and begins it when it
// is new. A session never goes back to an earlier one. What is said of the
// handshake behind its last part still belongs to it: connect begins with the
// first message.
func (c *conn) enter(at time.Time) Phase {
	now := c.info.Phase
	if now == PhaseConnect && c.info.Messages == [2]int64{} {
		now = PhaseHandshake
	}
	if n := len(c.info.Stages); n > 0 && c.info.Stages[n-1].Phase >= now {
		return c.info.Stages[n-1].Phase
	}
	c.info.Stages = append(c.info.Stages, Stage{Phase: now, Row: c.t.count + 1, At: at})
	return now
}

// Lasted is how long a session was in a phase: until the next one began, or until
// the last record. It is 0 for a phase that the session has not had.
func (i *Info) Lasted(p Phase) time.Duration {
	for k, s := range i.Stages {
		switch {
		case s.Phase != p:
		case k+1 < len(i.Stages):
			return i.Stages[k+1].At.Sub(s.At)
		default:
			return max(i.LastAt.Sub(s.At), 0)
		}
	}
	return 0
}

// PhaseName names a phase; the one that has two names by what the client came for.
func (i *Info) PhaseName(p Phase) string {
	if p == PhaseStart && i.Role != RoleUnknown {
		return i.Role.String()
	}
	return p.String()
}
