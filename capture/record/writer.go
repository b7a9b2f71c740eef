package record

import (
	"cmp"
	"encoding/binary"
	"io"
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
// payload is copied once.
func (w *packetWriter) write(at time.Time, h wire.Header, payload []byte, comments []string) error {
	o := binary.LittleEndian
	b := h.Append(pcapng.Packet(w.to.rest(), o, 0, uint64(at.UnixNano())), payload)
	b = pcapng.PacketData(b, o, len(b)-pcapng.OptionsOfPacket(0))
	for _, c := range comments {
		b = pcapng.AppendOption(b, o, pcapng.OptComment, []byte(c))
	}
	if len(comments) > 0 {
		b = pcapng.AppendOption(b, o, pcapng.OptEnd, nil)
	}
	w.packets++
	return w.to.append(pcapng.Close(b, o, pcapng.KindEnhanced))
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

// buffer holds blocks that are whole until they are written together. Unlike a
// bufio.Writer it takes blocks that were made in its own room without copying them.
type buffer struct {
	w io.Writer
	b []byte
}

// reset forgets what is held, and writes to w from now on.
func (b *buffer) reset(w io.Writer) { b.w, b.b = w, b.b[:0] }

// room is how many bytes can be appended before it is time to flush.
func (b *buffer) room() int { return cap(b.b) - len(b.b) }

// rest is what is free, as an empty slice to make a block in.
func (b *buffer) rest() []byte { return b.b[len(b.b):] }

// append takes a block that was made in rest, or anywhere. One that is longer than
// the room is written at once, after what is held.
func (b *buffer) append(block []byte) error {
	n := len(b.b)
	if len(block) <= b.room() {
		b.b = b.b[:n+len(block)]
		if &b.b[n] != &block[0] {
			copy(b.b[n:], block)
		}
		return nil
	}
	if err := b.flush(); err != nil {
		return err
	}
	_, err := b.w.Write(block)
	return err
}

// flush writes what is held.
func (b *buffer) flush() error {
	if len(b.b) == 0 {
		return nil
	}
	_, err := b.w.Write(b.b)
	if err == nil {
		b.b = b.b[:0]
	}
	return err
}
