package lint

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

var healthySessions = flag.Int("healthy", 100, "how many healthy sessions to judge")

// silence counts what was said of healthy sessions.
type silence struct {
	sessions, warned, failed int
	rules                    map[string]int    // sessions in which a rule spoke, by severity and rule
	first                    map[string]string // the first time it did
	had                      traffic
}

// judgeHealthy judges the session of a seed: what was said comes back, and which
// kinds of traffic it had.
func judgeHealthy(seed uint64) (single bool, found []session.Finding, shortfall string, had traffic) {
	j := New(Config{})
	had = traffic{}
	t := session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
		had.see(e)
		if e.Kind == session.Found {
			f := *e.Finding
			f.At = e.At()
			found = append(found, f)
		}
	}})
	single, _ = speakHealthy(t, seed)
	for n := uint32(1); ; n++ {
		r, ok := j.Report(n)
		if !ok {
			return single, found, shortfall, had
		}
		shortfall += r.Shortfall
	}
}

func (s *silence) add(t *testing.T, seed uint64) {
	single, found, shortfall, had := judgeHealthy(seed)
	s.sessions++
	s.had.add(had)
	worst := session.Note
	heard := map[string]bool{}
	for _, f := range found {
		what := f.Severity.String() + " " + f.Rule
		if worst = max(worst, f.Severity); !heard[what] {
			heard[what] = true
			s.rules[what]++
		}
		if _, known := s.first[what]; !known {
			s.first[what] = fmt.Sprintf("seed %d: %s", seed, line(f))
		}
		if f.Severity == session.Error || single && f.Severity > session.Note {
			t.Errorf("seed %d: %s", seed, line(f))
		}
	}
	switch {
	case worst == session.Error:
		s.failed++
	case worst == session.Warning:
		s.warned++
	}
	if shortfall != "" {
		t.Errorf("seed %d: %s", seed, shortfall)
	}
}

// TestHealthySessions judges random sessions of many programs, codecs and habits that
// are as the specification and daily practice want them: no error in any, no warning
// in those of one stream, and in at most 2 % of the others. More of them, with a table
// of what was said: go test ./decode/lint -run HealthySessions -healthy 10000 -v
func TestHealthySessions(t *testing.T) {
	s := silence{rules: map[string]int{}, first: map[string]string{}, had: traffic{}}
	for seed := range uint64(few(*healthySessions)) {
		s.add(t, seed)
	}
	for _, what := range slices.Sorted(maps.Keys(s.rules)) {
		t.Logf("%5d %s, first %s", s.rules[what], what, s.first[what])
	}
	t.Logf("%d sessions: %d with an error, %d with a warning", s.sessions, s.failed, s.warned)
	for _, kind := range healthyKinds {
		if !s.had[kind] && !testing.Short() {
			t.Errorf("no session had %s", kind)
		}
	}
	if s.warned*50 > s.sessions {
		t.Errorf("%d of %d sessions are warned of", s.warned, s.sessions)
	}
}

// few is a quarter of n when tests are to be short.
func few(n int) int {
	if testing.Short() {
		return n / 4
	}
	return n
}

// FuzzHealthy looks for a seed whose session is said to have a fault.
func FuzzHealthy(f *testing.F) {
	for seed := range uint64(5) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		single, found, shortfall, _ := judgeHealthy(seed)
		for _, x := range found {
			if x.Severity == session.Error || single && x.Severity > session.Note {
				t.Error(line(x))
			}
		}
		if shortfall != "" {
			t.Error(shortfall)
		}
	})
}
