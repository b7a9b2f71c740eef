package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxUnits bounds the NAL units, OBUs or frames listed of one message. A frame
// of a stream in use has at most a few hundred; a hostile one could have
// millions of a byte each.
const maxUnits = 2048

// nalUnits appends the length-prefixed NAL units of a frame.
func nalUnits(b *field.Builder, codec Codec, known *Config) {
	size := 4
	if known != nil && known.LengthSize > 0 {
		size = known.LengthSize
	}
	b.Source = "ISO 14496-15 §5.3.4.2"
	if isAnnexB(b.Body[b.At:b.End]) {
		f := b.Bytes("byte stream", b.Left())
		f.Bad, f.Note = true, "start codes (Annex B) where NAL unit lengths belong"
		return
	}
	inForce := Config{Codec: codec}
	if known != nil {
		inForce = *known
	}
	for n := 0; n < maxUnits && b.Left() > 0 && !b.Short; n++ {
		b.Span("NAL unit", func(b *field.Builder) { nalUnit(b, codec, size, &inForce) })
		b.Short = b.Out[len(b.Out)-1].Bad
	}
	if b.Left() > 0 {
		b.Bytes("more NAL units", b.Left()).Note = "not listed"
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
		v := uint64(0)
		for _, c := range p[:size] {
			v = v<<8 | uint64(c)
		}
		if v > uint64(len(p)-size) {
			return false
		}
		p = p[size+int(v):]
	}
	return true
}

// nalUnit appends one NAL unit. A parameter set among them changes inForce.
func nalUnit(b *field.Builder, codec Codec, size int, inForce *Config) {
	n, f := b.Num("NAL unit length", size)
	if b.Short {
		return
	}
	if n == 0 {
		f.Note = "an empty NAL unit"
		return
	}
	if n > b.Left() {
		f.Bad = true
		f.Note = fmt.Sprintf("runs %d bytes past the message", n-b.Left())
		b.Bytes("cut NAL unit", b.Left())
		b.Short = true
		return
	}
	switch kind := nalKind(codec, b.Body[b.At:b.At+n]); {
	case isSEI(codec, kind):
		seiUnit(b, n, codec, inForce)
	case !setUnit(b, codec, kind, n, inForce):
		nalBody(b, n, codec, inForce)
	}
}

func nalBody(b *field.Builder, n int, codec Codec, known *Config) {
	name := "NAL unit"
	f := rbsp(b, name, n, func(r *bitReader) {
		switch codec {
		case AVC:
			kind := avcNALHeader(r)
			name = avcNALName(kind)
			if kind == 1 || kind == 5 {
				avcSliceHead(r)
			}
		case HEVC:
			kind := hevcNALHeader(r)
			name = hevcNALName(kind)
			if kind < 32 {
				hevcSliceHead(r, kind, known)
			}
		default:
			name = vvcNALName(vvcHead(r))
		}
		r.quiet++
	})
	f.Symbol = name
	f.Value = text.Marked(fmt.Sprintf("%d bytes", n))
}

// vvcHead reads the header of a NAL unit and what follows of a slice or picture
// header.
func vvcHead(r *bitReader) int {
	kind := vvcNALHeader(r)
	switch {
	case kind < 12:
		vvcSliceHead(r)
	case kind == 19:
		vvcPictureHead(r)
	}
	return kind
}

// nalKind is the nal_unit_type of a NAL unit, -1 when its header is cut.
func nalKind(codec Codec, p []byte) int {
	switch {
	case codec == AVC:
		return int(p[0] & 31)
	case len(p) < 2:
		return -1
	case codec == HEVC:
		return int(p[0] >> 1 & 63)
	}
	return int(p[1] >> 3)
}

func isSEI(codec Codec, kind int) bool {
	switch codec {
	case AVC:
		return kind == 6
	case HEVC:
		return kind == 39 || kind == 40
	}
	return kind == 23 || kind == 24
}

// avcSliceHead reads the first values of a slice header, H.264 §7.3.3.
func avcSliceHead(r *bitReader) {
	r.ue("first_mb_in_slice")
	v, f := r.uef("slice_type")
	f.Symbol = [5]string{"P", "B", "I", "SP", "SI"}[v%5]
	r.ue("pic_parameter_set_id")
}
