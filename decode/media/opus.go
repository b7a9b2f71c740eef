package media

// opusConfig appends an OpusHead, RFC 7845 §5.1. Enhanced RTMP allows it to be
// empty: then a MultichannelConfig or mono and stereo by default apply.
func opusConfig(b *builder) Config {
	c := Config{Codec: Opus, SampleRate: 48000}
	b.src = "RFC 7845 §5.1"
	b.group("OpusHead", b.left(), func(b *builder) {
		s, f := b.chars("magic signature", 8)
		f.Bad = f.Bad || s != "OpusHead"
		b.num("version", 1)
		c.Channels, _ = b.num("channel count", 1)
		b.le("pre-skip", 2)
		_, f = b.le("input sample rate", 4)
		f.Note = "of the original; Opus always decodes at 48000 Hz"
		b.le("output gain", 2)
		opusMapping(b, c.Channels)
		b.excess("bytes after the header")
	})
	return c
}

func opusMapping(b *builder, channels int) {
	family, _ := b.num("channel mapping family", 1)
	if family == 0 || b.short {
		return
	}
	b.num("stream count", 1)
	b.num("coupled count", 1)
	for i := 0; i < channels && !b.short; i++ {
		b.num("channel mapping", 1)
	}
}

// opusFrame appends the table of contents byte of an Opus packet, RFC 6716 §3.1.
func opusFrame(b *builder) Config {
	b.src = "RFC 6716 §3.1"
	b.bits("TOC", 1, func(r *bitReader) {
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
	b.rest("coded audio")
	return Config{Codec: Opus}
}
