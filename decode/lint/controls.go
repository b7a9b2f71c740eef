package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// controls are the first protocol control messages of a session, as steps of its
// procedure (RTMP 1.0 §5.4, §7.1.7).
type controls struct {
	window    [2]numbered // Window Acknowledgement Size, by its sender
	bandwidth numbered    // Set Peer Bandwidth of the server
	begun     rowAt       // Stream Begin of message stream 0: the connection
	size      [2]numbered // Set Chunk Size, by its sender
}

// numbered is a control message and its number.
type numbered struct {
	rowAt
	value uint32
	limit uint8
}

// controlled keeps a control message that is a step.
func (v *view) controlled(e *session.Entry) {
	m := &e.Message
	x := numbered{rowAt{e.Number, e.Time}, m.Value, m.Limit}
	switch {
	case len(e.Body) < 4:
	case e.Type == chunk.TypeSetChunkSize:
		v.sized(e.From, x)
	case e.Type == chunk.TypeWindowAckSize && !v.window[e.From].yes():
		v.window[e.From] = x
	case e.Type == chunk.TypeSetPeerBandwidth && e.From == server && !v.bandwidth.yes():
		v.bandwidth = x
	case e.Type == chunk.TypeUserControl && e.From == server && m.Event == streamBegin:
		v.begins(m.Value, x.rowAt)
	}
}

// begins notes Stream Begin, of the connection or a message stream.
func (v *view) begins(id uint32, at rowAt) {
	if id == 0 {
		if !v.begun.yes() {
			v.begun = at
		}
		return
	}
	if s := v.streamOf(id); s != nil && !s.begun.yes() {
		s.begun = at
	}
}

// sized notes Set Chunk Size. The first of a side counts for the first stream, whenever
// it comes, a later one for the stream that is the newest then.
func (v *view) sized(d decode.Direction, x numbered) {
	if !v.size[d].yes() {
		v.size[d] = x
		return
	}
	if s := v.newest(func(*stream) bool { return true }); s != nil && !s.size[d].yes() {
		s.size[d] = x
	}
}

// sizeFor is the chunk size that a side set for a stream.
func (v *view) sizeFor(d decode.Direction, s *stream) numbered {
	if v.isFirst(s) {
		return v.size[d]
	}
	return s.size[d]
}

// isFirst reports whether a stream is the first NetStream of the connection that came
// to be.
func (v *view) isFirst(s *stream) bool {
	for _, o := range v.streams {
		if o.wanted() || o.created.yes() {
			return o == s
		}
	}
	return true
}
