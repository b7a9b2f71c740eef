package pcapng

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// wire joins words of 32 bits in an order; strings stand as they are.
func wire(o ByteOrder, parts ...any) (out []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			out = o.AppendUint32(out, uint32(p))
		case uint32: // what an int does not hold on every machine
			out = o.AppendUint32(out, p)
		case string:
			out = append(out, p...)
		case []byte:
			out = append(out, p...)
		}
	}
	return out
}

// block is a whole block around a body.
func block(o ByteOrder, kind int, body ...any) []byte {
	b := wire(o, body...)
	n := len(b) + 12
	return wire(o, kind, n, b, n)
}

// opened is a section header with an interface of link type 101.
func opened(o ByteOrder) []byte {
	version := string(o.AppendUint16(o.AppendUint16(nil, 1), 0))
	link := string(o.AppendUint16(nil, 101)) + "\x00\x00"
	return append(block(o, KindSection, byteOrderMagic, version, -1, -1), block(o, KindInterface, link, 0)...)
}

// TestDamage: what is wrong with a block is said, at the place of the block, and what
// is on the edge of being wrong is read.
func TestDamage(t *testing.T) {
	o := binary.LittleEndian
	for _, c := range []struct {
		name  string
		block []byte
		want  string // part of what is said; "" is read
	}{
		{"least block", block(o, 77), ""},
		{"length not in fours", wire(o, 77, 13, 0, 13), "13 bytes long"},
		{"length 8", wire(o, 77, 8, 8), "8 bytes long"},
		{"length too large", wire(o, 77, maxBlock+4, 0), "67108868 bytes long"},
		{"lengths that differ", wire(o, 77, 16, 0, 20), "16 bytes long and at its end 20"},
		{"section of another version", block(o, KindSection, byteOrderMagic, "\x02\x00\x00\x00", -1, -1), "version 2"},
		{"section without a mark", block(o, KindSection, 5, "\x01\x00\x00\x00", -1, -1), "byte order mark 05 00 00 00"},
		{"section too short", block(o, KindSection, byteOrderMagic, "\x01\x00\x00\x00", -1), "section header is too short"},
		{"interface too short", block(o, KindInterface, 1), "interface description is too short"},
		{"interface, least", block(o, KindInterface, 1, 0), ""},
		{"interface with a clock too fine", block(o, KindInterface, 1, 0, "\x09\x00\x01\x00\x14\x00\x00\x00"), "resolution"},
		{"interface with the finest clock", block(o, KindInterface, 1, 0, "\x09\x00\x01\x00\x13\x00\x00\x00"), ""},
		{"packet too short", block(o, KindEnhanced, 0, 0, 0, 0), "packet block is too short"},
		{"packet of nothing", block(o, KindEnhanced, 0, 0, 0, 0, 0), ""},
		{"packet of no interface", block(o, KindEnhanced, 1, 0, 0, 0, 0), "names interface 1 of 1"},
		{"packet too long", block(o, KindEnhanced, 0, 0, 0, 5, 5, "abcd"), "5 bytes does not fit"},
		{"packet of its block", block(o, KindEnhanced, 0, 0, 0, 4, 4, "abcd"), ""},
		{"old packet of no interface", block(o, KindPacket, 1, 0, 0, 0, 0), "names interface 1 of 1"},
		{"old packet with drops", block(o, KindPacket, 1<<16, 0, 0, 0, 0), ""},
		{"simple too short", block(o, KindSimple), "simple packet"},
		{"simple of nothing", block(o, KindSimple, 0), ""},
		{"statistics too short", block(o, KindStatistics, 0, 0), ""},
		{"secrets of nothing", block(o, KindSecrets), ""},
	} {
		r := NewReader(over(append(opened(o), c.block...)))
		if err := r.Begin(); err != nil {
			t.Fatal(err)
		}
		var b Block
		for range 2 {
			if err := r.Next(&b); err != nil {
				t.Fatal(err)
			}
		}
		at := r.Pos()
		err := r.Next(&b)
		var format *FormatError
		switch {
		case c.want == "" && err != nil, c.want == "" && r.Pos() != at+int64(len(c.block)):
			t.Errorf("%s: %v, then at %d", c.name, err, r.Pos())
		case c.want != "" && (!errors.As(err, &format) || format.Pos != at || r.Pos() != at || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v at %d, want %q", c.name, err, r.Pos(), c.want)
		}
	}
}

// TestBlocksByHand reads blocks written by hand in both byte orders.
func TestBlocksByHand(t *testing.T) {
	for name, o := range map[string]ByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		comment := string(o.AppendUint16(o.AppendUint16(nil, OptComment), 2)) + "hi\x00\x00"
		stamp := 5_000_000 // five seconds in microseconds
		link := string(o.AppendUint16(nil, 1)) + "\x00\x00"
		file := opened(o)
		file = append(file, block(o, KindEnhanced, 0, 0, stamp, 3, 9, "abc\x00", comment)...)
		file = append(file, block(o, KindPacket, string(o.AppendUint16(o.AppendUint16(nil, 0), 7)), 0, stamp+1, 4, 4, "abcd")...)
		file = append(file, block(o, KindSimple, 6, "abcdef\x00\x00")...)
		file = append(file, block(o, KindSimple, 90, "abcdef\x00\x00")...)
		file = append(file, block(o, KindStatistics, 0, 0, stamp+2, comment)...)
		file = append(file, block(o, KindSecrets, secretsTLS, 2, "xy\x00\x00")...)
		file = append(file, block(o, KindSecrets, secretsTLS, 99, "xy\x00\x00")...)
		file = append(file, block(o, KindSecrets, secretsTLS+1, 2, "xy\x00\x00")...)
		file = append(file, block(o, KindInterface, link, 2)...) // cuts to two bytes, but is not the first
		file = append(file, block(o, KindEnhanced, 1, 0, stamp, 1, 1, "z\x00\x00\x00")...)
		r := NewReader(over(file))
		if err := r.Begin(); err != nil {
			t.Fatal(err)
		}
		type seen struct {
			data    string
			length  int
			at      time.Duration
			options int
			packet  bool
			link    uint16
		}
		want := []seen{
			{}, {},
			{"abc", 9, 5 * time.Second, 1, true, 101}, {"abcd", 4, 5*time.Second + time.Microsecond, 0, true, 101},
			{"abcdef", 6, 5*time.Second + time.Microsecond, 0, true, 101}, {"abcdef\x00\x00", 90, 5*time.Second + time.Microsecond, 0, true, 101},
			{"", 0, 5*time.Second + 2*time.Microsecond, 1, false, 0}, {"xy", 0, 0, 0, false, 0}, {"xy\x00\x00", 0, 0, 0, false, 0}, {}, {},
			{"z", 1, 5 * time.Second, 0, true, 1},
		}
		for i, w := range want {
			var b Block
			if err := r.Next(&b); err != nil {
				t.Fatalf("%s, block %d: %v", name, i, err)
			}
			got := seen{data: string(b.Data), length: b.Length, packet: b.IsPacket(), link: b.Link}
			if !b.Time.IsZero() {
				got.at = b.Time.Sub(time.Unix(0, 0))
			}
			for code, value := range b.Options.All() {
				if code == OptComment && string(value) == "hi" {
					got.options++
				}
			}
			if got != w {
				t.Errorf("%s, block %d: %+v, want %+v", name, i, got, w)
			}
		}
		if err := r.Next(&Block{}); !errors.Is(err, io.EOF) {
			t.Errorf("the end is %v", err)
		}
	}
}

// TestSimplePacketsAreCutAsTheInterfaceSays: they do not say it themselves.
func TestSimplePacketsAreCutAsTheInterfaceSays(t *testing.T) {
	o := binary.LittleEndian
	file := block(o, KindSection, byteOrderMagic, "\x01\x00\x00\x00", -1, -1)
	file = append(file, block(o, KindInterface, 1, 3)...)
	file = append(file, block(o, KindSimple, 6, "abc\x00")...)
	r := NewReader(over(file))
	if err := r.Begin(); err != nil {
		t.Fatal(err)
	}
	var b Block
	for range 3 {
		if err := r.Next(&b); err != nil {
			t.Fatal(err)
		}
	}
	if string(b.Data) != "abc" || b.Length != 6 {
		t.Errorf("%q of %d", b.Data, b.Length)
	}
}
