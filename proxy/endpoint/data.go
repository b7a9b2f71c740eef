package endpoint

import (
	"bytes"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// The commands to the server that stand before metadata (Adobe: "Add metadata
// to a live stream"); players do not get them.
var (
	setDataFrame   = []byte("\x02\x00\x0d@setDataFrame")
	clearDataFrame = []byte("\x02\x00\x0f@clearDataFrame")
)

// unwrapData takes @setDataFrame off a data message. ok is false for a message
// that is only for the server.
func unwrapData(m Message) (out Message, ok bool) {
	if m.Type != chunk.TypeDataAMF0 && m.Type != chunk.TypeDataAMF3 {
		return m, true
	}
	values := afterFormat(m)
	if bytes.HasPrefix(values, clearDataFrame) {
		return m, false
	}
	if rest, found := bytes.CutPrefix(values, setDataFrame); found {
		format := m.Body[:len(m.Body)-len(values)]
		m.Body = append(bytes.Clone(format), rest...)
	}
	return m, true
}

// splitAggregate takes the messages out of an aggregate (RTMP 1.0 §7.1.6). Its
// body is FLV tags, whose timestamps count from that of the aggregate.
func splitAggregate(m Message) []Message {
	var out []Message
	var first uint32
	for r := m.Body; len(r) >= tagHeader; {
		part, end, ok := parseTag(r)
		if !ok {
			break
		}
		if len(out) == 0 {
			first = part.Timestamp
		}
		part.Timestamp += m.Timestamp - first
		switch part.Type {
		case chunk.TypeAudio, chunk.TypeVideo, chunk.TypeDataAMF0:
			out = append(out, part)
		}
		r = r[min(end+backPointer, len(r)):]
	}
	return out
}
