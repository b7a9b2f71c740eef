package media

import "github.com/rtmpscope/rtmpscope/decode/field"

// opusConfig appends an OpusHead, RFC 7845 §5.1. Enhanced RTMP allows it to be
// empty: then a MultichannelConfig or mono and stereo by default apply.
func opusConfig(b *field.Builder) Config {
	c := Config{Codec: Opus, SampleRate: 48000}
	b.Source = "RFC 7845 §5.1"
	b.Group("OpusHead", b.Left(), func(b *field.Builder) {
		s, f := b.Chars("magic signature", 8)
		f.Bad = f.Bad || s != "OpusHead"
		b.Num("version", 1)
		c.Channels, _ = b.Num("channel count", 1)
		b.LittleEndian("pre-skip", 2)
		_, f = b.LittleEndian("input sample rate", 4)
		f.Note = "of the original; Opus always decodes at 48000 Hz"
		b.LittleEndian("output gain", 2)
		opusMapping(b, c.Channels)
		b.Excess("bytes after the header")
	})
	return c
}

func opusMapping(b *field.Builder, channels int) {
	family, _ := b.Num("channel mapping family", 1)
	if family == 0 || b.Short {
		return
	}
	b.Num("stream count", 1)
	b.Num("coupled count", 1)
	for i := 0; i < channels && !b.Short; i++ {
		b.Num("channel mapping", 1)
	}
}

// opusFrame appends the table of contents byte of an Opus packet, RFC 6716 §3.1.
func opusFrame(b *field.Builder) Config {
	b.Source = "RFC 6716 §3.1"
	bitFields(b, "TOC", 1, func(r *bitReader) {
		r.sym("configuration", 5, func(v int) string {
			switch {
			case v < 12:
				return "SILK"
			case v < 16:
				return "hybrid"
			}
			return "CELT"
		})
		r.sym("stereo", 1, func(v int) string { return [2]string{"mono", "stereo"}[v&1] })
		r.sym("frame count code", 2, func(v int) string {
			return [4]string{"1 frame", "2 equal frames", "2 frames", "any number of frames"}[v]
		})
	})
	b.Rest("coded audio")
	return Config{Codec: Opus}
}
