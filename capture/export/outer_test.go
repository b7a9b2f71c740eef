package export

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestWhatIsSaidAroundRTMP: an alert that was read with a key log and a tunnel
// that its client left reach the rules, from a capture and from its copy.
func TestWhatIsSaidAroundRTMP(t *testing.T) {
	k := publisher(t, "key-of-mine")
	k.must(k.rec.OuterCopy(1, false, k.now.Add(time.Second), capture.Around{Poll: true}))
	k.must(k.rec.OuterCopy(1, true, k.now.Add(2*time.Second), capture.Around{Alert: 45}))
	k.must(k.rec.Beat(k.now.Add(40 * time.Second)))
	src := k.end()
	want := map[string]string{
		"tls-cert-rejected": "the server rejected the client's certificate: TLS alert 45, certificate_expired",
		"rtmpt-no-close":    "the client has asked for nothing for 30 s, and never for /close",
	}
	for name, src := range map[string]source.Source{"capture": src, "copy": inMemory(t, written(t, src, "pcapng", Options{}))} {
		got := map[string]string{}
		_, err := fold.Timeline(src, session.Options{Judge: lint.New(lint.Config{})}, func(e *session.Entry) error {
			if e.Kind == session.Found && want[e.Name] != "" {
				got[e.Name] = e.Summary.Show(false)
			}
			return nil
		})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}
