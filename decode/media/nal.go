package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxUnits bounds the NAL units, OBUs or frames listed of one message. A frame
// of a stream in use has at most a few hundred; a hostile one could have
// millions of a byte each.
const maxUnits = 2048

// nalUnits appends the length-prefixed NAL units of a frame.
func nalUnits(b *builder, codec Codec, known *Config) {
	size := 4
	if known != nil && known.LengthSize > 0 {
		size = known.LengthSize
	}
	b.src = "ISO 14496-15 §5.3.4.2"
	if isAnnexB(b.p[b.at:b.end]) {
		f := b.data("byte stream", b.left())
		f.Bad, f.Note = true, "start codes (Annex B) where NAL unit lengths belong"
		return
	}
	for n := 0; n < maxUnits && b.left() > 0 && !b.short; n++ {
		b.span("NAL unit", func(b *builder) { nalUnit(b, codec, size) })
		b.short = b.out[len(b.out)-1].Bad
	}
	if b.left() > 0 {
		b.data("more NAL units", b.left()).Note = "not listed"
	}
}

// isAnnexB reports whether p begins with a start code that no tiling of lengths
// explains: a length of 1 is followed by a second unit where p goes on.
func isAnnexB(p []byte) bool {
	if len(p) < 6 || p[0] != 0 || p[1] != 0 {
		return false
	}
	if p[2] == 1 {
		return !lengthsTile(p, 4)
	}
	return p[2] == 0 && p[3] == 1 && !lengthsTile(p, 4)
}

// lengthsTile reports whether NAL unit lengths cover p exactly.
func lengthsTile(p []byte, size int) bool {
	for n := 0; len(p) > 0 && n < maxUnits; n++ {
		if len(p) < size {
			return false
		}
		v := bigEndian(p[:size])
		if v > len(p)-size {
			return false
		}
		p = p[size+v:]
	}
	return true
}

func nalUnit(b *builder, codec Codec, size int) {
	n, f := b.num("NAL unit length", size)
	if b.short {
		return
	}
	if n == 0 {
		f.Note = "an empty NAL unit"
		return
	}
	if n > b.left() {
		f.Bad = true
		f.Note = fmt.Sprintf("runs %d bytes past the message", n-b.left())
		b.data("cut NAL unit", b.left())
		b.short = true
		return
	}
	if isSEI(codec, b.p[b.at]) {
		seiUnit(b, n, codec)
		return
	}
	nalBody(b, n, codec)
}

func nalBody(b *builder, n int, codec Codec) {
	name := "NAL unit"
	f := b.rbsp(name, n, func(r *bitReader) {
		switch codec {
		case AVC:
			kind := avcNALHeader(r)
			name = avcNALName(kind)
			if kind == 1 || kind == 5 {
				avcSliceHead(r)
			}
		case HEVC:
			name = hevcNALName(hevcNALHeader(r))
		default:
			name = vvcNALName(vvcNALHeader(r))
		}
		r.quiet++
	})
	f.Symbol = name
	f.Value = text.Marked(fmt.Sprintf("%d bytes", n))
}

func isSEI(codec Codec, first byte) bool {
	switch codec {
	case AVC:
		return first&31 == 6
	case HEVC:
		return first>>1&63 == 39 || first>>1&63 == 40
	}
	return false
}

// avcSliceHead reads the first values of a slice header, H.264 §7.3.3.
func avcSliceHead(r *bitReader) {
	r.ue("first_mb_in_slice")
	v, f := r.uef("slice_type")
	f.Symbol = [5]string{"P", "B", "I", "SP", "SI"}[v%5]
	r.ue("pic_parameter_set_id")
}
