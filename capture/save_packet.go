package capture

import "time"

// newPacket writes a packet, of a format that knows no comments, as an enhanced
// packet block.
func (p *saving) newPacket(o byteOrder, pk *packet, notes []*Note) []byte {
	ts := p.blocks.sect.ifaces[0].stamp(pk.time)
	b := append(p.buf[:0], make([]byte, 12)...) // type, length, interface 0
	b = o.AppendUint32(b, uint32(ts>>32))
	b = o.AppendUint32(b, uint32(ts))
	b = o.AppendUint32(b, uint32(len(pk.data)))
	b = o.AppendUint32(b, uint32(pk.length))
	b = append(b, pk.data...)
	b = append(b, make([]byte, -len(pk.data)&3)...)
	for _, n := range notes {
		b = appendNote(b, o, n, false)
	}
	if len(notes) > 0 {
		b = appendOption(b, o, optEnd, nil)
	}
	p.buf = closeBlock(b, o, blockEnhanced)
	return p.buf
}

// pcapHead is the section header and interface description that stand for the
// header of a classic pcap file.
func (p *saving) pcapHead() []byte {
	o, in := p.blocks.sect.order.(byteOrder), &p.blocks.sect.ifaces[0]
	b := o.AppendUint32(make([]byte, 8), byteOrderMagic)
	b = o.AppendUint16(o.AppendUint16(b, 1), 0) // version 1.0
	b = append(b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	for _, n := range p.whole {
		b = appendNote(b, o, n, false)
	}
	b = closeBlock(appendOption(b, o, optEnd, nil), o, blockSection)
	d := o.AppendUint16(make([]byte, 8), uint16(in.link))
	d = append(d, 0, 0, 0, 0, 0, 0)
	digits := byte(6)
	if in.units == uint64(time.Second) {
		digits = 9
	}
	d = appendOption(d, o, optResolution, []byte{digits})
	return append(b, closeBlock(appendOption(d, o, optEnd, nil), o, blockInterface)...)
}
