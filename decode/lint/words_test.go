package lint

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// TestWhatASideSpeaks: each first byte that is not RTMP is one rule's, whatever the
// decoder calls it in words.
func TestWhatASideSpeaks(t *testing.T) {
	rules := map[handshake.Speech]string{handshake.TLSHello: "tls-on-plain-port", handshake.HTTP: "http-on-rtmp-port",
		handshake.XML: "hs-version-unsupported", handshake.OtherSpeech: "hs-version-unsupported"}
	for b := range 256 {
		found, _ := judged(script.Example{script.Raw(client, byte(b), 1, 2, 3), script.Fin(server), script.Fin(client)}, Config{})
		want := rules[handshake.SpeechOf(byte(b))]
		for _, rule := range []string{"tls-on-plain-port", "http-on-rtmp-port", "hs-version-unsupported"} {
			if fired := len(of(found, rule)) > 0; fired != (rule == want) {
				t.Errorf("first byte %#02x: %s fires: %v", b, rule, fired)
			}
		}
	}
}

// TestVersionsAreComparedWhenBothWereSent: a client that has not sent a byte asked
// for nothing.
func TestVersionsAreComparedWhenBothWereSent(t *testing.T) {
	s0, c0 := script.Raw(server, 3), script.Raw(client, 6)
	for name, tt := range map[string]struct {
		x    script.Example
		want bool
	}{
		"the server alone":    {script.Example{s0, script.Fin(server), script.Fin(client)}, false},
		"the client alone":    {script.Example{c0, script.Fin(client), script.Fin(server)}, false},
		"both, client first":  {script.Example{c0, s0, script.Fin(server)}, true},
		"both, server first":  {script.Example{s0, c0, script.Fin(server)}, true},
		"both of one version": {script.Example{script.Raw(client, 3), s0, script.Fin(server)}, false},
	} {
		found, _ := judged(tt.x, Config{})
		if got := len(of(found, "hs-version-unsupported")) > 0; got != tt.want {
			t.Errorf("%s: fires %v: %v", name, got, found)
		}
	}
}
