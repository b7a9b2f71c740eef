package media

import "github.com/rtmpscope/rtmpscope/decode/field"

// Fields returns the whole tree of an audio or video message body: the tag
// header and everything behind it that the package can name. The leaves cover
// the body exactly once; offsets count from the first byte of body.
//
// known is the configuration in force, from [ParseConfig] of the latest
// sequence header of the same track, or nil. It is used for what a frame does
// not say itself, such as the size of NAL unit lengths (4 when unknown).
func Fields(video bool, body []byte, known *Config) []field.Field {
	b := field.NewBuilder(body)
	if len(body) == 0 {
		return nil
	}
	switch {
	case video && body[0]&0x80 != 0, !video && body[0]>>4 == exAudioFormat:
		exFields(b, video, known)
	case video:
		t := parseLegacyVideo(body)
		legacyVideoFields(b, t)
		payloadFields(b, t.Codec, t.Kind, known)
	default:
		t := parseLegacyAudio(body)
		legacyAudioFields(b, t)
		payloadFields(b, t.Codec, t.Kind, known)
	}
	return field.Tile(b.Out, 0, len(body))
}

// payloadFields appends what follows the tag header and returns what it says
// about the stream.
func payloadFields(b *field.Builder, codec Codec, kind Kind, known *Config) Config {
	var c Config
	if b.Short || b.Left() == 0 && kind != SequenceHeader {
		return c
	}
	switch kind {
	case SequenceHeader:
		c = configFields(b, codec)
	case MPEG2TSSequence:
		if codec == AV1 {
			c = av1Descriptor(b)
		}
	case Frame:
		c = frameFields(b, codec, known)
	case Metadata:
		metadataFields(b)
	case MultichannelConfig:
		c = multichannelConfig(b)
	case EndOfSequence:
		b.Excess("an end of sequence carries nothing")
	}
	b.Rest("payload")
	return c
}

// configFields appends the configuration record of a codec.
func configFields(b *field.Builder, codec Codec) Config {
	if b.Left() == 0 {
		emptyConfig(b, codec)
		return Config{Codec: codec}
	}
	switch codec {
	case AVC:
		return avcOrHEVCConfig(b)
	case HEVC:
		return hevcConfig(b)
	case VVC:
		return vvcConfig(b)
	case AV1:
		return av1Config(b)
	case VP8, VP9:
		return vpConfig(b, codec)
	}
	return audioConfigFields(b, codec)
}

// emptyConfig appends what a sequence header without a record means. FFmpeg
// announces AC-3 and E-AC-3 with one: they have no record.
func emptyConfig(b *field.Builder, codec Codec) {
	if b.Short || codec == Opus {
		return
	}
	f := b.Take("codec configuration", 0)
	switch codec {
	case AC3, EAC3, MP3:
		f.Note = "nothing: every frame describes itself"
	default:
		f.Bad, f.Note = true, "the sequence header is empty"
	}
}

func audioConfigFields(b *field.Builder, codec Codec) Config {
	switch codec {
	case AAC:
		return aacConfig(b)
	case Opus:
		return opusConfig(b)
	case FLAC:
		return flacConfig(b)
	}
	return Config{Codec: codec}
}

// frameFields appends coded media.
func frameFields(b *field.Builder, codec Codec, known *Config) Config {
	switch codec {
	case AVC, HEVC, VVC:
		nalUnits(b, codec, known)
	case AV1:
		av1Units(b)
	case VP8:
		return vp8Frame(b)
	case VP9:
		return vp9Frame(b)
	case H263:
		return h263Frame(b)
	case ScreenVideo, ScreenVideo2:
		return screenFrame(b, codec)
	case VP6, VP6Alpha:
		vp6Frame(b, codec == VP6Alpha)
	default:
		return audioFrameFields(b, codec)
	}
	return Config{Codec: codec}
}

func audioFrameFields(b *field.Builder, codec Codec) Config {
	switch codec {
	case AAC:
		aacFrame(b)
	case MP3, MP38k:
		return mp3Frame(b)
	case Opus:
		return opusFrame(b)
	case FLAC:
		return flacFrame(b)
	case AC3, EAC3:
		return ac3Frame(b)
	}
	return Config{Codec: codec}
}
