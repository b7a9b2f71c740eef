package capture

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
)

// NoteKind says what a [Note] is for.
type NoteKind string

// The kinds of note.
const (
	// PlainNote is a text about a place.
	PlainNote NoteKind = "note"
	// Bookmark is a mark: a place that was given a label.
	Bookmark NoteKind = "mark"
	// Title names the whole capture, Description describes it.
	Title       NoteKind = "title"
	Description NoteKind = "description"
)

// WholeSession is the Offset of a note about a connection as a whole.
const WholeSession = -1

const (
	// maxNote keeps a text, with every character escaped, within the 16 bits
	// that say the length of a comment: draft-ietf-opsawg-pcapng §3.5.
	maxNote = 8192
	// maxAbout is what names a finding or a row, with room to spare.
	maxAbout = 128
	// maxNotes bounds the notes that a Reader keeps of one capture.
	maxNotes = 1 << 16
)

// Note is what a person wrote about a place in a capture. Notes are kept in
// comments of the capture file. A note with the ID of an earlier one takes its
// place.
type Note struct {
	// ID tells notes apart; NewNote makes one.
	ID   string
	Kind NoteKind
	// Conn is the connection, as [Record.Conn] numbers it; 0 is none: a title
	// and a description belong to the whole capture.
	Conn uint32
	// FromServer and Offset name a byte of the connection: the first one of what
	// the note is about. Offset is WholeSession for the connection as a whole.
	FromServer bool
	Offset     int64
	// About tells things that stand at one offset apart, for whoever shows them;
	// a capture only keeps it. It may be empty.
	About string
	// Text is what was written, as it was written: up to 8,192 bytes of UTF-8,
	// which may hold anything. Whoever shows it makes it safe.
	Text string
	// Author may be empty.
	Author string
	// At is when it was written.
	At time.Time
	// Deleted says that the note was taken back; Text is then empty.
	Deleted bool
}

// NewNote returns a note with a new ID.
func NewNote(kind NoteKind, text string, at time.Time) Note {
	var id [6]byte
	rand.Read(id[:]) // it never fails: crypto/rand
	return Note{ID: hex.EncodeToString(id[:]), Kind: kind, Text: text, Offset: WholeSession, At: at}
}

// ForCapture says that the note is about the capture as a whole.
func (n *Note) ForCapture() bool { return n.Kind == Title || n.Kind == Description }

// Check says why the note cannot be written; nil is that it can.
func (n *Note) Check() error {
	switch {
	case n.ID == "" || len(n.ID) > 64:
		return errors.New("a note needs an ID of up to 64 bytes")
	case !slices.Contains([]NoteKind{PlainNote, Bookmark, Title, Description}, n.Kind):
		return fmt.Errorf("%q is no kind of note", n.Kind)
	case n.ForCapture() != (n.Conn == 0):
		return errors.New("a title or description is about the capture, any other note about a connection")
	case len(n.Text) > maxNote || len(n.Author) > 256:
		return fmt.Errorf("the note is too long: %d bytes, %d are possible", len(n.Text)+len(n.Author), maxNote)
	case len(n.About) > maxAbout:
		return fmt.Errorf("what the note is about takes %d bytes, %d are possible", len(n.About), maxAbout)
	case n.Offset < WholeSession:
		return fmt.Errorf("there is no byte %d", n.Offset)
	}
	return nil
}

// Comments are how the note stands in a capture file, as comments of a packet or of
// the file: for people, unless it was deleted, then for a Reader. carrier says that the
// packet is there for the note alone.
func (n *Note) Comments(carrier bool) []string {
	w := &meta.Note{ID: n.ID, Kind: string(n.Kind), Conn: n.Conn, Text: strings.ToValidUTF8(n.Text, "\uFFFD"),
		Author: strings.ToValidUTF8(n.Author, "\uFFFD"), At: n.At.Round(0).UTC(), Deleted: n.Deleted, Carrier: carrier}
	if n.Offset != WholeSession && n.Conn != 0 {
		w.Offset, w.From, w.About = &n.Offset, meta.Side(n.FromServer), n.About
	}
	if n.Deleted {
		w.Text = ""
	}
	return w.Comments()
}

// noteOf is a note as a comment says it.
func noteOf(w *meta.Note) Note {
	n := Note{ID: w.ID, Kind: NoteKind(w.Kind), Conn: w.Conn, Text: w.Text, Author: w.Author, At: w.At, Deleted: w.Deleted,
		FromServer: w.From == meta.Side(true), Offset: WholeSession, About: w.About}
	if w.Offset != nil {
		n.Offset = *w.Offset
	}
	return n
}

// notebook is the notes of a capture: of each ID the latest.
type notebook struct {
	order []string
	byID  map[string]Note
}

// put adds a note or replaces one; false is that there is no room for more.
func (b *notebook) put(n Note) bool {
	if b.byID == nil {
		b.byID = map[string]Note{}
	}
	if _, known := b.byID[n.ID]; !known {
		if len(b.order) >= maxNotes {
			return false
		}
		b.order = append(b.order, n.ID)
	}
	b.byID[n.ID] = n
	return true
}

// list returns what is not deleted, in the order of first writing.
func (b *notebook) list() []Note {
	notes := make([]Note, 0, len(b.order))
	for _, id := range b.order {
		if n := b.byID[id]; !n.Deleted {
			notes = append(notes, n)
		}
	}
	return notes
}

// SortNotes puts notes in the order of a capture: those about all of it first,
// then by connection, those about all of a connection first, then by offset
// and time.
func SortNotes(notes []Note) {
	slices.SortStableFunc(notes, func(a, b Note) int {
		return cmp.Or(cmp.Compare(a.Conn, b.Conn), cmp.Compare(min(a.Offset, 0), min(b.Offset, 0)),
			cmp.Compare(a.Offset, b.Offset), a.At.Compare(b.At))
	})
}
