package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sirupsen/logrus"

	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// captureFile is the capture of a live session.
type captureFile struct {
	*record.Recorder
	path string // "" for one without a name
	most int64  // what is kept of it; 0 is all
}

// createCapture makes the capture at path, or one that has no name and keeps what came
// last when path is "".
func createCapture(path string, s *segmentFlags, log logrus.FieldLogger) (*captureFile, error) {
	f := &captureFile{path: path}
	opts, err := s.options(log), error(nil)
	if path == "" {
		s.ring(&opts, source.Free)
		f.most = opts.Keep.Bytes
		f.Recorder, err = record.Ring(opts)
	} else {
		f.Recorder, err = record.Create(path, opts)
	}
	switch {
	case err != nil && path == "":
		return nil, fail(exitFailed, "no temporary file for the capture can be made: %w; name a file with -w, or another directory in TMPDIR", err)
	case err != nil:
		return nil, fail(exitFailed, "%w", err)
	}
	return f, nil
}

// kept is how many bytes there are to keep.
func (f *captureFile) kept() int64 { return f.Size() - f.Forgotten() }

// where says where the capture is, for people.
func (f *captureFile) where() string {
	if f.path != "" {
		return f.path
	}
	return fmt.Sprintf("a temporary file in %s; the last %s are kept", os.TempDir(), bound(f.most))
}

// bound writes a bound in the units in which it is given.
func bound(n int64) string {
	size := sizeFlag(n)
	if n >= 10<<30 || n%(1<<30) == 0 {
		return fmt.Sprintf("%dGiB", n>>30)
	}
	return size.String()
}

// leave keeps a capture without a name when nobody can be asked.
func (f *captureFile) leave() (string, error) {
	name := filepath.Join(os.TempDir(), time.Now().Format("rtmpscope-20060102-150405.pcapng"))
	return name, f.keep(name)
}

// keep copies the capture to a new file that only its owner can read. It never
// overwrites.
func (f *captureFile) keep(to string) error {
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return &record.CreateError{Path: to, Err: err}
	}
	_, err = source.Copy(out, source.Until(f.Source(), f.Source().Size()))
	if err = errors.Join(err, out.Close()); err != nil {
		os.Remove(to) //nolint:errcheck // half a copy is worth nothing
		return fmt.Errorf("copying the capture to %s: %w", to, err)
	}
	return nil
}

// offer asks the person at the terminal whether to keep a temporary capture,
// and under which name.
func (f *captureFile) offer(in io.Reader, out io.Writer) error {
	if f.path != "" {
		fmt.Fprintf(out, "The capture is %s (%s). It contains stream keys in plain text.\n", f.path, text.Size(f.Size()))
		return nil
	}
	name := time.Now().Format("rtmpscope-20060102-150405.pcapng")
	fmt.Fprintf(out, "Keep the capture (%s)? It contains stream keys in plain text.\nFile name, 'y' for %s, or 'd' to discard: ", text.Size(f.kept()), name)
	answer := bufio.NewReader(in)
	for asked := false; ; {
		line, err := answer.ReadString('\n')
		line = strings.TrimSpace(line)
		switch strings.ToLower(line) {
		case "":
			if err == nil && !asked { // Enter by habit is no answer, twice is
				asked = true
				fmt.Fprintf(out, "Enter again discards what was recorded. File name, 'y' or 'd': ")
				continue
			}
			fallthrough
		case "d", "discard", "n", "no":
			fmt.Fprintln(out, "The capture is discarded.")
			return nil
		case "y", "yes":
			line = name
		default:
			if err == nil && utf8.RuneCountInString(line) == 1 { // a key by habit is no name
				asked = false
				fmt.Fprintf(out, "%q is not an answer. File name, 'y' or 'd': ", line)
				continue
			}
		}
		asked = false
		kept := f.keep(line)
		if kept == nil {
			fmt.Fprintf(out, "Kept as %s. Read it with: rtmpscope open %s\n", line, line)
			return nil
		}
		if err != nil {
			return kept
		}
		fmt.Fprintf(out, "%v\nAnother file name, or 'd' to discard: ", kept)
	}
}
