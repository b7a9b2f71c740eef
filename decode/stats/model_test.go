package stats

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// point is one value at one time.
type point struct {
	at int64
	v  float64
}

// naive is a Series that keeps everything.
func naive(points []point, start int64, mode Mode) (width time.Duration, buckets []float64, filled []bool) {
	last := int64(0)
	for _, p := range points {
		last = max(last, p.at-start)
	}
	for width = firstWidth; last/int64(width) >= Buckets; width *= 2 {
	}
	n := int(last/int64(width)) + 1
	if len(points) == 0 {
		n = 0
	}
	buckets, filled = make([]float64, n), make([]bool, n)
	count := make([]float64, n)
	for _, p := range points {
		i := max(p.at-start, 0) / int64(width)
		switch {
		case mode == Tops && filled[i]:
			buckets[i] = max(buckets[i], p.v)
		case mode == Tops:
			buckets[i] = p.v
		default:
			buckets[i] += p.v
		}
		filled[i] = true
		count[i]++
	}
	for i := range buckets {
		if mode == Means && filled[i] {
			buckets[i] /= count[i]
		}
	}
	return width, buckets, filled
}

// TestSeriesAgainstEverything: what few buckets say is what all values say, for
// series that end at, before and behind the place where buckets double.
func TestSeriesAgainstEverything(t *testing.T) {
	start := epoch.UnixNano()
	for _, long := range []time.Duration{0, firstWidth - 1, firstWidth, Buckets*firstWidth - 1, Buckets * firstWidth, 1000 * time.Second, 7 * time.Hour} {
		for mode := range Tops + 1 {
			rng := rand.New(rand.NewPCG(uint64(long), uint64(mode)))
			s := newSeries(start, mode)
			var points []point
			for i := range 300 {
				p := point{start + rng.Int64N(int64(long)+1) - 5, float64(rng.IntN(64) - 32)}
				if i == 200 {
					p.at = start + int64(long)
				}
				s.Add(p.at, p.v)
				points = append(points, p)
			}
			width, buckets, filled := naive(points, start, mode)
			if s.Width != width || s.Len != len(buckets) {
				t.Fatalf("mode %d, %v: %d buckets of %v, want %d of %v", mode, long, s.Len, s.Width, len(buckets), width)
			}
			for i, want := range buckets {
				v, ok := s.At(i)
				if ok != filled[i] || ok && math.Abs(v-want) > 1e-9 {
					t.Fatalf("mode %d, %v: bucket %d is %v, %v; want %v, %v", mode, long, i, v, ok, want, filled[i])
				}
				if rate := s.Rate(i); math.Abs(rate-v*8/width.Seconds()) > 1e-9 {
					t.Fatalf("rate %v of %v in %v", rate, v, width)
				}
			}
			for _, i := range []int{-1, s.Len, Buckets} {
				if v, ok := s.At(i); ok || v != 0 {
					t.Errorf("bucket %d of %d holds %v", i, s.Len, v)
				}
			}
		}
	}
	var none Series
	if none.Rate(0) != 0 {
		t.Error("the empty series has a rate")
	}
}

// sent is a coded frame, in the numbers of TestTrackAgainstEverything.
type sent struct {
	at    time.Time
	stamp uint32
	size  int64
	key   bool
	delay int32
}

// TestTrackAgainstEverything: what is followed frame by frame is what all frames say.
func TestTrackAgainstEverything(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var f feed
		var all []sent
		ms, stamp := 0, uint32(rng.IntN(1000))
		for i := range 200 {
			x := sent{at: epoch.Add(time.Duration(ms) * time.Millisecond), stamp: stamp, size: int64(1 + rng.IntN(5000)), key: i%25 == 0 && i > 0, delay: int32(rng.IntN(120) - 10)}
			all = append(all, x)
			kind := media.InterFrame
			if x.key {
				kind = media.KeyFrame
			}
			f.frame(ms, stamp, media.Tag{Video: true, Codec: media.AVC, Key: x.key, FrameType: kind, CompositionTime: x.delay}, uint32(x.size))
			ms += rng.IntN(80)
			stamp += uint32(20 + rng.IntN(40))
			if i%37 == 36 {
				stamp -= uint32(rng.IntN(90))
			}
		}
		check(t, all, f.Session(1).Tracks)
	}
}

func check(t *testing.T, all []sent, tracks []Track) {
	t.Helper()
	if len(tracks) != 1 {
		t.Fatalf("%d tracks", len(tracks))
	}
	want := Track{FirstAt: all[0].at, LastAt: all[len(all)-1].at, First: all[0].stamp, Last: all[len(all)-1].stamp, Messages: int64(len(all))}
	frames, jitter, lastKey := 0, 0.0, -1
	var late []point
	for i, x := range all {
		want.Bytes += x.size
		want.Reorder = max(want.Reorder, time.Duration(x.delay)*time.Millisecond)
		want.Negative = want.Negative || x.delay < 0
		step, arrived := 0.0, 0.0
		if i > 0 {
			step, arrived = float64(int32(x.stamp-all[i-1].stamp)), float64(x.at.Sub(all[i-1].at).Milliseconds())
		}
		if step < 0 {
			want.Backward++
			if d := time.Duration(step) * time.Millisecond; want.LargestJump > d {
				want.LargestJump = d
			}
		} else {
			want.Played += time.Duration(step) * time.Millisecond
		}
		jitter += (math.Abs(arrived-step) - jitter) / 16
		late = append(late, point{x.at.UnixNano(), float64(x.at.Sub(all[0].at).Milliseconds()) - float64(int32(x.stamp-all[0].stamp))})
		if frames++; x.key {
			if want.Keys++; lastKey >= 0 {
				d := time.Duration(int32(x.stamp-all[lastKey].stamp)) * time.Millisecond
				if want.GOP.Count == 0 || d < want.GOP.Min {
					want.GOP.Min = d
				}
				want.GOP.Count, want.GOP.Max, want.GOP.Last, want.LastGOP = want.GOP.Count+1, max(want.GOP.Max, d), d, i-lastKey
			} else {
				want.KeyAt = x.at
			}
			lastKey = i
		}
	}
	got := tracks[0]
	type told struct {
		FirstAt, LastAt                       time.Time
		First, Last                           uint32
		Messages, Bytes, Keys                 int64
		Played, LargestJump, Reorder          time.Duration
		Backward, Jumps, LastGOP, Rate, Width int
		Negative                              bool
		GOP                                   Spread
		KeyAt                                 time.Time
	}
	tell := func(x *Track) told {
		return told{FirstAt: x.FirstAt.UTC(), LastAt: x.LastAt.UTC(), First: x.First, Last: x.Last, Messages: x.Messages, Bytes: x.Bytes, Keys: x.Keys, Played: x.Played, LargestJump: x.LargestJump,
			Reorder: x.Reorder, Backward: x.Backward, Jumps: x.Jumps, LastGOP: x.LastGOP, Negative: x.Negative, GOP: x.GOP, KeyAt: x.KeyAt.UTC()}
	}
	if diff := cmp.Diff(tell(&want), tell(&got)); diff != "" {
		t.Error(diff)
	}
	if d := math.Abs(float64(got.Jitter)/1e6 - jitter); d > 0.01 {
		t.Errorf("jitter %v, want %v ms", got.Jitter, jitter)
	}
	_, buckets, _ := naive(late, got.Late.Start, Means)
	for i, v := range buckets {
		if l, _ := got.Late.At(i); math.Abs(l-v) > 1e-6 {
			t.Fatalf("late in bucket %d: %v, want %v", i, l, v)
		}
	}
	sum := func(s *Series) (n float64) {
		for i := range s.Len {
			v, _ := s.At(i)
			n += v
		}
		return n
	}
	if sum(&got.Frames) != float64(want.Messages) || sum(&got.Rate) != float64(want.Bytes) {
		t.Errorf("%v frames and %v bytes over time", sum(&got.Frames), sum(&got.Rate))
	}
}

// TestWhatIsMeasured: rows that are no messages, of no session, or of findings.
func TestWhatIsMeasured(t *testing.T) {
	var f feed
	f.Entry(&session.Entry{Row: session.Row{Kind: session.Opened, Time: epoch.UnixNano()}})
	f.Entry(&session.Entry{Row: session.Row{Kind: session.Found, Session: 1, Time: epoch.UnixNano()}})
	if len(f.sessions) != 0 || len(f.begun) != 0 {
		t.Fatal("no session, or a finding, is measured")
	}
	f.at(0, session.Entry{Row: session.Row{Kind: session.Opened}})
	f.at(500, session.Entry{Row: session.Row{Kind: session.Gap}, Missing: 77})
	f.at(400, session.Entry{Row: session.Row{Kind: session.Tallied, Length: 88}, Tallies: []decode.Tally{{Type: 8, Count: 5}, {Type: 9, Count: 6}}})
	f.at(1400, session.Entry{Row: session.Row{Kind: session.Message, Type: chunk.TypeSetChunkSize, Length: 4}, Message: message.Parsed{Value: 4096}})
	f.at(1500, session.Entry{Row: session.Row{Kind: session.Message, Type: chunk.TypeWindowAckSize, Length: 4, From: decode.FromServer}, Message: message.Parsed{Value: 2_500_000}})
	f.at(1500, session.Entry{Row: session.Row{Kind: session.Message, Type: chunk.TypeSetPeerBandwidth, Length: 5, From: decode.FromServer}, Message: message.Parsed{Value: 5_000_000}})
	s := f.Session(1)
	c, v := s.Directions[0], s.Directions[1]
	if c.Missing != 77 || c.Messages != 12 || c.ChunkSize != 4096 || c.Bandwidth != 5_000_000 || c.Window != 0 || v.Window != 2_500_000 || v.Messages != 2 || v.Bandwidth != 0 {
		t.Errorf("%+v\n%+v", c, v)
	}
	if c.Bytes != 12+12+100+16 || c.LongestSilence != time.Second || !s.LastAt.Equal(epoch.Add(1500*time.Millisecond)) || !s.OpenedAt.Equal(epoch) {
		t.Errorf("%d bytes, silence %v, last %v", c.Bytes, c.LongestSilence, s.LastAt)
	}
	all := s.Bytes()
	total := 0.0
	for i := range all.Len {
		n, _ := all.At(i)
		total += n
	}
	if total != float64(c.Bytes+v.Bytes) {
		t.Errorf("%v bytes in all", total)
	}
	f.Forget(1)
	if f.Session(1) != nil {
		t.Error("a session that was dropped is known")
	}
	f.at(2000, session.Entry{Row: session.Row{Kind: session.Opened}})
	if f.Session(1) != nil {
		t.Error("a session that was dropped begins anew")
	}
}

// TestSilentLongestIsForgotten, and of two the one with the lower number.
func TestSilentLongestIsForgotten(t *testing.T) {
	at := func(s int) time.Time { return epoch.Add(time.Duration(s) * time.Second) }
	c := Collector{sessions: map[uint32]*Session{}}
	for n, s := range []int{5, 3, 3, 9} {
		c.sessions[uint32(n+1)] = &Session{Number: uint32(n + 1), LastAt: at(s)}
	}
	for _, want := range []uint32{2, 3, 1, 4} {
		if c.forget(); c.sessions[want] != nil {
			t.Errorf("%d was not forgotten", want)
		}
	}
	if len(c.sessions) != 0 {
		t.Errorf("%d are left", len(c.sessions))
	}
}

// TestSkewOfStreams: audio less video, of the same stream and sender, once both are there.
func TestSkewOfStreams(t *testing.T) {
	var f feed
	add := func(ms int, from decode.Direction, stream, stamp uint32, video bool) {
		typ := uint8(chunk.TypeAudio)
		if video {
			typ = chunk.TypeVideo
		}
		f.at(ms, session.Entry{Row: session.Row{Type: typ, From: from, Timestamp: stamp, Length: 9, StreamID: stream}, Message: message.Parsed{Tag: media.Tag{Video: video, Kind: media.Frame}}})
	}
	skews := func() (n uint32, last float64) {
		s := f.Session(1).Skew
		for _, c := range s.count {
			n += c
		}
		last, _ = lastOf(&s)
		return n, last
	}
	add(0, 0, 1, 100, true)
	add(1, 0, 2, 500, false) // of another stream
	add(2, 1, 1, 500, false) // of the other side
	add(3, 0, 1, 120, true)  // of the same kind
	if n, _ := skews(); n != 0 {
		t.Fatalf("%d skews of one track", n)
	}
	add(1000, 0, 1, 150, false)
	if n, v := skews(); n != 1 || v != 30 {
		t.Errorf("audio after video: %d, %v", n, v)
	}
	add(2000, 0, 1, 200, true)
	if n, v := skews(); n != 2 || v != -50 {
		t.Errorf("video after audio: %d, %v", n, v)
	}
}

// TestSetupIsNoFrame: configurations, commands and what is cut count as bytes alone.
func TestSetupIsNoFrame(t *testing.T) {
	for name, tag := range map[string]media.Tag{
		"configuration": {Video: true, Kind: media.SequenceHeader}, "cut": {Video: true, Kind: media.Frame, Short: true},
		"command": {Video: true, Kind: media.Frame, FrameType: media.CommandFrame}, "end": {Video: true, Kind: media.EndOfSequence},
	} {
		var f feed
		f.at(0, session.Entry{Row: session.Row{Type: chunk.TypeVideo, Length: 50}, Message: message.Parsed{Tag: tag}})
		f.at(1, session.Entry{Row: session.Row{Type: chunk.TypeVideo, Length: 7}, Message: message.Parsed{Tag: tag}})
		if got := f.Session(1).Tracks; len(got) != 1 || got[0].Messages != 0 || got[0].Bytes != 57 || got[0].Keys != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestCopiesAreDetached: no series of a copy shares what the collector goes on with.
func TestCopiesAreDetached(t *testing.T) {
	var f feed
	for i, video := range []bool{true, false, true, true} {
		f.frame(i, uint32(40*i), media.Tag{Video: video, Key: true, CompositionTime: 40}, 100)
	}
	f.control(9, decode.FromServer, message.Parsed{Type: chunk.TypeAcknowledgement, Value: 1})
	s, own := f.Session(1), f.sessions[1]
	pairs := map[string][2]*Series{"skew": {&s.Skew, &own.Skew}, "bytes": {&s.bytes, &own.bytes}, "rate": {&s.Directions[0].Rate, &own.Directions[0].Rate},
		"behind": {&s.Directions[0].Behind, &own.Directions[0].Behind}, "track": {&s.Tracks[0].Rate, &own.Tracks[0].Rate}, "late": {&s.Tracks[0].Late, &own.Tracks[0].Late},
		"frames": {&s.Tracks[0].Frames, &own.Tracks[0].Frames}, "groups": {&s.Tracks[0].Groups, &own.Tracks[0].Groups}, "delay": {&s.Tracks[0].Delay, &own.Tracks[0].Delay}}
	for name, p := range pairs {
		v, ok := p[0].At(0)
		if !ok {
			t.Errorf("%s is empty: nothing is shown", name)
			continue
		}
		p[1].value[0], p[1].count[0] = v+1, 0
		if now, ok := p[0].At(0); now != v || !ok {
			t.Errorf("%s of a copy changes", name)
		}
	}
	if s.Pings.open != nil {
		t.Error("a copy has what is open")
	}
}
