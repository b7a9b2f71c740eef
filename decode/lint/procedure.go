package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// StepState says what became of a step.
type StepState uint8

// The states of a step.
const (
	Ahead      StepState = iota // its turn has not come
	Waiting                     // what it needs is done, and it is not
	Done                        // it happened
	OutOfOrder                  // it happened before a step that it needs
	Skipped                     // it never happened, and a later one did
	Refused                     // the peer said no
	Missed                      // it was waited for until a side closed
	Unreached                   // what it needs was refused, or never came
	Unseen                      // the bytes in which it may have come could not be read
	TooLate                     // it was sent when the peer had refused or closed already; see Step.After
)

// String names the state.
func (s StepState) String() string {
	return [...]string{"ahead", "waiting", "done", "out of order", "skipped", "refused", "never came", "never reached", "not seen", "too late"}[s]
}

// Step is one line of the checklist of a session. The lists are partial
// orders: a step waits for the steps it needs, and for nothing else.
type Step struct {
	Phase    string // "handshake", "NetConnection", "NetStream", "publish", "play"
	Name     string
	Who      session.Side
	Required bool
	State    StepState
	At       time.Time     // when it happened
	Latency  time.Duration // since the last of the steps that it needs; while waiting, so far
	Code     string        // status code of a refusal, made safe; "" when there is none
	After    string        // of TooLate: "the server had closed"
	Row      uint32        // that shows it, or 0
	// Stream tells the streams of a session apart, from 1 in the order in which they
	// were published or played; 0 for the steps of the connection. StreamID is its
	// message stream.
	Stream   int
	StreamID uint32
}

// plan is how a step is found in the view.
type plan struct {
	phase, name string
	who         session.Side
	required    bool
	needs       []string
	at          func(*view, *stream) rowAt
	refused     func(*view, *stream) bool
}

// part finds a part of the handshake.
func part(d decode.Direction, n int) func(*view, *stream) rowAt {
	return func(v *view, _ *stream) rowAt { return v.hello.parts[d][n] }
}

// asked finds the command of that name that the client sent about a stream.
func asked(name string) func(*view, *stream) rowAt {
	return func(v *view, s *stream) rowAt { return v.firstAsked(name, s, false) }
}

// answered finds the answer to it.
func answered(name string) func(*view, *stream) rowAt {
	return func(v *view, s *stream) rowAt { return v.firstAsked(name, s, true) }
}

// firstAsked finds the first command of that name from the client, or its answer.
// Where a session has several streams those that name one count for that one.
func (v *view) firstAsked(name string, s *stream, answer bool) rowAt {
	single := v.single()
	for _, q := range v.requests.list {
		if q.name == name && q.from == client && (single || s == nil || q.about == s.name) {
			if answer {
				return q.answered
			}
			return q.rowAt
		}
	}
	return rowAt{}
}

// createStream finds the request, and the answer, that made a stream; without one
// the first of the connection.
func createStream(answer bool) func(*view, *stream) rowAt {
	return func(v *view, s *stream) rowAt {
		if s == nil || s.create == nil {
			return v.firstAsked("createStream", nil, answer)
		}
		if answer {
			return s.created
		}
		return s.create.rowAt
	}
}

// ofStream finds something that the stream remembers.
func ofStream(get func(*stream) rowAt) func(*view, *stream) rowAt {
	return func(_ *view, s *stream) rowAt { return get(s) }
}

func streamRefused(_ *view, s *stream) bool { return s != nil && s.refused }

// common are the steps of every session (RTMP 1.0 §5.2, §7.2.1).
var common = []plan{
	{phaseHandshake, "C0 and C1", session.ClientSide, true, nil, part(client, 1), nil},
	{phaseHandshake, "S0 and S1", session.ServerSide, true, []string{"C0 and C1"}, part(server, 1), nil},
	{phaseHandshake, "S2", session.ServerSide, true, []string{"C0 and C1"}, part(server, 2), nil},
	{phaseHandshake, "C2", session.ClientSide, true, []string{"S0 and S1"}, part(client, 2), nil},
	{phaseConnection, "connect", session.ClientSide, true, []string{"S0 and S1", "C2"}, func(v *view, _ *stream) rowAt { return v.connect.asked }, nil},
	{phaseConnection, "connect answered", session.ServerSide, true, []string{"connect"}, func(v *view, _ *stream) rowAt { return v.connect.answered },
		func(v *view, _ *stream) bool { return v.connect.answered.yes() && !v.connect.accepted }},
	{"NetStream", "createStream", session.ClientSide, true, []string{"connect answered"}, createStream(false), nil},
	{"NetStream", "createStream answered", session.ServerSide, true, []string{"createStream"}, createStream(true), nil},
}

// publishPlan is what comes then for a publisher (RTMP 1.0 §7.2.2.6).
var publishPlan = []plan{
	{"publish", "releaseStream", session.ClientSide, false, []string{"connect answered"}, asked("releaseStream"), nil},
	{"publish", "FCPublish", session.ClientSide, false, []string{"connect answered"}, asked("FCPublish"), nil},
	{"publish", "FCPublish answered", session.ServerSide, false, []string{"FCPublish"}, answered("FCPublish"), nil},
	{"publish", "publish", session.ClientSide, true, []string{"createStream answered"}, ofStream(func(s *stream) rowAt { return s.asked }), nil},
	{"publish", "Publish.Start", session.ServerSide, true, []string{"publish"}, ofStream(func(s *stream) rowAt { return s.answered }), streamRefused},
	{"publish", "metadata", session.ClientSide, false, []string{"Publish.Start"}, ofStream(func(s *stream) rowAt { return s.metadata }), nil},
	{"publish", "video sequence header", session.ClientSide, false, []string{"Publish.Start"}, ofStream(func(s *stream) rowAt { return s.config[1] }), nil},
	{"publish", "audio sequence header", session.ClientSide, false, []string{"Publish.Start"}, ofStream(func(s *stream) rowAt { return s.config[0] }), nil},
	{"publish", "first media", session.ClientSide, true, []string{"Publish.Start"}, ofStream(func(s *stream) rowAt { return s.firstAt }), nil},
	{"publish", "first key frame", session.ClientSide, false, []string{"Publish.Start"}, ofStream(func(s *stream) rowAt { return s.keyAt }), nil},
	{"publish", "deleteStream", session.ClientSide, false, []string{"publish"}, ofStream(func(s *stream) rowAt { return s.stopped }), nil},
}

// playPlan is what comes then for a player (RTMP 1.0 §7.2.2.1).
var playPlan = []plan{
	{"play", "play", session.ClientSide, true, []string{"createStream answered"}, ofStream(func(s *stream) rowAt { return s.asked }), nil},
	{"play", "Play.Start", session.ServerSide, true, []string{"play"}, ofStream(func(s *stream) rowAt { return s.answered }), streamRefused},
	{"play", "metadata", session.ServerSide, false, []string{"Play.Start"}, ofStream(func(s *stream) rowAt { return s.metadata }), nil},
	{"play", "video sequence header", session.ServerSide, false, []string{"Play.Start"}, ofStream(func(s *stream) rowAt { return s.config[1] }), nil},
	{"play", "audio sequence header", session.ServerSide, false, []string{"Play.Start"}, ofStream(func(s *stream) rowAt { return s.config[0] }), nil},
	{"play", "first media", session.ServerSide, true, []string{"Play.Start"}, ofStream(func(s *stream) rowAt { return s.firstAt }), nil},
	{"play", "first key frame", session.ServerSide, false, []string{"Play.Start"}, ofStream(func(s *stream) rowAt { return s.keyAt }), nil},
	{"play", "deleteStream", session.ClientSide, false, []string{"play"}, ofStream(func(s *stream) rowAt { return s.stopped }), nil},
}

// plans returns the checklist up to what one stream was for; nil stands for a
// session that has none yet.
func plans(s *stream) []plan {
	switch {
	case s == nil:
		return common
	case s.role == session.Publish:
		return append(common[:len(common):len(common)], publishPlan...)
	}
	return append(common[:len(common):len(common)], playPlan...)
}

// procedure evaluates the checklist as it stands: the steps of the connection,
// then those of each stream. A later stream begins with its own createStream.
func (v *view) procedure() []Step {
	wanted := v.wanted()
	if len(wanted) == 0 {
		return v.steps(nil)
	}
	var out []Step
	for i, s := range wanted {
		steps, use := v.steps(s), uses(wanted, s)
		for k := range steps {
			if x := &steps[k]; x.isOfStream() {
				x.Stream, x.StreamID, x.Phase = i+1, s.id, v.phaseOf(x.Phase, s, use)
			}
		}
		if i > 0 {
			steps = slices.DeleteFunc(steps, func(x Step) bool { return x.Stream == 0 })
		}
		out = append(out, steps...)
	}
	return out
}

// steps evaluates the checklist of the connection and one stream.
func (v *view) steps(s *stream) []Step {
	plans := plans(s)
	when := make(map[string]rowAt, len(plans))
	last := 0
	for i, p := range plans {
		if when[p.name] = p.at(v, s); when[p.name].yes() && p.required && v.tooLate(&p, s, when[p.name]) == "" {
			last = i
		}
	}
	steps := make([]Step, len(plans))
	refused := false
	for i, p := range plans {
		steps[i] = v.judgeStep(p, s, when)
		if x := &steps[i]; x.Row == 0 {
			v.notDone(x, i < last, refused)
		}
		refused = refused || steps[i].State == Refused
	}
	return steps
}

// judgeStep evaluates one step by itself: done, or waited for since its Latency.
func (v *view) judgeStep(p plan, of *stream, when map[string]rowAt) Step {
	s := Step{Phase: p.phase, Name: p.name, Who: p.who, Required: p.required}
	ready, early, from := true, false, int64(0)
	at := when[p.name]
	for _, need := range p.needs {
		n := when[need]
		ready = ready && n.yes()
		early = early || at.yes() && (!n.yes() || n.row > at.row)
		from = max(from, n.at)
	}
	switch {
	case at.yes():
		s.Row, s.At, s.State = at.row, time.Unix(0, at.at).UTC(), Done
		if early {
			s.State = OutOfOrder
		} else if from > 0 {
			s.Latency = time.Duration(at.at - from)
		}
		if s.After = v.tooLate(&p, of, at); s.After != "" {
			s.State, s.Latency = TooLate, 0
		}
		if p.refused != nil && p.refused(v, of) {
			s.State, s.Code = Refused, text.Safe(v.refusal(of))
		}
	case ready && p.required:
		s.State, s.Latency = Waiting, time.Duration(v.lastWaited()-max(from, v.openedAt))
	}
	return s
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
	switch {
	case !at.yes() || p.name == "deleteStream":
	case streamRefused(v, s) && slices.Contains(p.needs, "Publish.Start") && s.answered.row < at.row:
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
	if s != nil && s.refused {
		return s.code
	}
	return v.connect.code
}

// notDone says why a step has not happened. passed: a later required one has;
// refused: one before it was refused.
func (v *view) notDone(s *Step, passed, refused bool) {
	closed := v.closing[client].yes() || v.closing[server].yes()
	state := s.State
	switch {
	case passed || !s.Required && (!v.isOpen() || refused):
		state = Skipped
	case !s.Required:
	case v.blindness() != "":
		state = Unseen
	case refused || v.unreached || closed && state != Waiting:
		state = Unreached
	case closed:
		state = Missed
	}
	if s.State = state; state != Waiting && state != Missed {
		s.Latency = 0
	}
}
