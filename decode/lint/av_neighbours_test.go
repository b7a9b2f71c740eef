package lint

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/script"
)

// TestHeaderSentTooEarly: a player that gets no header is told of together with its
// publisher, which sent it before publish was accepted.
func TestHeaderSentTooEarly(t *testing.T) {
	for _, x := range []struct {
		name    string
		publish script.Act
		want    bool
	}{
		{"before", script.Do(script.Connected, script.Created, script.PublishKey, script.Headers(client), script.Started), true},
		{"after", script.Do(script.Publishing, script.Headers(client)), false},
	} {
		found, _ := judged(script.Example{x.publish, script.Frames(client, 0, 3), script.Again, script.Playing, script.Frames(server, 0, 3)}, Config{})
		for _, rule := range []string{"av-no-video-header", "av-no-audio-header"} {
			said := of(found, rule)
			if len(said) != 1 || strings.Contains(said[0], "its publisher (session 1) sent it in row") != x.want {
				t.Errorf("%s: %s: %q", x.name, rule, said)
			}
		}
	}
}

// TestMalformedChannels: layouts by hand, E-RTMP v2 "MultichannelConfig".
func TestMalformedChannels(t *testing.T) {
	for body, want := range map[string]string{
		"\x00\x02":                 "",
		"\x01\x02\x00\x00\x00\x03": "",
		"\x01\x03\x00\x00\x00\x03": "the channel layout counts 3 channels, and its mask names 2",
		"\x02\x02\x00\x01":         "",
		"\x02\x03\x00\x01":         "the channel layout is cut",
		"\x03\x01":                 "channel order 3 is reserved",
		"\x01":                     "the channel layout is cut",
	} {
		if got := malformedChannels([]byte(body)); got != want {
			t.Errorf("% x: %q, want %q", body, got, want)
		}
	}
}
