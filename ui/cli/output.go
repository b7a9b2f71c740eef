package cli

import (
	"errors"
	"io"
	"os"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// form is how rows are shown.
type form int

const (
	formScreen form = iota // the terminal UI
	formPlain
	formJSONL
)

// outputFlags are the flags of every command that shows rows.
type outputFlags struct {
	format  formatFlag
	secrets bool
	filter  filterFlag
}

// The formats of rows.
const (
	asScreen = "screen"
	asText   = "text"
	asJSONL  = "jsonl"
)

// add adds the flags; formats are those that the command has.
func (o *outputFlags) add(c *cobra.Command, formats ...string) {
	f := c.Flags()
	o.format.add(c, []ownFlag{
		{"plain", asText, "one line of text a row on standard output"},
		{"jsonl", asJSONL, "one JSON object a row on standard output (rtmpscope help jsonl)"},
	}, formats...)
	f.BoolVar(&o.secrets, "show-secrets", false, "show stream keys and tokens instead of masking them")
	o.filter.add(c)
}

// live chooses the form for a live session: the terminal UI when there is a
// terminal to draw on.
func (o *outputFlags) live() form {
	switch {
	case o.format.chosen == asJSONL:
		return formJSONL
	case o.format.chosen == asText || o.format.chosen == "" && !hasScreen():
		return formPlain
	}
	return formScreen
}

// hasScreen reports whether there is a terminal for the terminal UI.
func hasScreen() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && drawable() == nil
}

// drawable says why the terminal UI cannot be drawn on standard output, nil when
// it can. An unknown terminal is not found out here.
func drawable() error {
	switch name := os.Getenv("TERM"); {
	case !term.IsTerminal(int(os.Stdout.Fd())):
		return errors.New("standard output is not a terminal")
	case name == "":
		return errors.New("TERM is not set")
	case name == "dumb":
		return errors.New("TERM is dumb")
	}
	return nil
}

// sink returns what writes the rows that match the filter in that form. file names
// those of one file of several, "" otherwise.
func (o *outputFlags) sink(f form, w io.Writer, file string) export.Sink {
	opts := export.Options{ShowSecrets: o.secrets, Among: file}
	if f == formJSONL {
		return o.filter.over(export.NewJSONL(w, opts))
	}
	return o.filter.over(export.NewPlain(w, opts))
}

// isClosedPipe reports whether nobody reads our output any more, as after
// "rtmpscope log FILE | head".
func isClosedPipe(err error) bool { return errors.Is(err, errPipe) }
