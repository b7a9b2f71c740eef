package export

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// TestPlainCanBeHeard: the rows in plain text are what a person with a screen reader
// gets: one line a row, with nothing that is only seen. No escape sequences, no frames,
// no arrows but those of ASCII; what went wrong says "!" and findings their severity.
func TestPlainCanBeHeard(t *testing.T) {
	for _, name := range []string{"ffmpeg5__nginx__publish_badname", "ffmpeg5__nginx__server_killed", "obs29__srs__publish"} {
		src, err := capture.File(filepath.Join("..", "..", "testdata", "captures", name+".pcapng"))
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		var out bytes.Buffer
		if err := Write(&out, src, "plain", Options{Judge: lint.New(lint.Config{})}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			for _, r := range strings.TrimSuffix(line, "\n") {
				if r < ' ' || r >= 0x2190 && r <= 0x21ff || r >= 0x2500 && r <= 0x28ff { // arrows, frames, blocks, braille
					t.Errorf("%s: %q is in %q", name, r, line)
					break
				}
			}
			if strings.Contains(line, " *  error ") && !strings.Contains(line, "! ") {
				t.Errorf("%s: an error without its sign: %q", name, line)
			}
		}
	}
}
