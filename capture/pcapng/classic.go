package pcapng

import (
	"math"
	"time"
)

// beginPcap reads the header of a classic pcap file.
func (b *Reader) beginPcap(o ByteOrder, magic uint32) error {
	head, err := b.whole(pcapFileHeader)
	if err != nil {
		return err
	}
	in := Interface{Link: uint16(o.Uint32(head[20:])), units: uint64(time.Second / time.Microsecond)}
	if magic == pcapNano {
		in.units = uint64(time.Second)
	}
	b.sect = &SectionInfo{Order: o, Classic: true, Interfaces: []Interface{in}}
	b.pos += pcapFileHeader
	return nil
}

// nextPcap reads one packet record.
func (b *Reader) nextPcap(p *Block) error {
	head, err := b.header(pcapHeader)
	if err != nil {
		return err
	}
	o, in := b.sect.Order, &b.sect.Interfaces[0]
	fraction := time.Duration(o.Uint32(head[4:])) * (time.Second / time.Duration(in.units))
	*p = Block{Pos: b.pos, Time: time.Unix(int64(o.Uint32(head)), int64(fraction)).UTC(), Link: in.Link,
		Length: int(min(o.Uint32(head[12:]), math.MaxInt32)), Options: Options{order: o}, packet: true}
	captured := o.Uint32(head[8:])
	if captured > maxBlock {
		return b.bad("a packet says that it has %d bytes (%d are possible)", captured, maxBlock)
	}
	record, err := b.whole(pcapHeader + int(captured))
	if err != nil {
		return err
	}
	p.Data = record[pcapHeader:]
	b.pos += int64(len(record))
	return nil
}
