package diff

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// step is one thing that one side does: a part of the handshake, a message, or
// all the messages that repeat it.
type step struct {
	key   string // steps of one lane with the same key are the same step
	loose string // key without what makes two answers to one question differ
	plain string // the message alone, whatever it answers
	short string // for lists: "onStatus NetStream.Publish.Start"
	// answer is short without the question that it answers, "" of what answers none.
	answer string
	words  text.Marked
	area   Area
	// weight is the importance of having this step or not.
	weight  Importance
	from    decode.Direction
	media   bool // has no fixed place among the commands
	late    bool // after somebody closed: whether it arrives is chance
	refused bool
	row     uint32
	last    uint32 // of the rows folded into this step
	count   int
	changed bool // a repetition said something else
	request string
	replyTo int // index of the step it answers, -1 if none
	replied bool
	rtt     time.Duration
	at      time.Duration // since the connection was opened
	goodbye bool          // only said to end a stream
	facts   []fact
}

// fact is one named thing that a step says.
type fact struct {
	name   string      // safe: "command object.app"
	value  text.Marked // for people
	shape  string      // what is compared when names are not
	kind   string      // AMF type, "" for what is no AMF value
	weight Importance  // of another value
	key    string      // last member name, "" for positions
	chance bool        // the value differs from session to session by itself
}

// add adds a fact that is no AMF value.
func (s *step) add(name, value string, weight Importance) {
	s.facts = append(s.facts, fact{name: name, value: text.Marked(value), shape: value, weight: weight})
}

// fact returns the fact of that name, or nil.
func (s *step) fact(name string) *fact {
	for i := range s.facts {
		if s.facts[i].name == name {
			return &s.facts[i]
		}
	}
	return nil
}

func (s *step) place() Place {
	return Place{Row: s.row, Last: max(s.last, s.row), Text: text.Marked(s.from.String()+": ") + s.words}
}

// lane is the sequence in which a step has its place. The interleaving of both
// sides is chance, and so is that of media with commands.
func (s *step) lane() int {
	lane := int(s.from) * 2
	if s.media {
		lane++
	}
	return lane
}

// same reports whether two steps say the same in every fact.
func (s *step) same(t *step) bool {
	if len(s.facts) != len(t.facts) {
		return false
	}
	for i := range s.facts {
		if f, g := &s.facts[i], &t.facts[i]; f.name != g.name || f.value != g.value || f.kind != g.kind {
			return false
		}
	}
	return true
}
