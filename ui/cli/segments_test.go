package cli

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
)

func TestSegmentFlags(t *testing.T) {
	for _, c := range []struct{ rotate, keep, want string }{
		{"100MiB", "5", "{104857600 0s} {5 0}"},
		{"1h", "10GiB", "{0 1h0m0s} {0 10737418240}"},
		{"64KiB", "", "{65536 0s} {0 0}"},
		{"100", "", "neither a size"},
		{"1KiB", "", "too small"},
		{"10ms", "", "neither a size"},
		{"1h", "0", "not a number of files"},
		{"1h", "-1", "neither a number of files"},
		{"", "5", "--keep needs --rotate"},
		{"1GiB", "1GiB", "no room for two files"},
	} {
		var s segmentFlags
		var err error
		if c.rotate != "" {
			err = s.rotate.Set(c.rotate)
		}
		if err == nil && c.keep != "" {
			err = s.keep.Set(c.keep)
		}
		if err == nil {
			err = s.check(true)
		}
		got := fmt.Sprint(record.Rotate(s.rotate), record.Keep(s.keep))
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("--rotate %s --keep %s: %s, want %s", c.rotate, c.keep, got, c.want)
		}
	}
}

// TestARingIsBounded: without -w the bound is 1 GiB or a tenth of what is free, more if
// that is asked for, and a file is a part of it.
func TestARingIsBounded(t *testing.T) {
	for _, c := range []struct {
		rotate, keep string
		free         int64
		want         string
	}{
		{"", "", 100 << 30, "keep 1024MiB in pieces of 128MiB"},
		{"", "", 5 << 30, "keep 512MiB in pieces of 64MiB"},
		{"", "", 1 << 10, "keep 1MiB in pieces of 131072"},
		{"", "", -1, "keep 1024MiB in pieces of 128MiB"},
		{"", "20GiB", 5 << 30, "keep 20480MiB in pieces of 2560MiB"},
		{"64MiB", "", 100 << 30, "keep 1024MiB in pieces of 64MiB"},
		{"64MiB", "3", 100 << 30, "keep 192MiB in pieces of 64MiB"},
		{"4GiB", "", 100 << 30, "keep 1024MiB in pieces of 128MiB"},
		{"1h", "5", 100 << 30, "keep 1024MiB in pieces of 128MiB"},
		{"", "5", 100 << 30, "counts files of --rotate"},
		{"", "64KiB", 100 << 30, "1MiB is the least"},
	} {
		var s segmentFlags
		if c.rotate != "" && s.rotate.Set(c.rotate) != nil || c.keep != "" && s.keep.Set(c.keep) != nil {
			t.Fatal(c)
		}
		o := s.options(logrus.New())
		s.ring(&o, func(string) (int64, bool) { return c.free, c.free >= 0 })
		keep, piece := sizeFlag(o.Keep.Bytes), sizeFlag(o.Rotate.Bytes)
		got := fmt.Sprintf("keep %s in pieces of %s", &keep, &piece)
		if err := s.check(false); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("--rotate %q --keep %q with %d free: %s, want %s", c.rotate, c.keep, c.free, got, c.want)
		}
	}
}

func TestNoteCommands(t *testing.T) {
	unheard(t)
	b, err := os.ReadFile(captures + "ffmpeg5__nginx__publish_badname.pcapng")
	t.Chdir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("foreign.pcapng", b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
	}{
		{"note foreign.pcapng --row 9 here", exitFailed},
		{"note foreign.pcapng --row 9 here -o out.pcapng", exitOK},
		{"note foreign.pcapng --row 9 here -o out.pcapng", exitFailed},
		{"note foreign.pcapng --row 99999 here -o other.pcapng", exitUsage},
		{"note foreign.pcapng --session 99 here -o other.pcapng", exitUsage},
		{"note foreign.pcapng here -o other.pcapng", exitUsage},
		{"note foreign.pcapng --row 9", exitUsage},
		{"note foreign.pcapng --edit nothing here -o other.pcapng", exitFailed},
		{"note foreign.pcapng", exitUsage},
		{"note missing.pcapng --title x", exitFailed},
		{"notes out.pcapng", exitOK},
		{"notes --jsonl out.pcapng", exitOK},
		{"repair out.pcapng", exitOK},
		{"repair missing.pcapng", exitFailed},
	} {
		if code := Main(strings.Fields(c.args)); code != c.code {
			t.Errorf("%s: exit code %d, want %d", c.args, code, c.code)
		}
	}
	notes, err := readNotes("out.pcapng")
	if err != nil || len(notes) != 1 || notes[0].Text != "here" || notes[0].Offset == capture.WholeSession {
		t.Errorf("%+v, %v", notes, err)
	}
	if after, _ := os.ReadFile("foreign.pcapng"); !bytes.Equal(after, b) {
		t.Error("a foreign capture was changed")
	}
}

func TestNotesAreShownSafely(t *testing.T) {
	n := capture.Note{ID: "x", Kind: capture.PlainNote, Conn: 1, Text: "a\x1b]0;b\u202ec", Author: "\x07"}
	line, err := jsonNote(&n, 0)
	if err != nil || strings.ContainsAny(plainNote(&n, 0)+line, "\x1b\x07\u202e") {
		t.Errorf("%q, %q, %v", plainNote(&n, 0), line, err)
	}
}
