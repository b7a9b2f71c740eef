package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// bytesOf sends a message of audio or video that was written by hand.
func bytesOf(video bool, body string) script.Act {
	if video {
		return script.Video(client, 0, []byte(body))
	}
	return script.Audio(client, 0, []byte(body))
}

// avcBytes is the AVC configuration without the tag header, and unit a keyframe's NAL unit.
var (
	avcBytes = string(script.AVCConfig[5:])
	unit     = string(script.KeyFrame[5:])
)

// manyTracks is a ManyTracks packet (0x1n) of AVC with the same payload for tracks 0 and 1.
func manyTracks(packet byte, payload string) string {
	n := string(be24(len(payload)))
	return "\x96" + string([]byte{0x10 | packet}) + "avc1\x00" + n + payload + "\x01" + n + payload
}

// TestHeadersOfEnhancedRTMP: what begins a sequence, for every track of a message, in
// aggregates too. Bytes by Enhanced RTMP v2, Enhanced Video and Enhanced Audio.
func TestHeadersOfEnhancedRTMP(t *testing.T) {
	av1, opus := "\x90av01\x81\x05\x0c\x00", "\x90OpusOpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00"
	frame := "\x91av01\x32\x01\x10"
	checkCases(t, []ruleCase{
		{"SequenceStart", "av-no-video-header", publishing(bytesOf(true, av1), bytesOf(true, frame)), nil},
		{"MPEG2TSSequenceStart", "av-no-video-header", publishing(bytesOf(true, "\x95av01\x80\x04\x81\x05\x0c\x00"), bytesOf(true, frame)), nil},
		{"neither", "av-no-video-header", publishing(bytesOf(true, frame)), []string{"error client"}},
		{"MPEG2TSSequenceStart of HEVC", "av-no-video-header", publishing(bytesOf(true, "\x95hvc1\x01"), bytesOf(true, "\x93hvc1\x00\x00\x00\x03\x26\x01\xac")), nil},
		{"both tracks of ManyTracks", "av-no-video-header", publishing(bytesOf(true, manyTracks(0, avcBytes)), bytesOf(true, manyTracks(3, unit))), nil},
		{"the second track has none", "av-no-video-header", publishing(bytesOf(true, "\x90avc1"+avcBytes), bytesOf(true, manyTracks(3, unit))), []string{"error client"}},
		{"Opus", "av-no-audio-header", publishing(bytesOf(false, opus), bytesOf(false, "\x91Opus\xfc\x01")), nil},
		{"AAC by FourCC, without", "av-no-audio-header", publishing(bytesOf(false, "\x91mp4a\x21\x10\x04")), []string{"error client"}},
		{"in an aggregate", "av-no-video-header", script.Example{script.Playing, script.Send(server, script.Out(4, 22, 1, aggregateOf(av1, frame)))}, nil},
		{"an unknown FourCC of a second track", "av-codec-unknown", publishing(bytesOf(true, "\x96\x20avc1\x00"+string(be24(len(avcBytes)))+avcBytes+"abcd\x01\x00\x00\x01\x09")), []string{"warning client"}},
	})
}

// aggregateOf is an aggregate of video messages (RTMP 1.0 §7.1.6).
func aggregateOf(bodies ...string) (out []byte) {
	for _, b := range bodies {
		tag := append(append([]byte{9}, be24(len(b))...), 0, 0, 0, 0, 0, 0, 0)
		tag = append(tag, b...)
		out = append(append(append(out, tag...), 0), be24(len(tag))...)
	}
	return out
}

// TestMalformedHeaders: reserved, nested, cut and overlong, and each beside the last value
// that is in order.
func TestMalformedHeaders(t *testing.T) {
	for _, x := range []struct {
		about, body string
		video, bad  bool
	}{
		{"nanoseconds", "\x97\x02\x00\x00\x01\x01avc1\x00\x00\x00" + unit, true, false},
		{"999,999 nanoseconds", "\x97\x02\x0f\x42\x3f\x01avc1\x00\x00\x00" + unit, true, false},
		{"a million", "\x97\x02\x0f\x42\x40\x01avc1\x00\x00\x00" + unit, true, true},
		{"two bytes", "\x97\x01\x00\x01\x01avc1\x00\x00\x00" + unit, true, true},
		{"four bytes, of which three count", "\x97\x03\x00\x00\x01\x00\x01avc1\x00\x00\x00" + unit, true, false},
		{"another ModEx type", "\x97\x00\x00\x11avc1\x00\x00\x00" + unit, true, false},
		{"packet type 8 of video", "\x98avc1", true, true},
		{"packet type 3 of audio", "\x93Opus\xfc", false, true},
		{"packet type 6 of audio", "\x96Opus\xfc", false, true},
		{"Multitrack in Multitrack", "\x96\x06avc1\x00", true, true},
		{"ModEx in Multitrack", "\x96\x07avc1\x00", true, true},
		{"Multitrack of audio in itself", "\x95\x05Opus\x00", false, true},
		{"frames in Multitrack", "\x96\x03avc1\x00" + unit, true, false},
		{"multitrack type 3", "\x96\x33avc1\x00" + unit, true, true},
		{"a track as long as its message", "\x96\x13avc1\x00\x00\x00\x08" + unit, true, false},
		{"a track one byte longer", "\x96\x13avc1\x00\x00\x00\x09" + unit, true, true},
		{"the second track longer", "\x96\x13avc1\x00\x00\x00\x08" + unit + "\x01\x00\x00\x09" + unit, true, true},
		{"Native, two channels", "\x94Opus\x01\x02\x00\x00\x00\x03", false, false},
		{"Native, three and a mask of two", "\x94Opus\x01\x03\x00\x00\x00\x03", false, true},
		{"Custom, cut", "\x94Opus\x02\x03\x00\x01", false, true},
		{"channel order 3", "\x94Opus\x03\x02", false, true},
	} {
		said := found(publishing(bytesOf(x.video, x.body)), "av-enhanced-malformed")
		if (len(said) > 0) != x.bad {
			t.Errorf("%s: %q", x.about, said)
		}
	}
}

// TestOffersAndAnswers: what a connect offers against what comes and what is answered.
func TestOffersAndAnswers(t *testing.T) {
	offer := func(more ...amf.Member) script.Act { return script.ConnectTo("live", script.LiveURL, more...) }
	list := prop("fourCcList", script.List("av01", "Opus"))
	session := func(o script.Act, answer script.Act, more ...script.Act) script.Example {
		return append(script.Example{script.Hi, o, answer, script.Created, script.PublishKey, script.Started}, more...)
	}
	hevc := bytesOf(true, "\x90hvc1\x01")
	av1 := bytesOf(true, "\x90av01\x81\x05\x0c\x00")
	one := func(name, key string) amf.Member { return prop(name, obj(prop(key, num(1)))) }
	checkCases(t, []ruleCase{
		{"HEVC not in the list", "cmd-fourcc-unannounced", session(offer(list), script.Accept(), hevc), []string{"note client"}},
		{"AV1 in the list", "cmd-fourcc-unannounced", session(offer(list), script.Accept(), av1), nil},
		{"any", "cmd-fourcc-unannounced", session(offer(prop("fourCcList", script.List("*"))), script.Accept(), hevc), nil},
		{"a map of video", "cmd-fourcc-unannounced", session(offer(one("videoFourCcInfoMap", "hvc1")), script.Accept(), hevc), nil},
		{"a map of another", "cmd-fourcc-unannounced", session(offer(one("videoFourCcInfoMap", "av01")), script.Accept(), hevc), []string{"note client"}},
		{"capsEx alone", "cmd-fourcc-unannounced", session(offer(prop("capsEx", num(1))), script.Accept(), hevc), nil},
		{"no answer", "cmd-caps-not-echoed", session(offer(list), script.Accept()), []string{"note server"}},
		{"capsEx is one", "cmd-caps-not-echoed", session(offer(list), script.Accept(prop("capsEx", num(0)))), nil},
		{"a map is one", "cmd-caps-not-echoed", session(offer(list), script.Accept(one("audioFourCcInfoMap", "*"))), nil},
	})
	for caps, want := range map[float64]bool{0: false, 1: true, 2: false, 3: true, 14: false, 15: true} {
		o := obj(prop("capsEx", num(caps)))
		if got := reconnects(&o); got != want {
			t.Errorf("capsEx %v: %v", caps, got)
		}
	}
}

// TestVideoCommands: what no specification names is not called a seek.
func TestVideoCommands(t *testing.T) {
	for body, want := range map[string]string{"\xd1\x00": "a seek begins", "\xd1\x01": "a seek ends", "\xd1\x02": "which no specification names", "\x57\xff": "which no specification names"} {
		all, _ := judged(publishing(bytesOf(true, body)), Config{})
		if said := of(all, "av-command-frame"); len(said) != 1 || !strings.Contains(said[0], want) {
			t.Errorf("% x: %q", body, said)
		}
	}
}

// TestCodecIDs: the codec that metadata names, by FLV or by FourCC, against the stream.
func TestCodecIDs(t *testing.T) {
	said := func(name string, id float64, header string, video bool) []string {
		meta := script.Data(client, 1, str("@setDataFrame"), str("onMetaData"), obj(prop(name, num(id))))
		frame := map[bool]string{true: "\x17\x01\x00\x00\x00" + unit, false: "\xaf\x01\x21\x10\x04"}[video]
		return found(publishing(meta, bytesOf(video, header), bytesOf(video, frame)), "av-meta-mismatch")
	}
	avc, aac := string(script.AVCConfig), string(script.AACConfig)
	for _, x := range []struct {
		about string
		got   []string
		want  []string
	}{
		{"7", said("videocodecid", 7, avc, true), nil},
		{"avc1", said("videocodecid", 0x61766331, avc, true), nil},
		{"hvc1", said("videocodecid", 0x68766331, avc, true), []string{"warning client"}},
		{"10", said("audiocodecid", 10, aac, false), nil},
		{"mp4a", said("audiocodecid", 0x6d703461, aac, false), nil},
		{"Opus", said("audiocodecid", 0x4f707573, aac, false), []string{"warning client"}},
		{"a number of nobody", said("videocodecid", 99, avc, true), nil},
	} {
		if !slices.Equal(x.got, x.want) {
			t.Errorf("%s: %q, want %q", x.about, x.got, x.want)
		}
	}
}
