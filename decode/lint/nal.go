package lint

import (
	"bytes"
	"encoding/binary"

	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// maxScanned is how many NAL units of one frame are looked at: a frame of a stream in use
// has some hundred at most. Of a frame that has more nothing is said.
const maxScanned = 2048

// nalScan is what the NAL units of one frame tell.
type nalScan struct {
	fits     bool // the lengths cover the payload exactly
	annexB   bool // it begins with a start code
	slices   bool // there is a coded picture
	random   bool // an IDR picture, or for HEVC any random access picture
	captions bool // an SEI message with CEA-608/708 data
	later    bool // a picture that is shown before an earlier one
}

// scan walks the NAL units of an AVC or HEVC frame and signals what is not as
// the tag says.
func (v *view) scan(e *session.Entry, t *track) {
	codec := e.Message.Tag.Codec
	if codec != media.AVC && codec != media.HEVC || reservedFrame(&e.Message.Tag) {
		return
	}
	v.nal = v.nalOf(e, t)
	v.reorder(e, t)
	key := e.Flags&session.KeyFrame != 0
	if !v.nal.fits || v.nal.annexB || v.nal.captions || v.nal.slices && v.nal.random != key {
		v.emit(onNAL, e)
	}
}

// nalOf reads the NAL units of a frame as the configuration of its track says.
func (v *view) nalOf(e *session.Entry, t *track) nalScan {
	codec, size := e.Message.Tag.Codec, 4
	if t.known && t.facts.LengthSize > 0 {
		size, codec = t.facts.LengthSize, t.facts.Codec
	}
	if codec != media.AVC && codec != media.HEVC {
		return nalScan{}
	}
	s := scanNAL(e.Message.Tag.Payload(e.Body), codec, size)
	if t.known && !t.shown.closed && s.fits {
		s.later = anyLater(e.Message.Tag.Payload(e.Body), t.facts, size)
	}
	return s
}

// anyLater reports whether a frame, whose NAL units fit, holds a picture that is
// shown before one that was decoded earlier.
func anyLater(p []byte, c media.Config, size int) bool {
	for units := 0; len(p) >= size && units < maxScanned; units++ {
		n := 0
		for _, b := range p[:size] {
			n = n<<8 | int(b)
		}
		if media.ShownLater(p[size:size+n], c) {
			return true
		}
		p = p[size+n:]
	}
	return false
}

// scanNAL reads the NAL unit headers of a frame: lengths of size bytes, then a
// header whose type stands in one byte (ISO 14496-15 §5.3.3, H.264 §7.3.1,
// H.265 §7.3.1.2).
func scanNAL(p []byte, codec media.Codec, size int) (s nalScan) {
	s.annexB = bytes.HasPrefix(p, []byte{0, 0, 0, 1}) || bytes.HasPrefix(p, []byte{0, 0, 1})
	p = pastNothing(p, size)
	for units := 0; len(p) > 0; units++ {
		if units == maxScanned {
			return nalScan{fits: true}
		}
		n, ok := unitLength(p, size)
		if !ok {
			return s
		}
		if p = p[size:]; uint64(n) > uint64(len(p)) {
			return s
		}
		if n > 0 {
			s.unit(p[:n], codec)
		}
		p = pastNothing(p[n:], size)
	}
	s.fits = true
	return s
}

// pastNothing passes over units of no bytes, of which a picture made of zeros has
// hundreds.
func pastNothing(p []byte, size int) []byte {
	for size == 4 && len(p) >= 8 && binary.BigEndian.Uint64(p) == 0 {
		p = p[8:]
	}
	return p
}

// unitLength is the length of the first unit; false is that p is too short for one.
func unitLength(p []byte, size int) (n uint32, ok bool) {
	if len(p) < size {
		return 0, false
	}
	if size == 4 { // as nearly everybody has it
		return binary.BigEndian.Uint32(p), true
	}
	for _, b := range p[:size] {
		n = n<<8 | uint32(b)
	}
	return n, true
}

// unit looks at one NAL unit.
func (s *nalScan) unit(p []byte, codec media.Codec) {
	if codec == media.HEVC {
		kind := p[0] >> 1 & 0x3f
		s.slices = s.slices || kind < 32
		s.random = s.random || kind >= 16 && kind <= 23
		s.captions = s.captions || (kind == 39 || kind == 40) && hasCaptions(p)
		return
	}
	kind := p[0] & 0x1f
	s.slices = s.slices || kind >= 1 && kind <= 5
	s.random = s.random || kind == 5
	s.captions = s.captions || kind == 6 && hasCaptions(p)
}

// hasCaptions looks for the mark of ATSC captions in an SEI unit: ITU-T T.35
// country 181, provider 49, "GA94", type 3 (A/53 part 4 §6.2.3).
func hasCaptions(p []byte) bool {
	return bytes.Contains(p, []byte{0xb5, 0x00, 0x31, 'G', 'A', '9', '4', 0x03})
}
