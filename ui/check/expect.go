package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Scope says of which sessions something is expected.
type Scope uint8

// The scopes. Whoever expects a keyframe of a recording wants one in every session
// that came for media; that one of them has it is to be asked for.
const (
	OfAll     Scope = iota // every session that published or played
	OfPublish              // every one that published
	OfPlay                 // every one that played
	OfAny                  // one session, whichever
)

// scopes are the words in front of an expectation.
var scopes = map[string]Scope{"publish": OfPublish, "play": OfPlay, "any": OfAny}

// holds reports whether a session is one of the scope.
func (s Scope) holds(info *session.Info) bool {
	switch s {
	case OfPublish:
		return info.Role == session.Publish
	case OfPlay:
		return info.Role == session.Play
	case OfAny:
		return true
	}
	return info.Role != session.RoleUnknown
}

// nobody says that there is no session of the scope.
func (s Scope) nobody() string {
	return "no session " + [...]string{OfAll: "published or played", OfPublish: "published", OfPlay: "played", OfAny: "is there"}[s]
}

// Expectation is something that sessions should show, within a time from their
// opening.
type Expectation struct {
	Text   string
	Of     Scope
	Within time.Duration // 0: at any time
	Row    uint32        // the first row that meets it, or 0
	Unmet  []uint32      // sessions of the scope that do not show it; none for OfAny

	match *filter.Filter
	met   map[uint32]uint32 // by session: the first row
}

// Met reports whether every session of the scope shows it, and one does.
func (x *Expectation) Met() bool { return x.Row > 0 && len(x.Unmet) == 0 }

// ParseExpectation reads "EXPR within DURATION", or EXPR alone, behind "publish:",
// "play:" or "any:" when not every session is meant. Words that look like a mistyped
// field are refused, because nobody watches what they would find, and so is what
// every session shows with its first row, and what is known of a session only at its
// end. saved are filters that EXPR can name: @slow. An error is a [*filter.Error] about the
// whole text.
func ParseExpectation(text string, saved map[string]string) (x Expectation, err error) {
	x.Text = text
	wrong := func(at int, format string, args ...any) error {
		return &filter.Error{Text: text, Offset: at, Message: fmt.Sprintf(format, args...)}
	}
	skip := 0
	if before, _, found := strings.Cut(text, ":"); found {
		if of, known := scopes[strings.TrimSpace(before)]; known {
			x.Of, skip = of, len(before)+1
		}
	}
	expr, after, at, timed := filter.CutLast(text[skip:], "within")
	if strings.TrimSpace(expr) == "" {
		return x, wrong(skip, "nothing is expected; write a filter, as in 'keyframe within 3s'")
	}
	if timed {
		x.Within, err = time.ParseDuration(strings.TrimSpace(after))
		if err != nil || x.Within <= 0 {
			return x, wrong(skip+at+len("within"), "a time such as 5s must follow \"within\"; to search for the word, write it in quotes")
		}
	}
	full, err := filter.Expand(expr, saved)
	if err == nil {
		x.match, err = filter.Strict(full, "within")
	}
	var bad *filter.Error
	switch {
	case errors.As(err, &bad) && bad.Text != expr: // the place is one in a filter that was saved
		return x, wrong(skip, "%s", bad.Message)
	case errors.As(err, &bad):
		return x, wrong(skip+bad.Offset, "%s", bad.Message)
	case err == nil && x.match.NeedsSessions():
		return x, wrong(skip, "an expectation is about rows; what becomes of a session, --session selects")
	case err == nil && always(x.match):
		return x, wrong(skip, "every session shows this with its first row, whatever happens; expect something that only a good one shows")
	}
	return x, err
}

// always reports whether the row that opens any session meets a filter.
func always(f *filter.Filter) (met bool) {
	t := session.New(session.Options{OnEntry: func(e *session.Entry) { met = met || e.Kind == session.Opened && f.Match(e) }})
	script.Example{}.Play(t, script.Time)
	return met
}

// see notes a row that meets the expectation.
func (x *Expectation) see(e *session.Entry) {
	if _, seen := x.met[e.Session]; !seen && (x.Within == 0 || e.Elapsed <= x.Within) && x.match.Match(e) {
		x.met[e.Session] = e.Number
	}
}

// settle says what became of the expectation in these sessions.
func (x Expectation) settle(sessions []Session) Expectation {
	x.Row, x.Unmet = 0, nil
	for i := range sessions {
		info := &sessions[i].Info
		row := x.met[info.Number]
		switch {
		case !x.Of.holds(info):
		case row == 0 && x.Of != OfAny:
			x.Unmet = append(x.Unmet, info.Number)
		case row > 0 && (x.Row == 0 || row < x.Row):
			x.Row = row
		}
	}
	return x
}

// outcome says behind the text what became of it.
func (x *Expectation) outcome() string {
	switch {
	case x.Met():
		return fmt.Sprintf(": row %d", x.Row)
	case len(x.Unmet) == 1:
		return fmt.Sprintf(": no row of session %d meets it", x.Unmet[0])
	case len(x.Unmet) > 1:
		return ": no row of " + sessions(session.Story{Sessions: x.Unmet}) + " meets it"
	case x.Of == OfAny:
		return ": no row of any session meets it"
	}
	return ": " + x.Of.nobody()
}

// fresh are expectations of which nothing is known yet.
func fresh(expects []Expectation) []Expectation {
	out := slices.Clone(expects)
	for i := range out {
		out[i].met = map[uint32]uint32{}
	}
	return out
}
