package capture

import (
	"cmp"
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

const (
	// blockOverhead is more than an enhanced packet block has around the payload
	// and the comments of a packet.
	blockOverhead = 256
	// optionOverhead is more than a comment takes besides its text.
	optionOverhead = 8
)

// packetWriter writes synthetic TCP segments to a pcapng file.
type packetWriter struct {
	ng      *pcapgo.NgWriter
	buf     []byte
	packets uint64
}

// write writes one segment with comments.
func (w *packetWriter) write(at time.Time, h wire.Header, payload []byte, comments []string) error {
	w.buf = h.Append(w.buf[:0], payload)
	ci := gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(w.buf), Length: len(w.buf)}
	w.packets++
	if len(comments) == 0 {
		return w.ng.WritePacket(ci, w.buf)
	}
	return w.ng.WritePacketWithOptions(ci, w.buf, pcapgo.NgPacketOptions{Comments: comments})
}

// newNgWriter begins a section: its header, with its place in a recording if it
// has one, and one raw IP interface.
func newNgWriter(w io.Writer, o *Options, place *segmentInfo) (*pcapgo.NgWriter, error) {
	comment := ownComment + o.Version + ". The bytes are what was relayed; the IP and TCP headers around them are synthetic. " +
		cmp.Or(o.Notice, DefaultNotice)
	if place != nil {
		comment += " " + meta{Segment: place}.comment()
	}
	intf := pcapgo.NgInterface{Name: "rtmpscope", LinkType: layers.LinkTypeRaw, TimestampResolution: 9,
		Description: "synthetic TCP segments around the bytes that were relayed"}
	section := pcapgo.NgSectionInfo{Application: ownApplication + o.Version, Comment: comment}
	return pcapgo.NewNgWriterInterface(w, intf, pcapgo.NgWriterOptions{SectionInfo: section})
}
