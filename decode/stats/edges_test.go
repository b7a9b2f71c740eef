package stats

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestJumpsOfFastTracks: what is usual may be less than a millisecond.
func TestJumpsOfFastTracks(t *testing.T) {
	for name, c := range map[string]struct {
		step, jump uint32
		jumps      int
	}{
		"a jump": {1, 201, 1}, "none": {1, 200, 0}, "eight times": {40, 320, 0}, "more": {40, 321, 1}, "every second one": {0, 300, 0},
	} {
		var f feed
		at := uint32(0)
		for i := range 40 {
			f.frame(i, at, media.Tag{}, 10)
			at += c.step
		}
		f.frame(50, at-c.step+c.jump, media.Tag{}, 10)
		if got := f.Session(1).Tracks[0]; got.Jumps != c.jumps || (got.LargestJump != 0) != (c.jumps > 0) {
			t.Errorf("%s: %d jumps, the largest %v", name, got.Jumps, got.LargestJump)
		}
	}
}

// TestNoNewBytes: a row that accounts for no more bytes does not end a silence.
func TestNoNewBytes(t *testing.T) {
	var f feed
	row := func(ms int, end int64) {
		f.Entry(&session.Entry{Row: session.Row{Kind: session.Message, Session: 1, Time: epoch.Add(time.Duration(ms) * time.Millisecond).UnixNano()}, End: end})
	}
	row(0, 100)
	row(5000, 100)
	row(9000, 90)
	if d := f.Session(1).Directions[0]; d.LongestSilence != 0 || d.Bytes != 100 || d.Rate.Len != 1 {
		t.Errorf("%+v", d)
	}
	row(10_000, 101)
	all := f.Session(1).Bytes()
	if v, ok := all.At(40); v != 1 || !ok {
		t.Errorf("the byte is not among those of both: %v", v)
	}
	if d := f.Session(1).Directions[0]; d.LongestSilence != 10*time.Second || d.Bytes != 101 || d.Messages != 4 {
		t.Errorf("%+v", d)
	}
}

// TestConfigurations: of frames that say what they are the first counts, of sequence
// headers the last.
func TestConfigurations(t *testing.T) {
	var f feed
	send := func(ms int, body []byte) {
		f.at(ms, session.Entry{Row: session.Row{Type: chunk.TypeVideo, Length: uint32(len(body)), From: decode.FromClient}, Message: message.Parsed{Tag: media.ParseVideo(body)}, Body: body})
	}
	vp8 := func(width byte) []byte {
		return append([]byte("\x91vp08"), 0x10, 0, 0, 0x9d, 1, 0x2a, width, 0, 16, 0, 1, 2)
	}
	send(0, vp8(32))
	send(40, vp8(64))
	if got := f.Session(1).Tracks[0]; got.Config.Width != 32 || !got.Known {
		t.Errorf("%+v", got.Config)
	}
	var g feed
	vp9 := func(level byte) []byte {
		return append([]byte("\x90vp09"), 0, level, 0x82, 1, 1, 1, 0, 0)
	}
	f = g
	send(0, vp9(10))
	send(40, vp9(31))
	if got := f.Session(1).Tracks[0]; got.Config.Level != "3.1" {
		t.Errorf("%+v", got.Config)
	}
}
