package media

// ShownLater reports whether a NAL unit of AVC or HEVC is a picture that is shown
// before one that was decoded earlier, so that decoding and presentation time differ:
// a B slice of AVC (H.264 §7.4.3, slice_type 1 and 6), unless the configuration says that
// pictures are shown as they are decoded, as with low-delay B frames; of HEVC a leading picture, or,
// where the configuration says that pictures are reordered, one that no other of its
// layer needs (H.265 §7.4.2.2: types 6 to 9, and 0).
func ShownLater(unit []byte, c Config) bool {
	if len(unit) < 3 {
		return false
	}
	if c.Codec == HEVC {
		kind := unit[0] >> 1 & 0x3f
		return kind >= 6 && kind <= 9 || kind == 0 && c.Reorder > 0
	}
	if kind := unit[0] & 0x1f; c.Codec != AVC || c.InOrder || kind != 1 && kind != 2 {
		return false
	}
	bits := golomb{p: unit[1:]}
	bits.ue() // first_mb_in_slice
	kind := bits.ue()
	return !bits.short && kind%5 == 1
}

// golomb reads the numbers at the beginning of a slice header, without looking out
// for emulation prevention: they end before it can matter.
type golomb struct {
	p     []byte
	at    int // bits
	short bool
}

func (g *golomb) bit() uint {
	if g.at>>3 >= len(g.p) {
		g.short = true
		return 1
	}
	b := g.p[g.at>>3] >> (7 - g.at&7) & 1
	g.at++
	return uint(b)
}

// ue reads one number, H.264 §9.1; one of more than 24 bits is none of a header.
func (g *golomb) ue() uint {
	zeros := 0
	for g.bit() == 0 {
		if zeros++; zeros > 24 {
			g.short = true
			return 0
		}
	}
	v := uint(1)
	for range zeros {
		v = v<<1 | g.bit()
	}
	return v - 1
}
