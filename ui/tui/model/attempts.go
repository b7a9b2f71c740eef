package model

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// AttemptWords tells of a line that stands for several attempts in one line.
func (m *Model) AttemptWords(l SessionLine) string {
	var list []session.Info
	var group []int
	for k, i := range append(slices.Clone(l.Attempts), l.Index) {
		list, group = append(list, m.shown.Session(uint32(i+1))), append(group, k)
	}
	return session.AttemptWords(list, group).Show(m.Reveal)
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
	if m.Focus == PaneHex {
		m.Detail.MoveByte(0, 1, m.Layout().Room())
		return
	}
	m.Detail.Unfold()
	m.Detail.Show(m.Layout().Room())
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
	if m.Focus == PaneHex {
		m.Detail.MoveByte(0, -1, m.Layout().Room())
		return
	}
	m.Detail.FoldOut()
	m.Detail.Show(m.Layout().Room())
}

// turnAttempts unfolds the attempts of the selected line, or folds them.
func (m *Model) turnAttempts() {
	i := m.SelectedLine()
	m.foldAttempts(i >= 0 && !m.Listed[i].Unfolded && !m.Listed[i].Child)
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
	group := uint32(m.Listed[i].Attempts[0] + 1)
	if m.unfolded[group] = true; !open {
		delete(m.unfolded, group)
		m.selectSession(uint32(m.Listed[i].Index + 1))
	}
	m.listAnew()
}
