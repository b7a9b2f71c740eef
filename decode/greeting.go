package decode

import "github.com/rtmpscope/rtmpscope/decode/handshake"

// part is the handshake part that the phase reads.
func (d *Decoder) part() handshake.Part { return handshake.Part(d.phase - inVersion) }

// readVersion reads C0 or S0, and stops at once when it is not RTMP.
func (d *Decoder) readVersion() bool {
	p := d.peek(1)
	if p == nil {
		return false
	}
	d.version = p[0]
	if speech := handshake.SpeechOf(p[0]); speech != handshake.RTMP {
		d.loseTo(p, d.offset, TokenNotRTMP, "the first byte says that this is "+speech.String())
		d.search.forGood = true
		return true
	}
	d.emit(Event{Kind: Handshake, Part: handshake.Part0, Offset: d.offset, End: d.offset + 1, Body: p})
	d.skip(1)
	d.phase = inPart1
	return true
}

// inHandshake reports whether C1, S1, C2 or S2 is being read.
func (d *Decoder) inHandshake() bool { return d.phase == inPart1 || d.phase == inPart2 }

// readPart reads C1, S1, C2 or S2, or what a gap left of its end.
func (d *Decoder) readPart() bool {
	end := int64(part1End)
	if d.phase == inPart2 {
		end = handshakeEnd
	}
	n := int(end - d.offset)
	p := d.peek(n)
	if p == nil {
		return false
	}
	d.emit(Event{Kind: Handshake, Cut: n < handshake.Size, Part: d.part(), Offset: d.offset, End: end, Body: p})
	d.skip(n)
	d.goOnInHandshake()
	return true
}

// goOnInHandshake finds the part that the next byte belongs to, by the offset, and
// ends the handshake where its last part does.
func (d *Decoder) goOnInHandshake() {
	switch {
	case d.offset < part1End:
		d.phase = inPart1
	case d.offset < handshakeEnd:
		d.phase = inPart2
	case handshake.Encrypted(d.version):
		d.lose(d.offset, TokenEncrypted, "RTMPE: everything after the handshake is encrypted")
		d.search.forGood = true
	default:
		d.phase = inHeader
	}
}
