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
	sizes     [2][]numbered
}

// numbered is a control message and its number.
type numbered struct {
	rowAt
	value uint32
	limit uint8
}

// maxSizes bounds the Set Chunk Size messages of a side that are remembered.
const maxSizes = maxStreams

// numbered keeps a control message that is a step.
func (v *view) controlled(e *session.Entry) {
	m := &e.Message
	x := numbered{rowAt{e.Number, e.Time}, m.Value, m.Limit}
	switch {
	case len(e.Body) < 4:
	case e.Type == chunk.TypeSetChunkSize && len(v.sizes[e.From]) < maxSizes:
		v.sizes[e.From] = append(v.sizes[e.From], x)
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

// sizeFor is the chunk size that a side set for a stream. The first one that it set
// counts for the first stream, whenever it came; a later stream has what was set
// between its beginning and that of the next.
func (v *view) sizeFor(d decode.Direction, s *stream) numbered {
	streams := v.netStreams()
	if len(streams) == 0 || streams[0] == s {
		if len(v.sizes[d]) > 0 {
			return v.sizes[d][0]
		}
		return numbered{}
	}
	from, to := s.begin(), ^uint32(0)
	for _, o := range streams {
		if b := o.begin(); b > from {
			to = min(to, b)
		}
	}
	for i, x := range v.sizes[d] {
		if i > 0 && x.row > from && x.row < to {
			return x
		}
	}
	return numbered{}
}
