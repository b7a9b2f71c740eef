package capture

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Saved says what Save or Repair wrote.
type Saved struct {
	// Bytes is the size of the new file.
	Bytes int64
	// Notes is how many notes it holds.
	Notes int
	// Torn is nil, or why the end of the source is not in the new file: a
	// [*TornError] or a [*FormatError].
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
// [*CreateError].
func Save(src source.Sized, path string, changes ...Note) (Saved, error) {
	p, err := planSave(src, changes)
	if err != nil {
		return Saved{}, err
	}
	f, err := createPrivate(path)
	if err != nil {
		return Saved{}, &CreateError{path, err}
	}
	p.out = bufio.NewWriterSize(f, writeBuffer)
	err = p.copy()
	if err = errors.Join(err, p.out.Flush(), f.Close()); err != nil {
		os.Remove(path) //nolint:errcheck // half a copy is worth nothing
		return Saved{}, fmt.Errorf("saving to %s: %w", path, err)
	}
	return p.saved, nil
}

// saving is a copy being written.
type saving struct {
	blocks blocks
	src    source.Sized
	out    *bufio.Writer
	at     map[int64][]*Note // by the position of the frame
	whole  []*Note           // of the capture
	saved  Saved
	buf    []byte
}

// planSave reads the source and finds the frame of each note.
func planSave(src source.Sized, changes []Note) (*saving, error) {
	f, err := findFrames(src, changes)
	if err != nil {
		return nil, err
	}
	p := &saving{src: src, at: map[int64][]*Note{}}
	for i := range f.notes {
		n := &f.notes[i]
		p.saved.Notes++
		if n.Conn == 0 {
			p.whole = append(p.whole, n)
			continue
		}
		pos, ok := f.frames[spot{n.Conn, n.FromServer, n.Offset}]
		if !ok {
			if slices.ContainsFunc(changes, func(c Note) bool { return c.ID == n.ID }) {
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
	p.blocks = newBlocks(src)
	return p, p.blocks.begin()
}

// spot is a byte of a connection.
type spot struct {
	conn       uint32
	fromServer bool
	offset     int64
}

// frames are the positions of the blocks that carry certain bytes.
type frames struct {
	notes   []Note
	frames  map[spot]int64
	numbers map[uint32]uint32
}

// findFrames reads the capture twice: its notes may stand behind the frames
// that they are about.
func findFrames(src source.Sized, changes []Note) (*frames, error) {
	f := &frames{frames: map[spot]int64{}, numbers: map[uint32]uint32{}}
	r, err := readThrough(src, func(*Record) {})
	if err != nil {
		return nil, err
	}
	for _, n := range changes {
		if err := n.check(); err != nil {
			return nil, err
		}
		r.notes.put(n)
	}
	for number, conn := range r.numbers {
		f.numbers[conn] = number
	}
	f.notes = r.Notes()
	SortNotes(f.notes)
	wanted := map[uint32][]spot{}
	for _, n := range f.notes {
		wanted[n.Conn] = append(wanted[n.Conn], spot{n.Conn, n.FromServer, n.Offset})
	}
	_, err = readThrough(src, func(rec *Record) {
		for _, w := range wanted[rec.Conn] {
			f.consider(w, rec)
		}
	})
	return f, err
}

// consider takes the frame of a record for a place when it is the best so far:
// the first frame of the connection, then any frame of the direction that comes
// before or carries the byte.
func (f *frames) consider(w spot, rec *Record) {
	_, known := f.frames[w]
	switch {
	case rec.Kind == Noted:
	case !known:
		f.frames[w] = rec.Frame
	case rec.FromServer == w.fromServer && rec.Kind != Opened && w.offset >= 0 && rec.Offset <= w.offset:
		f.frames[w] = rec.Frame
	}
}

// readThrough reads a capture to its end; a torn end is one too.
func readThrough(src source.Source, each func(*Record)) (*Reader, error) {
	r, err := NewReader(src)
	for err == nil {
		var rec *Record
		if rec, err = r.Next(); err == nil {
			each(rec)
		}
	}
	if errors.Is(err, io.EOF) || isTorn(err) && r != nil {
		return r, nil
	}
	return nil, err
}

// isTorn says that a capture cannot be read beyond a place.
func isTorn(err error) bool {
	var torn *pcapng.TornError
	var format *pcapng.FormatError
	return errors.As(err, &torn) || errors.As(err, &format)
}

// copy writes the new file.
func (p *saving) copy() error {
	if p.blocks.sect.Classic {
		if err := p.write(p.pcapHead()); err != nil {
			return err
		}
	}
	var pk packet
	for {
		from, sect := p.blocks.Pos(), p.blocks.sect
		found, err := p.blocks.next(&pk)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if isTorn(err) {
			p.saved.Torn, p.saved.Missing = err, p.src.Size()-from
			return nil
		}
		if err == nil {
			err = p.copyBlock(from, found, &pk, sect.Classic)
		}
		if err != nil {
			return err
		}
	}
}

// copyBlock writes the block at from, which holds pk when packet is set.
func (p *saving) copyBlock(from int64, packet bool, pk *packet, classic bool) error {
	notes := p.at[from]
	raw, err := p.blocks.Since(from)
	if err != nil {
		return err
	}
	o := p.blocks.sect.Order
	packet = packet && !pk.beat
	switch {
	case classic:
		return p.write(p.newPacket(o, pk, notes))
	case p.blocks.turned:
		p.blocks.turned = false
		raw = p.rewrite(o, raw, pcapng.OptionsOfSection(), p.whole)
		pcapng.Lengthless(raw, o) // the length changes
		p.whole = nil             // they stand in the first section
	case packet && len(pk.notes) > 0 && pk.notes[0].Carrier:
		return nil
	case packet && pk.Kind == pcapng.KindSimple && len(notes) > 0:
		raw = p.newPacket(o, pk, notes)
	case packet && pk.Kind != pcapng.KindSimple && (len(notes) > 0 || len(pk.notes) > 0):
		raw = p.rewrite(o, raw, pcapng.OptionsOfPacket(len(pk.Data)), notes)
	}
	return p.write(raw)
}

func (p *saving) write(b []byte) error {
	n, err := p.out.Write(b)
	p.saved.Bytes += int64(n)
	return err
}

// rewrite replaces the notes among the options of a block, which begin at at.
func (p *saving) rewrite(o pcapng.ByteOrder, raw []byte, at int, notes []*Note) []byte {
	kind := o.Uint32(raw)
	b := append(p.buf[:0], raw[:at]...)
	for _, opt := range otherOptions(pcapng.NewOptions(o, raw[at:len(raw)-4])) {
		b = pcapng.AppendOption(b, o, opt.code, opt.value)
	}
	for _, n := range notes {
		b = appendNote(b, o, n, false)
	}
	if len(b) > at {
		b = pcapng.AppendOption(b, o, pcapng.OptEnd, nil)
	}
	p.buf = pcapng.Close(b, o, kind)
	return p.buf
}

type option struct {
	code  uint16
	value []byte
}

// otherOptions are the options of a block without those that appendNote wrote.
func otherOptions(opts pcapng.Options) (kept []option) {
	for code, value := range opts.All() {
		if m, ok := metaOf(value); code == pcapng.OptComment && ok && m.Note != nil {
			if last := len(kept) - 1; last >= 0 && kept[last].code == pcapng.OptComment && isWords(string(kept[last].value)) {
				kept = kept[:last]
			}
			continue
		}
		kept = append(kept, option{code, value})
	}
	return kept
}
