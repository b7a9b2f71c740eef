package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// control follows protocol control and user control messages.
func (v *view) control(e *session.Entry) {
	m := &e.Message
	v.controlled(e)
	switch e.Type {
	case chunk.TypeSetChunkSize:
		if len(e.Body) >= 4 && m.Value&0x7fffffff > 0 {
			v.seen[e.From].chunkSize = min(m.Value&0x7fffffff, 0xffffff)
		}
		v.seen[e.From].chunkRow = e.Number
	case chunk.TypeAcknowledgement:
		if len(e.Body) >= 4 {
			v.ledger[e.From.Peer()].acknowledge(m.Value, e)
		}
	case chunk.TypeWindowAckSize:
		v.ledger[e.From].window, v.ledger[e.From].windowRow = m.Value, e.Number
	case chunk.TypeSetPeerBandwidth:
		v.ledger[e.From.Peer()].bandwidth = m.Value
	case chunk.TypeUserControl:
		v.pings.take(e)
		if e.From == server && (m.Event == streamEOF || m.Event == streamDry) {
			v.dried(e)
		}
	}
	v.emit(onControl, e)
}

// User control events with which a server says that no more comes (RTMP 1.0
// §7.1.7).
const (
	streamEOF = 1
	streamDry = 2
)

// streamBegin is the user control event that says that a stream may be used.
const streamBegin = 0

// pings is the ledger of ping requests.
type pings struct {
	open   []ping // by row of the request
	asked  int
	missed int
	last   time.Duration // round trip
}

type ping struct {
	rowAt
	from  decode.Direction
	value uint32
}

// maxPings bounds the unanswered pings that are remembered.
const maxPings = 64

// take follows a ping. A response is tied to its request by the session fold.
func (p *pings) take(e *session.Entry) {
	switch e.Message.Event {
	case 6:
		p.asked++
		if len(p.open) < maxPings {
			p.open = append(p.open, ping{rowAt{e.Number, e.Time}, e.From, e.Message.Value})
		}
	case 7:
		for i := range p.open {
			if p.open[i].row == e.ReplyTo {
				p.last = time.Duration(e.Time - p.open[i].at)
				p.open = append(p.open[:i], p.open[i+1:]...)
				return
			}
		}
	}
}

// oldest is the first request of a side that waits for its answer.
func (p *pings) oldest(from decode.Direction) (at rowAt) {
	for i := range p.open {
		if p.open[i].from == from {
			return p.open[i].rowAt
		}
	}
	return at
}

// isOpen reports whether the request of that row waits for its answer.
func (p *pings) isOpen(row uint32) bool {
	for i := range p.open {
		if p.open[i].row == row {
			return true
		}
	}
	return false
}
