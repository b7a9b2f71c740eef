package edit

import (
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
)

// newPacket writes a packet, of a format that knows no comments, as an enhanced
// packet block.
func (p *saving) newPacket(o pcapng.ByteOrder, pk *pcapng.Block, notes []*capture.Note) []byte {
	b := pcapng.Packet(p.buf, o, 0, p.blocks.Section().Interfaces[0].Stamp(pk.Time))
	b = pcapng.PacketData(append(b, pk.Data...), o, pk.Length)
	for _, n := range notes {
		b = appendNote(b, o, n)
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
	o, in := p.blocks.Section().Order, &p.blocks.Section().Interfaces[0]
	b := pcapng.Section(nil, o)
	for _, n := range p.whole {
		b = appendNote(b, o, n)
	}
	b = pcapng.Close(pcapng.AppendOption(b, o, pcapng.OptEnd, nil), o, pcapng.KindSection)
	return pcapng.Description(b, o, in.Link, in.Digits(), "", "")
}

// rewrite replaces the notes among the options of a block, which begin at at.
func (p *saving) rewrite(o pcapng.ByteOrder, raw []byte, at int, notes []*capture.Note) []byte {
	kind := o.Uint32(raw)
	b := append(p.buf[:0], raw[:at]...)
	for _, opt := range otherOptions(pcapng.NewOptions(o, raw[at:len(raw)-4])) {
		b = pcapng.AppendOption(b, o, opt.code, opt.value)
	}
	for _, n := range notes {
		b = appendNote(b, o, n)
	}
	if len(b) > at {
		b = pcapng.AppendOption(b, o, pcapng.OptEnd, nil)
	}
	p.buf = pcapng.Close(b, o, kind)
	return p.buf
}

type option struct {
	code  uint16
	value []byte
}

// appendNote appends a note as comments.
func appendNote(b []byte, o pcapng.ByteOrder, n *capture.Note) []byte {
	for _, c := range n.Comments(false) {
		b = pcapng.AppendOption(b, o, pcapng.OptComment, []byte(c))
	}
	return b
}

// otherOptions are the options of a block without those that appendNote wrote.
func otherOptions(opts pcapng.Options) (kept []option) {
	for code, value := range opts.All() {
		if m, ok := meta.Read(value); code == pcapng.OptComment && ok && m.Note != nil {
			if last := len(kept) - 1; last >= 0 && kept[last].code == pcapng.OptComment && meta.IsNote(string(kept[last].value)) {
				kept = kept[:last]
			}
			continue
		}
		kept = append(kept, option{code, value})
	}
	return kept
}
