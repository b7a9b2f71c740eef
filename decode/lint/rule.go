package lint

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Rule is one diagnosable fault. Values are shared: do not change them.
type Rule struct {
	// ID is stable: filters, exports and configuration name it.
	ID string
	// Severity is the usual one. A finding may be milder, when the program on
	// the other side is known to do this every day, or graver.
	Severity session.Severity
	// Title is the fault in a few words; Why says what follows from it and what
	// usually causes it; Fix says what to do.
	Title, Why, Fix string
	// Source names where the fault is known from: a specification, or threads of
	// public projects as owner/name#number.
	Source string
	// Thresholds names the numbers that the rule depends on.
	Thresholds []string
	// Explains names rules whose findings are often a consequence of this one: a server
	// that closes without an answer, because of the name it was asked for. Where both
	// speak in one session, the verdict begins with this one.
	Explains []string
	// Absence marks a rule about something that did not happen. It is not judged
	// once a part of the session cannot be read.
	Absence bool
	// Chance says how probable it is that a message in order is taken for faulty because
	// its bytes happen to look so. Every rule that looks for a pattern in bodies states
	// it, and TestChances measures it; "" is for rules that go by what fields say.
	Chance string
	// Bad is a conversation that has the fault; Good one that nearly has it.
	Bad, Good script.Example
	// watch sets up the rule for one session: it subscribes to what the view
	// signals and reports.
	watch func(*view, *reporter)
	// unseen says why the rule could not be judged in a session, or "" when it
	// was. Where it is nil, what could not be read of the session decides.
	unseen func(*view) string
}

// table holds every rule in the order of the files; register fills it before
// anything can read it.
var table []Rule

// register adds a rule to the table. Each file of a rule calls it once:
//
//	var _ = register(Rule{…})
//
// Two rules of one name are a mistake in the source, so it panics before any
// session is judged.
func register(r Rule) bool {
	if _, taken := Find(r.ID); taken {
		panic("lint: two rules are called " + r.ID)
	}
	table = append(table, r)
	return true
}

// Rules returns all rules, sorted by identifier. The slice belongs to the
// caller.
func Rules() []Rule {
	out := slices.Clone(table)
	slices.SortFunc(out, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// sorted is what Rules returns; reports are made many times a second.
var sorted []Rule

// init runs when every rule is registered, which an initial value of sorted would not
// wait for.
func init() { sorted = Rules() }

// Find returns the rule with that identifier.
func Find(id string) (Rule, bool) {
	for i := range table {
		if table[i].ID == id {
			return table[i], true
		}
	}
	return Rule{}, false
}
