package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// happened is when each step of one checklist was, by StepID.
type happened [stepCount]rowAt

// procedure evaluates the checklist as it stands: the steps of the connection,
// then those of each NetStream. A later stream begins with its own createStream.
func (v *view) procedure() []Step {
	streams := v.netStreams()
	if len(streams) == 0 {
		return v.steps(nil)
	}
	var out []Step
	for i, s := range streams {
		for _, x := range v.steps(s) {
			switch {
			case x.isOfStream():
				x.Stream, x.StreamID = i+1, s.id
			case i > 0:
				continue
			}
			out = append(out, x)
		}
	}
	return out
}

// netStreams are the NetStreams of the connection in order: each use of a message
// stream, those that were created and never used, and those that were asked for and
// never came to be.
func (v *view) netStreams() (out []*stream) {
	for _, s := range v.streams {
		if s.wanted() || s.created.yes() {
			out = append(out, s)
		}
	}
	for _, q := range v.requests.list {
		if q.name == "createStream" && q.from == client && (!q.answered.yes() || q.refused) {
			out = append(out, &stream{create: q})
		}
	}
	slices.SortStableFunc(out, func(a, b *stream) int { return int(int64(a.begin()) - int64(b.begin())) })
	return out
}

// begin is the row with which the stream began. The second use of a message stream
// that was created once begins with its publish or play.
func (s *stream) begin() uint32 {
	switch {
	case s.create == nil || s.again:
		return s.asked.row
	}
	return s.create.row
}

// steps evaluates the checklist of the connection and one stream.
func (v *view) steps(s *stream) []Step {
	plans, when, last := plans(s), happened{}, -1
	for i := range plans {
		p := &plans[i]
		if when[p.id] = p.at(v, s); when[p.id].yes() && p.weight == needed && v.tooLate(p, s, when[p.id]) == "" {
			last = i
		}
	}
	steps := make([]Step, 0, len(plans))
	refused := false
	for i := range plans {
		if plans[i].isIdle(&when) || v.isRepeated(&plans[i], s, &when) {
			continue
		}
		x := v.judgeStep(i, plans, s, &when)
		if x.Row == 0 {
			ready, _ := plans[i].ready(&when)
			v.notDone(&x, progress{
				passed: i < last, seen: last >= 0 && v.seesUpTo(when[plans[last].id]), refused: refused, reached: ready && (!refused || x.ID == StepDelete),
			})
		}
		refused = refused || x.State == Refused && x.Required
		steps = append(steps, x)
	}
	return steps
}

// isIdle reports whether a step that did not come is not worth a line: one that is
// shown only when it came, or the answer to what nobody asked.
func (p *plan) isIdle(when *happened) bool {
	return !when[p.id].yes() && (p.weight == extra || p.isAnswer() && !when[p.needs[0]].yes())
}

// isAnswer reports whether a step only answers another that may be left out.
func (p *plan) isAnswer() bool { return p.id == StepReleased || p.id == StepFCPublished }

// isRepeated reports whether a step belongs to the first stream alone: the chunk size
// is one of the connection, and told of a later stream when it changed there.
func (v *view) isRepeated(p *plan, s *stream, when *happened) bool {
	return (p.id == StepServerChunkSize || p.id == StepClientChunkSize) && !when[p.id].yes() && !v.isFirst(s)
}

// judgeStep evaluates one step by itself: done, or waited for since its Latency.
func (v *view) judgeStep(i int, plans []plan, of *stream, when *happened) Step {
	p := &plans[i]
	s := Step{ID: p.id, Phase: p.phase, Name: p.id.Name(), Who: p.who, Required: p.weight == needed, Answer: p.isAnswer()}
	at := when[p.id]
	ready, from := p.ready(when)
	switch {
	case at.yes():
		s.Row, s.At, s.State = at.row, time.Unix(0, at.at).UTC(), Done
		if s.Order = order(i, plans, when); s.Order != (Order{}) {
			s.State = OutOfOrder
		}
		if from > 0 && from <= at.at && s.Order.Before == NoStep {
			s.Latency = time.Duration(at.at - from)
		}
		if p.value != nil {
			s.Value = p.value(v, of)
		}
		v.judgePeer(&s, p, of, at)
	case ready && s.Required:
		s.State, s.Latency = Waiting, time.Duration(v.lastWaited()-max(from, v.openedAt))
	}
	return s
}

// ready reports whether everything that a step needs is done, and since when. Of a
// step that may stand elsewhere only what came before it counts.
func (p *plan) ready(when *happened) (ready bool, from int64) {
	ready = true
	for _, need := range p.needs {
		n := when[need]
		ready = ready && n.yes()
		if p.weight != placed && p.weight != free || n.row < when[p.id].row {
			from = max(from, n.at)
		}
	}
	return ready, from
}

// judgePeer looks at what the peer had said before the step, or says with it.
func (v *view) judgePeer(s *Step, p *plan, of *stream, at rowAt) {
	if s.After = v.tooLate(p, of, at); s.After != "" {
		s.State, s.Latency, s.Order = TooLate, 0, Order{}
	}
	if v.refuses(p.id, of) {
		s.State, s.Code, s.Order, s.Value = Refused, text.Safe(v.refusal(of)), Order{}, Value{}
	}
}

// refuses reports whether an answer says no.
func (v *view) refuses(id StepID, of *stream) bool {
	switch id {
	case StepConnected:
		return v.connect.answered.yes() && !v.connect.accepted
	case StepCreated:
		return of != nil && of.create != nil && of.create.refused
	case StepPublishStart, StepPlayStart:
		return of != nil && of.refused
	}
	return false
}

// order says where a step stood, when that is not where the specification has it:
// before what it needs, or, of one that programs send where they like, on the wrong
// side of a step that every session has.
func order(i int, plans []plan, when *happened) Order {
	p := &plans[i]
	at := when[p.id]
	if p.weight == needed || p.weight == may {
		for _, need := range p.needs {
			if n := when[need]; !n.yes() || n.row > at.row {
				return Order{Before: need, Waits: !n.yes()}
			}
		}
	}
	if p.weight != placed {
		return Order{}
	}
	for k := range plans[:i] {
		if q := &plans[k]; q.weight == needed && when[q.id].row > at.row {
			return Order{Before: q.id}
		}
	}
	for k := len(plans) - 1; k > i; k-- {
		if q := &plans[k]; q.weight == needed && when[q.id].yes() && when[q.id].row < at.row {
			return Order{After: q.id}
		}
	}
	return Order{}
}

// tooLate says what the peer had done before a step was sent that makes it
// pointless, "" when nothing. Bytes that were on their way show like this; whoever
// stops a stream that has ended is only polite.
func (v *view) tooLate(p *plan, s *stream, at rowAt) string {
	peer := server
	if p.who == session.ServerSide {
		peer = client
	}
	end := v.closing[peer]
	starts := slices.Contains(p.needs, StepPublishStart) || slices.Contains(p.needs, StepPlayStart)
	switch {
	case !at.yes() || p.id == StepDelete || p.id == StepFCUnpublish || p.id == StepOver:
	case s != nil && s.refused && p.who == cl && starts && s.answered.row < at.row:
		return "the server had refused"
	case end.yes() && end.row < at.row:
		return "the " + peer.String() + " had closed"
	}
	return ""
}

// lastWaited is until when one waits: now, or until the first side closed.
func (v *view) lastWaited() int64 {
	if c := v.closing[v.first]; c.yes() {
		return c.at
	}
	return v.now()
}

// refusal is the status code with which a stream, or the connection, was refused.
func (v *view) refusal(s *stream) string {
	switch {
	case s != nil && s.refused:
		return s.code
	case s != nil && s.create != nil && s.create.refused:
		return s.create.code
	}
	return v.connect.code
}

// progress is how far a session has come beyond a step that has not happened.
type progress struct {
	passed  bool // a later required step has happened
	seen    bool // and everything before that could be read
	refused bool // a step before it was refused
	reached bool // what it needs is there
}

// notDone says why a step has not happened.
func (v *view) notDone(s *Step, p progress) {
	closed := v.closing[client].yes() || v.closing[server].yes()
	state := s.State
	switch {
	case v.unreached:
		state = Unreached
	case p.passed && (s.Required || p.seen):
		state = Skipped
	case v.blindness() != "" && (s.Required || p.passed || !v.isOpen()):
		state = Unseen
	case !s.Required && v.isOpen() && !p.refused:
	case !s.Required && p.reached:
		state = Skipped
	case p.refused || closed && state != Waiting:
		state = Unreached
	case closed:
		state = Missed
	}
	if s.State = state; state != Waiting && state != Missed {
		s.Latency = 0
	}
}

// seesUpTo reports whether everything before a row could be read.
func (v *view) seesUpTo(r rowAt) bool {
	for d := range v.seen {
		if b := v.seen[d].blindFrom; b != 0 && b < r.row {
			return false
		}
	}
	return true
}

// isOfStream reports whether a step is one of a stream and not of the connection.
func (s *Step) isOfStream() bool { return s.Phase != phaseHandshake && s.Phase != phaseConnection }
