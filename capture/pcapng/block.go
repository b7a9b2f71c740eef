// Package pcapng reads and writes the blocks of pcapng files, and reads classic
// pcap files.
//
// A [Reader] takes blocks one after another, each with its position, so that a
// file can be read again from any of them; every length is checked against the
// bytes that are there. A file that still grows is waited for; one that ends in
// the middle of a block is a [*TornError], one that is none a [*FormatError].
// Options are handed out raw, whatever they mean. [Packet], [Section] and the
// Append functions write blocks.
//
// The package knows no protocols and no records; what a comment means is for
// whoever wrote it.
//
// Names and layouts: draft-ietf-opsawg-pcapng §4, draft-ietf-opsawg-pcap §4 and §5.
package pcapng

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Types of block. KindPacket is obsolete, and still met in old files.
const (
	KindSection    = 0x0A0D0D0A
	KindInterface  = 1
	KindPacket     = 2
	KindSimple     = 3
	KindStatistics = 5
	KindEnhanced   = 6
	KindSecrets    = 10
)

const (
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

// Block is one block. What it refers to is borrowed until the next is read.
type Block struct {
	// Kind is the type of the block; of a packet of a classic file it is 0.
	Kind uint32
	// Pos is its offset in the file.
	Pos int64
	// Time is that of a packet, or of statistics. A simple packet has the time of
	// the packet before.
	Time time.Time
	// Link is the link type of the interface of a packet.
	Link uint16
	// Data is what was captured of a packet, or the secrets of TLS.
	Data []byte
	// Length is how many bytes the packet had before the capture cut it.
	Length int
	// Options are those of a section header, a packet or statistics.
	Options Options

	packet bool
}

// IsPacket says that the block is a packet of any kind.
func (b *Block) IsPacket() bool { return b.packet }

// SectionInfo is what the packets after a section header (or a classic file
// header) depend on. It is never changed, so that a [Place] can keep it.
type SectionInfo struct {
	// Order is that of the numbers in the section.
	Order ByteOrder
	// Classic says that the file is pcap.
	Classic bool
	// Interfaces are those described so far.
	Interfaces []Interface
}

// Place is where in a file blocks are read on. The zero value is none.
type Place struct {
	pos  int64
	sect *SectionInfo
	last time.Time // of any packet before, for blocks without a time
}

// IsZero says that it is no place.
func (p Place) IsZero() bool { return p.sect == nil }

// Pos is the offset in the file.
func (p Place) Pos() int64 { return p.pos }

// Reader reads blocks one after another. It is not safe for concurrent use.
type Reader struct {
	feed *source.Feeder
	pos  int64 // of the next block
	sect *SectionInfo
	last time.Time // for packets without a time of their own
}

// NewReader returns a Reader of src from its beginning, where [Reader.Begin] reads
// the header, or from where GoTo says.
func NewReader(src source.Source) *Reader { return &Reader{feed: source.NewFeeder(src)} }

// Next reads one block into p, borrowed until the following call. At a clean end
// it returns [io.EOF]. After an error it can be called again, at the same place.
func (b *Reader) Next(p *Block) error {
	if b.sect.Classic {
		return b.nextPcap(p)
	}
	return b.nextBlock(p)
}

// Section is what the next block depends on, nil before Begin.
func (b *Reader) Section() *SectionInfo { return b.sect }

// Pos is the offset of the next block.
func (b *Reader) Pos() int64 { return b.pos }

// Skip goes on at a block further on, of the same section.
func (b *Reader) Skip(pos int64) { b.pos = pos }

// Pass goes on behind segments that were removed while they were being read, which err
// says; false is that it says something else, or that none follow.
func (b *Reader) Pass(err error) bool {
	var rotated *source.RotatedError
	if !errors.As(err, &rotated) || rotated.Next <= b.pos {
		return false
	}
	b.Skip(rotated.Next)
	return true
}

// Passed gives the packets after, which have no time of their own, a time.
func (b *Reader) Passed(t time.Time) { b.last = t }

// Here is the place of the next block.
func (b *Reader) Here() Place { return Place{pos: b.pos, sect: b.sect, last: b.last} }

// GoTo continues at another place.
func (b *Reader) GoTo(p Place) { b.pos, b.sect, b.last = p.pos, p.sect, p.last }

// Since returns the bytes from an offset up to the next block, borrowed.
func (b *Reader) Since(from int64) ([]byte, error) { return b.feed.Peek(from, int(b.pos-from)) }

// Begin finds out the format. It waits for the first bytes when there are none yet. Of
// a recording whose first segments were removed it begins with the next.
func (b *Reader) Begin() error {
	head, err := b.peek(4)
	if b.Pass(err) {
		return b.Begin()
	}
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
	case magic == KindSection:
		b.sect = &SectionInfo{Order: binary.LittleEndian}
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
func (b *Reader) peek(n int) ([]byte, error) {
	p, err := b.feed.Peek(b.pos, n)
	if err != nil {
		err = blame(err)
	}
	return p, err
}

// blame makes a FormatError of a stream that ended before its time.
func blame(err error) error {
	var ended *source.EndedError
	if errors.As(err, &ended) {
		return &FormatError{Pos: ended.Pos, Problem: ended.Error()}
	}
	return err
}

func isPcap(magic uint32) bool { return magic == pcapMicro || magic == pcapNano }

// whole returns n bytes at the next position, or the error for their absence.
func (b *Reader) whole(n int) ([]byte, error) {
	p, err := b.peek(n)
	if errors.Is(err, io.EOF) {
		return nil, &TornError{Pos: b.pos, Have: int64(len(p)), Need: int64(n)}
	}
	return p, err
}

// header returns the n bytes every block begins with, io.EOF at a clean end.
func (b *Reader) header(n int) ([]byte, error) {
	p, err := b.peek(n)
	if errors.Is(err, io.EOF) && len(p) > 0 {
		return nil, &TornError{Pos: b.pos, Have: int64(len(p))}
	}
	return p, err
}

func (b *Reader) nextBlock(p *Block) error {
	head, err := b.header(minBlock)
	if err != nil {
		return err
	}
	if bytes.Count(head, []byte{0}) == len(head) {
		// What a file system leaves after a power cut.
		return &TornError{Pos: b.pos, Have: minBlock}
	}
	kind := b.sect.Order.Uint32(head)
	if kind == KindSection {
		if err := b.turn(head); err != nil {
			return err
		}
	}
	block, err := b.block(b.sect.Order.Uint32(head[4:]))
	if err != nil {
		return err
	}
	err = b.take(kind, block[8:len(block)-4], p)
	if err == nil {
		b.pos += int64(len(block))
	}
	return err
}

// block returns the whole next block, whose length field says n.
func (b *Reader) block(n uint32) ([]byte, error) {
	if n < minBlock || n%4 != 0 || n > maxBlock {
		return nil, b.bad("a block says that it is %d bytes long (12 to %d, in fours, is possible)", n, maxBlock)
	}
	block, err := b.whole(int(n))
	if err != nil {
		return nil, err
	}
	if again := b.sect.Order.Uint32(block[n-4:]); again != n {
		return nil, b.bad("a block says at its beginning that it is %d bytes long and at its end %d", n, again)
	}
	return block, nil
}

// turn begins a new section, which may have another byte order.
func (b *Reader) turn(head []byte) error {
	switch uint32(byteOrderMagic) {
	case binary.LittleEndian.Uint32(head[8:]):
		b.sect = &SectionInfo{Order: binary.LittleEndian}
	case binary.BigEndian.Uint32(head[8:]):
		b.sect = &SectionInfo{Order: binary.BigEndian}
	default:
		return b.bad("a section header has the byte order mark % x", head[8:12])
	}
	return nil
}

func (b *Reader) bad(format string, args ...any) error {
	return &FormatError{Pos: b.pos, Problem: fmt.Sprintf(format, args...)}
}
