//go:build unix

package peers

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestPeersPlayBuiltIn plays the clock of the built-in server with ffmpeg and
// decodes every frame of it.
func TestPeersPlayBuiltIn(t *testing.T) {
	t.Parallel()
	need.Program(t, "ffmpeg")
	p := proxy(t, "--plain", "")
	probe := client(t, "ffprobe", "-v error -show_entries stream=codec_name -of csv=p=0 rtmp://%s/demo/clock", p.addr).succeeds()
	if got := strings.Fields(probe.stdout.String()); len(got) != 2 || !strings.Contains(probe.stdout.String(), "h264") || !strings.Contains(probe.stdout.String(), "aac") {
		t.Errorf("ffprobe sees %q, want h264 and aac", got)
	}
	decode := client(t, "ffmpeg", "-nostdin -v warning -xerror -err_detect explode -i rtmp://%s/demo/clock -t 3 -progress - -f null -", p.addr).succeeds()
	if complaints := decode.stderr.String(); complaints != "" {
		t.Errorf("ffmpeg complains: %s", complaints)
	}
	if frames := decode.await(&decode.stdout, `(?s).*frame=(\d+)`)[1]; len(frames) < 2 {
		t.Errorf("ffmpeg decoded %s frames in 3 s", frames)
	}
	p.interrupt()
}
