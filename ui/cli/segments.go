package cli

import (
	"fmt"
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
	c.Flags().Var(&s.rotate, "rotate", "begin a new file (name.0002.pcapng, …) when this one has so many bytes, such as 100MiB, or is so old, such as 1h")
	c.Flags().Var(&s.keep, "keep", "with --rotate, remove the oldest files: keep this many, or this many bytes, such as 2GiB")
}

// check refuses combinations that would not do what was asked for.
func (s *segmentFlags) check() error {
	switch {
	case s.keep != keepFlag{} && s.rotate == rotateFlag{}:
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
