package diff

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// These bound the memory of a Collector. A session that is not hostile has some
// dozen steps; the limits leave room for seeking players and long tests.
const (
	maxSessions = 4096
	maxSteps    = 2000    // of one session
	maxTotal    = 200_000 // facts of all sessions
	maxMarks    = 64      // kinds of anomaly of one session
	maxPending  = 64
)

// Collector summarises the sessions of one timeline. Its OnEntry is a
// session.Options.OnEntry. It is used by one goroutine.
type Collector struct {
	sessions map[uint32]*Session
	order    []*Session
	facts    int
	dropped  int // sessions beyond maxSessions
}

// NewCollector returns an empty collector.
func NewCollector() *Collector { return &Collector{sessions: map[uint32]*Session{}} }

// Sessions returns what was collected, in the order of opening. It may be
// called when the timeline is finished.
func (c *Collector) Sessions() []*Session { return c.order }

// Session is the summary of one session.
type Session struct {
	// File is the name to show, Of how many sessions the file has and Chosen why
	// this one was taken; they are set by whoever reads the file.
	File   string
	Of     int
	Chosen string

	Number   uint32
	Role     session.Role
	Messages int64

	agent, engine text.Marked
	app           string
	steps         []step
	byKey         map[string]int // folded steps
	requests      map[uint32]int // row of a request → step
	pending       []uint32       // rows of requests without an answer, oldest first
	streams       map[float64]int
	tracks        [4]track
	findings      []finding
	inter         [2]interleave
	marks         []mark
	txn           [2]transactions
	acks          [2]acks
	bytes         [2]int64
	end           ending
	frameRow      uint32 // of the last frame
	refusal       text.Marked
	accepted      bool
	truncated     bool
	watched       time.Duration // from the opening to the last row
}

// ending is how a session ended: the first side that closed.
type ending struct {
	known   bool
	from    decode.Direction
	how     session.How
	byUs    bool // the recorder ended it, not a peer
	row     uint32
	words   text.Marked
	after   string   // the last message before it: "connect"
	waiting []string // requests without an answer, oldest first
}

// mark counts one kind of anomaly, loss, gap or dialect.
type mark struct {
	kind  session.Kind
	from  decode.Direction
	token string
	row   uint32
	words text.Marked
	count int
}

// OnEntry takes one row.
func (c *Collector) OnEntry(e *session.Entry) {
	s := c.session(e)
	if s == nil {
		return
	}
	s.watched = max(s.watched, e.Elapsed)
	switch e.Kind {
	case session.Handshake:
		c.step(s, s.handshake(e))
	case session.Message:
		c.message(s, e)
	case session.Anomaly, session.Lost, session.Gap, session.Dialect:
		s.mark(e)
	case session.Found:
		c.finding(s, e)
	case session.Closed:
		s.closed(e)
	}
}

// session returns the session of an entry, nil when there are too many.
func (c *Collector) session(e *session.Entry) *Session {
	s := c.sessions[e.Row.Session]
	if s == nil {
		if len(c.order) == maxSessions {
			c.dropped++
			return nil
		}
		s = &Session{Number: e.Row.Session, byKey: map[string]int{}, requests: map[uint32]int{}, streams: map[float64]int{}}
		c.sessions[s.Number] = s
		c.order = append(c.order, s)
	}
	return s
}

// step appends a step, or folds it into an earlier one that it repeats.
func (c *Collector) step(s *Session, t step) int {
	t.late = s.end.known
	if i := s.repeats(&t); i >= 0 {
		old := &s.steps[i]
		old.count++
		old.last = t.row
		old.changed = old.changed || !old.same(&t)
		return i
	}
	if len(s.steps) >= maxSteps || c.facts >= maxTotal {
		s.truncated = true
		return -1
	}
	c.facts += len(t.facts)
	t.count = 1
	s.steps = append(s.steps, t)
	s.byKey[t.key] = len(s.steps) - 1
	return len(s.steps) - 1
}

// repeats finds the step that t repeats, or -1. Media and data repeat whatever
// stands between; other steps only when nothing does.
func (s *Session) repeats(t *step) int {
	i, seen := s.byKey[t.key]
	switch {
	case !seen:
		return -1
	case t.media || t.area == Metadata:
		return i
	}
	old := &s.steps[i]
	for j := len(s.steps) - 1; j > i; j-- {
		if s.steps[j].lane() == t.lane() {
			return -1
		}
	}
	if old.same(t) && t.request == "" && t.replyTo < 0 {
		return i
	}
	return -1
}

// mark counts an anomaly. What was only noticed when the connection had ended is
// a matter of when it was cut, not of how the peers speak.
func (s *Session) mark(e *session.Entry) {
	if s.end.known {
		return
	}
	for i := range s.marks {
		if m := &s.marks[i]; m.kind == e.Kind && m.from == e.From && m.token == e.Name {
			m.count++
			return
		}
	}
	if len(s.marks) < maxMarks {
		s.marks = append(s.marks, mark{e.Kind, e.From, name(e.Name), e.Number, e.Summary, 1})
	}
}

// closed keeps the first close.
func (s *Session) closed(e *session.Entry) {
	if s.end.known {
		return
	}
	s.end = ending{known: true, from: e.From, how: e.How, row: e.Number, words: e.Summary}
	s.end.byUs = !e.Cause.ByPeer()
	for i := range s.tracks {
		s.tracks[i].silence(e)
	}
	for i := len(s.steps) - 1; i >= 0; i-- {
		if !s.steps[i].media {
			s.end.after = s.steps[i].short
			if s.frameRow > s.steps[i].last && s.frameRow > s.steps[i].row {
				s.end.after = "the last frame"
			}
			break
		}
	}
	for _, row := range s.pending {
		if t := &s.steps[s.requests[row]]; t.weight == Decisive { // others are often never answered
			s.end.waiting = append(s.end.waiting, t.request)
		}
	}
}

// head describes the session.
func (s *Session) head() Head {
	return Head{File: s.File, Session: s.Number, Of: s.Of, Chosen: s.Chosen, Role: s.Role.String(),
		Agent: s.agent, Engine: s.engine, Messages: s.Messages, Outcome: s.outcome(), Ending: s.end.by()}
}

// outcome puts into words how it went.
func (s *Session) outcome() text.Marked {
	var how text.Marked
	switch {
	case s.refusal != "":
		how = "refused: " + s.refusal
	case s.accepted:
		how = text.Marked(s.Role.String() + " accepted")
	case len(s.end.waiting) > 0:
		how = text.Marked(s.end.waiting[0] + " was never answered")
	case s.Messages == 0:
		how = "no messages"
	default:
		how = "neither publish nor play was answered"
	}
	audio, video := int64(0), int64(0)
	for i := range s.tracks {
		if i%2 == 0 {
			audio += s.tracks[i].n
		} else {
			video += s.tracks[i].n
		}
	}
	if audio+video > 0 {
		how += text.Marked(fmt.Sprintf(", %d audio and %s", audio, counted(video, "video frame")))
	}
	if s.end.known {
		return how + "; " + s.end.words
	}
	return how + "; still open at the end of the capture"
}
