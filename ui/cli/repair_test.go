package cli

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
)

// tornRecording records in segments and cuts the last one short. It returns how
// many files there are.
func tornRecording(t *testing.T, path string, rotate int64) int {
	t.Helper()
	rec, err := record.Create(path, record.Options{Rotate: record.Rotate{Bytes: rotate}})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	now := time.Unix(1_800_000_000, 0)
	err = rec.Open(1, now, now, netip.MustParseAddrPort("10.0.0.1:5000"), netip.MustParseAddrPort("10.0.0.2:1935"))
	for range 40 {
		if err == nil {
			err = rec.Data(1, false, now, make([]byte, 5000))
		}
	}
	if err != nil || rec.Close() != nil {
		t.Fatal(err)
	}
	files, err := capture.Segments(path)
	if err != nil {
		t.Fatal(err)
	}
	last := files[len(files)-1]
	info, err := os.Stat(last)
	if err != nil || os.Truncate(last, info.Size()-7) != nil {
		t.Fatal(err)
	}
	return len(files)
}

// TestRepair: a torn capture is found out, also in the last of several files, a
// copy of it is whole, and the file itself after --in-place.
func TestRepair(t *testing.T) {
	for name, rotate := range map[string]int64{"one file": 0, "several files": 70_000} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if n := tornRecording(t, "r.pcapng", rotate); n > 1 != (rotate > 0) {
				t.Fatalf("%d files", n)
			}
			if _, _, code := program(t, "log", "r.pcapng"); code != exitIncomplete {
				t.Fatalf("exit code %d for a torn capture", code)
			}
			stdout, stderr, code := program(t, "repair", "r.pcapng")
			if code != exitOK || !strings.Contains(stdout, "bytes cannot be read.\nWrote r.repaired.pcapng.") {
				t.Fatalf("exit code %d, %q, %q", code, stdout, stderr)
			}
			want, _, _ := program(t, "log", "r.pcapng")
			if got, stderr, code := program(t, "log", "r.repaired.pcapng"); code != exitOK || got != want || got == "" {
				t.Errorf("of the copy, exit code %d, %q, rows\n%s\nwant\n%s", code, stderr, got, want)
			}
			if stdout, _, code := program(t, "repair", "r.pcapng", "--in-place"); code != exitOK || !strings.Contains(stdout, "Cut ") {
				t.Errorf("exit code %d, %q", code, stdout)
			}
			if stdout, _, code := program(t, "repair", "r.pcapng"); code != exitOK || !strings.Contains(stdout, "r.pcapng is whole: ") {
				t.Errorf("exit code %d, %q", code, stdout)
			}
			if got, _, code := program(t, "log", "r.pcapng"); code != exitOK || got != want {
				t.Errorf("exit code %d after --in-place", code)
			}
		})
	}
}
