package export

import (
	"bufio"
	"encoding/binary"

	"github.com/rtmpscope/rtmpscope/decode/media"
)

// startCode begins a NAL unit in a byte stream, ITU-T H.264 annex B.
const startCode = "\x00\x00\x00\x01"

// annexB turns AVC tags into a byte stream: the parameter sets of a sequence
// header before the next frame and again before every keyframe, so that a
// decoder can begin at each.
type annexB struct {
	sets       []byte // parameter sets with start codes
	lengthSize int    // of NAL unit lengths, ISO/IEC 14496-15 §5.3.3.1
	changed    bool
}

// writeH264 writes one AVC track of one message stream as an Annex B byte stream. What stands before the first sequence header cannot be decoded and is
// left out.
func writeH264(j *job) error {
	var b annexB
	return j.writeTrack("AVC video", media.AVC, b.write)
}

func (b *annexB) write(w *bufio.Writer, h media.Tag, payload []byte) error {
	switch {
	case h.Kind == media.SequenceHeader:
		b.configure(payload)
	case h.Kind == media.Frame && b.lengthSize > 0:
		return b.frame(w, payload, h.Key)
	}
	return nil
}

// configure reads an AVCDecoderConfigurationRecord, ISO/IEC 14496-15 §5.3.3.1.
// One that ends early counts as far as it goes.
func (b *annexB) configure(p []byte) {
	const fixed = 5 // version, profile, compatibility, level, length size
	if len(p) < fixed+1 {
		return
	}
	b.lengthSize, b.sets, b.changed = int(p[4]&3)+1, nil, true
	p = b.parameters(p[fixed+1:], int(p[fixed]&0x1f))
	if len(p) > 0 {
		b.parameters(p[1:], int(p[0]))
	}
}

// parameters takes n parameter sets with 16-bit lengths and returns the rest.
func (b *annexB) parameters(p []byte, n int) []byte {
	for ; n > 0 && len(p) >= 2; n-- {
		size := int(binary.BigEndian.Uint16(p))
		if size > len(p)-2 {
			return nil
		}
		b.sets = append(append(b.sets, startCode...), p[2:2+size]...)
		p = p[2+size:]
	}
	return p
}

// frame writes one access unit. A NAL unit that runs past the message is cut
// there, as it was sent.
func (b *annexB) frame(w *bufio.Writer, p []byte, key bool) error {
	if key || b.changed {
		b.changed = false
		w.Write(b.sets) //nolint:errcheck // sticky
	}
	for len(p) > b.lengthSize {
		declared := uint32(0)
		for _, c := range p[:b.lengthSize] {
			declared = declared<<8 | uint32(c)
		}
		p = p[b.lengthSize:]
		size := int(min(uint64(declared), uint64(len(p))))
		w.WriteString(startCode) //nolint:errcheck // sticky
		w.Write(p[:size])        //nolint:errcheck // sticky
		p = p[size:]
	}
	_, err := w.Write(nil)
	return err
}
