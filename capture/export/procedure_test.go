package export

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// TestReportsHoldTheProcedure: every step of a real play stands in each report, with
// its value, what was left out too, and without the name of the stream.
func TestReportsHoldTheProcedure(t *testing.T) {
	for _, format := range []string{"txt", "md", "html"} {
		src, err := capture.File("../../testdata/captures/ffmpeg5__nginx__publish_and_play.pcapng")
		if err != nil {
			t.Fatal(err)
		}
		got := string(written(t, src, format, Options{Sessions: []uint32{2}, Judge: lint.New(lint.Config{})}))
		at := 0
		for _, want := range []string{
			"handshake", "C0 and C1", "NetConnection to live, closed", "Window Acknowledgement Size", "5,000,000", "Set Peer Bandwidth", "5,000,000, dynamic",
			"Window Acknowledgement Size", "5,000,000, after the answer to connect", "Stream Begin", "not sent (optional)", "connect answered",
			"└", "NetStream 1: play ••••662b, ended by the client", "createStream", "stream 1", "Set Chunk Size", "4,096, before the answer to connect",
			"Stream Begin", "stream 1", "Play.Reset", "not sent (optional)", "Play.Start", "first keyframe", "deleteStream",
		} {
			i := strings.Index(got[at:], want)
			if i < 0 {
				t.Fatalf("%s: %q is not where it should be", format, want)
			}
			at += i + len(want)
		}
		if bare := string(written(t, src, format, Options{Sessions: []uint32{2}})); strings.Contains(bare, "NetConnection to live") {
			t.Errorf("%s: a procedure without a judge", format)
		}
		src.Close()
	}
}
