package model

import (
	"net/netip"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// attemptGap is the longest pause after which a new connection still counts as
// another attempt: encoders wait up to 30 seconds before they reconnect.
const attemptGap = 45 * time.Second

// attempts groups the sessions: each group is one client that comes back for
// the same thing after its last connection has ended, as encoders do that
// reconnect and clients that are sent back to authenticate.
func (m *Model) attempts(list []session.Info) (groups [][]int) {
	open := map[string]int{} // what was wanted → group
	for i := range list {
		s := &list[i]
		g, found := open[wanted(s, true)]
		if !found {
			g, found = open[wanted(s, false)]
		}
		if found && follows(&list[groups[g][len(groups[g])-1]], s) {
			groups[g] = append(groups[g], i)
		} else {
			g = len(groups)
			groups = append(groups, []int{i})
		}
		open[wanted(s, s.Role != session.RoleUnknown)] = g
	}
	return groups
}

// follows reports whether a session can be the next attempt after another.
func follows(last, s *session.Info) bool {
	pause := s.OpenedAt.Sub(last.LastAt)
	same := last.Role == session.RoleUnknown || s.Role == session.RoleUnknown || last.Role == s.Role && last.Stream == s.Stream
	return same && !last.Open && pause >= 0 && pause <= attemptGap
}

// wanted is who wants what; for a connection that ended before it said so, who
// wants something of an application.
func wanted(s *session.Info, all bool) string {
	key := host(s.Client) + " " + string(s.App)
	if all {
		key += "/" + string(s.Stream) + " " + s.Role.String()
	}
	return key
}

func host(addr string) string {
	if a, err := netip.ParseAddrPort(addr); err == nil {
		return a.Addr().String()
	}
	before, _, _ := strings.Cut(addr, " ")
	return before
}

// unfold opens what is folded under the cursor of the focused pane.
func (m *Model) unfold() {
	if m.Overlay == SessionDiff {
		m.Versus.Right = true
		return
	}
	if m.Focus == PaneSessions {
		m.foldAttempts(true)
		return
	}
	m.Detail.unfold()
	m.Detail.show(m.Layout())
}

func (m *Model) foldIn() {
	if m.Overlay == SessionDiff {
		m.Versus.Right = false
		return
	}
	if m.Focus == PaneSessions {
		m.foldAttempts(false)
		return
	}
	m.Detail.foldOut()
	m.Detail.show(m.Layout())
}

// foldAttempts shows the attempts of the selected line as lines of their own,
// or takes them back.
func (m *Model) foldAttempts(open bool) {
	i := m.SelectedLine()
	for ; i >= 0 && m.Listed[i].Child; i-- {
	}
	if i < 0 || len(m.Listed[i].Attempts) == 0 {
		m.Message = "nothing is folded here"
		return
	}
	list := m.shown.Sessions()
	m.unfolded[list[m.Listed[i].Attempts[0]].Number] = open
	if !open {
		m.selectSession(list[m.Listed[i].Index].Number)
	}
	m.listSessions()
}
