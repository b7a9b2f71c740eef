package desk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/edit"
	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Options say what a Capture works with.
type Options struct {
	// Source is what has been captured by now. It is asked for each job.
	Source func() source.Sized
	// Rows and Notes are the timeline and the notes as far as the capture was read.
	Rows  func() *session.Snapshot
	Notes func() []capture.Note
	// File is a finished capture that notes may be written into, or "".
	File string
	// Record, if not nil, writes a note into a capture that is being recorded.
	Record func(capture.Note) error
	// Configure, if not nil, keeps settings.
	Configure func(Setting) (said string, err error)
	// ShowSecrets says that exports do not mask credentials.
	ShowSecrets bool
	// Version of the program, for the formats that tell it.
	Version string
}

// Capture is the desk of one capture. It implements Desk.
type Capture struct {
	o       Options
	sitting []capture.Note           // all notes that were written, which the source may not hold
	written map[noteKey]capture.Note // by hand, to change them
	counter counter
}

var _ Desk = (*Capture)(nil)

// noteKey tells the note on a row from its mark.
type noteKey struct {
	row  int
	mark bool
}

// New returns the desk of a capture.
func New(o Options) *Capture {
	return &Capture{o: o, written: map[noteKey]capture.Note{}}
}

// Abilities implements Desk.
func (k *Capture) Abilities() Abilities {
	if k.o.Configure == nil {
		return All &^ CanConfigure
	}
	return All
}

// Configure implements Desk.
func (k *Capture) Configure(s Setting) (string, error) { return k.o.Configure(s) }

// Progress implements Desk.
func (k *Capture) Progress() (done, total int64) { return k.counter.progress() }

// Formats names the endings that Export knows.
func Formats() (endings []string) {
	for _, f := range export.Formats() {
		endings = append(endings, f.Extension)
	}
	return endings
}

// Note implements Desk: it writes a note into the capture, or keeps it for the next copy where the
// capture cannot take it.
func (k *Capture) Note(n Note) (string, error) {
	list := k.versions(k.place(n), noteKey{n.Row, n.Mark})
	if k.o.Record != nil {
		for _, v := range list {
			if err := k.o.Record(v); err != nil {
				return "", err
			}
		}
		return where(n.Text, "the recording"), nil
	}
	k.sitting = latest(append(k.sitting, list...))
	if k.o.File != "" {
		err := edit.Annotate(k.o.File, list...)
		switch {
		case err == nil:
			return where(n.Text, filepath.Base(k.o.File)), nil
		case !errors.Is(err, edit.ErrForeign):
			return fmt.Sprintf("%s (%v)", untilSaved, err), nil
		}
	}
	return untilSaved, nil
}

// untilSaved is said of a note that its capture cannot take.
const untilSaved = "this capture is not written to: save a copy with w to keep what you wrote"

func where(text, place string) string {
	if text == "" {
		return "it no longer stands in " + place
	}
	return "it stands in " + place + " now"
}

// place makes the note of a row.
func (k *Capture) place(w Note) capture.Note {
	kind := capture.PlainNote
	if w.Mark {
		kind = capture.Bookmark
	}
	n := capture.NewNote(kind, w.Text, time.Now())
	n.Deleted = w.Text == ""
	Put(&n, k.o.Rows(), w.Row)
	return n
}

// Put ties a note to a row.
func Put(n *capture.Note, rows *session.Snapshot, row int) {
	p := rows.Place(row)
	n.Conn, n.FromServer, n.Offset, n.About = rows.Row(row).Session, p.From == decode.FromServer, p.Offset, p.About
}

// versions is what has to be written so that a note is the only one of its kind
// at its place: it takes the place of the last one, and others are taken back.
func (k *Capture) versions(n capture.Note, key noteKey) []capture.Note {
	old := k.o.Notes()
	if w, ok := k.written[key]; ok {
		old = append(slices.DeleteFunc(old, func(o capture.Note) bool { return o.ID == w.ID }), w)
	}
	var out []capture.Note
	for _, o := range old {
		if o.Kind != n.Kind || o.Conn != n.Conn || o.FromServer != n.FromServer || o.Offset != n.Offset || o.About != n.About {
			continue
		}
		o.Text, o.Deleted, o.At = "", true, n.At
		out = append(out, o)
	}
	if last := len(out) - 1; last >= 0 {
		n.ID, n.Author = out[last].ID, out[last].Author
		out = out[:last]
	}
	k.written[key] = n
	return append(out, n)
}

// Save implements Desk: it writes a copy of the capture as it is now, with all notes.
// The bytes of some of the sessions are put into packets anew.
func (k *Capture) Save(path string, sessions ...uint32) (string, error) {
	path = withExtension(path, "pcapng")
	if len(sessions) > 0 {
		_, err := k.write(path, "pcapng", export.Options{ShowSecrets: true, Sessions: sessions})
		return path, err
	}
	// Notes are found and placed in two readings; the third one copies.
	_, err := edit.Save(k.counter.begin(k.o.Source(), 3), path, k.sitting...)
	return path, err
}

// latest leaves out notes that a later one with the same ID replaces.
func latest(notes []capture.Note) (out []capture.Note) {
	at := map[string]int{}
	for _, n := range notes {
		if i, known := at[n.ID]; known {
			out[i] = n
			continue
		}
		at[n.ID] = len(out)
		out = append(out, n)
	}
	return out
}

func withExtension(path, extension string) string {
	if filepath.Ext(path) == "" {
		return path + "." + extension
	}
	return path
}

// Export implements Desk: it writes what was captured so far in the format that the ending names, and
// says where, and which media when there were several.
func (k *Capture) Export(path string, sessions ...uint32) (string, error) {
	ending := strings.TrimPrefix(filepath.Ext(path), ".")
	for _, f := range export.Formats() {
		if f.Extension == ending {
			others, err := k.write(path, f.Name, export.Options{ShowSecrets: k.o.ShowSecrets, Sessions: sessions})
			return path + others, err
		}
	}
	return "", fmt.Errorf("%q is not the ending of a format", ending)
}

// write never overwrites a file, and leaves none that is not whole.
func (k *Capture) write(path, format string, o export.Options) (chosen string, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", &record.CreateError{Path: path, Err: err}
	}
	o.Changes, o.Judge, o.Version, o.File = k.sitting, lint.New(lint.Config{}), k.o.Version, k.name()
	o.Chosen = func(what, others string) {
		if others != "" {
			chosen = ": " + what + ", not " + others
		}
	}
	err = export.Write(f, k.counter.begin(k.o.Source(), 1), format, o)
	if isTorn(err) {
		err = nil // all that is there was written; a capture that grows ends anywhere
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path) //nolint:errcheck // that it failed is already being said
	}
	return chosen, err
}

// isTorn reports whether a capture merely ends in the middle of a block, as one
// does that grows.
func isTorn(err error) bool {
	var torn *pcapng.TornError
	return errors.As(err, &torn)
}

// name is that of the capture for reports, "" of a stream.
func (k *Capture) name() string {
	if k.o.File == "" {
		return ""
	}
	return filepath.Base(k.o.File)
}
