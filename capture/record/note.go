package record

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// NoteBlock is an enhanced packet block (draft-ietf-opsawg-pcapng §4.3) that
// carries a note: a packet between the ends of a connection, which may be
// unknown, that is there for the note alone.
func NoteBlock(o pcapng.ByteOrder, n *capture.Note, client, server netip.AddrPort, at uint64) []byte {
	client, server = samefamily(client, server)
	packet := wire.Header{From: client, To: server}.AppendEmpty(nil)
	b := pcapng.Packet(make([]byte, 0, 512), o, 0, at)
	b = pcapng.PacketData(append(b, packet...), o, len(packet))
	for _, c := range n.Comments(true) {
		b = pcapng.AppendOption(b, o, pcapng.OptComment, []byte(c))
	}
	return pcapng.Close(pcapng.AppendOption(b, o, pcapng.OptEnd, nil), o, pcapng.KindEnhanced)
}

// Note writes a note to the capture at once, so that it is there whatever
// happens to the program. Conn is the number that a [capture.Reader] gives to the
// connection. While recording has stopped, the note is kept for the next
// segment.
func (r *Recorder) Note(n capture.Note) error {
	if r.closed {
		return r.err
	}
	if err := n.Check(); err != nil {
		return err
	}
	if len(r.notes) >= maxPendingNotes {
		return errors.New("too many notes wait to be written")
	}
	r.notes = append(r.notes, n)
	if r.err != nil {
		return r.err
	}
	if err := r.writeNotes(); err != nil {
		return err
	}
	if err := r.Flush(); err != nil {
		return err
	}
	r.notes = nil
	return nil
}

// writeNotes writes the notes that wait.
func (r *Recorder) writeNotes() error {
	for i := range r.notes {
		n := &r.notes[i]
		at := n.At
		if !r.last.IsZero() && at.Before(r.last) {
			at = r.last // in a live capture the time of packets does not go back
		}
		ends := r.endsOf(n.Conn)
		block := NoteBlock(binary.LittleEndian, n, ends.client, ends.server, uint64(max(at.UnixNano(), 0)))
		if err := r.room(len(block)); err != nil {
			return err
		}
		if err := r.buf.append(block); err != nil {
			return r.fail(err)
		}
		r.out.packets++
	}
	return nil
}

// endsOf finds a connection by its number; the zero tuple is none.
func (r *Recorder) endsOf(number uint32) tuple {
	for _, c := range r.conns {
		if c.number == number && number != 0 {
			return c.tuple
		}
	}
	return tuple{}
}
