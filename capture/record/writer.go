package record

import (
	"cmp"
	"encoding/binary"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

const (
	// blockOverhead is more than an enhanced packet block has around the payload
	// and the comments of a packet.
	blockOverhead = 256
	// optionOverhead is more than a comment takes besides its text.
	optionOverhead = 8
	// nanoseconds is how many digits after the point times have.
	nanoseconds = 9
)

// packetWriter writes synthetic TCP segments to a pcapng file.
type packetWriter struct {
	to      *buffer
	packets uint64
}

// write writes one segment with comments. It is made in the buffer itself, so that the
// payload is copied once. One that is lent is not copied at all.
func (w *packetWriter) write(at time.Time, h wire.Header, s *segmentOut) error {
	o := binary.LittleEndian
	b := pcapng.Packet(w.to.rest(), o, 0, uint64(at.UnixNano()))
	var lent []byte
	if w.to.lends(s) {
		lent = s.data
		b = h.AppendHead(b, len(lent))
	} else {
		b = h.Append(b, s.data)
	}
	head, n := len(b), len(b)-pcapng.OptionsOfPacket(0)+len(lent)
	b = pcapng.PacketSize(b, o, n, n)
	for _, c := range s.comments {
		b = pcapng.AppendOption(b, o, pcapng.OptComment, []byte(c))
	}
	if len(s.comments) > 0 {
		b = pcapng.AppendOption(b, o, pcapng.OptEnd, nil)
	}
	w.packets++
	return w.to.appendAround(pcapng.CloseAround(b, o, pcapng.KindEnhanced, len(lent)), head, lent)
}

// begin begins a section: its header, with its place in a recording if it has
// one, and one raw IP interface.
func (w *packetWriter) begin(o *Options, place *meta.Segment) error {
	comment := meta.Section + o.Version + ". The bytes are what was relayed; the IP and TCP headers around them are synthetic. " +
		cmp.Or(o.Notice, DefaultNotice)
	if place != nil {
		comment += " " + meta.Comment{Segment: place}.String()
	}
	order := binary.LittleEndian
	b := pcapng.Section(nil, order)
	b = pcapng.AppendOption(b, order, pcapng.OptApplication, []byte(meta.Application+o.Version))
	b = pcapng.AppendOption(b, order, pcapng.OptComment, []byte(comment))
	b = pcapng.Close(pcapng.AppendOption(b, order, pcapng.OptEnd, nil), order, pcapng.KindSection)
	return w.to.append(pcapng.Description(b, order, uint16(wire.LinkRaw), nanoseconds, "rtmpscope",
		"synthetic TCP segments around the bytes that were relayed"))
}
