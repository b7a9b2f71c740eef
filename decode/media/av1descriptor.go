package media

import "github.com/rtmpscope/rtmpscope/decode/field"

// av1Descriptor appends an AV1VideoDescriptor, with which MPEG2TSSequenceStart begins a
// sequence (E-RTMP v2; "Carriage of AV1 in MPEG-2 TS" §2.1): a tag, a length, and what
// the configuration record begins with, but for the two bits of hdr_wcg_idc.
func av1Descriptor(b *field.Builder) Config {
	c := Config{Codec: AV1}
	b.Source = "Carriage of AV1 in MPEG-2 TS §2.1"
	b.Group("AV1 video descriptor", b.Left(), func(b *field.Builder) {
		v, f := b.Num("descriptor_tag", 1)
		f.Bad = f.Bad || v != 0x80
		v, f = b.Num("descriptor_length", 1)
		f.Bad = f.Bad || v != 4
		bitFields(b, "codec configuration", 4, func(r *bitReader) { av1Head(r, &c, wideColours) })
		b.Excess("bytes after the descriptor")
	})
	return c
}

// wideColours reads the two bits that a descriptor has and a record has not, and the one
// behind them.
func wideColours(r *bitReader) {
	r.sym("hdr_wcg_idc", 2, func(v int) string {
		return [4]string{"SDR", "wide colour gamut", "HDR and wide colour gamut", "not said"}[v&3]
	})
	r.u("reserved", 1)
}
