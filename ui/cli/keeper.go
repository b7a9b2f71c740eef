package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui"
)

// keeper does what the keys for notes, saving and exporting ask for. It is used
// by one goroutine, that of the terminal UI for work.
type keeper struct {
	file     string               // a finished capture that notes may go into, or ""
	source   func() capture.Sized // what has been captured so far
	rows     func() *session.Snapshot
	notes    func() []capture.Note // of the capture, as far as it was read
	secrets  bool
	pending  []capture.Note           // notes that only the next copy will hold
	written  map[noteKey]capture.Note // by hand, to change them
	annotate func(path string, notes ...capture.Note) error
	record   func(capture.Note) error // of a live session: writes a note at once; or nil
	counter  counter
}

// noteKey tells the note on a row from its mark.
type noteKey struct {
	row  int
	mark bool
}

// keep lets the terminal UI keep notes and write files.
func (k *keeper) keep(o *tui.Options) {
	k.written, k.secrets = map[noteKey]capture.Note{}, o.Reveal
	if k.annotate == nil {
		k.annotate = capture.Annotate
	}
	o.Working = k.counter.progress
	o.Note, o.Save, o.Export, o.Compare = k.note, k.save, k.export, k.compare
	var endings []string
	for _, f := range export.Formats() {
		endings = append(endings, f.Extension)
	}
	o.ExportFormats = strings.Join(endings, " ")
}

// note writes a note into the capture, or keeps it for the next copy where the
// capture cannot take it.
func (k *keeper) note(row int, text string, mark bool) (string, error) {
	list := k.versions(k.place(row, text, mark), noteKey{row, mark})
	if k.record != nil {
		for _, n := range list {
			if err := k.record(n); err != nil {
				return "", err
			}
		}
		return where(text, "the recording"), nil
	}
	if k.file != "" {
		err := k.annotate(k.file, list...)
		switch {
		case err == nil:
			return where(text, filepath.Base(k.file)), nil
		case !errors.Is(err, capture.ErrForeign):
			return "", err
		}
	}
	k.pending = append(k.pending, list...)
	return "this capture is not written to: save a copy with w to keep what you wrote", nil
}

func where(text, place string) string {
	if text == "" {
		return "it no longer stands in " + place
	}
	return "it stands in " + place + " now"
}

// place makes the note of a row.
func (k *keeper) place(row int, text string, mark bool) capture.Note {
	kind := capture.PlainNote
	if mark {
		kind = capture.Bookmark
	}
	n := capture.NewNote(kind, text, time.Now())
	n.Deleted = text == ""
	put(&n, k.rows(), row)
	return n
}

// put ties a note to a row.
func put(n *capture.Note, rows *session.Snapshot, row int) {
	p := rows.Place(row)
	n.Conn, n.FromServer, n.Offset, n.About = rows.Row(row).Session, p.From == decode.FromServer, p.Offset, p.About
}

// versions is what has to be written so that a note is the only one of its kind
// at its place: it takes the place of the last one, and others are taken back.
func (k *keeper) versions(n capture.Note, key noteKey) []capture.Note {
	old := k.notes()
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

// save writes a copy of the capture as it is now, with all notes.
func (k *keeper) save(path string) (string, error) {
	path = withExtension(path, "pcapng")
	// Notes are found and placed in two readings; the third one copies.
	_, err := capture.Save(k.counter.begin(k.source(), 3), path, latest(k.pending)...)
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

// export writes what was captured so far in the format that the ending names, and
// says where, and which media when there were several.
func (k *keeper) export(path string) (string, error) {
	ending := strings.TrimPrefix(filepath.Ext(path), ".")
	for _, f := range export.Formats() {
		if f.Extension == ending {
			others, err := k.write(path, f.Name)
			return path + others, err
		}
	}
	return "", fmt.Errorf("%q is not the ending of a format", ending)
}

// write never overwrites a file, and leaves none that is not whole.
func (k *keeper) write(path, format string) (chosen string, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", &capture.CreateError{Path: path, Err: err}
	}
	o := export.Options{ShowSecrets: k.secrets, Judge: lint.New(lint.Config{}), Version: version(), Chosen: func(what, others string) {
		if others != "" {
			chosen = ": " + what + ", not " + others
		}
	}}
	err = export.Write(f, k.counter.begin(k.source(), 1), format, o)
	if isTornError(err) {
		err = nil // all that is there was written; a capture that grows ends anywhere
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path) //nolint:errcheck // that it failed is already being said
	}
	return chosen, err
}
