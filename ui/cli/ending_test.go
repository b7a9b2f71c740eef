package cli

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// TestOpenRefusesWhatIsNoCapture: before the screen is taken, with the cause and
// exit code 1; a torn capture is not refused.
func TestOpenRefusesWhatIsNoCapture(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ bytes, want string }{
		"nginx.conf":   {"daemon off;\n", "it begins with 64 61 65 6d, which is neither pcapng nor pcap"},
		"empty.pcapng": {"", "it is empty"},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c.bytes), 0o600); err != nil {
			t.Fatal(err)
		}
		err := openFile(file, &inputFlags{}, screenFlags{})
		if err == nil || exitCode(err) != exitFailed || !strings.Contains(err.Error(), file) ||
			!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "open shows pcap and pcapng files") {
			t.Errorf("%s: %v", name, err)
		}
	}
	src, err := capture.OpenFile(torn(t), capture.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if err := isCapture(torn(t), src); err != nil {
		t.Error("torn:", err)
	}
}

// torn is a real capture that ends in the middle of a block.
func torn(t *testing.T) string {
	t.Helper()
	p, err := os.ReadFile(filepath.Join("../../testdata/captures", "ffmpeg5__nginx__wrong_app.pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "torn.pcapng")
	if err := os.WriteFile(file, p[:len(p)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestTheScreenSaysThatAFileIsTorn: in the header and, with the way out, in the
// log, as soon as the end was read.
func TestTheScreenSaysThatAFileIsTorn(t *testing.T) {
	file := torn(t)
	src, err := capture.OpenFile(file, capture.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	how := ending{file, analyst.New(src, analyst.Options{})}
	if how.short() != "" || how.log() != nil {
		t.Errorf("before it was read: %q, %q", how.short(), how.log())
	}
	if err := how.a.Run(context.Background()); !isTornError(err) {
		t.Fatal(err)
	}
	if how.short() != "the file ends in the middle of a packet" {
		t.Error(how.short())
	}
	whole := ""
	for _, line := range how.log() {
		if len(line) > logWidth && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
		whole += strings.TrimSpace(line) + " "
	}
	for _, want := range []string{"stops in the middle of a block at offset", "everything before is intact", "'rtmpscope repair " + file + "' writes a copy"} {
		if !strings.Contains(whole, want) {
			t.Errorf("the log does not say %q:\n%s", want, whole)
		}
	}
	if _, text := said(t, "log", file); strings.Count(text, "rtmpscope repair") != 1 {
		t.Error(text)
	}
}

// TestTheScreenSaysThatAFileIsDamaged: a block in the middle that is none ends
// the reading there, and is not taken for a torn end.
func TestTheScreenSaysThatAFileIsDamaged(t *testing.T) {
	file := torn(t)
	p, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// The length of the first block after the section header (pcapng §3.1): no
	// block is shorter than 12 bytes.
	at := binary.LittleEndian.Uint32(p[4:])
	copy(p[at+4:], []byte{1, 0, 0, 0})
	if err := os.WriteFile(file, p, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := capture.OpenFile(file, capture.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	how := ending{file, analyst.New(src, analyst.Options{})}
	if err := how.a.Run(context.Background()); !endsBadly(err) || isTornError(err) {
		t.Fatal(err)
	}
	if how.short() != "the file is damaged, what follows cannot be read" || len(how.log()) == 0 || strings.Contains(strings.Join(how.log(), " "), "repair") {
		t.Errorf("%s, %q", how.short(), how.log())
	}
}
