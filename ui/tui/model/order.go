package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// SortKey is the column by which the sessions are sorted.
type SortKey uint8

// The sort keys, in the order of the key that switches them.
const (
	ByNumber SortKey = iota
	ByClient
	ByServer
	ByRole
	ByStream
	ByAgent
	ByEngine
	ByPrograms
	ByPhase
	ByMessages
	ByRate
	ByDuration
	ByWorst
	sortKeys
)

// String is the name of the column.
func (k SortKey) String() string {
	return [...]string{"number", "client", "server", "role", "app/stream", "client program", "server program", "programs", "phase", "messages", "bit rate", "duration", "worst first"}[k]
}

func (m *Model) sortListed() {
	m.names = m.names[:0]
	if m.Sort == ByPrograms {
		for i := range m.roster.infos {
			m.names = append(m.names, m.programsOf(&m.roster.infos[i]))
		}
	}
	slices.SortStableFunc(m.Listed, func(a, b SessionLine) int {
		c := m.compare(m.roster.info(uint32(a.Index+1)), m.roster.info(uint32(b.Index+1)))
		if m.SortReverse {
			c = -c
		}
		return c
	})
}

func (m *Model) compare(a, b *session.Info) int {
	c := 0
	switch m.Sort {
	case ByClient:
		c = strings.Compare(a.Client, b.Client)
	case ByServer:
		c = strings.Compare(a.Server, b.Server)
	case ByAgent:
		c = strings.Compare(string(a.Agent), string(b.Agent))
	case ByEngine:
		c = strings.Compare(string(a.Engine), string(b.Engine))
	case ByPrograms:
		p, q := m.nameOf(a), m.nameOf(b)
		c = cmp.Or(strings.Compare(p.Client, q.Client), strings.Compare(p.Server, q.Server))
	case ByMessages:
		c = cmp.Compare(b.Messages[0]+b.Messages[1], a.Messages[0]+a.Messages[1])
	case ByRole:
		c = cmp.Compare(a.Role, b.Role)
	case ByStream:
		c = strings.Compare(string(a.App+"/"+a.Stream), string(b.App+"/"+b.Stream))
	case ByPhase:
		c = cmp.Compare(a.Phase, b.Phase)
	case ByRate:
		c = cmp.Compare(m.BitRate(*b), m.BitRate(*a)) // the busiest first
	case ByDuration:
		c = cmp.Compare(lasted(b), lasted(a))
	case ByWorst:
		c = m.weigh(b) - m.weigh(a)
	}
	return cmp.Or(c, cmp.Compare(a.Number, b.Number))
}

// nameOf is the programs of a session that is listed, while the list is sorted by them.
func (m *Model) nameOf(s *session.Info) lint.Programs {
	i, _ := slices.BinarySearch(m.roster.numbers, s.Number)
	return m.names[i]
}

func lasted(s *session.Info) time.Duration { return s.LastAt.Sub(s.OpenedAt) }

// weigh says how much a session deserves to be looked at first: by its worst
// finding, then by what the server refused, then by other trouble.
func (m *Model) weigh(s *session.Info) int {
	w := int(s.Worst) * 4
	if m.refused.of(s.Number) > 0 {
		w += 2
	}
	if s.Trouble != "" {
		w++
	}
	return w
}

// Worst are the session that deserves to be looked at first and the newest one with
// trouble, nil when there is none or it is the same, and how many have trouble besides.
func (m *Model) Worst() (gravest, newest *session.Info, more int) {
	if m.heaviest < 0 {
		return nil, nil, 0
	}
	g := m.shown.Session(uint32(m.heaviest + 1))
	if m.newest == m.heaviest {
		return &g, nil, m.troubled - 1
	}
	n := m.shown.Session(uint32(m.newest + 1))
	return &g, &n, m.troubled - 2
}

// pressing is weigh for what is live: what goes on comes before what has ended,
// and a fault is a fault, refused or not.
func pressing(s *session.Info) int {
	w := int(max(s.Worst, session.Warning))
	if s.Open {
		w += 10
	}
	return w
}

// findHeaviest is the index of the session that deserves to be looked at first,
// -1 when none has trouble. Of equals it is the first one of a file, which may be
// the cause of the others, and the newest one of what is live. On the way it counts
// those with trouble and keeps the newest.
func (m *Model) findHeaviest(list []session.Info) int {
	best, most := -1, 0
	m.newest, m.troubled = -1, 0
	for i := range list {
		s := &list[i]
		if s.Trouble == "" && s.Worst < session.Warning {
			continue
		}
		m.newest = int(s.Number - 1)
		m.troubled++
		w := m.weigh(s)
		if m.Options.Live {
			w = pressing(s)
		}
		if best < 0 || w > most || w == most && m.Options.Live {
			best, most = int(s.Number-1), w
		}
	}
	return best
}

// Complaint says in a few words what is wrong with a session, "" when nothing is.
func (m *Model) Complaint(s *session.Info) string {
	if row := m.worst.of(s.Number); row > 0 && (s.Trouble == "" || s.Worst == session.Error && m.refused.of(s.Number) == 0) {
		return m.shown.Text(int(row)).Brief.Show(m.Reveal)
	}
	return s.Cause
}

// nextSort sorts by the next column that is in sight.
func (m *Model) nextSort() {
	shown := map[SortKey]bool{ByNumber: true}
	for _, c := range m.SessionColumns(m.Width) {
		shown[c.sort] = true
	}
	key := (m.Sort + 1) % sortKeys
	for !shown[key] {
		key = (key + 1) % sortKeys
	}
	m.sortBy(key)
}

func (m *Model) sortBy(key SortKey) {
	m.Sort, m.SortReverse = key, false
	m.Message = "sessions by " + m.Sort.String()
	m.listAnew()
}

// sortCommand is what :sort does with the name of a column.
func (m *Model) sortCommand(name string) {
	c, ok := findColumn(SessionColumnsSetting, name)
	if !ok {
		m.Message = fmt.Sprintf("there is no column %q; there are %s", name, strings.Join(columnNames(SessionColumnsSetting), ", "))
		return
	}
	m.sortBy(c.sort)
}

func (m *Model) reverseSort() {
	m.SortReverse = !m.SortReverse
	m.listAnew()
}
