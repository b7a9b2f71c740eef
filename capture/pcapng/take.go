package pcapng

import "math"

// take handles the body of one block.
func (b *Reader) take(kind uint32, body []byte, p *Block) error {
	p.Kind, p.Pos, p.packet = kind, b.pos, false
	p.Data, p.Options.order, p.Options.raw = nil, b.sect.Order, nil
	switch kind {
	case KindSection:
		return b.sectionHeader(body, p)
	case KindInterface:
		return b.interfaceDescription(body)
	case KindEnhanced, KindPacket:
		return b.packet(body, p)
	case KindSimple:
		return b.simplePacket(body, p)
	case KindSecrets:
		if len(body) >= 8 && b.sect.Order.Uint32(body) == secretsTLS {
			p.Data = body[8 : 8+min(int64(b.sect.Order.Uint32(body[4:])), int64(len(body)-8))]
		}
	case KindStatistics:
		b.statistics(body, p)
	}
	return nil
}

func (b *Reader) sectionHeader(body []byte, p *Block) error {
	if len(body) < 16 {
		return b.bad("a section header is too short")
	}
	if major := b.sect.Order.Uint16(body[4:]); major != 1 {
		return b.bad("pcapng version %d is not known", major)
	}
	p.Options.raw = body[16:]
	return nil
}

// packet handles an enhanced packet block (§4.3) or the obsolete one (§A),
// which differ in how they name the interface.
func (b *Reader) packet(body []byte, p *Block) error {
	if len(body) < 20 {
		return b.bad("a packet block is too short")
	}
	o := b.sect.Order
	id := o.Uint32(body)
	if p.Kind == KindPacket {
		id = uint32(o.Uint16(body))
	}
	if int64(id) >= int64(len(b.sect.Interfaces)) {
		return b.bad("a packet names interface %d of %d", id, len(b.sect.Interfaces))
	}
	captured := o.Uint32(body[12:])
	if int64(captured) > int64(len(body)-20) {
		return b.bad("a packet of %d bytes does not fit its block", captured)
	}
	in := &b.sect.Interfaces[id]
	b.last = in.time(uint64(o.Uint32(body[4:]))<<32 | uint64(o.Uint32(body[8:])))
	p.Time, p.Link, p.packet = b.last, in.Link, true
	p.Data = body[20 : 20+captured]
	p.Length = int(min(o.Uint32(body[16:]), math.MaxInt32))
	p.Options.raw = body[min(len(body), 20+int(captured+3)&^3):]
	return nil
}

func (b *Reader) simplePacket(body []byte, p *Block) error {
	if len(body) < 4 || len(b.sect.Interfaces) == 0 {
		return b.bad("a simple packet block is too short or has no interface")
	}
	in := &b.sect.Interfaces[0]
	p.Length = int(min(b.sect.Order.Uint32(body), math.MaxInt32))
	captured := min(p.Length, len(body)-4)
	if in.snaplen > 0 {
		captured = min(captured, int(in.snaplen))
	}
	p.Time, p.Link, p.packet = b.last, in.Link, true
	p.Data = body[4 : 4+captured]
	return nil
}

// statistics handles an interface statistics block (§4.6); one that is too short
// says nothing.
func (b *Reader) statistics(body []byte, p *Block) {
	if len(body) < 12 || len(b.sect.Interfaces) == 0 {
		return
	}
	o := b.sect.Order
	p.Time = b.sect.Interfaces[0].time(uint64(o.Uint32(body[4:]))<<32 | uint64(o.Uint32(body[8:])))
	p.Options.raw = body[12:]
}
