package media

// Foreign is a form of coded media that does not belong into an FLV or E-RTMP frame.
type Foreign uint8

// The foreign forms.
const (
	NotForeign    Foreign = iota
	ADTS                  // AAC frames with an ADTS header each (ISO 14496-3 §1.A.2.2)
	LOAS                  // AAC in a LOAS/LATM stream (ISO 14496-3 §1.7.2)
	OBUAfterTime          // AV1 behind three bytes, as if it had a composition time
	NoOBU                 // AV1 that does not consist of OBUs
	TemporalUnits         // AV1 in the length-delimited form (AV1 specification, annex B)
)

// ForeignAAC tells in which foreign form the payload of an AAC frame is. A raw AAC
// frame is told from ADTS by 12 bits of synchronisation, 2 bits of layer and 13 bits
// of length that fit the payload, from LOAS by 11 and 13: one random payload in
// 2^27 or 2^24 is mistaken, so a rule should wait for the second in a row.
func ForeignAAC(p []byte) Foreign {
	switch {
	case len(p) > 7 && p[0] == 0xff && p[1]&0xf6 == 0xf0 && adtsTiles(p):
		return ADTS
	case len(p) > 3 && p[0] == 0x56 && p[1]&0xe0 == 0xe0 && int(p[1]&0x1f)<<8|int(p[2]) == len(p)-3:
		return LOAS
	}
	return NotForeign
}

// adtsTiles reports whether the lengths of ADTS frames cover p exactly.
func adtsTiles(p []byte) bool {
	for len(p) > 0 {
		if len(p) < 7 || p[0] != 0xff || p[1]&0xf6 != 0xf0 {
			return false
		}
		n := int(p[3]&3)<<11 | int(p[4])<<3 | int(p[5])>>5
		if n < 7 || n > len(p) {
			return false
		}
		p = p[n:]
	}
	return true
}

// ForeignAV1 tells in which foreign form the payload of an AV1 frame is: frames are
// OBUs in the low-overhead form, each with its size but the last (AV1 in Matroska and
// ISO BMFF, which E-RTMP takes over). A frame in order is never called foreign.
func ForeignAV1(p []byte) Foreign {
	switch {
	case obuTiles(p):
		return NotForeign
	case temporalUnits(p): // a composition time begins with 0, which is no length of one
		return TemporalUnits
	case len(p) > 3 && obuTiles(p[3:]):
		return OBUAfterTime
	}
	return NoOBU
}

// obuTiles reports whether p consists of OBUs, AV1 specification §5.3: the forbidden
// and the reserved bit are 0 and the type is one that is named. Only the last may
// leave out its size.
func obuTiles(p []byte) bool {
	for n := 0; len(p) > 0 && n < maxUnits; n++ {
		head, at := p[0], 1
		if head&0x81 != 0 || !obuNamed(head>>3&15) {
			return false
		}
		if at += int(head >> 2 & 1); at > len(p) {
			return false
		}
		if head&2 == 0 {
			return true
		}
		size, k := lebOf(p[at:])
		if k == 0 || size > uint64(len(p)-at-k) {
			return false
		}
		p = p[at+k+int(size):]
	}
	return true
}

// obuNamed reports whether an OBU type is one that the specification names, §6.2.2.
func obuNamed(kind byte) bool { return kind >= 1 && kind <= 8 || kind == 15 }

// temporalUnits reports whether p is one or more temporal units with their sizes.
func temporalUnits(p []byte) bool {
	if len(p) == 0 {
		return false
	}
	for len(p) > 0 {
		size, k := lebOf(p)
		if k == 0 || size == 0 || size > uint64(len(p)-k) {
			return false
		}
		p = p[k+int(size):]
	}
	return true
}

// lebOf reads a number of the AV1 specification, §4.10.5, and how many bytes it
// takes, 0 when it is cut or too long.
func lebOf(p []byte) (v uint64, n int) {
	for i, b := range p[:min(len(p), 8)] {
		v |= uint64(b&0x7f) << (7 * i)
		if b&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}
