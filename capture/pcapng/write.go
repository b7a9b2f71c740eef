package pcapng

import (
	"encoding/binary"
	"time"
)

// ByteOrder is the order of the numbers in a section.
type ByteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// MaxOption is how long the value of an option can be (§3.5).
const MaxOption = 65535

const (
	sectionHeader = 24
	packetHeader  = 28
)

// OptionsOfSection is where the options of a section header begin in its block.
func OptionsOfSection() int { return sectionHeader }

// OptionsOfPacket is where the options of a packet with n bytes begin in its
// block; it is not for simple packets, which have none.
func OptionsOfPacket(n int) int { return packetHeader + (n+3)&^3 }

// AppendOption appends one option, padded to four bytes. Of a value that is too
// long, it appends what there is room for.
func AppendOption(b []byte, o ByteOrder, code uint16, value []byte) []byte {
	value = value[:min(len(value), MaxOption)]
	b = o.AppendUint16(b, code)
	b = o.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	return append(b, make([]byte, -len(value)&3)...)
}

// AppendTime appends a time in nanoseconds since 1970 as two halves, as an
// option of statistics has it. The zero time is 0.
func AppendTime(b []byte, o ByteOrder, t time.Time) []byte {
	var ts uint64
	if !t.IsZero() {
		ts = uint64(t.UnixNano())
	}
	return appendStamp(b, o, ts)
}

func appendStamp(b []byte, o ByteOrder, ts uint64) []byte {
	return o.AppendUint32(o.AppendUint32(b, uint32(ts>>32)), uint32(ts))
}

// Close fills in the first eight bytes of a block and appends the last four.
func Close(b []byte, o ByteOrder, kind uint32) []byte { return CloseAround(b, o, kind, 0) }

// CloseAround closes a block of which so many more bytes are not in b, but written from elsewhere.
func CloseAround(b []byte, o ByteOrder, kind uint32, more int) []byte {
	n := uint32(len(b) + more + 4)
	o.PutUint32(b, kind)
	o.PutUint32(b[4:], n)
	return o.AppendUint32(b, n)
}

// Section begins a section header of unknown length; options and [Close] follow.
func Section(b []byte, o ByteOrder) []byte {
	b = o.AppendUint32(append(b, make([]byte, 8)...), byteOrderMagic)
	b = o.AppendUint16(o.AppendUint16(b, 1), 0) // version 1.0
	return append(b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
}

// Lengthless says, in the block of a section header, that nobody knows how long
// the section is.
func Lengthless(block []byte, o ByteOrder) { o.PutUint64(block[16:], 1<<64-1) }

// Description is a whole interface description: of a link type, with times in
// units of so many digits after the point, and with words that may be empty.
func Description(b []byte, o ByteOrder, link uint16, digits byte, name, words string) []byte {
	d := o.AppendUint16(make([]byte, 8, 256), link)
	d = append(d, 0, 0, 0, 0, 0, 0)
	if name != "" {
		d = AppendOption(d, o, optName, []byte(name))
	}
	if words != "" {
		d = AppendOption(d, o, optDescription, []byte(words))
	}
	d = AppendOption(d, o, optResolution, []byte{digits})
	return append(b, Close(AppendOption(d, o, OptEnd, nil), o, KindInterface)...)
}

// Digits is how many digits after the point the times of a classic file have.
func (i *Interface) Digits() byte {
	if i.units == uint64(time.Second) {
		return 9
	}
	return 6
}

// Packet begins an enhanced packet block at the beginning of b; the captured
// bytes, [PacketData], options and [Close] follow.
func Packet(b []byte, o ByteOrder, iface uint32, stamp uint64) []byte {
	b = append(b[:0], make([]byte, 8)...)
	return append(appendStamp(o.AppendUint32(b, iface), o, stamp), make([]byte, 8)...)
}

// PacketData says how many bytes the packet had, of which those that were
// captured stand in b since [Packet], and pads them.
func PacketData(b []byte, o ByteOrder, length int) []byte {
	return PacketSize(b, o, len(b)-packetHeader, length)
}

// PacketSize is PacketData for a packet of which not all captured bytes are in b; the
// padding is for behind them.
func PacketSize(b []byte, o ByteOrder, captured, length int) []byte {
	o.PutUint32(b[20:], uint32(captured))
	o.PutUint32(b[24:], uint32(length))
	return append(b, make([]byte, -captured&3)...)
}

// Statistics begins an interface statistics block of the first interface at a
// time in nanoseconds; options and [Close] follow.
func Statistics(o ByteOrder, at time.Time) []byte {
	return AppendTime(append(make([]byte, 8, 256), 0, 0, 0, 0), o, at)
}
