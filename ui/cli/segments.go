package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"github.com/rtmpscope/rtmpscope/capture/record"
)

// smallestSegment keeps the beginning of a segment, which says where each
// connection stands, small beside the rest.
const smallestSegment = 64 << 10

// segmentFlags say how a recording is divided into files.
type segmentFlags struct {
	rotate rotateFlag
	keep   keepFlag
}

func (s *segmentFlags) add(c *cobra.Command) {
	c.Flags().Var(&s.rotate, "rotate", "start a new file (name.0002.pcapng, …) at this size (100MiB) or age (1h)")
	c.Flags().Var(&s.keep, "keep", "keep what came last: this many bytes, such as 2GiB, or this many files of --rotate (default without -w: 1GiB, or a tenth of what is free)")
}

// check refuses combinations that would not do what was asked for, of a recording
// that has a name or has none.
func (s *segmentFlags) check(named bool) error {
	switch {
	case !named && s.keep.Files > 0 && s.rotate == rotateFlag{}:
		return fail(exitUsage, "--keep %d counts files of --rotate; without -w say how many bytes to keep, such as 2GiB", s.keep.Files)
	case !named && s.keep.Bytes > 0 && s.keep.Bytes < smallestRing:
		return fail(exitUsage, "--keep %s is too little; 1MiB is the least", &s.keep)
	case named && s.keep != keepFlag{} && s.rotate == rotateFlag{}:
		return fail(exitUsage, "--keep needs --rotate: a file that is written to cannot be removed in part")
	case s.keep.Bytes > 0 && s.keep.Bytes < 2*s.rotate.Bytes:
		return fail(exitUsage, "--keep %s leaves no room for two files of --rotate %s", &s.keep, &s.rotate)
	}
	return nil
}

// options are the options of a recorder that tells the log.
func (s *segmentFlags) options(log logrus.FieldLogger) record.Options {
	return record.Options{Version: version(), Rotate: record.Rotate(s.rotate), Keep: record.Keep(s.keep),
		Report: func(words string) { log.Info(words) }}
}

// A recording without a name keeps what came last.
const (
	defaultRing  = 1 << 30 // or a tenth of what is free
	smallestRing = 1 << 20
	ringSegments = 8 // in how many steps it forgets
)

// ring bounds a recording without a name. free says how much room there is.
func (s *segmentFlags) ring(o *record.Options, free func(dir string) (int64, bool)) {
	most := int64(defaultRing)
	if room, known := free(os.TempDir()); known {
		most = max(min(most, room/10), smallestRing)
	}
	if o.Keep.Bytes == 0 && o.Keep.Files > 0 && o.Rotate.Bytes > 0 {
		most = int64(o.Keep.Files) * o.Rotate.Bytes // asked for
	}
	if o.Keep.Bytes == 0 {
		o.Keep.Bytes = most &^ (smallestSegment - 1)
	}
	if step := max(o.Keep.Bytes/ringSegments, smallestSegment); o.Rotate.Bytes == 0 || o.Rotate.Bytes > o.Keep.Bytes/2 {
		o.Rotate.Bytes = step
	}
}

// rotateFlag is a size or a duration.
type rotateFlag record.Rotate

// String writes the value as it can be given.
func (r *rotateFlag) String() string {
	switch {
	case r.Bytes > 0:
		size := sizeFlag(r.Bytes)
		return size.String()
	case r.Every > 0:
		return r.Every.String()
	}
	return ""
}

// Type is the word for the value in --help.
func (r *rotateFlag) Type() string { return "size|duration" }

// Set reads a duration with a unit (1h), or a size with a unit (100MiB).
func (r *rotateFlag) Set(v string) error {
	if d, err := time.ParseDuration(v); err == nil && d >= time.Second {
		*r = rotateFlag{Every: d}
		return nil
	}
	var size sizeFlag
	if isDigits(v) || size.Set(v) != nil {
		return fmt.Errorf("%q is neither a size such as 100MiB nor a duration such as 1h", v)
	}
	if size < smallestSegment {
		return fmt.Errorf("%s is too small; 64KiB is the least", v)
	}
	*r = rotateFlag{Bytes: int64(size)}
	return nil
}

// keepFlag is a number of files or a size.
type keepFlag record.Keep

// String writes the value as it can be given.
func (k *keepFlag) String() string {
	switch {
	case k.Bytes > 0:
		size := sizeFlag(k.Bytes)
		return size.String()
	case k.Files > 0:
		return strconv.Itoa(k.Files)
	}
	return ""
}

// Type is the word for the value in --help.
func (k *keepFlag) Type() string { return "files|size" }

// Set reads a number of files (5), or a size with a unit (2GiB).
func (k *keepFlag) Set(v string) error {
	if isDigits(v) {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a number of files", v)
		}
		*k = keepFlag{Files: n}
		return nil
	}
	var size sizeFlag
	if err := size.Set(v); err != nil {
		return fmt.Errorf("%q is neither a number of files such as 5 nor a size such as 2GiB", v)
	}
	*k = keepFlag{Bytes: int64(size)}
	return nil
}

func isDigits(v string) bool { return v != "" && strings.Trim(v, "0123456789") == "" }
