package stats

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// feed is a fold made by hand.
type feed struct {
	Collector
	end [2]int64
}

func (f *feed) at(ms int, e session.Entry) {
	e.Session = max(e.Session, 1)
	e.Time = epoch.Add(time.Duration(ms) * time.Millisecond).UnixNano()
	if e.Kind == 0 {
		e.Kind = session.Message
	}
	f.end[e.From] += int64(e.Length) + 12
	e.End = f.end[e.From]
	f.Entry(&e)
}

// frame sends one coded frame from the client.
func (f *feed) frame(arrived int, stamp uint32, tag media.Tag, length uint32) {
	typ := uint8(chunk.TypeAudio)
	if tag.Video {
		typ = chunk.TypeVideo
	}
	tag.Kind = media.Frame
	f.at(arrived, session.Entry{Row: session.Row{Type: typ, Timestamp: stamp, Length: length, StreamID: 1}, Message: message.Parsed{Tag: tag}})
}

func (f *feed) control(ms int, from decode.Direction, p message.Parsed) {
	f.at(ms, session.Entry{Row: session.Row{Type: p.Type, From: from, Length: 4}, Message: p})
}

// TestVideoTrack: 25 frames a second, a keyframe every two seconds, B frames
// that are shown 80 ms after they are decoded.
func TestVideoTrack(t *testing.T) {
	var f feed
	for i := range 151 { // 6 s
		tag := media.Tag{Video: true, Codec: media.AVC, FrameType: media.InterFrame, CompositionTime: 80}
		if i%50 == 0 {
			tag.Key, tag.FrameType = true, media.KeyFrame
		}
		f.frame(40*i, uint32(40*i), tag, 1000)
	}
	v := f.Session(1).Tracks[0]
	if v.Messages != 151 || v.Bytes != 151_000 || v.Keys != 4 || v.Codec != media.AVC {
		t.Errorf("%d frames, %d bytes, %d keys, %v", v.Messages, v.Bytes, v.Keys, v.Codec)
	}
	if r := v.FrameRate(); math.Abs(r-25) > 1e-9 {
		t.Errorf("%v frames a second", r)
	}
	if v.GOP != (Spread{Count: 3, Min: 2 * time.Second, Max: 2 * time.Second, Last: 2 * time.Second}) || v.LastGOP != 50 {
		t.Errorf("GOP %+v of %d frames", v.GOP, v.LastGOP)
	}
	if v.Reorder != 80*time.Millisecond || v.Negative || v.Jitter != 0 || v.Jumps+v.Backward != 0 {
		t.Errorf("reorder %v, jitter %v, jumps %d+%d", v.Reorder, v.Jitter, v.Jumps, v.Backward)
	}
	if b := v.BitRate(); math.Abs(b-151_000*8/6.0) > 1e-6 {
		t.Errorf("%v bit/s", b)
	}
	// Buckets of 250 ms: seven frames begin in the first (0 to 240 ms), six in the
	// second (280 to 480 ms); keyframes come in that of 2, 4 and 6 s.
	first, _ := v.Frames.At(0)
	second, _ := v.Frames.At(1)
	if first != 7 || second != 6 {
		t.Errorf("%v and %v frames in the first buckets", first, second)
	}
	for i := range v.Groups.Len {
		g, ok := v.Groups.At(i)
		if want := i > 0 && i%8 == 0; ok != want || ok && g != 2000 {
			t.Errorf("bucket %d: a group of %v ms, %v", i, g, ok)
		}
	}
	if d, ok := v.Delay.At(3); !ok || d != 80 {
		t.Errorf("shown %v ms after decoding", d)
	}
}

// TestTimestampsAgainstArrival: a jump forward, a step back, a wrap, and media
// that arrive later and later.
func TestTimestampsAgainstArrival(t *testing.T) {
	var f feed
	tag := media.Tag{Codec: media.AAC}
	stamp := uint32(0xffffffff - 99) // wraps after 100 ms
	for i := range 20 {
		f.frame(25*i, stamp+uint32(20*i), tag, 100) // 5 ms late each time
	}
	a := f.Session(1).Tracks[0]
	if a.Backward != 0 || a.Jumps != 0 || a.Played != 380*time.Millisecond {
		t.Errorf("the wrap counts as %d back, %d jumps, %v played", a.Backward, a.Jumps, a.Played)
	}
	late, _ := a.Late.At(a.Late.Len - 1) // the mean of the last quarter of a second: frames 10 to 19
	if want := 5 * 14.5; math.Abs(late-want) > 1e-9 {
		t.Errorf("%v ms late, want %v", late, want)
	}
	if j := a.Jitter; j <= 3*time.Millisecond || j >= 5*time.Millisecond { // goes to 5 ms with 15/16
		t.Errorf("jitter %v", j)
	}
	f.frame(500, stamp+380+5000, tag, 100)
	f.frame(520, stamp+380+4000, tag, 100)
	if a = f.Session(1).Tracks[0]; a.Jumps != 1 || a.Backward != 1 || a.LargestJump != 5*time.Second {
		t.Errorf("%d jumps, %d back, the largest %v", a.Jumps, a.Backward, a.LargestJump)
	}
}

func TestSkew(t *testing.T) {
	var f feed
	f.frame(0, 1000, media.Tag{Video: true, Key: true}, 10)
	f.frame(1, 1130, media.Tag{}, 10)
	if v, ok := lastOf(&f.Session(1).Skew); !ok || v != 130 {
		t.Errorf("audio is %v ms later, want 130", v)
	}
}

func lastOf(s *Series) (float64, bool) { return s.At(s.Len - 1) }

func TestTracksAreBounded(t *testing.T) {
	var f feed
	for i := range MaxTracks + 3 {
		f.frame(i, 0, media.Tag{Track: uint8(i)}, 1)
	}
	if s := f.Session(1); len(s.Tracks) != MaxTracks || s.MoreTracks != 3 {
		t.Errorf("%d tracks and %d more", len(s.Tracks), s.MoreTracks)
	}
}

func TestFlow(t *testing.T) {
	var f feed
	f.control(0, decode.FromClient, message.Parsed{Type: chunk.TypeSetChunkSize, Value: 4096})
	f.control(1, decode.FromServer, message.Parsed{Type: chunk.TypeWindowAckSize, Value: 5000})
	f.control(2, decode.FromServer, message.Parsed{Type: chunk.TypeSetPeerBandwidth, Value: 7000})
	f.frame(10, 0, media.Tag{Video: true}, 988) // the client has sent 16 + 1000 bytes
	f.control(20, decode.FromServer, message.Parsed{Type: chunk.TypeAcknowledgement, Value: 416})
	f.at(900, session.Entry{Row: session.Row{Kind: session.Gap, From: decode.FromClient}, Missing: 77})
	s := f.Session(1)
	c, v := s.Directions[decode.FromClient], s.Directions[decode.FromServer]
	if c.Bytes != 1016 || c.Messages != 2 || c.ChunkSize != 4096 || c.Bandwidth != 7000 || c.Missing != 77 {
		t.Errorf("client: %d bytes, %d messages, chunk size %d, limit %d, %d missing", c.Bytes, c.Messages, c.ChunkSize, c.Bandwidth, c.Missing)
	}
	if c.Acks != 1 || c.LastAck != 416 || c.Unacked != 600 {
		t.Errorf("acknowledged: %d, of byte %d, %d behind; want 1, 416, 600", c.Acks, c.LastAck, c.Unacked)
	}
	if v.Window != 5000 || v.Acks != 0 || v.LongestSilence != 18*time.Millisecond {
		t.Errorf("server: window %d, %d acks, silence %v", v.Window, v.Acks, v.LongestSilence)
	}
	if r := f.Session(1).bytes; r.Len == 0 {
		t.Error("no rate")
	}
	if f.Session(2) != nil || f.Session(0) != nil || f.Session(9) != nil {
		t.Error("a session that does not exist was measured")
	}
}

func TestPings(t *testing.T) {
	var f feed
	ask := message.Parsed{Type: chunk.TypeUserControl, Event: pingRequest, Value: 5}
	answer := message.Parsed{Type: chunk.TypeUserControl, Event: pingResponse, Value: 5}
	f.control(0, decode.FromServer, ask)
	f.control(30, decode.FromClient, answer)
	f.control(40, decode.FromClient, answer) // nobody asked
	ask.Value, answer.Value = 6, 6
	f.control(100, decode.FromServer, ask)
	f.control(110, decode.FromClient, answer)
	f.control(120, decode.FromClient, message.Parsed{Type: chunk.TypeUserControl, Event: setBufferLength, Value2: 3000})
	for i := range 1000 { // never answered
		ask.Value = uint32(100 + i)
		f.control(200, decode.FromServer, ask)
	}
	p := f.Session(1).Pings
	if p.Sent != 1002 || p.Answered != 2 || p.Last != 10*time.Millisecond || p.Max != 30*time.Millisecond || p.Mean != 20*time.Millisecond {
		t.Errorf("%+v", p)
	}
	if n := len(f.sessions[1].Pings.open); n > maxOpenPings {
		t.Errorf("%d pings are remembered", n)
	}
	if b := f.Session(1).Buffer; b != 3*time.Second {
		t.Errorf("buffer %v", b)
	}
}

// TestCopiesStay: what was handed out does not change.
func TestCopiesStay(t *testing.T) {
	var f feed
	f.frame(0, 0, media.Tag{Video: true}, 100)
	before := f.Session(1)
	rate, track := before.bytes.detached(), before.Tracks[0].Rate.detached()
	f.frame(5, 40, media.Tag{Video: true}, 100)
	if before.Tracks[0].Messages != 1 || !reflect.DeepEqual(rate, before.bytes) || !reflect.DeepEqual(track, before.Tracks[0].Rate) {
		t.Error("a copy has changed")
	}
}

// TestSeries: whatever the length, sums stay, and the buckets are used.
func TestSeries(t *testing.T) {
	start := epoch.UnixNano()
	s := newSeries(start, Sums)
	total := 0.0
	for i := range 100_000 {
		s.Add(start+int64(i)*int64(17*time.Millisecond), 3) // 28 minutes
		total += 3
	}
	sum := 0.0
	for i := range s.Len {
		v, _ := s.At(i)
		sum += v
	}
	if sum != total || s.Len <= Buckets/2 || s.Len > Buckets || s.Width != 16*time.Second {
		t.Errorf("sum %v of %v in %d buckets of %v", sum, total, s.Len, s.Width)
	}
	if r := s.Rate(1); math.Abs(r-3*8/0.017) > 3 {
		t.Errorf("rate %v", r)
	}
	m, top := newSeries(start, Means), newSeries(start, Tops)
	for i, v := range []float64{-1, -3, -8} {
		m.Add(start+int64(i), v)
		top.Add(start+int64(i), v)
	}
	m.Add(start+int64(40*time.Second), 6) // makes the buckets wider
	if v, ok := m.At(0); !ok || v != -4 {
		t.Errorf("mean %v", v)
	}
	if v, ok := top.At(0); !ok || v != -1 {
		t.Errorf("largest %v", v)
	}
	if _, ok := m.At(5); ok {
		t.Error("an empty bucket has a value")
	}
	m.Add(start-int64(time.Hour), 100) // older than the series
	var none Series
	none.Add(start, 1)
	if none.Len != 0 {
		t.Error("the zero series takes values")
	}
}

// TestSessionsAreBounded: a session that goes on is kept however many come and
// go beside it, and one that was forgotten does not begin anew.
func TestSessionsAreBounded(t *testing.T) {
	var f feed
	open := func(ms int, number uint32) {
		f.at(ms, session.Entry{Row: session.Row{Kind: session.Opened, Session: number}})
	}
	for n := range uint32(2 * MaxSessions) {
		open(int(2*n), 2+n)
		open(int(2*n+1), 1) // goes on
	}
	if len(f.sessions) != MaxSessions || f.Session(1) == nil || f.Session(2) != nil || f.Session(2*MaxSessions) == nil {
		t.Errorf("%d sessions are measured; the first %v, the second %v", len(f.sessions), f.Session(1) != nil, f.Session(2) != nil)
	}
	if open(1<<20, 2); f.Session(2) != nil {
		t.Error("a forgotten session begins anew")
	}
}
