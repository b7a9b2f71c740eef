package media

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEachTrack: vectors after E-RTMP v2, "ExVideoTagBody" and "ExAudioTagBody".
func TestEachTrack(t *testing.T) {
	const video, audio = true, false
	for name, c := range map[string]struct {
		video bool
		body  string
		want  []string
	}{
		"legacy":              {video, "\x17\x01\x00\x00\x05payload", []string{"AVC track 0 +5 payload"}},
		"one track":           {audio, "\x95\x01mp4a\x07payload", []string{"AAC track 7 +0 payload"}},
		"many tracks":         {audio, "\x95\x11mp4a\x00\x00\x00\x03one\x02\x00\x00\x04four", []string{"AAC track 0 +0 one", "AAC track 2 +0 four"}},
		"many codecs":         {audio, "\x95\x21mp4a\x00\x00\x00\x03oneOpus\x01\x00\x00\x03two", []string{"AAC track 0 +0 one", "Opus track 1 +0 two"}},
		"composition times":   {video, "\x96\x11avc1\x00\x00\x00\x05\x00\x00\x07ab\x01\x00\x00\x04\xff\xff\xfec", []string{"AVC track 0 +7 ab", "AVC track 1 +-2 c"}},
		"a track cut short":   {audio, "\x95\x11mp4a\x00\x00\x00\x03one\x02\x00\x00\x04fou", []string{"AAC track 0 +0 one", "AAC track 2 +0 fou"}},
		"an empty last track": {audio, "\x95\x11mp4a\x00\x00\x00\x03one\x02\x00\x00\x00", []string{"AAC track 0 +0 one", "AAC track 2 +0 "}},
	} {
		var got []string
		EachTrack(parse(c.video, []byte(c.body)), []byte(c.body), func(t Tag, payload []byte) {
			got = append(got, fmt.Sprintf("%s track %d +%d %s", t.Codec, t.Track, t.CompositionTime, payload))
		})
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for cut := range 40 { // never beyond the body
		body := []byte("\x96\x11avc1\x00\x00\x00\x05\x00\x00\x07ab\x01\x00\x00\x04\xff\xff\xfec" + strings.Repeat("\xff", 20))[:min(cut+1, 38)]
		EachTrack(parse(true, body), body, func(Tag, []byte) {})
	}
}
