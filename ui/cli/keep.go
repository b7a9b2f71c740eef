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

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// captureFile is the capture of a live session.
type captureFile struct {
	*record.Recorder
	path string
	temp string // directory that goes away with the capture; "" for -w
}

// createCapture makes the capture at path, or a temporary one when path is "".
func createCapture(path string, opts record.Options) (*captureFile, error) {
	f := &captureFile{path: path}
	if path == "" {
		dir, err := os.MkdirTemp("", "rtmpscope-") // mode 0700
		if err != nil {
			return nil, fail(exitFailed, "no room for the capture: %w; name a file with -w", err)
		}
		f.temp, f.path = dir, filepath.Join(dir, "capture.pcapng")
	}
	rec, err := record.Create(f.path, opts)
	if err != nil {
		f.discard()
		return nil, fail(exitFailed, "%w", err)
	}
	f.Recorder = rec
	return f, nil
}

// discard removes a temporary capture.
func (f *captureFile) discard() {
	if f.temp != "" {
		os.RemoveAll(f.temp) //nolint:errcheck // it lies in the temporary directory
	}
}

// offer asks the person at the terminal whether to keep a temporary capture,
// and under which name.
func (f *captureFile) offer(in io.Reader, out io.Writer) error {
	if f.temp == "" {
		fmt.Fprintf(out, "The capture is %s (%s). It holds credentials in clear.\n", f.path, text.Size(f.Size()))
		return nil
	}
	name := time.Now().Format("rtmpscope-20060102-150405.pcapng")
	fmt.Fprintf(out, "Keep the capture (%s)? It holds credentials in clear.\nFile name, 'y' for %s, or 'd' to discard: ", text.Size(f.Size()), name)
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
				fmt.Fprintf(out, "%q is no answer. File name, 'y' or 'd': ", line)
				continue
			}
		}
		asked = false
		kept := keep(f.path, line)
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

// keep copies a capture, which may be several files, to new files that only
// their owner can read. It never overwrites.
func keep(from, to string) error {
	names, err := capture.Segments(from)
	if err != nil {
		return err
	}
	stem, ext := strings.TrimSuffix(from, filepath.Ext(from)), filepath.Ext(to)
	var copies []string
	for _, name := range names {
		middle := strings.TrimSuffix(strings.TrimPrefix(name, stem), filepath.Ext(from)) // ".0002", or nothing
		copied := strings.TrimSuffix(to, ext) + middle + ext
		if err := copyFile(name, copied); err != nil {
			for _, c := range copies {
				os.Remove(c) //nolint:errcheck // a part of a capture is not what was asked for
			}
			return err
		}
		copies = append(copies, copied)
	}
	return nil
}

// copyFile copies one file, or leaves nothing.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return &record.CreateError{Path: to, Err: err}
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		os.Remove(to) //nolint:errcheck // half a copy is worth nothing
		return fmt.Errorf("copying the capture to %s: %w", to, err)
	}
	return nil
}
