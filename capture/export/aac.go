package export

import (
	"bufio"
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/media"
)

const (
	adtsHeader   = 7
	maxADTSFrame = 1<<13 - 1 // ISO/IEC 14496-3 §1.A.2.2: 13 bits, header included
	typeSBR      = 5
	typePS       = 29
	typeLC       = 2
)

// adts puts a header in front of each AAC frame.
type adts struct {
	header [adtsHeader]byte
	known  bool
}

// writeAAC writes one AAC track of one message stream as ADTS. What stands
// before the first sequence header cannot be decoded and is left out.
func writeAAC(j *job) error {
	var a adts
	return j.writeTrack("AAC audio", media.AAC, a.write)
}

func (a *adts) write(w *bufio.Writer, h media.Tag, payload []byte) error {
	switch {
	case h.Kind == media.SequenceHeader:
		return a.configure(payload)
	case h.Kind == media.Frame && a.known && len(payload) > 0:
		return a.frame(w, payload)
	}
	return nil
}

// configure reads an AudioSpecificConfig, ISO/IEC 14496-3 §1.6.2.1. ADTS names
// the core of HE-AAC: decoders find SBR in the frames.
func (a *adts) configure(p []byte) error {
	b := bits{p: p}
	object := b.take(5)
	rate := b.take(4)
	channels := b.take(4)
	if object == typeSBR || object == typePS {
		object = typeLC
	}
	if b.short || object == 0 || object > 4 || rate >= 13 {
		return fmt.Errorf("ADTS cannot carry this AAC configuration: % x", p[:min(len(p), 8)])
	}
	if channels > 7 {
		return fmt.Errorf("ADTS cannot carry the AAC channel configuration %d", channels)
	}
	a.known = true
	a.header = [adtsHeader]byte{
		0xff, 0xf1, // syncword, MPEG-4, no CRC
		byte(object-1)<<6 | byte(rate)<<2 | byte(channels>>2),
		byte(channels&3) << 6, 0, 0x1f, 0xfc, // buffer fullness: variable rate
	}
	return nil
}

func (a *adts) frame(w *bufio.Writer, p []byte) error {
	n := len(p) + adtsHeader
	if n > maxADTSFrame {
		return fmt.Errorf("ADTS cannot carry an AAC frame of %d bytes", len(p))
	}
	h := a.header
	h[3] |= byte(n >> 11)
	h[4] = byte(n >> 3)
	h[5] |= byte(n << 5)
	w.Write(h[:]) //nolint:errcheck // sticky
	_, err := w.Write(p)
	return err
}

// bits reads numbers from the most significant bit on.
type bits struct {
	p     []byte
	at    int
	short bool
}

func (b *bits) take(n int) (v int) {
	for range n {
		if b.at/8 >= len(b.p) {
			b.short = true
			return 0
		}
		v = v<<1 | int(b.p[b.at/8]>>(7-b.at%8))&1
		b.at++
	}
	return v
}
