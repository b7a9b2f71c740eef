package session

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// partsOf tells the parts of a message in a line each.
func partsOf(e *Entry) (out []string) {
	var part Entry
	e.EachPart(&part, decode.DefaultLimits().AMF, func(p *Entry) {
		out = append(out, fmt.Sprintf("type %d at %d, %d bytes: %s, key %v, header %v, track %d %s", p.Type, p.Timestamp, p.Length, p.Codec, p.Flags&KeyFrame != 0,
			p.Flags&SequenceHeader != 0, p.Message.Tag.Track, p.Message.Command))
	})
	return out
}

func entryOf(typ uint8, at uint32, body []byte) *Entry {
	e := &Entry{Row: Row{Kind: Message, Type: typ, Timestamp: at, Length: uint32(len(body))}, Body: body}
	e.Message = message.Parse(typ, body, decode.DefaultLimits().AMF)
	if typ == 8 || typ == 9 {
		e.setTag(e.Message.Tag)
	}
	return e
}

// twoTracks is an E-RTMP v2 multitrack packet: video, keyframe, packet type 6; many
// tracks (1) of coded frames without composition time (3); hvc1; track, size, payload.
var twoTracks = []byte{0x96, 0x13, 'h', 'v', 'c', '1', 0, 0, 0, 2, 0xaa, 0xbb, 5, 0, 0, 3, 1, 2, 3}

// sub is a message of an aggregate (RTMP 1.0 §7.1.6) with its back pointer.
func sub(typ uint8, at byte, body ...byte) []byte {
	p := append([]byte{typ, 0, 0, byte(len(body)), 0, 0, at, 0, 0, 0, 1}, body...)
	return append(p, 0, 0, 0, byte(len(p)))
}

func TestParts(t *testing.T) {
	avc, aac := []byte{0x17, 1, 0, 0, 0, 9}, []byte{0xaf, 0, 0x12, 0x10}
	data := []byte{2, 0, 10, 'o', 'n', 'M', 'e', 't', 'a', 'D', 'a', 't', 'a', 5}
	aggregate := slices.Concat(sub(9, 100, avc...), sub(4, 105, 0, 0), sub(8, 110, aac...), sub(18, 120, data...), sub(9, 130, twoTracks...))
	late := entryOf(9, 1<<24+50, avc)
	late.Late = 1 << 24
	lateMany := entryOf(22, 1<<24+1000, aggregate)
	lateMany.Late = 1 << 24
	inAggregate := []string{
		"type 9 at 1000, 6 bytes: AVC, key true, header false, track 0 ",
		"type 8 at 1010, 4 bytes: AAC, key false, header true, track 0 ",
		"type 18 at 1020, 14 bytes: (none), key false, header false, track 0 onMetaData",
		"type 9 at 1030, 2 bytes: HEVC, key true, header false, track 0 ",
		"type 9 at 1030, 3 bytes: HEVC, key true, header false, track 5 ",
	}
	for name, c := range map[string]struct {
		e    *Entry
		want []string
	}{
		"one track":  {entryOf(9, 40, avc), []string{"type 9 at 40, 6 bytes: AVC, key true, header false, track 0 "}},
		"later":      {late, []string{"type 9 at 50, 6 bytes: AVC, key true, header false, track 0 "}},
		"two tracks": {entryOf(9, 40, twoTracks), []string{"type 9 at 40, 2 bytes: HEVC, key true, header false, track 0 ", "type 9 at 40, 3 bytes: HEVC, key true, header false, track 5 "}},
		"aggregate":  {entryOf(22, 1000, aggregate), inAggregate},
		"later many": {lateMany, inAggregate},
		"a command":  {entryOf(20, 7, []byte{2, 0, 1, 'x'}), []string{"type 20 at 7, 4 bytes: (none), key false, header false, track 0 x"}},
	} {
		got := partsOf(c.e)
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], media.UnknownCodec.String()+",", "(none),")
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	entryOf(22, 0, aggregate).EachPart(new(Entry), decode.DefaultLimits().AMF, func(p *Entry) {
		if p.Fmt != 0 || p.Delta != 0 || p.Extended || p.Late != 0 || len(p.Body) == len(aggregate) {
			t.Errorf("a part has %+v", p)
		}
	})
}

func TestFlagsOfTags(t *testing.T) {
	for _, c := range []struct {
		tag  media.Tag
		want Flags
	}{
		{media.Tag{Kind: media.Frame}, 0},
		{media.Tag{Kind: media.Frame, Video: true, Key: true}, KeyFrame},
		{media.Tag{Kind: media.Frame, Key: true}, 0},
		{media.Tag{Kind: media.Frame, Video: true}, 0},
		{media.Tag{Kind: media.SequenceHeader, Video: true, Key: true}, SequenceHeader},
		{media.Tag{Kind: media.MPEG2TSSequence, Video: true}, SequenceHeader},
		{media.Tag{Kind: media.EndOfSequence, Video: true, Key: true}, EndOfSequence},
		{media.Tag{Kind: media.Frame, Short: true}, Short},
		{media.Tag{Kind: media.Frame, Video: true, Key: true, Short: true}, KeyFrame | Short},
	} {
		if got := flagsOf(c.tag); got != c.want {
			t.Errorf("%+v: %b, want %b", c.tag, got, c.want)
		}
	}
	e := Entry{Row: Row{Flags: Request | KeyFrame | Short}}
	e.setTag(media.Tag{Kind: media.SequenceHeader, Codec: media.AVC, FrameType: media.KeyFrame})
	if e.Flags != Request|SequenceHeader || e.Codec != media.AVC || e.Media != media.SequenceHeader || e.Frame != media.KeyFrame {
		t.Errorf("%+v", e.Row)
	}
}

// TestNegativeDeltas at the edges of what counts as one.
func TestNegativeDeltas(t *testing.T) {
	const top = 1 << 24
	for _, c := range []struct {
		fmt      uint8
		delta    uint32
		extended bool
		at       uint32
		want     int64
	}{
		{1, top - 5, false, top + 1000, -5},
		{2, top - 2, false, top + 1000, -2},
		{2, top - 1, false, top + 1000, 0}, // it says that four bytes follow
		{2, top - 60_000, false, top + 1000, -60_000},
		{2, top - 60_001, false, top + 1000, 0},
		{2, top - 5, false, top, -5},
		{2, top - 5, false, top - 1, 0}, // it would lead below 0
		{2, top - 5, true, top + 1000, 0},
		{0, top - 5, false, top + 1000, 0},
		{0, 1<<32 - 5, true, 1000, 0},
		{1, 1<<32 - 5, true, 1000, -5},
		{1, 1 << 31, true, 1000, -1 << 31},
		{1, 1<<31 - 1, true, 1000, 0},
		{1, 40, false, top + 1000, 0},
	} {
		e := Entry{Fmt: c.fmt, Delta: c.delta, Extended: c.extended, Row: Row{Timestamp: c.at}}
		if got, yes := e.IsNegative(); got != c.want || yes != (c.want != 0) {
			t.Errorf("%+v: %d, %v", c, got, yes)
		}
	}
}

// TestLate: what a cut delta adds stays for its chunk stream until an absolute timestamp.
func TestLate(t *testing.T) {
	const top = 1 << 24
	var l late
	for i, c := range []struct {
		fmt    uint8
		stream uint32
		delta  uint32
		want   uint32
	}{
		{1, 4, 20, 0}, {1, 4, top - 5, top}, {1, 6, 20, 0}, {3, 4, 20, top}, {2, 4, top - 7, 2 * top}, {1, 6, top - 7, top},
		{1, 4, 1<<32 - 5, 2 * top}, {0, 4, 0, 0}, {1, 4, 20, 0}, {1, 6, 20, top}, {0, 6, 0, 0}, {0, 6, 0, 0}, {1, 6, 20, 0},
	} {
		e := Entry{Fmt: c.fmt, Delta: c.delta, Extended: c.delta >= top, Row: Row{ChunkStream: c.stream, Timestamp: 5 * top}}
		if got := l.of(&e); got != c.want {
			t.Errorf("message %d is %d late, want %d", i, got, c.want)
		}
	}
}

// TestSteps: timestamps begin anew at 2^32, and at 2^31 with some senders.
func TestSteps(t *testing.T) {
	for _, c := range []struct {
		from, to uint32
		want     int64
	}{
		{0, 0, 0}, {10, 30, 20}, {30, 10, -20}, {1<<32 - 10, 10, 20}, {10, 1<<32 - 10, -20},
		{1<<31 - 10, 10, 20}, {1<<31 - 1, 0, 1}, {1<<31 - nearWrap, nearWrap - 1, 2*nearWrap - 1},
		{1<<31 - nearWrap - 1, 0, -(1<<31 - nearWrap - 1)}, {1<<31 - 1, nearWrap, nearWrap - 1<<31 + 1},
		{1 << 31, 0, -1 << 31}, {1<<31 - 10, 1<<31 + 10, 20},
	} {
		if got := Step(c.from, c.to); got != c.want {
			t.Errorf("from %d to %d: %d, want %d", c.from, c.to, got, c.want)
		}
	}
}
