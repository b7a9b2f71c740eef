package filter

import (
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Term is a condition that something meets, as a filter writes it: what it is asked, and
// what it answers. With it a person filters by a value that is on the screen.
type Term struct {
	Field  string // `code`, `args[0].app`
	Value  string // `"live"`, `20`; "" of what is only true or not
	Secret bool   // the value holds a credential
}

// Is is the filter that selects what meets the condition.
func (t Term) Is() string {
	if t.Value == "" {
		return t.Field
	}
	return t.Field + " == " + t.Value
}

// IsNot is the filter that selects everything else.
func (t Term) IsNot() string {
	if t.Value == "" {
		return "not " + t.Field
	}
	return t.Field + " != " + t.Value
}

// FieldTerm is the condition that the value of a field meets; ask and value are those of
// field.Field. ok is false where no filter asks for it.
func FieldTerm(ask string, value text.Marked) (t Term, ok bool) {
	full := value.Show(true)
	if ask == "" || full == "" {
		return t, false
	}
	t = Term{Field: ask, Value: full, Secret: value.HasSecret()}
	if n := len(full); n >= 2 && full[0] == '"' && full[n-1] == '"' {
		t.Value = strconv.Quote(full[1 : n-1])
	}
	return t, true
}

// offeredOfRows are the fields that rows are filtered by, the most telling first. The
// others differ from row to row.
var offeredOfRows = []string{"command", "code", "rule", "name", "kind", "severity", "codec", "keyframe", "refused", "reset",
	"unanswered", "from", "session", "type", "message_stream", "chunk_stream", "length", "timestamp"}

// RowTerms lists the conditions that a row of a timeline meets, the most telling first.
func RowTerms(tl Timeline, n int) []Term {
	s := &subject{row: tl.Row(n), number: uint32(n), timeline: tl}
	var out []Term
	for _, name := range offeredOfRows {
		if t, ok := fieldByName[name].term(s); ok {
			out = append(out, t)
		}
	}
	return out
}

// offeredOfSessions is the same for sessions.
var offeredOfSessions = []string{"client", "server", "role", "app", "stream", "program", "server_program", "state", "phase",
	"refusal", "severity", "number"}

// SessionTerms lists the conditions that a session meets, as a filter for sessions
// writes them.
func SessionTerms(about *Session) []Term {
	s := &subject{row: session.Row{Session: about.Number}, session: about}
	var out []Term
	for _, name := range offeredOfSessions {
		t, ok := sessionFieldByName[name].asField(name).term(s)
		if t.Secret = about.hides(name); ok {
			out = append(out, t)
		}
	}
	return out
}

// hides reports whether a fact of the session holds a credential.
func (s *Session) hides(name string) bool {
	return name == "app" && s.App.HasSecret() || name == "stream" && s.Stream.HasSecret()
}

// term is the condition that a subject meets; ok is false where it has no such value.
func (f *field) term(s *subject) (t Term, ok bool) {
	switch t.Field = f.name; {
	case f.truth != nil:
		return t, f.truth(s)
	case f.number != nil:
		v := f.number(s)
		t.Value = strconv.FormatFloat(v, 'f', -1, 64)
		return t, v == v
	}
	v := f.text(s)
	t.Value = strconv.Quote(v)
	return t, v != ""
}

// And is the filter that selects what both of two select; saved are those that names
// stand for. The second is an expression. An error is always an [*Error].
func And(one, two string, saved map[string]string) (string, error) {
	if strings.TrimSpace(one) == "" {
		return two, nil
	}
	full, err := Expand(one, saved)
	if err != nil {
		return "", err
	}
	if list, bad := pieces(full); bad == nil && !isExpression(list) {
		return asCondition(full) + " and " + two, nil
	}
	if words := besides(one, namesIn(one)); len(words) > 0 && !isExpression(words) {
		one = full // names among words are conditions only together
	}
	return "(" + strings.TrimSpace(one) + ") and " + two, nil
}
