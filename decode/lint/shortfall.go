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
	if s != nil && (s.refused || s.heard() || v.droppedSoon(s)) {
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
		return v.leftAfter(&last, &Step{ID: NoStep}, nil)
	}
	return ""
}

// droppedSoon reports whether the client stopped one of several streams before media
// was due: it changed its mind, and went on with another.
func (v *view) droppedSoon(s *stream) bool {
	return !v.single() && s.stopped.yes() && s.stopped.at-s.asked.at < int64(v.duration("media.none"))
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
	words := "the " + v.first.String() + " closed " + text.Figures(since) + " after " + stepDone[last.ID] + which + ", before " + stepNext[missing.ID]
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
	stepDone = map[StepID]string{
		NoStep: "the connection was opened", StepC0C1: "C1", StepS0S1: "S1", StepS2: "S2", StepC2: "the handshake",
		StepConnect: "connect", StepConnected: "connect was answered", StepCreateStream: "createStream",
		StepCreated: "createStream was answered", StepPublish: "publish", StepPublishStart: "Publish.Start",
		StepPlay: "play", StepPlayStart: "Play.Start",
	}
	stepNext = map[StepID]string{
		StepC0C1: "C0 and C1", StepS0S1: "S0 and S1", StepS2: "S2", StepC2: "C2",
		StepConnect: "connect", StepConnected: "connect was answered", StepCreateStream: "createStream",
		StepCreated: "createStream was answered", StepPublish: "publish", StepPublishStart: "publish was answered",
		StepPlay: "play", StepPlayStart: "play was answered", StepMedia: "any media", NoStep: "publish or play",
	}
)
