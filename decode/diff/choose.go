package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// clearly is how many times the messages of the runner-up a session must have to
// be chosen without asking.
const clearly = 2

// AmbiguousError says that it was left open which session of a file is meant.
type AmbiguousError struct {
	File     string
	Sessions []*Session
}

// Error lists the sessions.
func (e *AmbiguousError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s has several sessions that could be meant:", e.File)
	for _, s := range e.Sessions[:min(len(e.Sessions), 20)] {
		role := s.Role.String()
		if role == "" {
			role = "neither publish nor play"
		}
		fmt.Fprintf(&b, "\n  session %d: %s, %s, %s", s.Number, role, counted(s.Messages, "message"), s.outcome().Show(false))
	}
	if n := len(e.Sessions) - 20; n > 0 {
		fmt.Fprintf(&b, "\n  and %d more", n)
	}
	return b.String()
}

// File is what was collected of one file.
type File struct {
	Name     string // safe to show
	Sessions []*Session
	Wanted   uint32 // number of the session that was asked for, 0 for none
}

// Choose picks a session of each file: the one that was asked for, the only one,
// or, of those that play the same role in both files, the one with by far the
// most messages. When that leaves a choice the error is an *AmbiguousError.
func Choose(a, b File) (*Session, *Session, error) {
	x, err := a.fixed()
	if err != nil {
		return nil, nil, err
	}
	y, err := b.fixed()
	if err != nil {
		return nil, nil, err
	}
	role := commonRole(a.among(x), b.among(y))
	if x, err = a.pick(x, role); err != nil {
		return nil, nil, err
	}
	if y, err = b.pick(y, role); err != nil {
		return nil, nil, err
	}
	return x, y, nil
}

// fixed returns the session about which there is no choice, nil if there is one.
func (f File) fixed() (*Session, error) {
	switch {
	case len(f.Sessions) == 0:
		return nil, fmt.Errorf("%s has no RTMP session", f.Name)
	case f.Wanted == 0 && len(f.Sessions) == 1:
		return f.Sessions[0], nil
	case f.Wanted == 0:
		return nil, nil
	}
	i := slices.IndexFunc(f.Sessions, func(s *Session) bool { return s.Number == f.Wanted })
	if i < 0 {
		return nil, fmt.Errorf("%s has no session %d; its sessions run from 1 to %d", f.Name, f.Wanted, len(f.Sessions))
	}
	return f.Sessions[i], nil
}

func (f File) among(fixed *Session) []*Session {
	if fixed != nil {
		return []*Session{fixed}
	}
	return f.Sessions
}

// commonRole is the role that sessions of both files play, publishing first:
// what is published decides what can be played. A session that came to no role
// is compared with any.
func commonRole(a, b []*Session) session.Role {
	for _, r := range []session.Role{session.Publish, session.Play} {
		has := func(s *Session) bool { return s.Role == r }
		if slices.ContainsFunc(a, has) && slices.ContainsFunc(b, has) {
			return r
		}
	}
	for _, r := range []session.Role{session.Publish, session.Play} {
		has := func(s *Session) bool { return s.Role == r }
		if slices.ContainsFunc(a, has) || slices.ContainsFunc(b, has) {
			return r
		}
	}
	return session.RoleUnknown
}

// pick chooses among the sessions of that role, unless there is no choice.
func (f File) pick(fixed *Session, role session.Role) (*Session, error) {
	if fixed == nil {
		chosen, why, err := f.most(role)
		if err != nil {
			return nil, err
		}
		fixed = chosen
		fixed.Chosen = why
	}
	fixed.File, fixed.Of = f.Name, len(f.Sessions)
	return fixed, nil
}

// most returns the session of that role with by far the most messages.
func (f File) most(role session.Role) (*Session, string, error) {
	candidates := slices.DeleteFunc(slices.Clone(f.Sessions), func(s *Session) bool { return s.Role != role })
	why := fmt.Sprintf("the only one of %d to %s", len(f.Sessions), role)
	if len(candidates) == 0 {
		candidates, why = slices.Clone(f.Sessions), ""
	}
	if len(candidates) == 1 {
		return candidates[0], why, nil
	}
	slices.SortStableFunc(candidates, func(x, y *Session) int { return int(y.Messages - x.Messages) })
	if candidates[0].Messages < clearly*candidates[1].Messages {
		return nil, "", &AmbiguousError{f.Name, f.Sessions}
	}
	return candidates[0], fmt.Sprintf("by far the most messages of %d", len(f.Sessions)), nil
}
