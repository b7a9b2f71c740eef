package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/spf13/cobra"
)

func newNotes() *cobra.Command {
	var format formatFlag
	var input inputFlags
	c := &cobra.Command{
		Use:     "notes FILE",
		Short:   "List the notes in a capture",
		Long:    "List the notes, marks, title and description in a capture, in the order of the\ncapture, with the rows that they are about.",
		Example: "  rtmpscope notes session.pcapng",
		RunE: func(_ *cobra.Command, args []string) error {
			ignorePipe()
			return listNotes(input.files(args)[0], format.chosen == "jsonl")
		},
	}
	input.addRead(c, 1, 1)
	format.add(c, []ownFlag{{"jsonl", "jsonl", "one JSON object a note (rtmpscope help jsonl)"}}, "text", "jsonl")
	return c
}

// listNotes prints the notes of a capture. A torn end is reported behind them: notes
// may have stood there.
func listNotes(file string, jsonl bool) error {
	notes, torn := readNotes(file)
	if torn != nil && !isTornError(torn) {
		return torn
	}
	if len(notes) == 0 {
		inform("%s holds no notes", file)
	} else {
		rows, err := rowsOf(file)
		if err != nil {
			return err
		}
		if err := printNotes(os.Stdout, notes, rows, jsonl); err != nil {
			return err
		}
	}
	if torn != nil {
		return fail(exitIncomplete, "%w%s", torn, repairAdvice(file, torn))
	}
	return nil
}

// readNotes reads the notes of a capture. With a torn end there are both notes and an
// error: what comes before it is whole.
func readNotes(file string) ([]capture.Note, error) {
	src, err := capture.OpenFile(file, capture.OpenOptions{})
	if err != nil {
		return nil, fail(exitFailed, "%w", err)
	}
	defer src.Close()
	r, err := capture.NewReader(src)
	for err == nil {
		_, err = r.Next()
	}
	if !errors.Is(err, io.EOF) && !isTornError(err) || r == nil {
		return nil, fail(exitFailed, "%s: %w", file, err)
	}
	notes := r.Notes()
	capture.SortNotes(notes)
	if isTornError(err) {
		return notes, fail(exitIncomplete, "%s: %w", file, err)
	}
	return notes, nil
}

// rowsOf finds the rows that notes are about, by the IDs of the notes.
func rowsOf(file string) (map[string]uint32, error) {
	s, err := unfold(file)
	if err != nil {
		return nil, err
	}
	rows := map[string]uint32{}
	for _, w := range s.Notes() {
		rows[w.ID] = w.Row
	}
	return rows, nil
}

// noteLine is a note in JSON Lines.
type noteLine struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Session uint32    `json:"session,omitempty"`
	From    string    `json:"from,omitempty"`
	Offset  *int64    `json:"offset,omitempty"`
	Row     uint32    `json:"row,omitempty"`
	Text    string    `json:"text"`
	Author  string    `json:"author,omitempty"`
	At      time.Time `json:"at"`
}

func printNotes(w io.Writer, notes []capture.Note, rows map[string]uint32, jsonl bool) error {
	for i := range notes {
		n := &notes[i]
		line, err := plainNote(n, rows[n.ID]), error(nil)
		if jsonl {
			line, err = jsonNote(n, rows[n.ID])
		}
		if err == nil {
			_, err = fmt.Fprintln(w, line)
		}
		if isClosedPipe(err) {
			return &exitError{code: exitOK}
		}
		if err != nil {
			return fail(exitFailed, "writing notes: %w", err)
		}
	}
	return nil
}

// plainNote is a note in one line, with everything made safe that a person or a
// program wrote.
func plainNote(n *capture.Note, row uint32) string {
	place := "capture"
	switch {
	case n.Conn != 0 && n.Offset == capture.WholeSession:
		place = fmt.Sprintf("session %d", n.Conn)
	case row > 0:
		place = fmt.Sprintf("session %d, row %d", n.Conn, row)
	case n.Conn != 0:
		place = fmt.Sprintf("session %d, %s byte %d", n.Conn, noteSide(n), n.Offset)
	}
	author := ""
	if n.Author != "" {
		author = " (" + text.Safe(n.Author) + ")"
	}
	return fmt.Sprintf("%s  %-11s %s: %s%s", text.Safe(n.ID), n.Kind, place, text.Safe(n.Text), author)
}

func noteSide(n *capture.Note) string {
	if n.FromServer {
		return "server"
	}
	return "client"
}

func jsonNote(n *capture.Note, row uint32) (string, error) {
	l := noteLine{ID: text.Safe(n.ID), Kind: string(n.Kind), Session: n.Conn, Text: text.Safe(n.Text), Author: text.Safe(n.Author), At: n.At.UTC()}
	if n.Conn != 0 && n.Offset != capture.WholeSession {
		l.From, l.Offset, l.Row = noteSide(n), &n.Offset, row
	}
	b, err := json.Marshal(l)
	return string(b), err
}
