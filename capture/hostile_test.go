package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Numbers of the formats, written down once more for files made by hand.
const (
	byteOrderMagic = 0x1A2B3C4D
	pcapMicro      = 0xA1B2C3D4
	pcapNano       = 0xA1B23C4D
	secretsTLS     = 0x544c534b
	largestBlock   = 64 << 20
)

// block writes a pcapng block by hand, with any length it is told to claim.
func block(kind uint32, body []byte, claim uint32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, kind)
	b = binary.LittleEndian.AppendUint32(b, claim)
	b = append(b, body...)
	return binary.LittleEndian.AppendUint32(b, claim)
}

func honest(kind uint32, body []byte) []byte { return block(kind, body, uint32(len(body))+12) }

// words is a body of 32-bit little-endian words.
func words(w ...uint32) (b []byte) {
	for _, v := range w {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

var (
	sectionBlock   = honest(pcapng.KindSection, words(byteOrderMagic, 1, 0xffffffff, 0xffffffff))
	interfaceBlock = honest(pcapng.KindInterface, words(101, 0))
	prelude        = append(append([]byte(nil), sectionBlock...), interfaceBlock...)
)

func readBytes(t *testing.T, b []byte) ([]kept, error) {
	t.Helper()
	r, err := NewReader(memory(b))
	if err != nil {
		return nil, err
	}
	return readAll(t, r)
}

func TestHostileFilesGiveClearErrors(t *testing.T) {
	after := func(b []byte) []byte { return append(append([]byte(nil), prelude...), b...) }
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":               {nil, "it is empty"},
		"text":                {[]byte("GET / HTTP/1.1"), "neither pcapng nor pcap"},
		"gzip":                {[]byte{0x1f, 0x8b, 8, 0}, "decompress it first"},
		"4 GiB block":         {after(block(pcapng.KindEnhanced, words(0, 0), 0xfffffffc)), "4294967292 bytes long"},
		"block above the cap": {after(block(pcapng.KindEnhanced, nil, largestBlock+4)), "67108868 bytes long"},
		"block of no length":  {after(block(pcapng.KindEnhanced, nil, 0)), "0 bytes long"},
		"odd block":           {after(block(99, []byte{1}, 13)), "13 bytes long"},
		"lengths differ":      {after(append(honest(99, nil)[:8], words(16)...)), "at its end 16"},
		"no interface":        {append(append([]byte(nil), sectionBlock...), honest(pcapng.KindEnhanced, words(0, 0, 0, 0, 0))...), "interface 0 of 0"},
		"packet too long":     {after(honest(pcapng.KindEnhanced, words(0, 0, 0, 0xffffffff, 4))), "does not fit its block"},
		"short packet block":  {after(honest(pcapng.KindEnhanced, words(0))), "too short"},
		"byte order":          {honest(pcapng.KindSection, words(7, 1, 0, 0)), "byte order mark"},
		"version":             {honest(pcapng.KindSection, words(byteOrderMagic, 9, 0, 0)), "version 9"},
		"clock of 10^-20":     {append(append([]byte(nil), sectionBlock...), honest(pcapng.KindInterface, append(words(101, 0), 9, 0, 1, 0, 20, 0, 0, 0))...), "timestamp resolution"},
		"pcap packet":         {append(classic(binary.LittleEndian, pcapMicro, 1), words(0, 0, 0xffffffff, 0xffffffff)...), "a packet says"},
	} {
		_, err := readBytes(t, c.file)
		var format *pcapng.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestZerosAtTheEndAreTorn(t *testing.T) {
	_, err := readBytes(t, append(append([]byte(nil), prelude...), make([]byte, 512)...))
	var torn *pcapng.TornError
	if !errors.As(err, &torn) || torn.Pos != int64(len(prelude)) {
		t.Error(err)
	}
}

func TestAnAnnouncedLengthCostsNothing(t *testing.T) {
	file := append(append([]byte(nil), prelude...), block(pcapng.KindEnhanced, words(0, 0), largestBlock)...)
	r, err := NewReader(memory(file))
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Next()
	var torn *pcapng.TornError
	if !errors.As(err, &torn) || torn.Need != largestBlock {
		t.Error(err)
	}
}

func TestOptionsThatLieAreLeftOut(t *testing.T) {
	packet := builder{link: 101}.packet(t, greeting[0])
	body := words(0, 0, 0, uint32(len(packet)), uint32(len(packet)))
	body = append(body, packet...)
	body = append(body, make([]byte, -len(body)&3)...)
	body = append(append(body, 1, 0, 0xff, 0xff), "rtmpscope: beyond the block!"...)
	all, err := readBytes(t, append(append([]byte(nil), prelude...), honest(pcapng.KindEnhanced, body)...))
	if err != io.EOF || tell(all) != "1c:opened@0" || all[0].Reason != "" {
		t.Error(all, err)
	}
}

func TestBlockBiggerThanTheWindow(t *testing.T) {
	file := append(append([]byte(nil), prelude...), honest(99, bytes.Repeat([]byte("x"), 3<<20))...)
	packet := builder{link: 101}.packet(t, greeting[0])
	file = append(file, honest(pcapng.KindSimple, append(words(uint32(len(packet))), packet...))...)
	all, err := readBytes(t, file)
	if err != io.EOF || tell(all) != "1c:opened@0" {
		t.Error(all, err)
	}
}

func TestSectionsAreSeparateCaptures(t *testing.T) {
	one := builder{link: 101}.capture(t, greeted(frame{seq: 1001, ack: 9001, flags: "A", data: "abc"})...).Bytes()
	all, err := readBytes(t, append(append([]byte(nil), one...), one...))
	if err != io.EOF || tell(all) != "1c:opened@0 1c:data@0=abc 2c:opened@0 2c:data@0=abc" {
		t.Error(tell(all), err)
	}
}

func TestFileRefusesWhatCannotBeReadAtAnyOffset(t *testing.T) {
	if _, err := File(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Error(err)
	}
}

func FuzzReader(f *testing.F) {
	paths, _ := filepath.Glob(captureDir + "/*.pcapng")
	for _, path := range paths {
		if b, err := os.ReadFile(path); err == nil && len(b) < 20_000 {
			f.Add(b)
		}
	}
	raw := builder{link: 101}
	f.Add(classic(binary.BigEndian, pcapNano, 1, raw.packet(f, greeting[0]), raw.packet(f, frame{seq: 1001, data: "abc"})))
	f.Add(own(wire.Header{From: ap("192.0.2.1:5000"), To: ap("192.0.2.2:1935"), Flags: wire.FlagSYN}.Append(nil, nil)))
	f.Fuzz(func(t *testing.T, b []byte) { checkReader(t, b) })
}

// checkReader wants offsets without holes, kinds that are known, an end that
// stays, and marks that work.
func checkReader(t *testing.T, b []byte) {
	src := memory(b)
	r, err := NewReader(src)
	if err != nil {
		return
	}
	type direction struct {
		conn       uint32
		fromServer bool
	}
	next := map[direction]int64{}
	var rec *Record
	for records := 0; ; records++ {
		if rec, err = r.Next(); err != nil {
			break
		}
		d := direction{rec.Conn, rec.FromServer}
		if rec.Offset != next[d] || rec.Kind.String() == "unknown" || int(rec.Length) != len(rec.Data) && rec.Kind == Data {
			t.Fatalf("%+v, want offset %d", rec, next[d])
		}
		next[d] = rec.End()
		if m, ok := r.Mark(rec.Conn); ok && records%7 == 0 {
			if again, err := NewReaderFrom(src, m); err == nil {
				again.Next()
			}
		}
		if records > 10*len(b)+100 {
			t.Fatal("no progress")
		}
	}
	if _, again := r.Next(); again != err {
		t.Fatalf("ended with %v, then %v", err, again)
	}
}

// own is a capture that says that a recorder wrote it, with packets of raw IP.
func own(packets ...[]byte) []byte {
	o := binary.LittleEndian
	b := pcapng.AppendOption(pcapng.Section(nil, o), o, pcapng.OptApplication, []byte(meta.Application+"1.0.0"))
	file := bytes.Clone(pcapng.Close(pcapng.AppendOption(b, o, pcapng.OptEnd, nil), o, pcapng.KindSection))
	file = append(file, interfaceBlock...)
	for _, p := range packets {
		body := append(words(0, 0, 0, uint32(len(p)), uint32(len(p))), p...)
		file = append(file, honest(pcapng.KindEnhanced, append(body, make([]byte, -len(body)&3)...))...)
	}
	return file
}
