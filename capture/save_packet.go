package capture

import "github.com/rtmpscope/rtmpscope/capture/pcapng"

// newPacket writes a packet, of a format that knows no comments, as an enhanced
// packet block.
func (p *saving) newPacket(o pcapng.ByteOrder, pk *packet, notes []*Note) []byte {
	b := pcapng.Packet(p.buf, o, 0, p.blocks.sect.Interfaces[0].Stamp(pk.Time))
	b = pcapng.PacketData(append(b, pk.Data...), o, pk.Length)
	for _, n := range notes {
		b = appendNote(b, o, n, false)
	}
	if len(notes) > 0 {
		b = pcapng.AppendOption(b, o, pcapng.OptEnd, nil)
	}
	p.buf = pcapng.Close(b, o, pcapng.KindEnhanced)
	return p.buf
}

// pcapHead is the section header and interface description that stand for the
// header of a classic pcap file.
func (p *saving) pcapHead() []byte {
	o, in := p.blocks.sect.Order, &p.blocks.sect.Interfaces[0]
	b := pcapng.Section(nil, o)
	for _, n := range p.whole {
		b = appendNote(b, o, n, false)
	}
	b = pcapng.Close(pcapng.AppendOption(b, o, pcapng.OptEnd, nil), o, pcapng.KindSection)
	return pcapng.Description(b, o, in.Link, in.Digits(), "", "")
}
