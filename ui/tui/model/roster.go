package model

import (
	"iter"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// listedSessions is how many sessions the list has at most, the newest ones of those that
// are looked for. The others are counted below it, and found by their words.
const listedSessions = 2000

// roster is what the list of sessions is made of: copies of the sessions that are looked
// for, in order. A copy is made anew when something has changed in its session, so that the
// sessions that were cost nothing.
type roster struct {
	of      list.Timeline // nil at first
	words   string        // that are looked for, "" for all sessions
	reveal  bool
	numbers []uint32
	infos   []session.Info // of the numbers
	earlier int            // sessions that are looked for and too old to be listed
	groups  [][]int        // indices into infos: session.Attempts
	remade  bool           // what groups depend on has changed since they were made
}

// refresh takes in what has changed, and reports whether anything has. holds says whether a
// session has the words that are looked for.
func (r *roster) refresh(tl list.Timeline, words string, reveal bool, holds func(*session.Info) bool) (changed bool) {
	if r.of == nil || r.words != words || r.reveal != reveal || tl.SessionCount() < r.of.SessionCount() {
		*r = roster{words: words, reveal: reveal, remade: true}
		changed = true
	}
	first := uint32(1)
	if r.of == nil && words == "" {
		r.earlier = max(tl.SessionCount()-listedSessions, 0)
		first += uint32(r.earlier)
	}
	for n := range news(tl, r.of, first) {
		changed = true
		s := tl.Session(n)
		r.take(&s, words == "" || holds(&s))
	}
	r.of = tl
	if old := len(r.numbers) - listedSessions; old > 0 {
		r.numbers, r.infos, r.earlier, r.remade = r.numbers[old:], r.infos[old:], r.earlier+old, true
	}
	return changed
}

// news gives the sessions from one on in which something may have changed since an earlier timeline: for
// those that are open time has.
func news(tl, before list.Timeline, first uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if before == nil {
			for n := first; int(n) <= tl.SessionCount(); n++ {
				if !yield(n) {
					return
				}
			}
			return
		}
		told := map[uint32]bool{}
		for n := range list.Changed(tl, before) {
			if told[n] = true; !yield(n) {
				return
			}
		}
		for _, n := range tl.Open() {
			if !told[n] && !yield(n) {
				return
			}
		}
	}
}

// take takes in a session, or takes it out when it is not wanted.
func (r *roster) take(s *session.Info, wanted bool) {
	i, known := slices.BinarySearch(r.numbers, s.Number)
	switch {
	case known && wanted:
		r.remade = r.remade || !alike(&r.infos[i], s)
		r.infos[i] = *s
	case known:
		r.numbers, r.infos, r.remade = slices.Delete(r.numbers, i, i+1), slices.Delete(r.infos, i, i+1), true
	case wanted && (i > 0 || r.earlier == 0): // one of the earlier ones stays there
		r.numbers, r.infos, r.remade = slices.Insert(r.numbers, i, s.Number), slices.Insert(r.infos, i, *s), true
	}
}

// alike reports whether a session is grouped with others as it was before.
func alike(a, b *session.Info) bool {
	return a.Open && b.Open && a.Role == b.Role && a.App == b.App && a.Stream == b.Stream && a.Agent == b.Agent && a.Redirect == b.Redirect ||
		!a.Open && !b.Open && a.LastAt.Equal(b.LastAt) && a.Redirect == b.Redirect
}

// attempts are the sessions in groups, of those that belong together.
func (r *roster) attempts() [][]int {
	if r.remade {
		r.groups, r.remade = session.Attempts(r.infos), false
	}
	return r.groups
}

// info is the copy of a session, nil of one that is not listed.
func (r *roster) info(number uint32) *session.Info {
	if i, ok := slices.BinarySearch(r.numbers, number); ok {
		return &r.infos[i]
	}
	return nil
}

// programsOf names the programs of a session that need not be in sight.
func (m *Model) programsOf(s *session.Info) (p lint.Programs) {
	if m.meters != nil {
		p = m.meters.ProgramsOf(s.Number)
	}
	return m.named(p, s)
}

// sessionWords is the text of a session as a search sees it.
func (m *Model) sessionWords(s *session.Info) string {
	p := m.programsOf(s)
	return strings.Join([]string{s.Client, s.Server, s.Role.String(), s.App.Show(m.Reveal), s.Stream.Show(m.Reveal),
		s.Agent.Show(m.Reveal), s.Engine.Show(m.Reveal), p.Client, lint.ShortName(p.Client), p.Server, lint.ShortName(p.Server), s.Phase.String(), s.Trouble, s.Ended}, " ")
}
