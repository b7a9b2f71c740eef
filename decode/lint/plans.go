package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// The phases of the checklist.
const (
	phaseHandshake  = "handshake"
	phaseConnection = "NetConnection"
	phaseStream     = "NetStream"
	phasePublish    = "publish"
	phasePlay       = "play"
)

// weight says what it means when a step does not come, or comes elsewhere.
type weight uint8

const (
	needed weight = iota // nothing goes on without it
	may                  // left out by some; too early before what it needs
	placed               // left out by some, sent elsewhere by others: where it stood is told
	free                 // left out by some, and has no place
	extra                // shown only when it came
)

// plan is how a step is found in the view.
type plan struct {
	id     StepID
	phase  string
	who    session.Side
	weight weight
	needs  []StepID
	at     func(*view, *stream) rowAt
	value  func(*view, *stream) Value // nil: it says nothing that is shown
}

const (
	cl = session.ClientSide
	sv = session.ServerSide
)

// common are the steps of every connection (RTMP 1.0 §5.2, §7.2.1).
var common = []plan{
	{StepC0C1, phaseHandshake, cl, needed, nil, part(client, 1), nil},
	{StepS0S1, phaseHandshake, sv, needed, behind(StepC0C1), part(server, 1), nil},
	{StepS2, phaseHandshake, sv, needed, behind(StepC0C1), part(server, 2), nil},
	{StepC2, phaseHandshake, cl, needed, behind(StepS0S1), part(client, 2), nil},
	{StepConnect, phaseConnection, cl, needed, behind(StepS0S1, StepC2), func(v *view, _ *stream) rowAt { return v.connect.asked }, appValue},
	{StepServerWindow, phaseConnection, sv, placed, behind(StepConnect), windowOf(server), windowValue(server)},
	{StepPeerBandwidth, phaseConnection, sv, placed, behind(StepConnect), func(v *view, _ *stream) rowAt { return v.bandwidth.rowAt }, bandwidthValue},
	{StepClientWindow, phaseConnection, cl, placed, behind(StepConnect, StepPeerBandwidth), windowOf(client), windowValue(client)},
	{StepConnectionBegin, phaseConnection, sv, placed, behind(StepConnect), func(v *view, _ *stream) rowAt { return v.begun }, func(*view, *stream) Value { return Value{Kind: MessageStream} }},
	{StepConnected, phaseConnection, sv, needed, behind(StepConnect), func(v *view, _ *stream) rowAt { return v.connect.answered }, nil},
}

// createPlan begins every NetStream (RTMP 1.0 §7.2.1.3).
var createPlan = []plan{
	{StepCreateStream, phaseStream, cl, needed, behind(StepConnected), createStream(false), nil},
	{StepCreated, phaseStream, sv, needed, behind(StepCreateStream), createStream(true), streamValue},
}

// announcePlan is what encoders say before createStream; no specification has it.
var announcePlan = []plan{
	{StepReleaseStream, phaseStream, cl, may, behind(StepConnected), asked("releaseStream"), nil},
	{StepReleased, phaseStream, sv, free, behind(StepReleaseStream), answered("releaseStream"), nil},
	{StepFCPublish, phaseStream, cl, may, behind(StepConnected), asked("FCPublish"), nil},
	{StepFCPublished, phaseStream, sv, free, behind(StepFCPublish), answered("FCPublish"), nil},
}

// subscribePlan is what some players say before createStream.
var subscribePlan = []plan{
	{StepFCSubscribe, phaseStream, cl, extra, behind(StepConnected), asked("FCSubscribe"), nil},
	{StepFCSubscribed, phaseStream, sv, extra, behind(StepFCSubscribe), answered("FCSubscribe"), nil},
}

// publishPlan is what comes then for a publisher (RTMP 1.0 §7.2.2.6, §7.3.1).
var publishPlan = concat(announcePlan, createPlan, []plan{
	{StepPublish, phasePublish, cl, needed, behind(StepCreated), whenAsked, nameValue},
	{StepStreamBegin, phasePublish, sv, placed, behind(StepPublish), whenBegun, streamValue},
	{StepPublishStart, phasePublish, sv, needed, behind(StepPublish), whenAnswered, nil},
	{StepClientChunkSize, phasePublish, cl, placed, behind(StepPublish), sizeOf(client), sizeValue(client)},
	{StepServerChunkSize, phasePublish, sv, free, behind(StepPublish), sizeOf(server), sizeValue(server)},
	{StepMetadata, phasePublish, cl, may, behind(StepPublishStart), ofStream(func(s *stream) rowAt { return s.metadata }), nil},
}, mediaPlan(phasePublish, cl, StepPublishStart), []plan{
	{StepFCUnpublish, phasePublish, cl, extra, behind(StepPublish), asked("FCUnpublish"), nil},
	{StepOver, phasePublish, sv, extra, behind(StepPublish), whenOver, nil},
	{StepDelete, phasePublish, cl, may, behind(StepPublish), whenStopped, streamValue},
})

// playPlan is what comes then for a player (RTMP 1.0 §7.2.2.1).
var playPlan = concat(subscribePlan, createPlan, []plan{
	{StepPlay, phasePlay, cl, needed, behind(StepCreated), whenAsked, nameValue},
	{StepServerChunkSize, phasePlay, sv, placed, behind(StepPlay), sizeOf(server), sizeValue(server)},
	{StepClientChunkSize, phasePlay, cl, free, behind(StepPlay), sizeOf(client), sizeValue(client)},
	{StepStreamBegin, phasePlay, sv, placed, behind(StepPlay), whenBegun, streamValue},
	{StepReset, phasePlay, sv, placed, behind(StepPlay), ofStream(func(s *stream) rowAt { return s.reset }), nil},
	{StepPlayStart, phasePlay, sv, needed, behind(StepPlay), whenAnswered, nil},
	{StepMetadata, phasePlay, sv, may, behind(StepPlayStart), ofStream(func(s *stream) rowAt { return s.metadata }), nil},
}, mediaPlan(phasePlay, sv, StepPlayStart), []plan{
	{StepOver, phasePlay, sv, extra, behind(StepPlay), whenOver, nil},
	{StepDelete, phasePlay, cl, may, behind(StepPlay), whenStopped, streamValue},
})

// mediaPlan is the way from the start to the first picture.
func mediaPlan(phase string, who session.Side, start StepID) []plan {
	return []plan{
		{StepVideoHeader, phase, who, may, behind(start), ofStream(func(s *stream) rowAt { return s.config[1] }), codecValue(true)},
		{StepAudioHeader, phase, who, may, behind(start), ofStream(func(s *stream) rowAt { return s.config[0] }), codecValue(false)},
		{StepMedia, phase, who, needed, behind(start), ofStream(func(s *stream) rowAt { return s.firstAt }), nil},
		{StepKeyFrame, phase, who, may, behind(start), ofStream(func(s *stream) rowAt { return s.keyAt }), nil},
	}
}

// The checklists up to what a stream was for.
var (
	plansCreated = concat(common, createPlan)
	plansPublish = concat(common, publishPlan)
	plansPlay    = concat(common, playPlan)
)

// plans returns the checklist of the connection and one stream, which is nil in a
// session that has none yet. It belongs to the package.
func plans(s *stream) []plan {
	switch {
	case s == nil || !s.wanted():
		return plansCreated
	case s.role == session.Publish:
		return plansPublish
	}
	return plansPlay
}

func behind(ids ...StepID) []StepID { return ids }

func concat(lists ...[]plan) (out []plan) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
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
		switch {
		case s == nil || s.create == nil:
			return v.firstAsked("createStream", nil, answer)
		case answer && s.created.yes():
			return s.created
		case answer:
			return s.create.answered
		}
		return s.create.rowAt
	}
}

// ofStream finds something that the stream remembers.
func ofStream(get func(*stream) rowAt) func(*view, *stream) rowAt {
	return func(_ *view, s *stream) rowAt {
		if s == nil {
			return rowAt{}
		}
		return get(s)
	}
}

var (
	whenAsked    = ofStream(func(s *stream) rowAt { return s.asked })
	whenAnswered = ofStream(func(s *stream) rowAt { return s.answered })
	whenBegun    = ofStream(func(s *stream) rowAt { return s.begun })
	whenStopped  = ofStream(func(s *stream) rowAt { return s.stopped })
	whenOver     = ofStream(func(s *stream) rowAt { return s.over })
)

func windowOf(d decode.Direction) func(*view, *stream) rowAt {
	return func(v *view, _ *stream) rowAt { return v.window[d].rowAt }
}

func sizeOf(d decode.Direction) func(*view, *stream) rowAt {
	return func(v *view, s *stream) rowAt { return v.sizeFor(d, s).rowAt }
}

func windowValue(d decode.Direction) func(*view, *stream) Value {
	return func(v *view, _ *stream) Value { return Value{Kind: Octets, Number: v.window[d].value} }
}

func bandwidthValue(v *view, _ *stream) Value {
	return Value{Kind: Bandwidth, Number: v.bandwidth.value, Limit: v.bandwidth.limit}
}

func sizeValue(d decode.Direction) func(*view, *stream) Value {
	return func(v *view, s *stream) Value { return Value{Kind: Octets, Number: v.sizeFor(d, s).value} }
}

func appValue(v *view, _ *stream) Value { return Value{Kind: Words, Words: v.connect.appMarked} }

func nameValue(_ *view, s *stream) Value { return Value{Kind: Words, Words: s.marked()} }

func streamValue(v *view, s *stream) Value {
	if s == nil || s.create != nil && s.create.refused {
		return Value{}
	}
	return Value{Kind: MessageStream, Number: s.id}
}

// codecValue is the codec of the first track of that kind that has a header.
func codecValue(video bool) func(*view, *stream) Value {
	return func(_ *view, s *stream) Value {
		for _, t := range s.tracks {
			if t.video == video {
				return Value{Kind: Words, Words: text.Plain(t.codec.String())}
			}
		}
		return Value{}
	}
}
