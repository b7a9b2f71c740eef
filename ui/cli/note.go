package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/edit"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
)

// noteFlags are the flags of the note command.
type noteFlags struct {
	row, session       int
	mark               string
	edit, delete       string
	title, description string
	author, out        string
}

func newNote() *cobra.Command {
	var flags noteFlags
	c := &cobra.Command{
		Use:   "note FILE [TEXT]",
		Short: "Write a note into a capture",
		Long: `Write a note about a row or a session into a capture, mark a row, or give the
capture a title and a description. Rows are numbered as in 'rtmpscope log'.

A capture that rtmpscope recorded gets the note at its end; nothing in it is
changed. A capture of others is never written to: -o writes an annotated copy. In
a copy every note stands at the frame that it is about, as a packet comment that
Wireshark and tshark show.`,
		Example: `  rtmpscope note session.pcapng --row 17 "the key is wrong"
  rtmpscope note session.pcapng --row 17 --mark "here it stops"
  rtmpscope note session.pcapng --title "Encoder 7" --description "no picture since Monday"
  rtmpscope note foreign.pcap --session 1 "this is the bad one" -o annotated.pcapng`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error { return runNote(c, &flags, args) },
	}
	f := c.Flags()
	f.IntVar(&flags.row, "row", 0, "the row that the note is about")
	f.IntVar(&flags.session, "session", 0, "the session that the note is about")
	f.StringVar(&flags.mark, "mark", "", "mark the row with this label")
	f.StringVar(&flags.edit, "edit", "", "replace the text of the note with this ID")
	f.StringVar(&flags.delete, "delete", "", "delete the note with this ID")
	f.StringVar(&flags.title, "title", "", "name the capture; an empty title removes it")
	f.StringVar(&flags.description, "description", "", "describe the capture; an empty description removes it")
	f.StringVar(&flags.author, "author", "", "the author of the note (default: none)")
	f.StringVarP(&flags.out, "output", "o", "", "write an annotated copy to this file")
	c.MarkFlagsMutuallyExclusive("row", "session", "edit", "delete")
	return c
}

func runNote(c *cobra.Command, flags *noteFlags, args []string) error {
	file, text := args[0], strings.Join(args[1:], "")
	notes, err := flags.notes(c, file, text)
	if err != nil {
		return err
	}
	if len(notes) == 0 && flags.out == "" {
		return fail(exitUsage, "nothing to write: give a text with --row or --session, or --mark, --edit, --delete, --title, --description, or -o to copy")
	}
	if flags.out != "" {
		return saveNotes(file, flags.out, notes)
	}
	switch err := edit.Annotate(file, notes...); {
	case errors.Is(err, edit.ErrForeign):
		return fail(exitFailed, "%s was not recorded by rtmpscope and is not written to; add -o ANNOTATED.pcapng to write an annotated copy", file)
	case isTornError(err):
		return fail(exitIncomplete, "%s: %w; 'rtmpscope repair %s -o FILE' first", file, err, file)
	case err != nil:
		return fail(exitFailed, "%w", err)
	}
	for _, n := range notes {
		fmt.Fprintln(os.Stdout, n.ID)
	}
	return nil
}

func isTornError(err error) bool {
	var torn *pcapng.TornError
	return errors.As(err, &torn)
}

// notes are the notes that the flags ask for.
func (f *noteFlags) notes(c *cobra.Command, file, text string) (notes []capture.Note, err error) {
	old, err := readNotes(file)
	if err != nil && !isTornError(err) {
		return nil, err
	}
	changed, err := f.changed(old, text)
	if err != nil {
		return nil, err
	}
	notes = append(notes, changed...)
	if placed, err := f.placed(file, text); err != nil {
		return nil, err
	} else {
		notes = append(notes, placed...)
	}
	for name, kind := range map[string]capture.NoteKind{"title": capture.Title, "description": capture.Description} {
		if c.Flags().Changed(name) {
			notes = append(notes, f.whole(old, kind, c.Flags().Lookup(name).Value.String()))
		}
	}
	capture.SortNotes(notes)
	return notes, nil
}

// new is a new note.
func (f *noteFlags) new(kind capture.NoteKind, text string) capture.Note {
	n := capture.NewNote(kind, text, time.Now())
	n.Author = f.author
	return n
}

// changed is the note that is edited or deleted.
func (f *noteFlags) changed(old []capture.Note, text string) ([]capture.Note, error) {
	id := f.edit + f.delete
	if id == "" {
		return nil, nil
	}
	for _, n := range old {
		if n.ID != id {
			continue
		}
		if f.edit != "" && text == "" {
			return nil, fail(exitUsage, "--edit %s: give the new text", id)
		}
		n.Text, n.Deleted, n.At, n.Author = text, f.delete != "", time.Now(), f.author
		return []capture.Note{n}, nil
	}
	return nil, fail(exitFailed, "there is no note %s; 'rtmpscope notes FILE' lists them", id)
}

// placed are the note and the mark at a row or session.
func (f *noteFlags) placed(file, text string) ([]capture.Note, error) {
	if f.edit != "" || f.delete != "" {
		return nil, nil
	}
	if f.row == 0 && f.session == 0 {
		if text != "" || f.mark != "" {
			return nil, fail(exitUsage, "say what the note is about: --row N or --session N")
		}
		return nil, nil
	}
	at, err := f.locate(file)
	if err != nil {
		return nil, err
	}
	var notes []capture.Note
	for kind, words := range map[capture.NoteKind]string{capture.PlainNote: text, capture.Bookmark: f.mark} {
		if words == "" {
			continue
		}
		n := f.new(kind, words)
		n.Conn, n.FromServer, n.Offset, n.About = at.Conn, at.FromServer, at.Offset, at.About
		notes = append(notes, n)
	}
	if len(notes) == 0 {
		return nil, fail(exitUsage, "give the text of the note, or --mark LABEL")
	}
	return notes, nil
}

// whole is the title or description, of which a capture has one.
func (f *noteFlags) whole(old []capture.Note, kind capture.NoteKind, text string) capture.Note {
	n := f.new(kind, text)
	for _, o := range old {
		if o.Kind == kind {
			n.ID = o.ID
		}
	}
	n.Deleted = text == ""
	return n
}

// locate finds the place of the row or session by reading the capture as every
// view does.
func (f *noteFlags) locate(file string) (at capture.Note, err error) {
	s, err := unfold(file)
	if err != nil {
		return at, err
	}
	if f.session != 0 {
		if f.session < 1 || f.session > len(s.Sessions()) {
			return at, fail(exitUsage, "--session %d: %s has %s", f.session, file, session.Counted(len(s.Sessions()), "session"))
		}
		return capture.Note{Conn: uint32(f.session), Offset: capture.WholeSession}, nil
	}
	if f.row < 1 || f.row > s.Len() {
		return at, fail(exitUsage, "--row %d: %s has %s", f.row, file, session.Counted(s.Len(), "row"))
	}
	desk.Put(&at, s, f.row)
	return at, nil
}

// unfold reads a capture into rows, as every view does.
func unfold(file string) (*session.Snapshot, error) {
	src, err := capture.OpenFile(file, capture.OpenOptions{})
	if err != nil {
		return nil, fail(exitFailed, "%w", err)
	}
	defer src.Close()
	a := analyst.New(src, analyst.Options{Judge: lint.New(lint.Config{})})
	if err := a.Run(context.Background()); err != nil && !isTornError(err) {
		return nil, fail(exitFailed, "%s: %w", file, err)
	}
	return a.Snapshot(), nil
}

// saveNotes writes an annotated copy.
func saveNotes(file, out string, notes []capture.Note) error {
	src, err := capture.OpenFile(file, capture.OpenOptions{})
	if err != nil {
		return fail(exitFailed, "%w", err)
	}
	defer src.Close()
	saved, err := edit.Save(src, out, notes...)
	if err != nil {
		return fail(exitFailed, "%w", err)
	}
	for _, n := range notes {
		fmt.Fprintln(os.Stdout, n.ID)
	}
	inform("wrote %s (%s, %d notes); it contains stream keys in plain text", out, text.Size(saved.Bytes), saved.Notes)
	if saved.Torn != nil {
		return fail(exitIncomplete, "%s: %w; the last %d bytes are not in the copy", file, saved.Torn, saved.Missing)
	}
	return nil
}
