package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// StepID names a step of a session. Its String is fixed for machines, its Name is
// made for people.
type StepID uint8

// The steps, in the order of the specification (RTMP 1.0 §5.2, §7.2.1, §7.2.2.1,
// §7.2.2.6); those between Connected and CreateStream are what encoders and players
// say besides, which no specification orders.
const (
	NoStep StepID = iota
	StepC0C1
	StepS0S1
	StepS2
	StepC2
	StepConnect
	StepServerWindow
	StepPeerBandwidth
	StepClientWindow
	StepConnectionBegin
	StepConnected
	StepReleaseStream
	StepReleased
	StepFCPublish
	StepFCPublished
	StepFCSubscribe
	StepFCSubscribed
	StepCreateStream
	StepCreated
	StepPublish
	StepPlay
	StepServerChunkSize
	StepClientChunkSize
	StepStreamBegin
	StepReset
	StepPublishStart
	StepPlayStart
	StepMetadata
	StepVideoHeader
	StepAudioHeader
	StepMedia
	StepKeyFrame
	StepFCUnpublish
	StepDelete
	StepOver
	stepCount
)

// stepNames are the token and the words of each step.
var stepNames = [stepCount]struct{ token, name string }{
	NoStep:    {"", ""},
	StepC0C1:  {"c0c1", "C0 and C1"},
	StepS0S1:  {"s0s1", "S0 and S1"},
	StepS2:    {"s2", "S2"},
	StepC2:    {"c2", "C2"},
	StepReset: {"play-reset", "Play.Reset"},

	StepConnect:         {"connect", "connect"},
	StepServerWindow:    {"server-window", "Window Acknowledgement Size"},
	StepPeerBandwidth:   {"peer-bandwidth", "Set Peer Bandwidth"},
	StepClientWindow:    {"client-window", "Window Acknowledgement Size"},
	StepConnectionBegin: {"connection-begin", "Stream Begin"},
	StepConnected:       {"connect-answered", "connect answered"},
	StepReleaseStream:   {"release-stream", "releaseStream"},
	StepReleased:        {"release-stream-answered", "releaseStream answered"},
	StepFCPublish:       {"fc-publish", "FCPublish"},
	StepFCPublished:     {"fc-publish-answered", "FCPublish answered"},
	StepFCSubscribe:     {"fc-subscribe", "FCSubscribe"},
	StepFCSubscribed:    {"fc-subscribe-answered", "FCSubscribe answered"},
	StepCreateStream:    {"create-stream", "createStream"},
	StepCreated:         {"create-stream-answered", "createStream answered"},
	StepPublish:         {"publish", "publish"},
	StepPlay:            {"play", "play"},
	StepServerChunkSize: {"server-chunk-size", "Set Chunk Size"},
	StepClientChunkSize: {"client-chunk-size", "Set Chunk Size"},
	StepStreamBegin:     {"stream-begin", "Stream Begin"},
	StepPublishStart:    {"publish-start", "Publish.Start"},
	StepPlayStart:       {"play-start", "Play.Start"},
	StepMetadata:        {"metadata", "metadata"},
	StepVideoHeader:     {"video-header", "video sequence header"},
	StepAudioHeader:     {"audio-header", "audio sequence header"},
	StepMedia:           {"media", "first media"},
	StepKeyFrame:        {"key-frame", "first keyframe"},
	StepFCUnpublish:     {"fc-unpublish", "FCUnpublish"},
	StepDelete:          {"delete-stream", "deleteStream"},
	StepOver:            {"stream-over", "end of the stream"},
}

// String is the token of a step, which stays.
func (id StepID) String() string { return stepNames[id].token }

// Name is a step in words. Two steps of different sides may have the same.
func (id StepID) Name() string { return stepNames[id].name }

// StepState says what became of a step.
type StepState uint8

// The states of a step.
const (
	Ahead      StepState = iota // its turn has not come
	Waiting                     // what it needs is done, and it is not
	Done                        // it happened
	OutOfOrder                  // it happened elsewhere than the specification has it; see Step.Order
	Skipped                     // it never happened, and its turn is over
	Refused                     // the peer said no
	Missed                      // it was waited for until a side closed
	Unreached                   // what it needs was refused, or never came
	Unseen                      // the bytes in which it may have come could not be read
	TooLate                     // it was sent when the peer had refused or closed already; see Step.After
)

// String names the state; machines may rely on it.
func (s StepState) String() string {
	return [...]string{"ahead", "waiting", "done", "out of order", "skipped", "refused", "never came", "never reached", "not seen", "too late"}[s]
}

// Step is one line of the checklist of a session. The lists are partial
// orders: a step waits for the steps it needs, and for nothing else.
type Step struct {
	ID       StepID
	Phase    string // "handshake", "NetConnection", "NetStream", "publish", "play"
	Name     string
	Who      session.Side
	Required bool
	Answer   bool // it answers the step before it
	State    StepState
	At       time.Time     // when it happened
	Latency  time.Duration // since the last of the steps that it needs; while waiting, so far
	Code     string        // status code of a refusal, made safe; "" when there is none
	After    string        // of TooLate: "the server had closed"
	Order    Order         // of OutOfOrder
	Value    Value         // what it said
	Row      uint32        // that shows it, or 0
	// Stream is the NetStream of the report that the step belongs to, from 1; 0 for the
	// steps of the connection. StreamID is its message stream.
	Stream   int
	StreamID uint32
}

// Order is where a step stood in place of where the specification has it.
type Order struct {
	// Before and After are a step that it came before, or after, though the
	// specification says otherwise. At most one is not NoStep.
	Before, After StepID
	// Waits says that the step it came before has not come: whoever sent it did not
	// wait for what it needs.
	Waits bool
}

// Value is what a step said: a number of bytes, a message stream, or words.
type Value struct {
	Kind   ValueKind
	Number uint32
	Limit  uint8       // limit type of Set Peer Bandwidth (RTMP 1.0 §5.4.5), with Bandwidth
	Words  text.Marked // with Words: from the wire, fit to show
}

// ValueKind says what a Value is.
type ValueKind uint8

// The kinds of values.
const (
	NoValue   ValueKind = iota
	Octets              // Number bytes
	Bandwidth           // Number bytes, limited by Limit
	MessageStream
	Words
)

// Show writes a value for people: "2,500,000", "2,500,000, dynamic", "stream 1".
func (x *Value) Show(reveal bool) string {
	switch x.Kind {
	case Octets:
		return text.Thousands(x.Number)
	case Bandwidth:
		return text.Thousands(x.Number) + ", " + message.LimitName(x.Limit)
	case MessageStream:
		return "stream " + count(x.Number)
	case Words:
		return x.Words.Show(reveal)
	}
	return ""
}

// Said says in words what a step said and what became of it, "" of one that is done
// and said nothing: "2,500,000", "not sent (optional)", "refused with …".
func (s *Step) Said(reveal bool) string {
	value, state := s.Value.Show(reveal), s.inWords()
	if value != "" && state != "" {
		return value + ", " + state
	}
	return value + state
}

// inWords says what became of a step, "" of one that is done.
func (s *Step) inWords() string {
	switch s.State {
	case Ahead:
		return "not yet"
	case Waiting:
		return "waiting for " + text.Figures(s.Latency)
	case Missed:
		return "never came in " + text.Figures(s.Latency)
	case Skipped:
		return s.leftOut()
	case Refused:
		return withCode("refused", s.Code)
	case TooLate:
		return "sent after " + s.After
	case OutOfOrder:
		return s.Order.inWords()
	case Unreached, Unseen:
		return s.State.String()
	}
	return ""
}

// leftOut says that a step never happened.
func (s *Step) leftOut() string {
	switch {
	case s.Required:
		return "did not happen"
	case s.Answer:
		return "not answered (optional)"
	}
	return "not sent (optional)"
}

// inWords says where a step stood.
func (o *Order) inWords() string {
	switch {
	case o.Waits:
		return "sent without waiting for " + o.Before.event()
	case o.Before != NoStep:
		return "before " + o.Before.event()
	}
	return "after " + o.After.event()
}

// event is a step as something that happens, behind a preposition.
func (id StepID) event() string {
	switch id {
	case StepConnected:
		return "the answer to connect"
	case StepCreated:
		return "the answer to createStream"
	}
	return id.Name()
}

func withCode(words, code string) string {
	if code == "" {
		return words
	}
	return words + " with " + code
}
