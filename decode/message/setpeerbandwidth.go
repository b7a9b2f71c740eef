package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Type{
	ID: chunk.TypeSetPeerBandwidth, Name: "Set Peer Bandwidth", Source: "RTMP 1.0 §5.4.5", Note: "how much the other side may send without an acknowledgement",
	Parse: parseSetPeerBandwidth, Fields: setPeerBandwidthFields,
	Summary: func(m *Parsed, _ uint32) string {
		return fmt.Sprintf("at most %s bytes unacknowledged (%s)", text.Thousands(m.Value), LimitName(m.Limit))
	},
})

var limitNames = [...]string{"hard", "soft", "dynamic"}

// LimitName returns the name of a limit type of Set Peer Bandwidth, RTMP 1.0
// §5.4.5: "hard", "soft", "dynamic" or "limit type 3".
func LimitName(limit uint8) string {
	if int(limit) < len(limitNames) {
		return limitNames[limit]
	}
	return fmt.Sprintf("limit type %d", limit)
}

var limitNotes = [...]string{
	"limit what is sent without acknowledgement to this window",
	"limit it to this window or the one in force, whichever is smaller",
	"hard if the previous limit was hard, otherwise ignored",
}

func parseSetPeerBandwidth(typ uint8, body []byte, _ amf.Limits) Parsed {
	p, ok := control(typ, body, protocolControlLength+1)
	if ok && p.Value == 0 {
		p.problem(ZeroValue, 0, "a window of 0 lets the peer send nothing")
	}
	if len(body) < 5 {
		return p
	}
	if p.Limit = body[4]; int(p.Limit) >= len(limitNames) {
		p.problem(UnknownLimit, 4, "no specification names limit type %d", p.Limit)
	}
	return p
}

// setPeerBandwidthFields shows a Set Peer Bandwidth, RTMP 1.0 §5.4.5.
func setPeerBandwidthFields(b *field.Builder, _ uint8, _ Context) {
	b.Source = "RTMP 1.0 §5.4.5"
	v, f := b.Uint("acknowledgement window size", 4)
	if !b.Short {
		f.Note, f.Bad = "the peer is to send at most this many bytes without acknowledgement", v == 0
	}
	if v, f = b.Uint("limit type", 1); !b.Short {
		f.Symbol = LimitName(uint8(v))
		if f.Bad = int(v) >= len(limitNames); !f.Bad {
			f.Note = limitNotes[v]
		}
	}
	b.Excess("the message is 5 bytes long")
}
