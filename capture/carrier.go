package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// carrier is a packet between the ends of a connection that only carries a note.
func carrier(t tuple) []byte {
	client, server := samefamily(t.client, t.server)
	return wire.Header{From: client, To: server}.AppendEmpty(nil)
}

// noteBlock is an enhanced packet block (draft-ietf-opsawg-pcapng §4.3) that
// carries a note.
func noteBlock(o pcapng.ByteOrder, n *Note, t tuple, at uint64, iface uint32) []byte {
	packet := carrier(t)
	b := pcapng.Packet(make([]byte, 0, 512), o, iface, at)
	b = pcapng.PacketData(append(b, packet...), o, len(packet))
	b = appendNote(b, o, n, true)
	return pcapng.Close(pcapng.AppendOption(b, o, pcapng.OptEnd, nil), o, pcapng.KindEnhanced)
}

// appendNote appends a note as two comments: for people, then for a Reader.
func appendNote(b []byte, o pcapng.ByteOrder, n *Note, alone bool) []byte {
	if !n.Deleted {
		b = pcapng.AppendOption(b, o, pcapng.OptComment, []byte(n.words()))
	}
	return pcapng.AppendOption(b, o, pcapng.OptComment, []byte(meta{Note: n.wire(alone)}.comment()))
}

// Note writes a note to the capture at once, so that it is there whatever
// happens to the program. Conn is the number that a [Reader] gives to the
// connection. While recording has stopped, the note is kept for the next
// segment.
func (r *Recorder) Note(n Note) error {
	if r.closed {
		return r.err
	}
	if err := n.check(); err != nil {
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
		block := noteBlock(binary.LittleEndian, n, r.endsOf(n.Conn), uint64(max(at.UnixNano(), 0)), 0)
		if err := r.room(len(block)); err != nil {
			return err
		}
		r.buf.Write(block) //nolint:errcheck // there is room
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

// Annotate appends notes to a finished capture that a [Recorder] wrote, in its
// last segment. Earlier versions stay in the file and are passed over. A capture
// of somebody else is [ErrForeign], one that is still being written [ErrBusy],
// one with a torn end a [*TornError].
func Annotate(path string, notes ...Note) error {
	a, err := examine(path)
	if err != nil {
		return err
	}
	var blocks []byte
	for i := range notes {
		n := notes[i]
		if err := n.check(); err != nil {
			return err
		}
		ends, number, ok := a.find(n.Conn)
		if !ok {
			return fmt.Errorf("%s has no session %d", path, n.Conn)
		}
		n.Conn = number
		blocks = append(blocks, noteBlock(a.order, &n, ends, a.stamp(n.At), 0)...)
	}
	return appendTo(a.last, a.size, blocks)
}

// examined is what has to be known of a capture to append to it.
type examined struct {
	ends    map[uint32]tuple  // by the Reader's number
	numbers map[uint32]uint32 // from the Reader's number to that in the recording
	order   pcapng.ByteOrder
	clock   pcapng.Interface
	last    string // path of the last segment
	size    int64
}

// examine reads a capture to its end.
func examine(path string) (*examined, error) {
	list, err := segmentsFrom(path)
	if err != nil {
		return nil, err
	}
	src, err := File(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	r, err := NewReader(src)
	if err != nil {
		return nil, err
	}
	last := list[len(list)-1]
	a := &examined{ends: map[uint32]tuple{}, numbers: map[uint32]uint32{}, last: last.path, size: last.file.Size()}
	if err := a.read(r); err != nil {
		return nil, err
	}
	if !r.Recorded() || r.blocks.sect.Classic || len(r.blocks.sect.Interfaces) == 0 {
		return nil, ErrForeign
	}
	a.order, a.clock = r.blocks.sect.Order, r.blocks.sect.Interfaces[0]
	for number, conn := range r.numbers {
		a.numbers[conn] = number
	}
	return a, nil
}

func (a *examined) read(r *Reader) error {
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if rec.Kind == Opened {
			a.ends[rec.Conn] = tuple{rec.Client, rec.Server}
		}
	}
}

// find returns the ends of a connection and its number in the recording.
func (a *examined) find(conn uint32) (tuple, uint32, bool) {
	t, ok := a.ends[conn]
	number, other := a.numbers[conn]
	if !other {
		number = conn
	}
	return t, number, ok || conn == 0
}

func (a *examined) stamp(at time.Time) uint64 { return a.clock.Stamp(at) }

// appendTo appends blocks to a file that has exactly size bytes, or leaves it
// as it is.
func appendTo(path string, size int64, blocks []byte) error {
	f, err := openToWrite(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != size {
		return errors.Join(err, ErrBusy)
	}
	if _, err := f.WriteAt(blocks, size); err != nil {
		return errors.Join(fmt.Errorf("the notes could not be written: %w", err), f.Truncate(size))
	}
	return f.Sync()
}

// openToWrite opens and locks an existing regular file.
func openToWrite(path string) (*os.File, error) {
	info, err := os.Lstat(path) // before it is opened: opening a pipe waits
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file and is not written to", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR|noFollow, 0)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(info, opened) {
		err = fmt.Errorf("%s was replaced while it was being opened", path)
	}
	if err == nil {
		err = lock(f)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}
