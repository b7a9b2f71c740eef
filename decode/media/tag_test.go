package media

import (
	"testing"
)

func TestLegacyAudio(t *testing.T) {
	for _, c := range []struct {
		name string
		body string
		want Tag
	}{
		{"empty", "", Tag{Kind: Empty}},
		{"AAC config", "\xaf\x00\x12\x10", Tag{Kind: SequenceHeader, Codec: AAC, CodecID: 10, SoundRate: 44100, SoundBits: 16, SoundChannels: 2, HeaderLen: 2, PayloadLen: 2}},
		{"AAC config without payload", "\xaf\x00", Tag{Kind: SequenceHeader, Codec: AAC, CodecID: 10, SoundRate: 44100, SoundBits: 16, SoundChannels: 2, HeaderLen: 2}},
		{"AAC raw", "\xaf\x01\x21", Tag{Kind: Frame, PacketType: 1, Codec: AAC, CodecID: 10, SoundRate: 44100, SoundBits: 16, SoundChannels: 2, HeaderLen: 2, PayloadLen: 1}},
		{"AAC packet type 9", "\xaf\x09", Tag{Kind: UnknownKind, PacketType: 9, Codec: AAC, CodecID: 10, SoundRate: 44100, SoundBits: 16, SoundChannels: 2, HeaderLen: 2}},
		{"AAC cut", "\xaf", Tag{Kind: UnknownKind, Short: true, Codec: AAC, CodecID: 10, SoundRate: 44100, SoundBits: 16, SoundChannels: 2, HeaderLen: 1}},
		{"MP3 22 kHz 16 bit mono", "\x2a\xff", Tag{Kind: Frame, Codec: MP3, CodecID: 2, SoundRate: 22050, SoundBits: 16, SoundChannels: 1, HeaderLen: 1, PayloadLen: 1}},
		{"Speex, always 16 kHz", "\xb4", Tag{Kind: Frame, Codec: Speex, CodecID: 11, SoundRate: 16000, SoundBits: 8, SoundChannels: 1, HeaderLen: 1}},
		{"G.711 mu-law, always 8 kHz", "\x80", Tag{Kind: Frame, Codec: G711U, CodecID: 8, SoundRate: 8000, SoundBits: 8, SoundChannels: 1, HeaderLen: 1}},
		{"reserved 12", "\xc0", Tag{Kind: Frame, CodecID: 12, SoundRate: 5512, SoundBits: 8, SoundChannels: 1, HeaderLen: 1}},
	} {
		if got := ParseAudio([]byte(c.body)); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
		checkTiling(t, false, []byte(c.body), nil)
	}
}

func TestLegacyVideo(t *testing.T) {
	for _, c := range []struct {
		name string
		body string
		want Tag
	}{
		{"empty", "", Tag{Video: true, Kind: Empty}},
		{"AVC config", "\x17\x00\x00\x00\x00\x01", Tag{Key: true, FrameType: KeyFrame, Kind: SequenceHeader, Codec: AVC, CodecID: 7, HeaderLen: 5, PayloadLen: 1}},
		// 0xffffde is -34 in 24 bits.
		{"AVC with negative time", "\x27\x01\xff\xff\xde\x00", Tag{FrameType: InterFrame, Kind: Frame, PacketType: 1, Codec: AVC, CodecID: 7, CompositionTime: -34, HeaderLen: 5, PayloadLen: 1}},
		{"AVC disposable", "\x37\x01\x00\x00\x50", Tag{FrameType: DisposableFrame, Kind: Frame, PacketType: 1, Codec: AVC, CodecID: 7, CompositionTime: 80, HeaderLen: 5}},
		{"AVC end", "\x17\x02\x00\x00\x00", Tag{Key: true, FrameType: KeyFrame, Kind: EndOfSequence, PacketType: 2, Codec: AVC, CodecID: 7, HeaderLen: 5}},
		{"AVC end of 2 bytes", "\x17\x02", Tag{Key: true, Short: true, FrameType: KeyFrame, Kind: EndOfSequence, PacketType: 2, Codec: AVC, CodecID: 7, HeaderLen: 2}},
		{"AVC cut", "\x17", Tag{Key: true, Short: true, FrameType: KeyFrame, Codec: AVC, CodecID: 7, HeaderLen: 1}},
		{"command frame", "\x57\x01", Tag{FrameType: CommandFrame, Kind: Command, VideoCommand: 1, Codec: AVC, CodecID: 7, HeaderLen: 2}},
		{"command frame cut", "\x57", Tag{Short: true, FrameType: CommandFrame, Kind: Command, Codec: AVC, CodecID: 7, HeaderLen: 1}},
		{"generated key", "\x47\x01\x00\x00\x00", Tag{Key: true, FrameType: GeneratedKeyFrame, Kind: Frame, PacketType: 1, Codec: AVC, CodecID: 7, HeaderLen: 5}},
		{"HEVC 12", "\x1c\x01\x00\x00\x0a", Tag{Key: true, FrameType: KeyFrame, Kind: Frame, PacketType: 1, Codec: HEVC, CodecID: 12, CompositionTime: 10, HeaderLen: 5}},
		{"AV1 13", "\x1d\x00\x00\x00\x00", Tag{Key: true, FrameType: KeyFrame, Kind: SequenceHeader, Codec: AV1, CodecID: 13, HeaderLen: 5}},
		{"H.263", "\x22\x00", Tag{FrameType: InterFrame, Kind: Frame, Codec: H263, CodecID: 2, HeaderLen: 1, PayloadLen: 1}},
		{"codec 9", "\x29\x00", Tag{FrameType: InterFrame, Kind: Frame, CodecID: 9, HeaderLen: 1, PayloadLen: 1}},
	} {
		c.want.Video = true
		if got := ParseVideo([]byte(c.body)); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
		checkTiling(t, true, []byte(c.body), nil)
	}
}

func TestEnhancedVideo(t *testing.T) {
	hvc1, av01, avc1 := fourCC("hvc1"), fourCC("av01"), fourCC("avc1")
	for _, c := range []struct {
		name string
		body string
		want Tag
	}{
		{"sequence start", "\x90hvc1\x01", Tag{Key: true, FrameType: KeyFrame, Kind: SequenceHeader, Codec: HEVC, FourCC: hvc1, HeaderLen: 5, PayloadLen: 1}},
		{"coded frames HEVC", "\xa1hvc1\xff\xff\xde\x00", Tag{FrameType: InterFrame, Kind: Frame, PacketType: 1, Codec: HEVC, FourCC: hvc1, CompositionTime: -34, HeaderLen: 8, PayloadLen: 1}},
		{"coded frames AV1 have no time", "\x91av01\x12\x00\x0a", Tag{Key: true, FrameType: KeyFrame, Kind: Frame, PacketType: 1, Codec: AV1, FourCC: av01, HeaderLen: 5, PayloadLen: 3}},
		{"coded frames X", "\xa3hvc1\x00", Tag{FrameType: InterFrame, Kind: Frame, PacketType: 3, Codec: HEVC, FourCC: hvc1, HeaderLen: 5, PayloadLen: 1}},
		{"sequence end", "\x92avc1", Tag{Key: true, FrameType: KeyFrame, Kind: EndOfSequence, PacketType: 2, Codec: AVC, FourCC: avc1, HeaderLen: 5}},
		{"metadata of frame type 5 is no command", "\xd4hvc1", Tag{FrameType: CommandFrame, Kind: Metadata, PacketType: 4, Codec: HEVC, FourCC: hvc1, HeaderLen: 5}},
		{"metadata of frame type 0", "\x84hvc1", Tag{Kind: Metadata, PacketType: 4, Codec: HEVC, FourCC: hvc1, HeaderLen: 5}},
		{"TS sequence start", "\x95av01\x80", Tag{Key: true, FrameType: KeyFrame, Kind: MPEG2TSSequence, PacketType: 5, Codec: AV1, FourCC: av01, HeaderLen: 5, PayloadLen: 1}},
		{"command", "\xd1\x01", Tag{FrameType: CommandFrame, Kind: Command, PacketType: 1, VideoCommand: 1, HeaderLen: 2}},
		// ModEx: size 3-1, 999999 ns = 0x0f423f, type 0, next packet type 1.
		{"nanoseconds", "\xa7\x02\x0f\x42\x3f\x01avc1\x00\x00\x05", Tag{FrameType: InterFrame, Kind: Frame, PacketType: 1, Codec: AVC, FourCC: avc1, NanoOffset: 999999, CompositionTime: 5, HeaderLen: 13}},
		{"one track", "\x96\x01hvc1\x03\x00\x00\x07\xaa", Tag{Key: true, FrameType: KeyFrame, Kind: Frame, PacketType: 1, Codec: HEVC, FourCC: hvc1, Multitrack: OneTrack, Track: 3, CompositionTime: 7, HeaderLen: 10, PayloadLen: 1}},
		{"many tracks", "\x96\x13hvc1\x00\x00\x00\x02\xaa\xbb\x01\x00\x00\x01\xcc", Tag{Key: true, FrameType: KeyFrame, Kind: Frame, PacketType: 3, Codec: HEVC, FourCC: hvc1, Multitrack: ManyTracks, HeaderLen: 10, PayloadLen: 2}},
		{"many codecs", "\x96\x20hvc1\x00\x00\x00\x01\xaaav01\x01\x00\x00\x01\xcc", Tag{Key: true, FrameType: KeyFrame, Kind: SequenceHeader, Codec: HEVC, FourCC: hvc1, Multitrack: ManyTracksManyCodecs, HeaderLen: 10, PayloadLen: 1}},
		{"track runs past", "\x96\x13hvc1\x00\x00\x00\x09\xaa", Tag{Key: true, FrameType: KeyFrame, Kind: Frame, PacketType: 3, Codec: HEVC, FourCC: hvc1, Multitrack: ManyTracks, Overrun: true, HeaderLen: 10, PayloadLen: 1}},
		{"two bytes of nanoseconds", "\xa7\x01\x0f\x42\x01avc1\x00\x00\x05", Tag{FrameType: InterFrame, Kind: Frame, PacketType: 1, Codec: AVC, FourCC: avc1, NanoShort: true, CompositionTime: 5, HeaderLen: 12}},
		{"reversed FourCC", "\x901cva", Tag{Key: true, FrameType: KeyFrame, Kind: SequenceHeader, FourCC: fourCC("1cva"), HeaderLen: 5}},
		{"cut in FourCC", "\x90hv", Tag{Key: true, Short: true, FrameType: KeyFrame, FourCC: 0, HeaderLen: 3}},
		{"cut in ModEx", "\xa7\x02\x0f", Tag{Short: true, FrameType: InterFrame, PacketType: 7, HeaderLen: 3}},
	} {
		c.want.Video, c.want.Enhanced = true, true
		if got := ParseVideo([]byte(c.body)); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
		for n := range len(c.body) + 1 {
			checkTiling(t, true, []byte(c.body[:n]), nil)
		}
	}
}

func TestEnhancedAudio(t *testing.T) {
	opus, ac3 := fourCC("Opus"), fourCC("ac-3")
	for _, c := range []struct {
		name string
		body string
		want Tag
	}{
		{"sequence start without header", "\x90Opus", Tag{Kind: SequenceHeader, Codec: Opus, FourCC: opus, HeaderLen: 5}},
		{"coded frames", "\x91ac-3\x0b", Tag{Kind: Frame, PacketType: 1, Codec: AC3, FourCC: ac3, HeaderLen: 5, PayloadLen: 1}},
		{"sequence end", "\x92Opus", Tag{Kind: EndOfSequence, PacketType: 2, Codec: Opus, FourCC: opus, HeaderLen: 5}},
		{"multichannel", "\x94Opus\x01\x02\x00\x00\x00\x03", Tag{Kind: MultichannelConfig, PacketType: 4, Codec: Opus, FourCC: opus, HeaderLen: 5, PayloadLen: 6}},
		{"one track", "\x95\x01Opus\x02\xfc", Tag{Kind: Frame, PacketType: 1, Codec: Opus, FourCC: opus, Multitrack: OneTrack, Track: 2, HeaderLen: 7, PayloadLen: 1}},
		{"packet type 3 is none", "\x93Opus", Tag{Kind: UnknownKind, PacketType: 3, Codec: Opus, FourCC: opus, HeaderLen: 5}},
		// A ModEx of 256 bytes: size byte 255, then 16 bits 255.
		{"long ModEx", "\x97\xff\x00\xff" + string(make([]byte, 256)) + "\x11Opus", Tag{Kind: Frame, PacketType: 1, Codec: Opus, FourCC: opus, HeaderLen: 265}},
	} {
		c.want.Enhanced, c.want.CodecID = true, 9
		if got := ParseAudio([]byte(c.body)); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
		checkTiling(t, false, []byte(c.body), nil)
	}
}

func TestPayloadIsThatOfTheFirstTrack(t *testing.T) {
	body := []byte("\x96\x13hvc1\x00\x00\x00\x02\xaa\xbb\x01\x00\x00\x01\xcc")
	if got := ParseVideo(body).Payload(body); string(got) != "\xaa\xbb" {
		t.Errorf("%x", got)
	}
}

func TestNamesOfEverything(t *testing.T) {
	for c := UnknownCodec; c <= EAC3; c++ {
		if c.String() == "" || c.FFprobe() == "" {
			t.Errorf("codec %d has no name", c)
		}
	}
	if AVC.FFprobe() != "h264" || EAC3.String() != "E-AC-3" || Codec(200).String() != "unknown" || Kind(99).String() != "unknown" {
		t.Error("names")
	}
	if fourCC("1cva").Reversed() != fourCC("avc1") || fourCC("avc1").String() != "avc1" {
		t.Error("FourCC")
	}
}
