package check

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// began is when the sessions of the example were opened.
var began = time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)

// key is a stream key, which no form may show unasked.
const key = "sesame-of-mine"

// made is a result with something of everything that the forms show.
func made() []*Result {
	return []*Result{
		{
			File:     "evening|*.pcapng\x1b[31m",
			Stories:  []session.Story{{Kind: "rivals", Sessions: []uint32{1, 2}, Words: text.Plain("2 publishers of live/") + text.Secret(key)}},
			Sessions: []Session{refused(), waiting(), clean()},
			Expectations: []Expectation{
				{Text: "keyframe", Row: 1},
				{Text: "code == `x` within 5s", Within: 5 * time.Second, Unmet: []uint32{1, 3}},
			},
		},
		{File: "empty.pcapng"},
	}
}

// step is one of the procedure, done when it has a row: 10 ms a row after the opening.
func step(id lint.StepID, phase string, row uint32, took time.Duration, s lint.Step) lint.Step {
	s.ID, s.Phase, s.Name, s.Row, s.Latency = id, phase, id.Name(), row, took
	if s.Who = session.ClientSide; id == lint.StepS0S1 || id == lint.StepServerWindow || id == lint.StepPublishStart {
		s.Who = session.ServerSide
	}
	if row > 0 {
		s.At = began.Add(time.Duration(row) * 10 * time.Millisecond)
		if s.State == lint.Ahead {
			s.State = lint.Done
		}
	}
	return s
}

// refused is a publisher that is refused: an error, a warning that has no rows
// and a note.
func refused() Session {
	s := Session{
		Info: session.Info{
			Number: 1, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935", OpenedAt: began, LastAt: began.Add(1500 * time.Millisecond),
			App: text.Plain("live"), Stream: text.Secret(key), Role: session.Publish, Ended: "the client closed its side (FIN)",
			Bytes: [2]int64{3500, 1}, Messages: [2]int64{9, 1}, Worst: session.Error, Findings: [4]int{0, 1, 1, 1},
		},
		Report: lint.Report{
			Session:    1,
			Client:     lint.Fingerprint{Name: "FFmpeg", Version: text.Plain("Lavf60"), Evidence: []text.Marked{text.Plain("flashVer"), text.Secret(key)}},
			Server:     lint.Fingerprint{Name: "SRS", Version: text.Plain("SRS"), Evidence: []text.Marked{text.Plain("fmsVer")}},
			Connection: lint.Connection{State: lint.ClosedOff, App: text.Plain("live"), Row: 20},
			NetStreams: []lint.NetStream{{ID: 1, Role: session.Publish, Name: text.Secret(key), State: lint.Denied, Row: 16}},
			Steps: []lint.Step{
				step(lint.StepC0C1, "handshake", 1, 0, lint.Step{Required: true}),
				step(lint.StepS0S1, "handshake", 2, 2*time.Millisecond, lint.Step{Required: true}),
				step(lint.StepServerWindow, "NetConnection", 4, 3*time.Millisecond, lint.Step{Value: lint.Value{Kind: lint.Octets, Number: 2_500_000}}),
				step(lint.StepPeerBandwidth, "NetConnection", 5, 0, lint.Step{Value: lint.Value{Kind: lint.Bandwidth, Number: 2_500_000, Limit: 2}}),
				step(lint.StepClientWindow, "NetConnection", 0, 0, lint.Step{State: lint.Skipped}),
				step(lint.StepFCPublish, "NetStream", 0, 0, lint.Step{State: lint.Skipped, Stream: 1}),
				step(lint.StepFCPublished, "NetStream", 0, 0, lint.Step{State: lint.Skipped, Stream: 1, Answer: true}),
				step(lint.StepCreated, "NetStream", 0, 0, lint.Step{State: lint.Skipped, Required: true, Stream: 1}),
				step(lint.StepPublish, "publish", 14, time.Second, lint.Step{Required: true, State: lint.OutOfOrder, Order: lint.Order{Before: lint.StepCreated, Waits: true}, Stream: 1, StreamID: 1, Value: lint.Value{Kind: lint.Words, Words: text.Secret(key)}}),
				step(lint.StepServerChunkSize, "publish", 6, 0, lint.Step{State: lint.OutOfOrder, Order: lint.Order{Before: lint.StepConnected}, Stream: 1, StreamID: 1, Value: lint.Value{Kind: lint.Octets, Number: 4096}}),
				step(lint.StepPublishStart, "publish", 16, 3*time.Millisecond, lint.Step{Required: true, State: lint.Refused, Code: "NetStream.Publish.BadName", Stream: 1, StreamID: 1}),
				step(lint.StepMetadata, "publish", 18, 0, lint.Step{State: lint.TooLate, After: "the server had closed", Stream: 1, StreamID: 1}),
				step(lint.StepMedia, "publish", 0, 0, lint.Step{Required: true, State: lint.Unreached, Stream: 1, StreamID: 1}),
				step(lint.StepKeyFrame, "publish", 0, 4*time.Second, lint.Step{Required: true, State: lint.Missed, Stream: 1, StreamID: 1}),
				step(lint.StepDelete, "publish", 0, 0, lint.Step{State: lint.Ahead, Stream: 1, StreamID: 1}),
			},
			Unjudged: []lint.Unjudged{{Rule: "a-rule", Why: "bytes are missing"}, {Rule: "b-rule", Why: "it is off"}, {Rule: "c-rule", Why: "bytes are missing"}},
		},
	}
	s.Findings = []Finding{
		{session.Finding{Session: 1, Rule: "note-rule", Severity: session.Note, Rows: []uint32{3}, Confidence: 1, Summary: text.Plain("a note about <b>, | and *")}, 4},
		{session.Finding{Session: 1, Rule: "cmd-badname", Severity: session.Error, Side: session.ServerSide, Rows: []uint32{15, 16}, Confidence: 0.75, Summary: text.Plain("the server refused ") + text.Secret(key)}, 17},
		{session.Finding{Session: 1, Rule: "warning-rule", Severity: session.Warning, Side: session.ClientSide, Confidence: 1, Summary: text.Plain("a warning")}, 18},
	}
	return s
}

// waiting is an open session of a player in which nothing goes on, and of which
// the beginning could not be read.
func waiting() Session {
	return Session{
		Info: session.Info{
			Number: 2, Client: "10.0.0.3:5001", Server: "10.0.0.2:1935", OpenedAt: began, LastAt: began.Add(20 * time.Second), Open: true,
			App: text.Plain("vod"), Role: session.Play, Bytes: [2]int64{0, 2_000_000}, Messages: [2]int64{2, 300},
		},
		Report: lint.Report{
			Session: 2,
			Steps: []lint.Step{
				step(lint.StepC0C1, "handshake", 0, 0, lint.Step{State: lint.Unseen}),
				step(lint.StepS0S1, "handshake", 0, 0, lint.Step{State: lint.Unseen}),
				step(lint.StepKeyFrame, "play", 0, 5*time.Second, lint.Step{Required: true, State: lint.Waiting}),
			},
			Stall:    lint.Stall{Words: "the client waits for the server's answer", Side: session.ServerSide},
			Unjudged: []lint.Unjudged{{Rule: "a", Why: "off"}, {Rule: "b", Why: "off"}, {Rule: "c", Why: "off"}, {Rule: "d", Why: "off"}, {Rule: "e", Why: "off"}},
		},
	}
}

// clean is a session of a publisher with two tracks, in which nothing is wrong.
func clean() Session {
	return Session{
		Info: session.Info{Number: 3, Client: "10.0.0.4:5002", Server: "10.0.0.2:1935", OpenedAt: began, LastAt: began.Add(time.Minute), Ended: "the server reset it"},
		Report: lint.Report{
			Session: 3,
			Steps:   []lint.Step{step(lint.StepKeyFrame, "publish", 24, 0, lint.Step{Required: true})},
			Stall:   lint.Stall{Words: "the server waited for the client"},
			Tracks: []lint.TrackReport{
				{From: decode.FromClient, Video: true, Codec: media.AVC, Frames: 101, Keys: 3, Bytes: 500_000, First: 1000, Last: 5000, Moved: 4 * time.Second,
					Known: true, Config: media.Config{Codec: media.AVC, Profile: "High"}},
				{From: decode.FromServer, Codec: media.AAC, Frames: 1, Bytes: 100, First: 7, Last: 7},
				{From: decode.FromClient, Codec: media.AAC, Frames: 2, Bytes: 1000, First: 7, Last: 7},
			},
		},
	}
}
