package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/capture/record"
)

// exportFile is where an export goes.
type exportFile struct {
	io.Writer
	file *os.File // nil for standard output
	path string   // "" for standard output
}

// create makes the output. It never overwrites a file, and only the owner can
// read a new one.
func (o *exportFlags) create(in string, format export.Format) (*exportFile, error) {
	if o.out == "-" {
		return &exportFile{Writer: os.Stdout}, nil
	}
	path := o.out
	if path == "" {
		path = o.name(in, format)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fail(exitFailed, "%w; name another file with -o", &record.CreateError{Path: path, Err: err})
	}
	if err != nil {
		return nil, fail(exitFailed, "%w", &record.CreateError{Path: path, Err: err})
	}
	return &exportFile{f, f, path}, nil
}

// close ends the output. A file that is not good is removed: half an export
// looks like a whole one.
func (o *exportFile) close(good bool) (size int64, err error) {
	if o.file == nil {
		return 0, nil
	}
	if info, err := o.file.Stat(); err == nil {
		size = info.Size()
	}
	err = o.file.Close()
	if !good || err != nil {
		os.Remove(o.path) //nolint:errcheck // that it failed is already being said
	}
	return size, err
}

// captureExtensions are those of captures, packed ones included.
var captureExtensions = []string{".gz", ".zst", ".pcapng", ".pcap", ".cap"}

// longestName leaves room for the rest of a file name.
const longestName = 100

// name makes a file name from that of the capture: "bad.pcapng" gives "bad.md",
// "bad-session-2.flv", "bad-redacted.pcapng".
func (o *exportFlags) name(in string, format export.Format) string {
	base := filepath.Base(in)
	if in == "-" {
		base = "capture"
	}
	for _, extension := range captureExtensions {
		base = strings.TrimSuffix(base, extension)
	}
	base = safeName(base)
	switch numbers := o.sessions.numbers; {
	case len(o.sessions.filters) > 0:
		base += "-some-sessions"
	case len(numbers) == 1:
		base += "-session-" + strconv.FormatUint(uint64(numbers[0]), 10)
	}
	switch {
	case format.Name != "pcapng":
	case o.secrets:
		base += "-copy"
	default:
		base += "-redacted"
	}
	return base + "." + format.Extension
}

// safeName keeps letters, digits, dots, dashes and underscores, and lets no name
// begin like a flag or a hidden file.
func safeName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, s)
	if s == "" || s[0] == '.' || s[0] == '-' {
		s = "_" + s
	}
	return s[:min(len(s), longestName)]
}

// rowsFlag is a range of rows, 0 being an open end.
type rowsFlag [2]uint32

// String writes the range.
func (r *rowsFlag) String() string {
	switch {
	case *r == rowsFlag{}:
		return ""
	case r[1] == 0:
		return fmt.Sprintf("%d-", r[0])
	case r[0] == 0:
		return fmt.Sprintf("-%d", r[1])
	}
	return fmt.Sprintf("%d-%d", r[0], r[1])
}

// Type is the word for the value in --help.
func (r *rowsFlag) Type() string { return "A-B" }

// Set reads A-B, A-, -B, or one number.
func (r *rowsFlag) Set(v string) error {
	first, last, isRange := strings.Cut(v, "-")
	if !isRange {
		last = first
	}
	var ends [2]uint32
	for i, digits := range []string{first, last} {
		if digits == "" && isRange {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || n == 0 {
			return fmt.Errorf("%q is not a range of rows such as 10-20", v)
		}
		ends[i] = uint32(n)
	}
	if ends == [2]uint32{} || ends[1] > 0 && ends[0] > ends[1] {
		return fmt.Errorf("%q is not a range of rows such as 10-20", v)
	}
	*r = ends
	return nil
}
