package pcapng

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// TestClassicFiles in both byte orders and with both clocks, by hand.
func TestClassicFiles(t *testing.T) {
	for name, o := range map[string]ByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		for magic, unit := range map[uint32]time.Duration{pcapMicro: time.Microsecond, pcapNano: time.Nanosecond} {
			head := wire(o, magic, "\x02\x00\x04\x00", 0, 0, 65535, 113)
			r := NewReader(over(wire(o, head, 7, 8, 3, 10, "abc", 9, 0, 0, 0)))
			if err := r.Begin(); err != nil {
				t.Fatal(err)
			}
			if s := r.Section(); !s.Classic || s.Interfaces[0].Digits() != map[time.Duration]byte{time.Microsecond: 6, time.Nanosecond: 9}[unit] {
				t.Errorf("%+v", s)
			}
			for _, w := range []struct {
				data   string
				length int
				at     time.Time
			}{{"abc", 10, time.Unix(7, int64(8*unit))}, {"", 0, time.Unix(9, 0)}} {
				var b Block
				if err := r.Next(&b); err != nil || string(b.Data) != w.data || b.Length != w.length || !b.Time.Equal(w.at) || b.Link != 113 || !b.IsPacket() || b.Kind != 0 {
					t.Errorf("%s, %v: %+v, %v", name, unit, b, err)
				}
			}
			if err := r.Next(&Block{}); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			for cut := 1; cut < len(head); cut++ {
				var torn *TornError
				if err := NewReader(over(head[:cut])).Begin(); !errors.As(err, &torn) || torn.Have != int64(cut) {
					t.Errorf("a header cut at %d: %v", cut, err)
				}
			}
			var format *FormatError
			r = NewReader(over(wire(o, head, 0, 0, maxBlock+1, 0)))
			if err := errors.Join(r.Begin(), r.Next(&Block{})); !errors.As(err, &format) || format.Pos != 24 {
				t.Errorf("a packet that is too long: %v", err)
			}
		}
	}
}

// TestWhatIsNoCapture says what it is, as far as that can be told.
func TestWhatIsNoCapture(t *testing.T) {
	for in, want := range map[string]string{"": "empty", "\x1f\x8b\x08\x00": "gzip", "\x1f\x8c\x08\x00": "begins with 1f 8c 08 00", "text": "begins with 74 65 78 74"} {
		var format *FormatError
		if err := NewReader(over([]byte(in))).Begin(); !errors.As(err, &format) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// TestInterfacesAreBounded: as many as the limit are read, one more is not, and a place
// keeps those that there were.
func TestInterfacesAreBounded(t *testing.T) {
	o := binary.LittleEndian
	file := block(o, KindSection, byteOrderMagic, "\x01\x00\x00\x00", -1, -1)
	for range maxInterfaces + 1 {
		file = append(file, block(o, KindInterface, 1, 0)...)
	}
	r := NewReader(over(file))
	err := r.Begin()
	n := 0
	for ; err == nil; n++ {
		before := r.Section()
		had := len(before.Interfaces)
		err = r.Next(&Block{})
		if len(before.Interfaces) != had {
			t.Fatal("a section that somebody may keep was changed")
		}
	}
	var format *FormatError
	if !errors.As(err, &format) || n != maxInterfaces+2 || len(r.Section().Interfaces) != maxInterfaces {
		t.Errorf("%v after %d blocks", err, n)
	}
}

// TestOptionsThatAreCut: whole ones are read, what is behind the end is not.
func TestOptionsThatAreCut(t *testing.T) {
	o := binary.BigEndian
	raw := AppendOption(AppendOption(AppendOption(nil, o, 1, []byte("abc")), o, 7, nil), o, 9, []byte("abcd"))
	raw = AppendOption(AppendOption(raw, o, OptEnd, nil), o, 8, []byte("behind"))
	if len(raw) != 8+4+8+4+12 {
		t.Fatalf("%d bytes", len(raw))
	}
	for cut := range len(raw) + 1 {
		got := ""
		for code, value := range NewOptions(o, raw[:cut]).All() {
			got += string(rune('0'+code)) + string(value) + " "
		}
		want := ""
		if cut >= 7 {
			want += "1abc "
		}
		if cut >= 12 {
			want += "7 "
		}
		if cut >= 20 {
			want += "9abcd "
		}
		if got != want {
			t.Errorf("cut at %d: %q, want %q", cut, got, want)
		}
	}
	if long := AppendOption(nil, o, 1, make([]byte, MaxOption+1)); len(long) != 4+MaxOption+1 {
		t.Errorf("too long a value takes %d bytes", len(long))
	}
	for range NewOptions(o, raw).All() {
		break // the rest is not asked for
	}
}

// TestZerosAreTorn: what a file system leaves after a power cut.
func TestZerosAreTorn(t *testing.T) {
	r := NewReader(over(append(opened(binary.LittleEndian), make([]byte, 40)...)))
	err := r.Begin()
	for err == nil {
		err = r.Next(&Block{})
	}
	var torn *TornError
	if !errors.As(err, &torn) || torn.Have != minBlock || torn.Pos != r.Pos() {
		t.Error(err)
	}
}

// TestAStreamThatEndedSaysWhy: a reader blames the file where the stream failed.
func TestAStreamThatEndedSaysWhy(t *testing.T) {
	s, err := source.Spool(bytes.NewReader(opened(binary.LittleEndian)), nil, source.Bound{Bytes: 30})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := NewReader(s)
	err = r.Begin()
	for err == nil {
		err = r.Next(&Block{})
	}
	var format *FormatError
	if !errors.As(err, &format) || format.Pos != 30 {
		t.Error(err)
	}
}

// TestWritersByHand: offsets and times as the draft has them.
func TestWritersByHand(t *testing.T) {
	o := binary.LittleEndian
	if OptionsOfSection() != 24 || OptionsOfPacket(0) != 28 || OptionsOfPacket(1) != 32 || OptionsOfPacket(4) != 32 || OptionsOfPacket(5) != 36 {
		t.Error("where options begin")
	}
	if got := AppendTime(nil, o, time.Unix(0, 0x0102030405060708)); string(got) != "\x04\x03\x02\x01\x08\x07\x06\x05" {
		t.Errorf("% x", got)
	}
	if got := AppendTime(nil, o, time.Time{}); string(got) != strings.Repeat("\x00", 8) {
		t.Errorf("no time: % x", got)
	}
	if got := Statistics(o, time.Unix(0, 1)); string(got) != strings.Repeat("\x00", 16)+"\x01\x00\x00\x00" {
		t.Errorf("% x", got)
	}
	b := Section(nil, o)
	copy(b[16:], "12345678")
	if Lengthless(b, o); string(b[16:24]) != strings.Repeat("\xff", 8) {
		t.Errorf("% x", b)
	}
	d := Description(nil, o, 101, 6, "", "")
	if want := block(o, KindInterface, 101, 0, "\x09\x00\x01\x00\x06\x00\x00\x00", 0); !bytes.Equal(d, want) {
		t.Errorf("% x, want % x", d, want)
	}
}
