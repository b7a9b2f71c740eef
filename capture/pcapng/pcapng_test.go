package pcapng

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC)

func over(b []byte) *source.Finished { return source.NewFinished(bytes.NewReader(b), int64(len(b))) }

// ours writes a section, an interface and packets with our own functions.
func ours(packets [][]byte, comments [][]string) []byte {
	o := binary.LittleEndian
	b := AppendOption(AppendOption(Section(nil, o), o, OptApplication, []byte("app")), o, OptComment, []byte("what it is"))
	b = Close(AppendOption(b, o, OptEnd, nil), o, KindSection)
	b = Description(b, o, 101, 9, "name", "words")
	for i, p := range packets {
		block := PacketData(append(Packet(nil, o, 0, uint64(start.Add(time.Duration(i)).UnixNano())), p...), o, len(p)+i)
		for _, c := range comments[i] {
			block = AppendOption(block, o, OptComment, []byte(c))
		}
		if len(comments[i]) > 0 {
			block = AppendOption(block, o, OptEnd, nil)
		}
		b = append(b, Close(block, o, KindEnhanced)...)
	}
	return b
}

// theirs writes the same with gopacket.
func theirs(t *testing.T, packets [][]byte, comments [][]string) []byte {
	t.Helper()
	var out bytes.Buffer
	in := pcapgo.NgInterface{Name: "name", LinkType: layers.LinkTypeRaw, TimestampResolution: 9, Description: "words"}
	w, err := pcapgo.NewNgWriterInterface(&out, in, pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "app", Comment: "what it is"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range packets {
		ci := gopacket.CaptureInfo{Timestamp: start.Add(time.Duration(i)), CaptureLength: len(p), Length: len(p) + i}
		if err := w.WritePacketWithOptions(ci, p, pcapgo.NgPacketOptions{Comments: comments[i]}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func some() (packets [][]byte, comments [][]string) {
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range 40 {
		p := make([]byte, rng.IntN(70))
		for j := range p {
			p[j] = byte(rng.IntN(256))
		}
		packets = append(packets, p)
		comments = append(comments, [][]string{nil, {"one"}, {"four", "and more"}}[i%3])
	}
	return packets, comments
}

// TestWrittenAsGopacketWrites compares byte for byte with a writer that is not
// ours.
func TestWrittenAsGopacketWrites(t *testing.T) {
	packets, comments := some()
	got, want := ours(packets, comments), theirs(t, packets, comments)
	if !bytes.Equal(got, want) {
		n := 0
		for n < min(len(got), len(want)) && got[n] == want[n] {
			n++
		}
		t.Errorf("%d bytes, want %d; they differ at %d", len(got), len(want), n)
	}
}

// TestReadFromAnywhere reads what gopacket wrote, and again from the place of
// every block.
func TestReadFromAnywhere(t *testing.T) {
	packets, comments := some()
	file := theirs(t, packets, comments)
	r := NewReader(over(file))
	if err := r.Begin(); err != nil {
		t.Fatal(err)
	}
	var places []Place
	n := 0
	for {
		var b Block
		at := r.Here()
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := r.Since(b.Pos); err != nil || b.Pos != at.Pos() || int64(len(raw)) != r.Pos()-b.Pos || binary.LittleEndian.Uint32(raw) != b.Kind {
			t.Fatalf("block at %d: %d bytes, %v", b.Pos, len(raw), err)
		}
		if b.IsPacket() {
			checkPacket(t, &b, n, packets, comments)
			places = append(places, at)
			n++
		}
	}
	if n != len(packets) {
		t.Fatalf("%d packets of %d", n, len(packets))
	}
	again := NewReader(over(file))
	for i := len(places) - 1; i >= 0; i-- {
		var b Block
		again.GoTo(places[i])
		if err := again.Next(&b); err != nil {
			t.Fatal(err)
		}
		checkPacket(t, &b, i, packets, comments)
	}
}

func checkPacket(t *testing.T, b *Block, i int, packets [][]byte, comments [][]string) {
	t.Helper()
	var said []string
	for code, c := range b.Options.All() {
		if code == OptComment {
			said = append(said, string(c))
		}
	}
	if !bytes.Equal(b.Data, packets[i]) || b.Length != len(packets[i])+i || !b.Time.Equal(start.Add(time.Duration(i))) || b.Link != 101 || len(said) != len(comments[i]) {
		t.Errorf("packet %d: %+v, comments %q", i, b, said)
	}
	for j, c := range said {
		if c != comments[i][j] {
			t.Errorf("packet %d: %q, want %q", i, c, comments[i][j])
		}
	}
}

// TestTornAtEveryByte: what is whole is read, and the rest is torn or, behind a
// whole block, the end.
func TestTornAtEveryByte(t *testing.T) {
	packets, comments := some()
	file := ours(packets[:6], comments[:6])
	for cut := range len(file) {
		r := NewReader(over(file[:cut]))
		err := r.Begin()
		for err == nil {
			err = r.Next(&Block{})
		}
		var torn *TornError
		var format *FormatError
		switch {
		case cut == 0 && errors.As(err, &format):
		case errors.Is(err, io.EOF) && r.Pos() == int64(cut):
		case errors.As(err, &torn) && torn.Pos == r.Pos() && torn.Pos+torn.Have == int64(cut) && (torn.Need == 0 || torn.Have < torn.Need):
		case errors.As(err, &torn) && torn.Have == minBlock:
		default:
			t.Fatalf("cut at %d: %v at %d", cut, err, r.Pos())
		}
	}
}

// TestStampIsTheInverseOfTime for clocks of all sorts.
func TestStampIsTheInverseOfTime(t *testing.T) {
	for _, resolution := range []byte{0, 3, 6, 9, 0x80 | 10, 0x80 | 20} {
		for _, offset := range []int64{0, 1000} {
			in := Interface{units: unitsOf(resolution), offset: offset}
			for _, stamp := range []uint64{0, 1, 999, 1 << 31, 3_000_000_007} {
				if back := in.Stamp(in.time(stamp)); back != stamp {
					t.Errorf("resolution %#x, offset %d: %d becomes %d", resolution, offset, stamp, back)
				}
			}
		}
	}
	if unitsOf(20) != 0 || unitsOf(0x80|63) != 1<<63 || unitsOf(0x80|64) != 0 {
		t.Error("a resolution that does not fit is not told")
	}
	if in := (Interface{units: 1, offset: 100}); in.Stamp(time.Unix(99, 0)) != 0 {
		t.Error("a time before the clock's beginning")
	}
}
