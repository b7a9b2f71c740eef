package lint

import (
	"slices"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// ruleCase is a conversation and what a rule says of it, by severity and side.
type ruleCase struct {
	about string
	rule  string
	x     script.Example
	want  []string
}

func checkCases(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		if got := found(c.x, c.rule); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s says %q, want %q", c.about, c.rule, got, c.want)
		}
	}
}

// publishing is an accepted publish that goes on with these acts.
func publishing(acts ...script.Act) script.Example {
	return append(script.Example{script.Publishing}, acts...)
}

// TestFormsOfFrames: coded media in a form that does not belong there, and what looks a
// little like it. Bytes by ISO 14496-3 §1.A.2.2 (ADTS), §1.7.2 (LOAS), AV1 §5.3.
func TestFormsOfFrames(t *testing.T) {
	audio := func(p ...byte) script.Act { return script.Audio(client, 0, append([]byte{0xaf, 1}, p...)) }
	adts := audio(0xff, 0xf1, 0x50, 0x80, 0x01, 0x5f, 0xfc, 0x21, 0x10, 4) // 10 bytes: 0x01<<3|0x5f>>5
	loas := audio(0x56, 0xe0, 2, 0x20, 0)                                  // 2 bytes follow
	begun := av1Frame(0x90, 0x0a, 1, 0)
	checkCases(t, []ruleCase{
		{"ADTS in every frame", "av-aac-adts", publishing(script.Headers(client), adts, adts), []string{"error client"}},
		{"ADTS without a sequence header", "av-aac-adts", publishing(adts, adts, adts), []string{"error client"}},
		{"ADTS in one frame", "av-aac-adts", publishing(script.Headers(client), adts, audio(0x21, 0x10, 4), adts), nil},
		{"a length that does not fit", "av-aac-adts", publishing(script.Headers(client), audio(0xff, 0xf1, 0x50, 0x80, 0x01, 0x7f, 0xfc, 1, 2, 3), audio(0xff, 0xf1, 0x50, 0x80, 0x01, 0x7f, 0xfc, 1, 2, 3)), nil},
		{"LOAS", "av-aac-adts", publishing(script.Headers(client), loas, loas), []string{"error client"}},
		{"ADTS from a server", "av-aac-adts", script.Example{script.Playing, script.Headers(server), script.Audio(server, 0, adtsFrame), script.Audio(server, 23, adtsFrame)}, []string{"error server"}},
		{"three bytes before the OBUs", "av-av1-obu", publishing(begun, av1Frame(0x91, 0, 0, 0, 0x12, 0, 0x32, 1, 9)), []string{"error client"}},
		{"a composition time that is not 0", "av-av1-obu", publishing(begun, av1Frame(0x91, 0, 0, 40, 0x12, 0, 0x32, 1, 9)), []string{"error client"}},
		{"with the length of the temporal unit", "av-av1-obu", publishing(begun, av1Frame(0x91, 5, 0x12, 0, 0x32, 1, 9)), []string{"error client"}},
		{"OBUs, the last without its size", "av-av1-obu", publishing(begun, av1Frame(0x91, 0x12, 0, 0x30, 9)), nil},
		{"an OBU with an extension", "av-av1-obu", publishing(begun, av1Frame(0x91, 0x36, 0x08, 1, 9)), nil},
	})
}

// hevcSlice is a frame of one slice: the NAL unit type and its header's first bits, by
// H.265 §7.3.6.1: first_slice_segment_in_pic_flag, the PPS, then the slice type (0 B, 1 P).
func hevcSlice(cts byte, frame, nal, bits byte) script.Act {
	return script.Video(client, 0, []byte{0x80 | frame<<4 | 1, 'h', 'v', 'c', '1', 0, 0, cts, 0, 0, 0, 4, nal << 1, 1, bits, 0x80})
}

// TestOrderOfPictures: B frames whose composition time is always 0.
func TestOrderOfPictures(t *testing.T) {
	avc := func(n int, more ...script.Act) script.Example {
		return append(publishing(script.Headers(client), script.Video(client, 0, script.KeyFrame), bFrames(0, n)), more...)
	}
	header := script.Video(client, 0, append([]byte("\x90hvc1"), vectors()["hevc-main-720p"]...))
	key := hevcSlice(0, 1, 19, 0xac) // 1 0 1 011: IDR, I
	b := hevcSlice(0, 2, 0, 0xf0)    // 1 1 1: the first slice, PPS 0, B
	p := hevcSlice(0, 2, 1, 0xd0)    // 1 1 010: P
	checkCases(t, []ruleCase{
		{"AVC, many", "av-bframes-no-cts", avc(6), []string{"warning client"}},
		{"AVC, one or two", "av-bframes-no-cts", avc(2), nil},
		{"AVC, one composition time", "av-bframes-no-cts", publishing(script.Headers(client), script.Video(client, 0, script.KeyFrame), bFrames(40, 1), bFrames(0, 20)), nil},
		{"AVC, without a captured configuration", "av-bframes-no-cts", publishing(script.Video(client, 0, script.KeyFrame), bFrames(0, 6)), nil},
		{"HEVC, many", "av-bframes-no-cts", publishing(header, key, b, b, b, b, b, b), []string{"warning client"}},
		{"HEVC, P frames", "av-bframes-no-cts", publishing(header, key, p, p, p, p, p, p), nil},
		{"HEVC, with a composition time", "av-bframes-no-cts", publishing(header, key, hevcSlice(40, 2, 1, 0xd0), b, b, b, b, b, b), nil},
	})
}

// TestAnnouncedTracks: what metadata says against the tracks that there are.
func TestAnnouncedTracks(t *testing.T) {
	meta := func(members ...amf.Member) script.Act {
		return script.Data(client, 1, str("@setDataFrame"), str("onMetaData"), obj(members...))
	}
	both := script.Do(script.Headers(client), script.Frames(client, 0, 100))
	played := func(deaf script.Act) script.Example {
		return script.Example{script.Playing, deaf, script.Metadata(server), script.Video(server, 0, script.AVCConfig), script.Repeat(100, func(i int) script.Act {
			return script.Do(script.After(40*time.Millisecond), script.Video(server, uint32(i)*40, script.KeyFrame))
		})}
	}
	video, audio := prop("videocodecid", num(7)), prop("audiocodecid", num(10))
	checkCases(t, []ruleCase{
		{"audio announced, none comes", "av-meta-tracks", publishing(script.Metadata(client), onlyVideo), []string{"warning client"}},
		{"video only, announced so", "av-meta-tracks", publishing(meta(video), onlyVideo), nil},
		{"audio comes unannounced", "av-meta-tracks", publishing(meta(video), both), []string{"warning client"}},
		{"codec 0 of audio, which is PCM", "av-meta-tracks", publishing(meta(video, prop("audiocodecid", num(0))), onlyVideo), []string{"warning client"}},
		{"codec 0 of video, which is none", "av-meta-tracks", publishing(meta(audio, prop("videocodecid", num(0))), both), []string{"warning client"}},
		{"hasVideo false, and it comes", "av-meta-tracks", publishing(meta(audio, video, prop("hasVideo", amf.Bool(false))), both), []string{"warning client"}},
		{"no codec at all", "av-meta-tracks", publishing(meta(prop("width", num(640))), both), nil},
		{"no metadata", "av-meta-tracks", publishing(both), nil},
		{"both, announced so", "av-meta-tracks", publishing(meta(video, audio), both), nil},
		{"ended before they can be told", "av-meta-tracks", publishing(script.Metadata(client), script.Video(client, 0, script.AVCConfig), script.Fin(client), script.Fin(server)), nil},
		{"a player waits", "av-meta-tracks", played(script.Do()), []string{"warning server"}},
		{"a player that wants no audio", "av-meta-tracks", played(script.Call(client, 1, str("receiveAudio"), num(0), nul, amf.Bool(false))), nil},
	})
}
