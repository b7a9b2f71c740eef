package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// shortfall says where a session that has ended fell short of what its client came
// for: who left, after which step and before which. It is "" for one that got there,
// that goes on, or of which not everything could be read.
func (v *view) shortfall() string {
	if v.isOpen() || v.unreached || v.ours || v.rejected || v.blindness() != "" || !v.closing[v.first].yes() {
		return ""
	}
	wanted := v.wanted()
	if len(wanted) == 0 {
		return v.shortOf(nil)
	}
	for _, s := range wanted {
		if words := v.shortOf(s); words != "" {
			return words
		}
	}
	return ""
}

// shortOf looks for the first required step of one stream that never came.
func (v *view) shortOf(s *stream) string {
	if s != nil && (s.refused || s.heard()) {
		return ""
	}
	var last Step
	for _, x := range v.steps(s) {
		switch {
		case x.Required && x.State == Refused:
			return "" // a rule tells of that
		case x.Required && x.Row == 0:
			return v.leftAfter(&last, &x, s)
		case x.Required && x.State == Done && x.At.After(last.At):
			last = x
		}
	}
	if s == nil {
		return v.leftAfter(&last, &Step{Name: "publish or play"}, nil)
	}
	return ""
}

// leftAfter says who closed, how long after the last step that was done, and what
// would have been next.
func (v *view) leftAfter(last, missing *Step, s *stream) string {
	end := v.closing[v.first]
	since, which := time.Duration(end.at-v.openedAt), ""
	if last.Row > 0 {
		since = time.Duration(end.at - last.At.UnixNano())
	}
	if s != nil {
		which = v.which(s)
	}
	words := "the " + v.first.String() + " closed " + text.Figures(since) + " after " + stepDone[last.Name] + which + ", before " + stepNext[missing.Name]
	if q := v.waitingCall(); q != nil {
		words += "; " + q.name + " was never answered"
	}
	return words
}

// waitingCall is the oldest call that waits for its answer, as far as servers
// mostly answer it.
func (v *view) waitingCall() *request {
	for _, q := range v.requests.list {
		if q.from == client && q.name != "createStream" && q.waits() && !q.answered.yes() {
			return q
		}
	}
	return nil
}

// stepDone says that a required step was done, behind "after"; stepNext names it as
// what did not come, behind "before".
var (
	stepDone = map[string]string{
		"": "the connection was opened", "C0 and C1": "C1", "S0 and S1": "S1", "S2": "S2", "C2": "the handshake",
		"connect": "connect", "connect answered": "connect was answered", "createStream": "createStream",
		"createStream answered": "createStream was answered", "publish": "publish", "Publish.Start": "Publish.Start",
		"play": "play", "Play.Start": "Play.Start",
	}
	stepNext = map[string]string{
		"C0 and C1": "C0 and C1", "S0 and S1": "S0 and S1", "S2": "S2", "C2": "C2",
		"connect": "connect", "connect answered": "connect was answered", "createStream": "createStream",
		"createStream answered": "createStream was answered", "publish": "publish", "Publish.Start": "publish was answered",
		"play": "play", "Play.Start": "play was answered", "first media": "any media", "publish or play": "publish or play",
	}
)

// phaseOf is the phase of a stream's step. Where a session has several streams it
// says which.
func (v *view) phaseOf(phase string, s *stream, use int) string {
	if v.single() {
		return phase
	}
	phase += " (message stream " + count(s.id)
	if use > 1 {
		phase += ", use " + count(use)
	}
	return phase + ")"
}

// uses counts how often the message stream of s has been published or played up to
// and with s.
func uses(wanted []*stream, s *stream) (n int) {
	for _, o := range wanted {
		if o.id == s.id {
			n++
		}
		if o == s {
			break
		}
	}
	return n
}

// isOfStream reports whether a step is one of a stream and not of the connection.
func (s *Step) isOfStream() bool { return s.Phase != phaseHandshake && s.Phase != phaseConnection }

// The phases of the checklist.
const (
	phaseHandshake  = "handshake"
	phaseConnection = "NetConnection"
)
