package told

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Frame is one packet of a capture of others, between one client and port 1935 of a
// server.
type Frame struct {
	FromServer bool
	Seq, Ack   uint32
	Flags      string // of S A F R
	Data       string
}

// Packet is the frame in raw IP.
func (f Frame) Packet() []byte {
	h := wire.Header{From: Addr("192.0.2.1:50000"), To: Addr("192.0.2.2:1935"), Seq: f.Seq, Ack: f.Ack}
	if f.FromServer {
		h.From, h.To = h.To, h.From
	}
	for flag, bit := range map[string]byte{"S": wire.FlagSYN, "A": wire.FlagACK, "F": wire.FlagFIN, "R": wire.FlagRST} {
		if strings.Contains(f.Flags, flag) {
			h.Flags |= bit
		}
	}
	return h.Append(nil, []byte(f.Data))
}

// Greeting is a TCP handshake with the initial sequence numbers 1000 and 9000.
var Greeting = []Frame{{Seq: 1000, Flags: "S"}, {FromServer: true, Seq: 9000, Ack: 1001, Flags: "SA"}, {Seq: 1001, Ack: 9001, Flags: "A"}}

// Frames is a classic pcap file of raw IP, with nanoseconds or microseconds in the
// given byte order, in which the frames stand a millisecond apart.
func Frames(o binary.AppendByteOrder, nano bool, frames ...Frame) *source.Memory {
	magic, unit := uint32(0xA1B2C3D4), time.Microsecond
	if nano {
		magic, unit = 0xA1B23C4D, time.Nanosecond
	}
	b := o.AppendUint16(o.AppendUint16(o.AppendUint32(nil, magic), 2), 4)
	b = o.AppendUint32(o.AppendUint32(append(b, make([]byte, 8)...), 1<<18), 101)
	for i, f := range frames {
		p, at := f.Packet(), Start.Add(time.Duration(i)*time.Millisecond)
		b = o.AppendUint32(o.AppendUint32(b, uint32(at.Unix())), uint32(time.Duration(at.Nanosecond())/unit))
		b = append(o.AppendUint32(o.AppendUint32(b, uint32(len(p))), uint32(len(p))), p...)
	}
	return Memory(b)
}
