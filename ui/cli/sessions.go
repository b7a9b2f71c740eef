package cli

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/spf13/cobra"
)

// sessionsFlag is --session: numbers of sessions, or filters that select them. It
// implements pflag.Value; a session is chosen that any of them names.
type sessionsFlag struct {
	texts   []string
	numbers []uint32
	filters []*filter.SessionFilter
}

func (s *sessionsFlag) add(c *cobra.Command) {
	c.Flags().Var(s, "session", "only these sessions: a number, or a filter such as 'role == \"play\"' (rtmpscope help filter); may be repeated")
}

// String is what was given.
func (s *sessionsFlag) String() string { return strings.Join(s.texts, ", ") }

// Type is the word for the value in --help.
func (s *sessionsFlag) Type() string { return "N|expression" }

// Set reads numbers, or a filter.
func (s *sessionsFlag) Set(value string) error {
	s.texts = append(s.texts, value)
	if numbers, ok := sessionNumbers(value); ok {
		if slices.Contains(numbers, 0) {
			return errors.New("sessions are counted from 1")
		}
		s.numbers = append(s.numbers, numbers...)
		return nil
	}
	value, err := expanded(value)
	if err != nil {
		return err
	}
	f, err := filter.CompileSessions(value)
	s.filters = append(s.filters, f)
	return shown(err)
}

// sessionNumbers reads "2" and "1,3". What no session can have becomes 0, or
// a number that none has.
func sessionNumbers(value string) (out []uint32, ok bool) {
	for part := range strings.SplitSeq(value, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil {
			return nil, false
		}
		out = append(out, uint32(min(max(n, 0), math.MaxUint32)))
	}
	return out, true
}

// given reports whether only some sessions are wanted.
func (s *sessionsFlag) given() bool { return len(s.texts) > 0 }

// holds reports whether a session is wanted.
func (s *sessionsFlag) holds(about *filter.Session) bool {
	return !s.given() || slices.Contains(s.numbers, about.Number) ||
		slices.ContainsFunc(s.filters, func(f *filter.SessionFilter) bool { return f.Match(about) })
}

// among lists the numbers of those sessions that are wanted. A number that none of
// them has is a mistake.
func (s *sessionsFlag) among(file string, sessions []filter.Session) (out []uint32, err error) {
	for i := range sessions {
		if s.holds(&sessions[i]) {
			out = append(out, sessions[i].Number)
		}
	}
	return out, s.missing(file, len(sessions))
}

// missing is the error of a number that no session of a capture has.
func (s *sessionsFlag) missing(file string, count int) error {
	for i, n := range s.numbers {
		if int64(n) > int64(count) {
			return fail(exitUsage, "--session %s: %s has %s", s.texts[min(i, len(s.texts)-1)], text.Safe(inputName(file)), session.Counted(count, "session"))
		}
	}
	return nil
}

// of returns the numbers of the sessions of a capture that are wanted, nil for all. It
// reads the capture to its end when a filter has to be asked.
func (s *sessionsFlag) of(ctx context.Context, file string, src analyst.Source, rules lint.Config) ([]uint32, error) {
	switch {
	case !s.given():
		return nil, nil
	case len(s.filters) == 0:
		return s.numbers, nil
	}
	numbers, err := s.among(file, survey(ctx, src, rules))
	if err == nil && len(numbers) == 0 {
		err = fail(exitUsage, "--session %s: no session of %s is like that", s, text.Safe(inputName(file)))
	}
	return numbers, err
}

// chosen is a sink for the rows of some sessions.
type chosen struct {
	export.Sink
	numbers []uint32
}

// Row passes on a row of one of them.
func (c *chosen) Row(e *session.Entry) error {
	if !slices.Contains(c.numbers, e.Session) {
		return nil
	}
	return c.Sink.Row(e)
}
