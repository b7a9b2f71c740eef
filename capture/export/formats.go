package export

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// ErrNothing is returned when the selection holds nothing that the format can
// carry: no audio for aac, no session for pcapng. Nothing useful was written.
var ErrNothing = errors.New("nothing to export")

// Format is one row of the table of formats.
type Format struct {
	// Name is what Write takes; Extension is the usual one, without a dot.
	Name, Extension string
	// Redacts says that credentials are masked or replaced unless
	// Options.ShowSecrets is set. The others carry samples and nothing else.
	Redacts bool
	// Describe says in one line what the format is for.
	Describe string

	write func(*job) error
}

// formats is in the order of a help text: text, reports, media, captures.
var formats = []Format{
	{"jsonl", "jsonl", true, "one JSON object a row, for programs (docs/jsonl.md)", rows(NewJSONL)},
	{"csv", "csv", true, "one record a row, for spreadsheets", rows(NewCSV)},
	{"plain", "log", true, "one line of text a row", rows(NewPlain)},
	{"txt", "txt", true, "each session as a ladder between client and server", writeText},
	{"md", "md", true, "a report in Markdown, for an issue or a forum", writeMarkdown},
	{"html", "html", true, "a report as one page with plots and a search box, needing no network", writeHTML},
	{"flv", "flv", true, "the audio, video and metadata of one message stream, to be played", writeFLV},
	{"h264", "h264", false, "one AVC track of one message stream as an Annex B byte stream", writeH264},
	{"aac", "aac", false, "one AAC track of one message stream as ADTS", writeAAC},
	{"pcapng", "pcapng", true, "a capture of whole sessions, with credentials replaced by letters", writeCapture},
}

// Formats returns the table of formats. The slice belongs to the caller.
func Formats() []Format { return append([]Format(nil), formats...) }

// Write reads a capture, several times, and writes it to w in the format of
// that name. A source that still grows is waited for until it is finished.
//
// An error of w is returned as it is. When the capture ends in mid block, all
// that could be read is written and the *pcapng.TornError (or
// *pcapng.FormatError) is returned; nothing is lost by going on.
func Write(w io.Writer, src source.Source, format string, o Options) error {
	f, err := find(format)
	if err != nil {
		return err
	}
	seen, err := look(src, o.Read)
	if err != nil && !fold.IsTorn(err) {
		return err
	}
	if err := o.absent(len(seen.secrets)); err != nil {
		return err
	}
	seen.notes = changed(seen.notes, o.Changes)
	if !o.ShowSecrets {
		o.mask = newHider(seen.secrets)
	}
	if err := f.write(&job{w: w, src: src, opts: o, seen: seen}); err != nil {
		return err
	}
	return err
}

// absent reports a session that is asked for and is not there: an empty file would
// look like a session in which nothing was said.
func (o *Options) absent(sessions int) error {
	for _, n := range o.Sessions {
		if int64(n) > int64(sessions) {
			return fmt.Errorf("%w: there is no session %d; the capture has %s", ErrNothing, n, session.Counted(sessions, "session"))
		}
	}
	return nil
}

func find(name string) (*Format, error) {
	var names []string
	for i := range formats {
		if formats[i].Name == name {
			return &formats[i], nil
		}
		names = append(names, formats[i].Name)
	}
	return nil, fmt.Errorf("there is no export format %q; there are %s", name, strings.Join(names, ", "))
}

// job is one call of Write.
type job struct {
	w    io.Writer
	src  source.Source
	opts Options
	seen *survey
}

// rows makes a format of a sink.
func rows(sink func(io.Writer, Options) Sink) func(*job) error {
	return func(j *job) error {
		s := sink(j.w, j.opts)
		if _, err := j.fold(s.Row); err != nil {
			return err
		}
		return s.Flush()
	}
}

// fold gives every wanted row to row, until that fails. The survey has already
// seen how the capture ends.
func (j *job) fold(row func(*session.Entry) error) (*session.Timeline, error) {
	return j.foldAll(false, func(e *session.Entry) error {
		if !j.opts.wants(e) {
			return nil
		}
		return row(e)
	})
}

// foldAll is fold for every row of the capture, and for the messages inside of those
// that count some when inside is set.
func (j *job) foldAll(inside bool, row func(*session.Entry) error) (*session.Timeline, error) {
	t, _, err := fold.Annotated(j.src, session.Options{Judge: j.opts.Judge, Known: j.seen.secrets, Inside: inside}, j.opts.Changes, row)
	if fold.IsTorn(err) {
		err = nil
	}
	return t, err
}
