package session

import (
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// maxPending is how many unanswered requests of one session are remembered; a
// client that never gets an answer must not fill the memory.
const maxPending = 256

// request is a message that asks for an answer.
type request struct {
	Pending
	txn      float64
	streamID uint32
	at       time.Time
	value    uint32 // of a ping
	told     bool   // onFCPublish or the like has come; _result still may
}

// pairs ties answers to requests.
type pairs struct {
	open     []request // oldest first
	answered []place   // publishes and plays that were answered on their own message stream
}

// place is a command on a message stream.
type place struct {
	command  string
	streamID uint32
}

// ask remembers a request.
func (p *pairs) ask(r request) {
	if len(p.open) == maxPending {
		p.open = p.open[1:]
	}
	p.open = append(p.open, r)
}

// take finds the newest request that match accepts, and forgets it unless keep.
func (p *pairs) take(keep bool, match func(*request) bool) (request, bool) {
	for i := len(p.open) - 1; i >= 0; i-- {
		if r := p.open[i]; match(&r) {
			if !keep {
				p.open = slices.Delete(p.open, i, i+1)
			}
			return r, true
		}
	}
	return request{}, false
}

// tell finds the request of one side that a notice such as onFCPublish is about. Its
// _result may come before, behind, or never, so the request stays for that.
func (p *pairs) tell(from decode.Direction, notice string) (request, bool) {
	for i := len(p.open) - 1; i >= 0; i-- {
		if r := &p.open[i]; r.From != from && !r.told && "on"+r.Command == notice {
			r.told = true
			return *r, true
		}
	}
	return request{}, false
}

// settle remembers that a command was answered on its message stream.
func (p *pairs) settle(at place) {
	if len(p.answered) < maxPending && !slices.Contains(p.answered, at) {
		p.answered = append(p.answered, at)
	}
}

// waiting lists the requests without an answer.
func (p *pairs) waiting() []Pending {
	var out []Pending
	for _, r := range p.open {
		if !r.told {
			out = append(out, r.Pending)
		}
	}
	return out
}

// asks reports whether a command of this name waits for an answer. releaseStream,
// FCPublish and FCSubscribe are asked too, but half of all servers never answer
// them; they count when a transaction ID says that an answer is wanted.
func asks(m *message.Parsed) bool {
	switch m.Command {
	case "", "_result", "_error", "onStatus":
		return false
	case "publish", "play", "play2":
		return true
	case "FCUnpublish", "FCUnsubscribe", "deleteStream", "closeStream", "close":
		return false
	}
	return m.HasTransaction && m.Transaction > 0 && !strings.HasPrefix(m.Command, "on")
}

// answer finds the request that a command of one side answers.
func (p *pairs) answer(m *message.Parsed, from decode.Direction, streamID uint32) (request, bool) {
	switch m.Command {
	case "_result", "_error":
		return p.take(false, func(r *request) bool {
			return r.From != from && r.txn == m.Transaction && m.HasTransaction
		})
	case "onFCPublish", "onFCSubscribe", "onFCUnpublish":
		return p.tell(from, m.Command)
	case "onStatus":
		command := answeredBy(m.Code)
		// Play.Reset comes before Play.Start: the request stays open for it.
		keep := m.Code == "NetStream.Play.Reset"
		asked := func(r *request) bool { return r.From != from && r.Command == command && command != "" }
		// Of several streams the status names its own; some servers name another. One
		// whose command was answered there before speaks of that again.
		if r, ok := p.take(keep, func(r *request) bool { return asked(r) && r.streamID == streamID }); ok {
			p.settle(place{command, streamID})
			return r, true
		}
		if slices.Contains(p.answered, place{command, streamID}) {
			return request{}, false
		}
		return p.take(keep, asked)
	}
	return request{}, false
}

// answeredBy is the command that a status code answers, or "". Codes that
// report what happens later (Unpublish, PublishNotify …) answer nothing.
func answeredBy(code string) string {
	switch {
	case code == "NetStream.Publish.Idle":
		return ""
	case strings.HasPrefix(code, "NetStream.Publish."):
		return "publish"
	case code == "NetStream.Play.Start", code == "NetStream.Play.Reset", code == "NetStream.Play.Failed",
		code == "NetStream.Play.StreamNotFound", code == "NetStream.Play.FileStructureInvalid", code == "NetStream.Play.NoSupportedTrackFound":
		return "play"
	case strings.HasPrefix(code, "NetStream.Seek."):
		return "seek"
	case code == "NetStream.Pause.Notify", code == "NetStream.Unpause.Notify":
		return "pause"
	case code == "NetConnection.Connect.Rejected":
		return "connect"
	}
	return ""
}
