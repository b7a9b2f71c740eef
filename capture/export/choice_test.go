package export

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// multitrack is a stream with two AAC tracks and two AVC tracks in multitrack
// packets, and a second session with an HEVC track. Vectors after E-RTMP v2.
func multitrack(t *testing.T) *talk {
	k := newTalk(t).greet()
	const many = "\x95\x10mp4a" // audio, multitrack, many tracks, sequence start
	k.say(client, 8, 1, 0, []byte(many+"\x00\x00\x00\x02\x12\x10"+"\x01\x00\x00\x02\x11\x90"))
	k.say(client, 8, 1, 0, []byte("\x95\x11mp4a\x00\x00\x00\x03one\x01\x00\x00\x03two"))
	avc := func(id string) string {
		return id + "\x00\x00\x0f\x01\x42\xc0\x0d\xff\xe1\x00\x02\x67" + id + "\x01\x00\x02\x68\xce"
	}
	k.say(client, 9, 1, 0, []byte("\x96\x10avc1"+avc("\x00")+avc("\x01")))
	k.say(client, 9, 1, 0, []byte("\x96\x11avc1\x00\x00\x00\x09\x00\x00\x00\x00\x00\x00\x02\x65\xaa\x01\x00\x00\x09\x00\x00\x00\x00\x00\x00\x02\x65\xbb"))
	k.must(k.rec.Fin(k.id, false, k.now, ""))
	k.must(k.rec.Fin(k.id, true, k.now, ""))
	k.open().greet()
	return k.say(client, 9, 5, 0, []byte("\x91hvc1\x00\x00\x00frame"))
}

// TestTracks: each track is exported by itself, the first when none is named,
// and it is said which.
func TestTracks(t *testing.T) {
	src := multitrack(t).end()
	one := uint8(1)
	avc := func(id, slice string) string {
		return startCode + "\x67" + id + startCode + "\x68\xce" + startCode + "\x65" + slice
	}
	for _, c := range []struct {
		format string
		track  *uint8
		want   string
		said   string
	}{
		// ISO/IEC 14496-3 §1.A.2.2: LC at 44,100 Hz with 2 channels, 10 bytes in all.
		{"aac", nil, "\xff\xf1\x50\x80\x01\x5f\xfcone", "AAC audio of session 1, message stream 1 from the client, track 0|session 1, message stream 1 from the client, track 1"},
		// 48,000 Hz.
		{"aac", &one, "\xff\xf1\x4c\x80\x01\x5f\xfctwo", "AAC audio of session 1, message stream 1 from the client, track 1|"},
		{"h264", nil, avc("\x00", "\xaa"), "AVC video of session 1, message stream 1 from the client, track 0|session 1, message stream 1 from the client, track 1"},
		{"h264", &one, avc("\x01", "\xbb"), "AVC video of session 1, message stream 1 from the client, track 1|"},
	} {
		said := ""
		got := written(t, src, c.format, Options{Track: c.track, Chosen: func(what, others string) { said = what + "|" + others }})
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("%s, track %v: %s", c.format, c.track, diff)
		}
		if said != c.said {
			t.Errorf("%s, track %v: %q, want %q", c.format, c.track, said, c.said)
		}
	}
}

// TestNoSuchTrack: an export that finds nothing says what there is.
func TestNoSuchTrack(t *testing.T) {
	src := multitrack(t).end()
	three := uint8(3)
	for want, c := range map[string]struct {
		format string
		o      Options
	}{
		"no stream of the chosen sessions carries AVC video; there is HEVC (session 2, message stream 5 from the client); flv": {"h264", Options{Sessions: []uint32{2}}},
		"no stream of the chosen sessions carries AAC audio; there is AAC (session 1":                                          {"aac", Options{Track: &three}},
	} {
		err := Write(io.Discard, src, c.format, c.o)
		if !errors.Is(err, ErrNothing) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
