// Package edit changes captures after they were recorded: [Annotate] appends notes to a
// recording of ours, [Save] writes any capture with notes to a new file, [Inspect] and
// [Repair] find out what is whole of a damaged one and keep that. What was captured is
// never changed, and a capture of somebody else is never written to.
package edit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Saved says what Save or Repair wrote.
type Saved struct {
	// Bytes is the size of the new file.
	Bytes int64
	// Notes is how many notes it holds.
	Notes int
	// Torn is nil, or why the end of the source is not in the new file: a
	// [*pcapng.TornError] or a [*pcapng.FormatError].
	Torn error
	// Missing is how many bytes at the end of the source that is.
	Missing int64
}

// Save copies a finished capture of whatever origin to a new file at path, with
// the notes that it holds, changed by changes: a note with a known ID takes the
// place of the earlier one. Each note becomes a packet comment, readable by
// people, at the frame that carries its byte; a title or description becomes a
// comment of the section. Everything else stays byte for byte, except that a
// classic pcap file becomes pcapng. Use [source.Until] for a capture that still grows.
//
// The new file is for its owner alone; a path that exists is refused with a
// [*record.CreateError].
func Save(src source.Sized, path string, changes ...capture.Note) (Saved, error) {
	p, err := planSave(src, changes)
	if err != nil {
		return Saved{}, err
	}
	f, err := record.CreatePrivate(path)
	if err != nil {
		return Saved{}, &record.CreateError{Path: path, Err: err}
	}
	p.out = bufio.NewWriterSize(f, 512<<10)
	err = p.copy()
	if err = errors.Join(err, p.out.Flush(), f.Close()); err != nil {
		os.Remove(path) //nolint:errcheck // half a copy is worth nothing
		return Saved{}, fmt.Errorf("saving to %s: %w", path, err)
	}
	return p.saved, nil
}

// saving is a copy being written.
type saving struct {
	blocks *pcapng.Reader
	src    source.Sized
	out    *bufio.Writer
	at     map[int64][]*capture.Note // by the position of the frame
	whole  []*capture.Note           // of the capture
	saved  Saved
	buf    []byte
}

// planSave reads the source and finds the frame of each note.
func planSave(src source.Sized, changes []capture.Note) (*saving, error) {
	f, err := findFrames(src, changes)
	if err != nil {
		return nil, err
	}
	p := &saving{src: src, at: map[int64][]*capture.Note{}}
	for i := range f.notes {
		n := &f.notes[i]
		p.saved.Notes++
		if n.Conn == 0 {
			p.whole = append(p.whole, n)
			continue
		}
		pos, ok := f.frames[spot{n.Conn, n.FromServer, n.Offset}]
		if !ok {
			if slices.ContainsFunc(changes, func(c capture.Note) bool { return c.ID == n.ID }) {
				return nil, fmt.Errorf("the capture has no session %d, which note %s is about", n.Conn, n.ID)
			}
			p.whole = append(p.whole, n) // it came so, and must not be lost
			continue
		}
		p.at[pos] = append(p.at[pos], n)
		if number, other := f.numbers[n.Conn]; other {
			n.Conn = number
		}
	}
	p.blocks = pcapng.NewReader(src)
	return p, p.blocks.Begin()
}

// spot is a byte of a connection.
type spot struct {
	conn       uint32
	fromServer bool
	offset     int64
}

// frames are the positions of the blocks that carry certain bytes.
type frames struct {
	notes   []capture.Note
	frames  map[spot]int64
	numbers map[uint32]uint32
}

// findFrames reads the capture twice: its notes may stand behind the frames
// that they are about.
func findFrames(src source.Sized, changes []capture.Note) (*frames, error) {
	f := &frames{frames: map[spot]int64{}}
	r, err := readThrough(src, func(*capture.Record) {})
	if err != nil {
		return nil, err
	}
	for _, n := range changes {
		if err := n.Check(); err != nil {
			return nil, err
		}
	}
	f.numbers, f.notes = r.Numbers(), changed(r.Notes(), changes)
	capture.SortNotes(f.notes)
	wanted := map[uint32][]spot{}
	for _, n := range f.notes {
		wanted[n.Conn] = append(wanted[n.Conn], spot{n.Conn, n.FromServer, n.Offset})
	}
	_, err = readThrough(src, func(rec *capture.Record) {
		for _, w := range wanted[rec.Conn] {
			f.consider(w, rec)
		}
	})
	return f, err
}

// changed are notes with changes made to them.
func changed(notes, changes []capture.Note) []capture.Note {
	for _, c := range changes {
		same := func(n capture.Note) bool { return n.ID == c.ID }
		switch at := slices.IndexFunc(notes, same); {
		case c.Deleted:
			notes = slices.DeleteFunc(notes, same)
		case at < 0:
			notes = append(notes, c)
		default:
			notes[at] = c
		}
	}
	return notes
}

// consider takes the frame of a record for a place when it is the best so far:
// the first frame of the connection, then any frame of the direction that comes
// before or carries the byte.
func (f *frames) consider(w spot, rec *capture.Record) {
	_, known := f.frames[w]
	switch {
	case rec.Kind == capture.Noted:
	case !known:
		f.frames[w] = rec.Frame
	case rec.FromServer == w.fromServer && rec.Kind != capture.Opened && w.offset >= 0 && rec.Offset <= w.offset:
		f.frames[w] = rec.Frame
	}
}

// readThrough reads a capture to its end; a torn end is one too.
func readThrough(src source.Source, each func(*capture.Record)) (*capture.Reader, error) {
	r, err := capture.NewReader(src)
	for err == nil {
		var rec *capture.Record
		if rec, err = r.Next(); err == nil {
			each(rec)
		}
	}
	if errors.Is(err, io.EOF) || torn(err) && r != nil {
		return r, nil
	}
	return nil, err
}

// torn says that a capture cannot be read beyond a place.
func torn(err error) bool {
	var torn *pcapng.TornError
	var format *pcapng.FormatError
	return errors.As(err, &torn) || errors.As(err, &format)
}

// copy writes the new file.
func (p *saving) copy() error {
	if p.blocks.Section().Classic {
		if err := p.write(p.pcapHead()); err != nil {
			return err
		}
	}
	var b pcapng.Block
	for {
		from, classic := p.blocks.Pos(), p.blocks.Section().Classic
		err := p.blocks.Next(&b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if p.blocks.Pass(err) {
			continue
		}
		if torn(err) {
			p.saved.Torn, p.saved.Missing = err, p.src.Size()-from
			return nil
		}
		if err == nil {
			err = p.copyBlock(from, &b, classic)
		}
		if err != nil {
			return err
		}
	}
}

// copyBlock writes the block at from.
func (p *saving) copyBlock(from int64, b *pcapng.Block, classic bool) error {
	notes := p.at[from]
	raw, err := p.blocks.Since(from)
	if err != nil {
		return err
	}
	o := p.blocks.Section().Order
	noted, carrier := notesIn(b)
	switch {
	case classic:
		return p.write(p.newPacket(o, b, notes))
	case b.Kind == pcapng.KindSection:
		raw = p.rewrite(o, raw, pcapng.OptionsOfSection(), p.whole)
		pcapng.Lengthless(raw, o) // the length changes
		p.whole = nil             // they stand in the first section
	case carrier:
		return nil
	case b.Kind == pcapng.KindSimple && len(notes) > 0:
		raw = p.newPacket(o, b, notes)
	case b.Kind != pcapng.KindSimple && (len(notes) > 0 || noted):
		raw = p.rewrite(o, raw, pcapng.OptionsOfPacket(len(b.Data)), notes)
	}
	return p.write(raw)
}

// notesIn says whether a packet has notes, and is there for one alone.
func notesIn(b *pcapng.Block) (noted, carrier bool) {
	if !b.IsPacket() {
		return false, false
	}
	for code, value := range b.Options.All() {
		if code != pcapng.OptComment {
			continue
		}
		if c, ok := meta.Read(value); ok && c.Note != nil {
			return true, c.Note.Carrier
		}
	}
	return false, false
}

func (p *saving) write(b []byte) error {
	n, err := p.out.Write(b)
	p.saved.Bytes += int64(n)
	return err
}
