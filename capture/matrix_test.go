package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/gopacket/gopacket/pcapgo"
	"github.com/klauspost/compress/zstd"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// ipPacket is an IP packet of a real capture, without its link layer.
type ipPacket struct {
	at time.Time
	ip []byte
}

// ipPackets reads a capture with gopacket's reader; all of testdata is Ethernet.
func ipPackets(t testing.TB, path string) (all []ipPacket) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := pcapgo.NewNgReader(bytes.NewReader(b), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, ci, err := r.ReadPacketData()
		if err != nil {
			return all
		}
		all = append(all, ipPacket{ci.Timestamp, bytes.Clone(p[14:])})
	}
}

// pcapFile writes a classic pcap file.
func pcapFile(o binary.AppendByteOrder, magic, link uint32, unit time.Duration, packets []ipPacket, wrap func(int, []byte) [][]byte) []byte {
	b := o.AppendUint32(nil, magic)
	b = o.AppendUint16(o.AppendUint16(b, 2), 4)
	b = o.AppendUint32(o.AppendUint32(append(b, make([]byte, 8)...), 262144), link)
	for i, p := range packets {
		for _, frame := range wrap(i, p.ip) {
			b = o.AppendUint32(b, uint32(p.at.Unix()))
			b = o.AppendUint32(b, uint32(time.Duration(p.at.Nanosecond())/unit))
			b = o.AppendUint32(o.AppendUint32(b, uint32(len(frame))), uint32(len(frame)))
			b = append(b, frame...)
		}
	}
	return b
}

// cat joins what is given as bytes, strings of bytes, and 16-bit numbers.
func cat(parts ...any) (b []byte) {
	for _, p := range parts {
		switch v := p.(type) {
		case []byte:
			b = append(b, v...)
		case string:
			b = append(b, v...)
		case uint16:
			b = binary.BigEndian.AppendUint16(b, v)
		case int:
			b = append(b, byte(v))
		}
	}
	return b
}

const macs = "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02"

// ipv4Around is an IPv4 header, written by hand, around a payload.
func ipv4Around(protocol byte, id, offsetAndFlags uint16, p []byte) []byte {
	return cat(0x45, 0, uint16(20+len(p)), id, offsetAndFlags, 64, int(protocol), uint16(0), "\x0a\x00\x00\x01\x0a\x00\x00\x02", p)
}

func ipv6Around(next byte, p []byte) []byte {
	return cat("\x60\x00\x00\x00", uint16(len(p)), int(next), 64, "\x20\x01\x0d\xb8", make([]byte, 11), "\x01", "\x20\x01\x0d\xb8", make([]byte, 11), "\x02", p)
}

func udpAround(port uint16, p []byte) []byte { return cat(port, port, uint16(8+len(p)), uint16(0), p) }

func gtpAround(p []byte) []byte {
	// Sequence number flag and one extension header (PDU session container).
	return cat("\x36\xff", uint16(len(p)+8), "\x00\x00\x00\x07", "\x00\x01\x00\x85", "\x01\x00\x09\x00", p)
}

func one(p []byte) [][]byte { return [][]byte{p} }

// fragments4 cuts an IPv4 packet into three fragments, and shuffles them.
func fragments4(i int, ip []byte) [][]byte {
	body := ip[20:]
	if len(body) < 64 {
		return one(ip)
	}
	cut := len(body) / 3 &^ 7
	piece := func(from, to int, more uint16) []byte {
		p := cat(ip[:20], body[from:to])
		binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
		binary.BigEndian.PutUint16(p[4:], uint16(i))
		binary.BigEndian.PutUint16(p[6:], uint16(from/8)|more)
		return p
	}
	const more = 0x2000
	parts := [][]byte{piece(0, cut, more), piece(cut, 2*cut, more), piece(2*cut, len(body), 0)}
	k := i % 3
	return [][]byte{parts[k], parts[(k+1)%3], parts[(k+1)%3], parts[(k+2)%3]} // one comes twice
}

// fragments6 carries the packet in an IPv6 packet that is cut into fragments.
func fragments6(i int, ip []byte) [][]byte {
	cut := len(ip) / 2 &^ 7
	head := func(offset uint16) []byte { return cat(4, 0, offset, "\x00\x00", uint16(i)) }
	return [][]byte{ipv6Around(44, cat(head(uint16(cut)), ip[cut:])), ipv6Around(44, cat(head(1), ip[:cut]))}
}

// wrapping is a way in which the same packets may have been captured.
type wrapping struct {
	name string
	link uint32
	wrap func(int, []byte) [][]byte
}

var wrappings = []wrapping{
	{"raw", 101, func(_ int, p []byte) [][]byte { return one(p) }},
	{"raw, DLT_RAW", 12, func(_ int, p []byte) [][]byte { return one(p) }},
	{"Ethernet", 1, func(_ int, p []byte) [][]byte { return one(cat(macs, "\x08\x00", p)) }},
	{"Ethernet, padded", 1, func(_ int, p []byte) [][]byte { return one(cat(macs, "\x08\x00", p, make([]byte, 40))) }},
	{"VLAN", 1, func(_ int, p []byte) [][]byte { return one(cat(macs, "\x81\x00\x00\x07\x08\x00", p)) }},
	{"QinQ", 1, func(_ int, p []byte) [][]byte { return one(cat(macs, "\x88\xa8\x00\x07\x81\x00\x00\x08\x08\x00", p)) }},
	{"MPLS", 1, func(_ int, p []byte) [][]byte {
		return one(cat(macs, "\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40", p))
	}},
	{"PPPoE", 1, func(_ int, p []byte) [][]byte {
		return one(cat(macs, "\x88\x64\x11\x00\x00\x01", uint16(len(p)+2), "\x00\x21", p))
	}},
	{"PPP", 9, func(_ int, p []byte) [][]byte { return one(cat("\xff\x03\x00\x21", p)) }},
	{"SLL", 113, func(_ int, p []byte) [][]byte {
		return one(cat("\x00\x00\x03\x04\x00\x06", make([]byte, 8), "\x08\x00", p))
	}},
	{"SLL2", 276, func(_ int, p []byte) [][]byte { return one(cat("\x08\x00", make([]byte, 18), p)) }},
	{"null", 0, func(_ int, p []byte) [][]byte { return one(cat("\x02\x00\x00\x00", p)) }},
	{"loop", 108, func(_ int, p []byte) [][]byte { return one(cat("\x00\x00\x00\x02", p)) }},
	{"every packet twice", 101, func(_ int, p []byte) [][]byte { return [][]byte{p, p} }},
	{"IPv4 fragments", 101, fragments4},
	{"IPv6 fragments", 101, fragments6},
	{"GTP-U", 1, func(_ int, p []byte) [][]byte {
		return one(cat(macs, "\x08\x00", ipv4Around(17, 0, 0, udpAround(2152, gtpAround(p)))))
	}},
	{"VXLAN", 101, func(_ int, p []byte) [][]byte {
		return one(ipv4Around(17, 0, 0, udpAround(4789, cat("\x08\x00\x00\x00\x00\x00\x07\x00", macs, "\x08\x00", p))))
	}},
	{"IP in IP", 101, func(_ int, p []byte) [][]byte { return one(ipv4Around(4, 0, 0, p)) }},
	{"IP in IPv6", 101, func(_ int, p []byte) [][]byte { return one(ipv6Around(4, p)) }},
	{"GRE with key", 101, func(_ int, p []byte) [][]byte {
		return one(ipv4Around(47, 0, 0, cat("\x20\x00\x08\x00\x00\x00\x00\x09", p)))
	}},
	{"length 0", 101, func(_ int, p []byte) [][]byte { return one(cat(p[:2], "\x00\x00", p[4:])) }},
}

func realCaptures(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(captureDir + "/*.pcapng")
	if err != nil || len(paths) < 20 {
		t.Fatal("no captures in testdata", err)
	}
	return paths
}

// withoutPos is records without what depends on the file.
func withoutPos(all []kept) []kept {
	out := make([]kept, len(all))
	for i, r := range all {
		r.Pos, r.Frame, r.Time = 0, 0, r.Time.Truncate(time.Microsecond)
		out[i] = r
	}
	return out
}

func sameAsTold(t *testing.T, got, want []kept) {
	t.Helper()
	got, want = withoutPos(got), withoutPos(want)
	for i := range min(len(got), len(want)) {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("record %d is %+v, want %+v", i, got[i].Record, want[i].Record)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
}

// TestHoweverItWasCaptured wraps the packets of every real capture in other link
// and network layers, and wants the same records.
func TestHoweverItWasCaptured(t *testing.T) {
	for _, path := range realCaptures(t) {
		packets, want := ipPackets(t, path), readFile(t, path)
		t.Run(filepath.Base(path), func(t *testing.T) {
			for _, w := range wrappings {
				t.Run(w.name, func(t *testing.T) {
					file := pcapFile(binary.LittleEndian, pcapMicro, w.link, time.Microsecond, packets, w.wrap)
					sameAsTold(t, readMemory(t, memory(file)), want)
				})
			}
		})
	}
}

// TestFileFormats writes real captures in every format and compression.
func TestFileFormats(t *testing.T) {
	raw := wrappings[0].wrap
	for _, path := range realCaptures(t)[:8] {
		packets, want := ipPackets(t, path), readFile(t, path)
		for name, file := range map[string][]byte{
			"pcap µs":     pcapFile(binary.LittleEndian, pcapMicro, 101, time.Microsecond, packets, raw),
			"pcap ns":     pcapFile(binary.LittleEndian, pcapNano, 101, time.Nanosecond, packets, raw),
			"pcap µs, BE": pcapFile(binary.BigEndian, pcapMicro, 101, time.Microsecond, packets, raw),
			"pcap ns, BE": pcapFile(binary.BigEndian, pcapNano, 101, time.Nanosecond, packets, raw),
		} {
			for packing, packed := range map[string][]byte{"": file, ".gz": gzipped(t, file), ".zst": zstdded(t, file)} {
				in := filepath.Join(t.TempDir(), "x.pcap"+packing)
				if err := os.WriteFile(in, packed, 0o600); err != nil {
					t.Fatal(err)
				}
				t.Run(fmt.Sprint(filepath.Base(path), name, packing), func(t *testing.T) {
					sameAsTold(t, readMemory(t, openInput(t, in, OpenOptions{})), want)
				})
			}
		}
	}
}

func openInput(t testing.TB, path string, o OpenOptions) *Input {
	t.Helper()
	in, err := OpenFile(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return in
}

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zstdded(t testing.TB, b []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	return z.EncodeAll(b, nil)
}

// TestMarksAmongFragments reads again from the middle of a capture in which
// every packet comes in fragments, the last of each after the first of the next.
func TestMarksAmongFragments(t *testing.T) {
	path := filepath.Join(captureDir, "ffmpeg5__nginx__play_missing.pcapng")
	packets := ipPackets(t, path)
	want := checkMarks(t, openFile(t, path), 1)
	for _, wrap := range []func(int, []byte) [][]byte{fragments4, fragments6} {
		var late []byte
		mixed := func(i int, p []byte) [][]byte {
			frames := wrap(i, p)
			last := len(frames) - 1
			if i < len(packets)-1 {
				late, frames[last] = frames[last], late
			} else {
				frames = append(frames, late)
			}
			if frames[last] == nil {
				frames = frames[:last]
			}
			return frames
		}
		file := pcapFile(binary.LittleEndian, pcapMicro, 101, time.Microsecond, packets, mixed)
		if usable := checkMarks(t, memory(file), 1); usable != want {
			t.Errorf("%d places can be marked, %d without fragments", usable, want)
		}
	}
}

// BenchmarkImport reads somebody else's capture: Ethernet, with a VLAN tag.
func BenchmarkImport(b *testing.B) {
	k := new(talk).open(1).say(1, false, c0c1)
	for range 4096 {
		k.say(1, false, string(make([]byte, 1448)))
	}
	var packets []ipPacket
	for i, f := range k.frames {
		packets = append(packets, ipPacket{time.Unix(int64(i), 0), builder{link: 101}.packet(b, f)})
	}
	tagged := func(_ int, p []byte) [][]byte { return one(cat(macs, "\x81\x00\x00\x07\x08\x00", p)) }
	m := memory(pcapFile(binary.LittleEndian, pcapMicro, 1, time.Microsecond, packets, tagged))
	b.SetBytes(1448)
	b.ReportAllocs()
	benchmarkNext(b, m)
}

func benchmarkNext(b *testing.B, src source.Source) {
	var r *Reader
	for b.Loop() {
		if r == nil {
			r, _ = NewReader(src)
		}
		if _, err := r.Next(); err != nil {
			r = nil
		}
	}
}
