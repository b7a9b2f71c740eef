package edit

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/record"
)

// ErrForeign says that a capture was not written by a [record.Recorder] and is
// therefore never changed.
var ErrForeign = errors.New("the capture was not recorded by rtmpscope and is not changed; write an annotated copy instead")

// Annotate appends notes to a finished capture that a [record.Recorder] wrote, in its
// last segment. Earlier versions stay in the file and are passed over. A capture
// of somebody else is [ErrForeign], one that is still being written [record.ErrBusy],
// one with a torn end a [*pcapng.TornError].
func Annotate(path string, notes ...capture.Note) error {
	a, err := examine(path)
	if err != nil {
		return err
	}
	var blocks []byte
	for i := range notes {
		n := notes[i]
		if err := n.Check(); err != nil {
			return err
		}
		ends, number, ok := a.find(n.Conn)
		if !ok {
			return fmt.Errorf("%s has no session %d", path, n.Conn)
		}
		n.Conn = number
		blocks = append(blocks, record.NoteBlock(a.section.Order, &n, ends[0], ends[1], a.section.Interfaces[0].Stamp(n.At))...)
	}
	return appendTo(a.last, a.size, blocks)
}

// examined is what has to be known of a capture to append to it.
type examined struct {
	ends    map[uint32][2]netip.AddrPort // client and server, by the Reader's number
	numbers map[uint32]uint32            // from the Reader's number to that in the recording
	section pcapng.SectionInfo           // the last
	last    string                       // path of the last segment
	size    int64
}

// examine reads a capture to its end.
func examine(path string) (*examined, error) {
	list, err := capture.Segments(path)
	if err != nil {
		return nil, err
	}
	a := &examined{ends: map[uint32][2]netip.AddrPort{}, last: list[len(list)-1]}
	info, err := os.Stat(a.last)
	if err != nil {
		return nil, err
	}
	a.size = info.Size()
	src, err := capture.File(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	r, err := capture.NewReader(src)
	if err != nil {
		return nil, err
	}
	if err := a.read(r); err != nil {
		return nil, err
	}
	a.section, a.numbers = r.Section(), r.Numbers()
	if !r.Recorded() || a.section.Classic || len(a.section.Interfaces) == 0 {
		return nil, ErrForeign
	}
	return a, nil
}

func (a *examined) read(r *capture.Reader) error {
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if rec.Kind == capture.Opened {
			a.ends[rec.Conn] = [2]netip.AddrPort{rec.Client, rec.Server}
		}
	}
}

// find returns the ends of a connection and its number in the recording.
func (a *examined) find(conn uint32) ([2]netip.AddrPort, uint32, bool) {
	ends, ok := a.ends[conn]
	number, other := a.numbers[conn]
	if !other {
		number = conn
	}
	return ends, number, ok || conn == 0
}

// appendTo appends blocks to a file that has exactly size bytes, or leaves it
// as it is.
func appendTo(path string, size int64, blocks []byte) error {
	f, err := record.OpenToWrite(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != size {
		return errors.Join(err, record.ErrBusy)
	}
	if _, err := f.WriteAt(blocks, size); err != nil {
		return errors.Join(fmt.Errorf("the notes could not be written: %w", err), f.Truncate(size))
	}
	return f.Sync()
}
