package export

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// A finding stands on a line of its own, with its severity and the row it is
// about, and is not mistaken for an answer.
func TestPlainFindings(t *testing.T) {
	src, err := capture.File("../../testdata/captures/ffmpeg5__nginx__wrong_app.pcapng")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var out bytes.Buffer
	if err := Write(&out, src, "plain", Options{Judge: lint.New(lint.Config{})}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if strings.Contains(line, "cmd-connect-silent-close") {
			if !strings.Contains(line, " *  error cmd-connect-silent-close") || !strings.Contains(line, "! the server closed") || !strings.HasSuffix(line, "(see row 9)") {
				t.Errorf("%q", line)
			}
			return
		}
	}
	t.Errorf("no finding in\n%s", out.String())
}
