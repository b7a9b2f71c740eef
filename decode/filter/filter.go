// Package filter is the language in which rows of a timeline are selected: on
// the command line, in the terminal UI and in exports. docs/filter.md describes
// it for people.
//
// [Compile] turns a text into a [Filter]. [Filter.Match] takes the entries of a
// fold as they come; [Filter.MatchRow] and [Filter.Scan] take the rows of a snapshot, which is
// enough unless the filter looks at arguments (see [Filter.RowOnly]).
// [Complete] says what can stand at a place of a text. A text that is no filter
// gives an [*Error] that names the place and says in plain words what is wrong.
//
// Expressions have the grammar of expr-lang/expr, whose parser reads them. They
// are checked and evaluated here, not by that project's machine, because a row
// that lacks a field has to be an ordinary case and not an error, and because
// millions of rows are looked at without allocating for each. A compiled filter
// has no loops and cannot fail; limits.go bounds what one match may cost.
//
// A filter sees text as it would be shown with credentials revealed: whoever
// filters a capture owns it, and a stream key must be findable. It therefore
// says nothing about what may be shown; a sink masks what it writes as always.
//
// The package keeps no state and shows nothing.
package filter

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Filter selects rows. It never changes and is safe for concurrent use.
type Filter struct {
	text     string
	match    func(*subject) bool
	needs    needs
	awaiting func(row uint32) bool
	knowing  func(session uint32) *Session
}

// needs says what a filter looks at, besides the row itself.
type needs uint8

const (
	needsEntry   needs = 1 << iota // arguments and other parts that no row holds
	needsAnswers                   // whether a request was answered later
	needsSession                   // what became of the session of a row
)

// Compile reads a filter. The empty text selects every row. An error is always
// an [*Error].
func Compile(text string) (*Filter, error) {
	c := &compiler{text: text}
	t, err := c.whole()
	if err != nil {
		return nil, err
	}
	return &Filter{text: text, match: t.truth, needs: c.needs}, nil
}

// String is the text that the filter was compiled from.
func (f *Filter) String() string { return f.text }

// Match reports whether an entry is selected. It keeps nothing of the entry.
func (f *Filter) Match(e *session.Entry) bool {
	return f.match(&subject{row: e.Row, number: e.Number, entry: e, awaiting: f.awaiting, knowing: f.knowing})
}

// Timeline is what MatchRow reads: a *[session.Snapshot], or a stand-in.
type Timeline interface {
	Row(n int) session.Row
	Text(n int) session.Text
	SessionCount() int
	Session(number uint32) session.Info
}

// MatchRow reports whether row n of a timeline, counted from 1, is selected.
// Fields that only an entry holds are absent here; see RowOnly.
func (f *Filter) MatchRow(t Timeline, n int) bool {
	return f.match(&subject{row: t.Row(n), number: uint32(n), timeline: t, awaiting: f.awaiting, knowing: f.knowing})
}

// Scan selects among the rows of one timeline. It is for one goroutine, and the
// quick way through millions of rows: it allocates nothing for a row.
type Scan struct {
	filter  *Filter
	subject subject
}

// Scan returns a way to select among the rows of t. Take a new one for a new
// snapshot.
func (f *Filter) Scan(t Timeline) *Scan {
	return &Scan{filter: f, subject: subject{timeline: t, awaiting: f.awaiting, knowing: f.knowing}}
}

// Opening returns a way to select among the rows of t by what no row holds. open
// reads what was decoded of row n again, nil when there is nothing; of the entry
// only Message and Finding are looked at. It is called for those rows alone
// about which the rest of the filter leaves a question.
func (f *Filter) Opening(t Timeline, open func(n int) *session.Entry) *Scan {
	s := f.Scan(t)
	s.subject.open = open
	return s
}

// Match is MatchRow.
func (s *Scan) Match(n int) bool {
	s.subject.row, s.subject.number, s.subject.hasWords = s.subject.timeline.Row(n), uint32(n), false
	s.subject.opened, s.subject.hasOpen = nil, false
	return s.filter.match(&s.subject)
}

// RowOnly reports whether MatchRow selects the same rows as Match, because the
// filter uses neither arguments nor another field that only an entry holds.
func (f *Filter) RowOnly() bool { return f.needs&needsEntry == 0 }

// NeedsAnswers reports whether the filter asks for requests without an answer,
// which cannot be known of an entry when it comes: see Awaiting.
func (f *Filter) NeedsAnswers() bool { return f.needs&needsAnswers != 0 }

// Awaiting returns the filter for a fold whose end is known: unanswered reports
// whether the request in a row never got an answer. Without it, `unanswered` is
// false in Match; MatchRow asks the timeline.
func (f *Filter) Awaiting(unanswered func(row uint32) bool) *Filter {
	g := *f
	g.awaiting = unanswered
	return &g
}

// NeedsSessions reports whether the filter asks what became of the session of a row,
// which changes as the session goes on: see Knowing.
func (f *Filter) NeedsSessions() bool { return f.needs&needsSession != 0 }

// Knowing returns the filter with a way to look up a session, nil when nothing is
// known of it. Without one, Match knows nothing of sessions; MatchRow asks the
// timeline, which names no programs.
func (f *Filter) Knowing(about func(number uint32) *Session) *Filter {
	g := *f
	g.knowing = about
	return &g
}
