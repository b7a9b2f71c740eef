package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// wentAround is said when a search began again at the other end.
const wentAround = "went around the end"

// toTimeline gives the focus to the timeline when a key of the sessions pane has
// moved there.
func (m *Model) toTimeline() {
	if m.Focus == PaneSessions {
		m.Focus = PaneTimeline
	}
}

// jump selects the next entry for which want is true, going around once.
func (m *Model) jump(step int, want func(list.Timeline, list.Entry) bool, what string) {
	v := m.View()
	n := v.Len()
	for i := 1; i <= n; i++ {
		pos := ((v.Sel+i*step)%n + n) % n
		if !want(m.shown, v.At(pos)) {
			continue
		}
		if (pos-v.Sel)*step <= 0 {
			m.Message = wentAround
		}
		v.Follow = false
		v.Move(pos, m.timelineHeight())
		m.toTimeline()
		return
	}
	m.Message = "no " + what + " in this list"
}

func isCommand(tl list.Timeline, e list.Entry) bool {
	return e.Kind == list.RowLine && !e.Child && tl.Text(e.Row).Command != ""
}

func isUnanswered(tl list.Timeline, e list.Entry) bool {
	r := tl.Row(e.Row)
	if e.Kind != list.RowLine || r.Kind != session.Message || r.Flags&session.Request == 0 {
		return false
	}
	pending := tl.Session(r.Session).Pending
	return slices.ContainsFunc(pending, func(p session.Pending) bool { return int(p.Row) == e.Row })
}

// jumpKeyframe goes to the next row that is a keyframe, around the end if need
// be; a run that hides it is opened.
func (m *Model) jumpKeyframe(step int) {
	v := m.View()
	n := v.Len()
	for i := 0; i <= n && n > 0; i++ {
		pos := ((v.Sel+i*step)%n + n) % n
		row := m.keyframeAt(pos, step, i == 0)
		if row == 0 {
			continue
		}
		around := i > 0 && (pos-v.Sel)*step <= 0
		if m.goTo(row); around {
			m.Message = wentAround
		}
		m.toTimeline()
		return
	}
	m.Message = "no keyframe in this list"
}

// keyframeAt is the first keyframe of the entry at a position in the direction of
// step, 0 when it has none. here says that the entry is selected: then what is
// shown of it is passed over.
func (m *Model) keyframeAt(pos, step int, here bool) int {
	v := m.View()
	e := v.At(pos)
	isKey := func(row int) bool {
		r := m.shown.Row(row)
		return r.Type == chunk.TypeVideo && r.IsMedia() && r.Flags&session.KeyFrame != 0
	}
	switch {
	case e.Kind == list.RowLine && !here && isKey(e.Row):
		return e.Row
	case e.Kind != list.RunLine || e.Expanded || e.Run.Keys == 0 || here && step < 0:
		return 0
	}
	return v.FirstIn(pos, step, m.shown, isKey)
}

// jumpTrouble goes to the next trouble. Where one session is listed and has no
// more, it says which others have trouble too.
func (m *Model) jumpTrouble(step int) {
	m.jump(step, troubled, "trouble")
	if others := m.troubledOthers(); m.Message != "" && others != "" {
		m.Message += fmt.Sprintf("; %s trouble too (%s lists all)", others, m.KeyOf("all-sessions"))
	}
}

// namedOthers is how many sessions are named in one message.
const namedOthers = 4

// troubledOthers names the sessions with trouble that are not listed, with their
// verb: "sessions 3, 5 have"; "" when there are none.
func (m *Model) troubledOthers() string {
	var numbers []string
	for _, s := range m.shown.Sessions() {
		if !m.All && s.Number != m.session && (s.Trouble != "" || s.Worst >= session.Warning) {
			numbers = append(numbers, strconv.Itoa(int(s.Number)))
		}
	}
	switch n := len(numbers); {
	case n == 0:
		return ""
	case n == 1:
		return "session " + numbers[0] + " has"
	case n > namedOthers:
		return fmt.Sprintf("sessions %s and %d more have", strings.Join(numbers[:namedOthers], ", "), n-namedOthers)
	}
	return "sessions " + strings.Join(numbers, ", ") + " have"
}

func troubled(tl list.Timeline, e list.Entry) bool {
	return e.Kind == list.RowLine && IsTrouble(tl.Row(e.Row))
}

func isFinding(tl list.Timeline, e list.Entry) bool {
	return e.Kind == list.RowLine && tl.Row(e.Row).Kind == session.Found
}

// IsTrouble reports whether a row must not be overlooked.
func IsTrouble(r session.Row) bool {
	switch r.Kind {
	case session.Aborted, session.Anomaly, session.Lost, session.Gap:
		return true
	case session.Found:
		return r.Severity >= session.Warning
	}
	return r.Flags&(session.Refused|session.Short|session.Incomplete) != 0
}
