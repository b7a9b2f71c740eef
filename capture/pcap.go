package capture

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// beginPcap reads the header of a classic pcap file.
func (b *blocks) beginPcap(o binary.ByteOrder, magic uint32) error {
	head, err := b.whole(pcapFileHeader)
	if err != nil {
		return err
	}
	in := iface{link: wire.LinkType(o.Uint32(head[20:])), units: uint64(time.Second / time.Microsecond)}
	if magic == pcapNano {
		in.units = uint64(time.Second)
	}
	b.sect = &section{order: o, pcap: true, ifaces: []iface{in}}
	b.pos += pcapFileHeader
	return nil
}

// nextPcap reads one packet record.
func (b *blocks) nextPcap(p *packet) (bool, error) {
	head, err := b.header(pcapHeader)
	if err != nil {
		return false, err
	}
	o, in := b.sect.order, &b.sect.ifaces[0]
	fraction := time.Duration(o.Uint32(head[4:])) * (time.Second / time.Duration(in.units))
	p.time = time.Unix(int64(o.Uint32(head)), int64(fraction)).UTC()
	captured := o.Uint32(head[8:])
	p.pos, p.link, p.length = b.pos, in.link, int(min(o.Uint32(head[12:]), math.MaxInt32))
	p.learn(o, nil)
	if captured > maxBlock {
		return false, b.bad("a packet says that it has %d bytes (%d are possible)", captured, maxBlock)
	}
	record, err := b.whole(pcapHeader + int(captured))
	if err != nil {
		return false, err
	}
	p.data = record[pcapHeader:]
	b.pos += int64(len(record))
	return true, nil
}
