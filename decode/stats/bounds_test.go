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

// TestBucketsDoubleTogether fills a series of each kind to the last bucket and one
// further: two buckets become one, by sum, mean or largest, empty ones stay empty, and
// how many there are is half of them, rounded up.
func TestBucketsDoubleTogether(t *testing.T) {
	for mode, want := range map[Mode][2]float64{Sums: {3, 4}, Means: {1.5, 4}, Tops: {2, 4}} {
		s := newSeries(0, mode)
		at := func(bucket int) int64 { return int64(bucket) * int64(firstWidth) }
		s.Add(at(0), 1)
		s.Add(at(1), 2)
		s.Add(at(3), 4)
		s.Add(at(Buckets-1), 5)
		if s.Len != Buckets || s.Width != firstWidth {
			t.Errorf("mode %d: %d buckets of %v", mode, s.Len, s.Width)
		}
		s.Add(at(Buckets), 6)
		if s.Len != Buckets/2+1 || s.Width != 2*firstWidth {
			t.Errorf("mode %d, doubled: %d buckets of %v", mode, s.Len, s.Width)
		}
		for i, v := range map[int]float64{0: want[0], 1: want[1], Buckets/2 - 1: 5, Buckets / 2: 6} {
			if got, ok := s.At(i); got != v || !ok {
				t.Errorf("mode %d: bucket %d is %v, %v, want %v", mode, i, got, ok, v)
			}
		}
		for _, i := range []int{-1, 2, Buckets/2 + 1} {
			if got, ok := s.At(i); got != 0 || ok || s.Rate(i) != 0 {
				t.Errorf("mode %d: bucket %d is %v, %v", mode, i, got, ok)
			}
		}
		if s.Add(-at(9), 7); s.Len != Buckets/2+1 {
			t.Errorf("mode %d: what is older makes %d buckets", mode, s.Len)
		}
	}
	odd := newSeries(0, Sums)
	odd.Add(0, 1)
	odd.Add(int64(2*firstWidth), 1)
	if odd.halve(); odd.Len != 2 {
		t.Errorf("three buckets become %d", odd.Len)
	}
	if r := odd.Rate(0); r != 8/(2*firstWidth).Seconds() {
		t.Errorf("a rate of %v", r)
	}
}

// TestRatesNeedEnough: nothing is said of two frames, of no time, or of less than a
// tenth of a second.
func TestRatesNeedEnough(t *testing.T) {
	for _, c := range []struct {
		track        Track
		frames, bits float64
	}{
		{Track{}, 0, 0},
		{Track{Messages: 2, Played: time.Second}, 0, 0},
		{Track{Messages: 3, Played: time.Second}, 2, 0},
		{Track{Messages: 3, Played: -time.Second}, 0, 0},
		{Track{Messages: 3}, 0, 0},
		{Track{Bytes: 10, FirstAt: epoch, LastAt: epoch.Add(99 * time.Millisecond)}, 0, 0},
		{Track{Bytes: 10, FirstAt: epoch, LastAt: epoch.Add(100 * time.Millisecond)}, 0, 800},
	} {
		if f, b := c.track.FrameRate(), c.track.BitRate(); f != c.frames || b != c.bits {
			t.Errorf("%+v: %v frames, %v bits a second", c.track, f, b)
		}
	}
	var s Spread
	for _, d := range []time.Duration{5, 3, 9, 4} {
		s.add(d)
	}
	if s != (Spread{Count: 4, Min: 3, Max: 9, Last: 4}) {
		t.Errorf("%+v", s)
	}
}

// TestTracksByWhatTheySay: another stream, side, kind, number or codec is another track;
// what names no codec belongs to the newest that fits.
func TestTracksByWhatTheySay(t *testing.T) {
	var f feed
	send := func(from decode.Direction, stream uint32, tag media.Tag) {
		typ := uint8(chunk.TypeAudio)
		if tag.Video {
			typ = chunk.TypeVideo
		}
		f.at(0, session.Entry{Row: session.Row{Type: typ, From: from, StreamID: stream, Length: 10}, Message: message.Parsed{Tag: tag}})
	}
	video := media.Tag{Video: true, Kind: media.Frame, Codec: media.AVC}
	counts := []int{}
	for _, c := range []struct {
		from   decode.Direction
		stream uint32
		tag    media.Tag
	}{
		{0, 1, video}, {0, 1, video}, {1, 1, video}, {0, 2, video}, {0, 1, media.Tag{Kind: media.Frame, Codec: media.AVC}},
		{0, 1, media.Tag{Video: true, Kind: media.Frame, Codec: media.AVC, Track: 1}},
		{0, 1, media.Tag{Video: true, Kind: media.Frame, Codec: media.HEVC}},
		{0, 1, media.Tag{Video: true, Kind: media.EndOfSequence, Codec: media.AVC}},
		{0, 1, media.Tag{Video: true, Kind: media.SequenceHeader, Codec: media.AVC}},
		{0, 3, media.Tag{Video: true, Kind: media.Command}}, {0, 3, video},
	} {
		send(c.from, c.stream, c.tag)
		counts = append(counts, len(f.Session(1).Tracks))
	}
	want := []int{1, 1, 2, 3, 4, 5, 6, 6, 6, 7, 7}
	for i := range want {
		if counts[i] != want[i] {
			t.Fatalf("tracks after each message: %v, want %v", counts, want)
		}
	}
	tracks := f.Session(1).Tracks
	if first, newest := tracks[0], tracks[5]; first.Bytes != 30 || newest.Bytes != 20 || newest.Codec != media.HEVC || tracks[6].Codec != media.AVC {
		t.Errorf("%d bytes of %v, %d of %v, then %v", first.Bytes, first.Codec, newest.Bytes, newest.Codec, tracks[6].Codec)
	}
	for i := range MaxTracks {
		send(0, 4, media.Tag{Kind: media.Frame, Track: uint8(i)})
	}
	before := f.Session(1)
	if send(0, 5, video); f.Session(1).MoreTracks != before.MoreTracks+1 || f.Session(1).Tracks[0].Bytes != before.Tracks[0].Bytes {
		t.Error("what belongs to no track is counted for one")
	}
}

// TestJumpsAreToldFromSteps at the bounds: eight times the usual step, and 200 ms.
func TestJumpsAreToldFromSteps(t *testing.T) {
	for _, c := range []struct {
		step, next uint32
		jumps      int
	}{{20, 200, 0}, {20, 201, 1}, {40, 320, 0}, {40, 321, 1}, {0, 5000, 0}} {
		var f feed
		for i := range uint32(5) {
			f.frame(int(20*i), i*c.step, media.Tag{Codec: media.AAC}, 1)
		}
		f.frame(100, 4*c.step+c.next, media.Tag{Codec: media.AAC}, 1)
		a := f.Session(1).Tracks[0]
		if a.Jumps != c.jumps || a.Backward != 0 || a.Played != time.Duration(4*c.step+c.next)*time.Millisecond {
			t.Errorf("steps of %d and then %d: %d jumps, %d back, %v played", c.step, c.next, a.Jumps, a.Backward, a.Played)
		}
		if jump := time.Duration(c.next) * time.Millisecond; (a.LargestJump == jump) != (c.jumps == 1) {
			t.Errorf("steps of %d and then %d: the largest jump is %v", c.step, c.next, a.LargestJump)
		}
	}
	var f feed
	for _, stamp := range []uint32{1000, 400, 300, 301} {
		f.frame(0, stamp, media.Tag{}, 1)
	}
	if a := f.Session(1).Tracks[0]; a.Backward != 2 || a.LargestJump != -600*time.Millisecond || a.Played != time.Millisecond {
		t.Errorf("%d back, %v, %v played", a.Backward, a.LargestJump, a.Played)
	}
}

// TestAcknowledgedAcrossTheWrap: sequence numbers wrap at 2^32, and more than was seen is
// nothing behind.
func TestAcknowledgedAcrossTheWrap(t *testing.T) {
	for _, c := range []struct {
		end    int64
		number uint32
		behind int64
	}{{1000, 400, 600}, {1000, 1000, 0}, {1000, 1001, 0}, {1<<32 + 10, 5, 5}, {1<<32 + 10, 0xfffffff0, 26}, {1 << 31, 0, 1 << 31}, {1<<31 + 1, 0, 0}} {
		d := newDirection(0)
		d.end = c.end
		d.acknowledged(&session.Entry{Message: message.Parsed{Value: c.number}})
		if got, _ := d.Behind.At(0); d.Unacked != c.behind || d.Acks != 1 || d.LastAck != c.number || got != float64(c.behind) {
			t.Errorf("%d of %d: %d behind, want %d", c.number, c.end, d.Unacked, c.behind)
		}
	}
}

// TestReorderAndGroups: the largest offset, that one was negative, and groups by their
// keyframes.
func TestReorderAndGroups(t *testing.T) {
	var f feed
	for i, c := range []int32{0, 80, -40, 40} {
		f.frame(40*i, uint32(40*i), media.Tag{Video: true, Codec: media.AVC, Key: i%3 == 0, CompositionTime: c}, 1)
	}
	v := f.Session(1).Tracks[0]
	if v.Reorder != 80*time.Millisecond || !v.Negative || v.Keys != 2 || v.LastGOP != 3 || v.GOP != (Spread{1, 120 * time.Millisecond, 120 * time.Millisecond, 120 * time.Millisecond}) || !v.KeyAt.Equal(epoch) {
		t.Errorf("%+v", v)
	}
	if f.frame(160, 160, media.Tag{Codec: media.AAC, CompositionTime: 90}, 1); f.Session(1).Tracks[1].Reorder != 0 {
		t.Error("audio is not reordered")
	}
}
