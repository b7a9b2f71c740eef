package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/tlsread"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// The library's readers trust the lengths in a file and hide where a block
// begins, so blocks are taken apart here: every length is checked against the
// bytes that are there, and every packet knows its position.
// Names and layouts: draft-ietf-opsawg-pcapng §4, draft-ietf-opsawg-pcap §4 and §5.

const (
	blockSection   = 0x0A0D0D0A
	blockInterface = 1
	blockPacket    = 2 // obsolete, still met in old files
	blockSimple    = 3
	blockEnhanced  = 6
	blockSecrets   = 10

	byteOrderMagic = 0x1A2B3C4D
	pcapMicro      = 0xA1B2C3D4
	pcapNano       = 0xA1B23C4D
	pcapFileHeader = 24
	pcapHeader     = 16

	maxBlock      = 64 << 20 // a packet has at most 256 KiB in practice; more is damage
	minBlock      = 12
	secretsTLS    = 0x544c534b // "TLSK", draft-ietf-opsawg-pcapng §4.7
	maxInterfaces = 4096       // of one section: machines have a few dozen
)

// packet is one captured packet; data and comment are borrowed.
type packet struct {
	pos    int64
	time   time.Time
	link   wire.LinkType
	data   []byte
	length int // before the capture cut it
	reason string
	resume *resumption // nil in all but a few
	notes  []noteWire
	beat   bool    // no packet, but a time
	gap    bool    // says that bytes are missing, nobody knows how many
	held   *Hold   // what its sender keeps waiting, or nil
	end    *Cause  // why the direction ends that it ends, or nil
	facts  Facts   // of the connection that it opens or carries on
	edited *Edit   // what was changed of what its sender sent, or nil
	around *Around // what its sender said in the protocol around RTMP, or nil
}

// section is what the packets after a section header (or a classic file
// header) depend on. It is not changed once packets refer to it, so that a
// [Mark] can keep it.
type section struct {
	order  binary.ByteOrder
	pcap   bool
	own    bool // written by a Recorder: always in order
	ifaces []iface
	// segment is the place in a recording; nil when it has none.
	segment *segmentInfo
	notes   []noteWire
	keys    *tlsread.KeyLog // from decryption secrets blocks; nil when there is none
}

// place is where in a file blocks are read on.
type place struct {
	pos  int64
	sect *section
	last time.Time // of any packet before, for blocks without a time
}

// blocks reads packets one after another.
type blocks struct {
	feed *source.Feeder
	pos  int64 // of the next block
	sect *section
	last time.Time // for packets without a time of their own
	// turned is set when a section header was read, until the caller clears it.
	turned bool
}

// next reads one block into p, borrowed until the following call. It returns
// false and no error when the block is not a packet.
func (b *blocks) next(p *packet) (bool, error) {
	if b.sect.pcap {
		return b.nextPcap(p)
	}
	return b.nextBlock(p)
}

// begin finds out the format.
func (b *blocks) begin() error {
	head, err := b.peek(4)
	if errors.Is(err, io.EOF) && len(head) > 0 {
		return &TornError{Pos: b.pos, Have: int64(len(head))}
	}
	if errors.Is(err, io.EOF) {
		return &FormatError{Pos: b.pos, Problem: "it is empty"}
	}
	if err != nil {
		return err
	}
	switch magic := binary.LittleEndian.Uint32(head); {
	case magic == blockSection:
		b.sect = &section{order: binary.LittleEndian}
		return nil
	case isPcap(magic):
		return b.beginPcap(binary.LittleEndian, magic)
	case isPcap(binary.BigEndian.Uint32(head)):
		return b.beginPcap(binary.BigEndian, binary.BigEndian.Uint32(head))
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return &FormatError{Pos: b.pos, Problem: "it is compressed with gzip; decompress it first"}
	}
	return &FormatError{Pos: b.pos, Problem: fmt.Sprintf("it begins with % x, which is neither pcapng nor pcap", head)}
}

// peek returns the next n bytes, or those that there are and an error.
func (b *blocks) peek(n int) ([]byte, error) {
	p, err := b.feed.Peek(b.pos, n)
	var ended *source.EndedError
	if errors.As(err, &ended) {
		err = &FormatError{Pos: ended.Pos, Problem: ended.Error()}
	}
	return p, err
}

func isPcap(magic uint32) bool { return magic == pcapMicro || magic == pcapNano }

// whole returns n bytes at the next position, or the error for their absence.
func (b *blocks) whole(n int) ([]byte, error) {
	p, err := b.peek(n)
	if errors.Is(err, io.EOF) {
		return nil, &TornError{Pos: b.pos, Have: int64(len(p)), Need: int64(n)}
	}
	return p, err
}

// header returns the n bytes every block begins with, io.EOF at a clean end.
func (b *blocks) header(n int) ([]byte, error) {
	p, err := b.peek(n)
	if errors.Is(err, io.EOF) && len(p) > 0 {
		return nil, &TornError{Pos: b.pos, Have: int64(len(p))}
	}
	return p, err
}

func (b *blocks) nextBlock(p *packet) (bool, error) {
	head, err := b.header(minBlock)
	if err != nil {
		return false, err
	}
	if bytes.Count(head, []byte{0}) == len(head) {
		// What a file system leaves after a power cut.
		return false, &TornError{Pos: b.pos, Have: minBlock}
	}
	kind := b.sect.order.Uint32(head)
	if kind == blockSection {
		if err := b.turn(head); err != nil {
			return false, err
		}
	}
	block, err := b.block(b.sect.order.Uint32(head[4:]))
	if err != nil {
		return false, err
	}
	p.pos = b.pos
	found, err := b.take(kind, block[8:len(block)-4], p)
	if err == nil {
		b.pos += int64(len(block))
	}
	return found, err
}

// block returns the whole next block, whose length field says n.
func (b *blocks) block(n uint32) ([]byte, error) {
	if n < minBlock || n%4 != 0 || n > maxBlock {
		return nil, b.bad("a block says that it is %d bytes long (12 to %d, in fours, is possible)", n, maxBlock)
	}
	block, err := b.whole(int(n))
	if err != nil {
		return nil, err
	}
	if again := b.sect.order.Uint32(block[n-4:]); again != n {
		return nil, b.bad("a block says at its beginning that it is %d bytes long and at its end %d", n, again)
	}
	return block, nil
}

// turn begins a new section, which may have another byte order.
func (b *blocks) turn(head []byte) error {
	switch uint32(byteOrderMagic) {
	case binary.LittleEndian.Uint32(head[8:]):
		b.sect = &section{order: binary.LittleEndian}
	case binary.BigEndian.Uint32(head[8:]):
		b.sect = &section{order: binary.BigEndian}
	default:
		return b.bad("a section header has the byte order mark % x", head[8:12])
	}
	b.turned = true
	return nil
}

func (b *blocks) bad(format string, args ...any) error {
	return &FormatError{Pos: b.pos, Problem: fmt.Sprintf(format, args...)}
}

// take handles the body of one block.
func (b *blocks) take(kind uint32, body []byte, p *packet) (bool, error) {
	switch kind {
	case blockSection:
		return false, b.sectionHeader(body)
	case blockInterface:
		return false, b.interfaceDescription(body)
	case blockEnhanced, blockPacket:
		return true, b.packet(kind, body, p)
	case blockSimple:
		return true, b.simplePacket(body, p)
	case blockSecrets:
		b.decryptionSecrets(body)
	case blockStatistics:
		return b.beat(body, p), nil
	}
	return false, nil
}

// here is the place of the next block.
func (b *blocks) here() place { return place{pos: b.pos, sect: b.sect, last: b.last} }

// goTo continues at another place.
func (b *blocks) goTo(p place) { b.pos, b.sect, b.last = p.pos, p.sect, p.last }

func (b *blocks) sectionHeader(body []byte) error {
	if len(body) < 16 {
		return b.bad("a section header is too short")
	}
	if major := b.sect.order.Uint16(body[4:]); major != 1 {
		return b.bad("pcapng version %d is not known", major)
	}
	for code, value := range options(b.sect.order, body[16:]) {
		if code == optComment && strings.HasPrefix(string(value), ownComment) ||
			code == optApplication && strings.HasPrefix(string(value), ownApplication) {
			b.sect.own = true
		}
		if code == optComment {
			b.sect.learn(value)
		}
	}
	return nil
}

// packet handles an enhanced packet block (§4.3) or the obsolete one (§A),
// which differ in how they name the interface.
func (b *blocks) packet(kind uint32, body []byte, p *packet) error {
	if len(body) < 20 {
		return b.bad("a packet block is too short")
	}
	o := b.sect.order
	id := o.Uint32(body)
	if kind == blockPacket {
		id = uint32(o.Uint16(body))
	}
	if int64(id) >= int64(len(b.sect.ifaces)) {
		return b.bad("a packet names interface %d of %d", id, len(b.sect.ifaces))
	}
	captured := o.Uint32(body[12:])
	if int64(captured) > int64(len(body)-20) {
		return b.bad("a packet of %d bytes does not fit its block", captured)
	}
	in := &b.sect.ifaces[id]
	b.last = in.time(uint64(o.Uint32(body[4:]))<<32 | uint64(o.Uint32(body[8:])))
	p.time, p.link = b.last, in.link
	p.data = body[20 : 20+captured]
	p.length = int(min(o.Uint32(body[16:]), math.MaxInt32))
	p.learn(o, body[min(len(body), 20+int(captured+3)&^3):])
	return nil
}

// learn reads a comment of a section header.
func (s *section) learn(comment []byte) {
	m, ok := metaOf(comment)
	switch {
	case !ok:
	case m.Segment != nil:
		s.segment = m.Segment
	case m.Note != nil && len(s.notes) < maxMeta:
		s.notes = append(s.notes, *m.Note)
	}
}

// learn finds what a Recorder wrote as comments, and notes.
func (p *packet) learn(o binary.ByteOrder, opts []byte) {
	p.reason, p.resume, p.gap, p.held, p.edited, p.around, p.end, p.facts, p.notes = "", nil, false, nil, nil, nil, nil, nil, p.notes[:0]
	for code, value := range options(o, opts) {
		if code != optComment {
			continue
		}
		if reason, ok := strings.CutPrefix(string(value), commentPrefix); ok && p.reason == "" {
			p.reason = reason
			continue
		}
		if m, ok := metaOf(value); ok {
			p.take(m)
		}
	}
}

// take keeps what a comment says.
func (p *packet) take(m meta) {
	switch {
	case m.Resume != nil:
		p.resume = m.Resume
	case m.Held != nil:
		p.held = m.Held
	case m.Edited != nil:
		p.edited = m.Edited
	case m.Around != nil:
		p.around = m.Around
	case m.End != nil:
		p.end = m.End
	case m.Facts != nil:
		p.facts = m.Facts.fit()
	case m.Unknown:
		p.gap = true
	case m.Note != nil && len(p.notes) < maxMeta:
		p.notes = append(p.notes, *m.Note)
	}
}

func (b *blocks) simplePacket(body []byte, p *packet) error {
	if len(body) < 4 || len(b.sect.ifaces) == 0 {
		return b.bad("a simple packet block is too short or has no interface")
	}
	in := &b.sect.ifaces[0]
	p.length = int(min(b.sect.order.Uint32(body), math.MaxInt32))
	captured := min(p.length, len(body)-4)
	if in.snaplen > 0 {
		captured = min(captured, int(in.snaplen))
	}
	p.time, p.link = b.last, in.link
	p.learn(b.sect.order, nil)
	p.data = body[4 : 4+captured]
	return nil
}

// decryptionSecrets adds the TLS secrets in a block to a copy of the section,
// because marks may refer to the section as it was.
func (b *blocks) decryptionSecrets(body []byte) {
	if len(body) < 8 || b.sect.order.Uint32(body) != secretsTLS {
		return
	}
	n := min(int64(b.sect.order.Uint32(body[4:])), int64(len(body)-8))
	next := *b.sect
	next.keys = b.sect.keys.With(body[8 : 8+n])
	b.sect = &next
}
