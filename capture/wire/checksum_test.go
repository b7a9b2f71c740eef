package wire

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"testing"
)

// plainSum is RFC 1071 §4.1, word by word.
func plainSum(b []byte, sum uint64) uint16 {
	for len(b) >= 2 {
		sum += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		sum += uint64(b[0]) << 8
	}
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// TestChecksumIsThatOfTheSpecification: of every length, also of bytes that carry at
// every step, and with the example of RFC 1071 §3.
func TestChecksumIsThatOfTheSpecification(t *testing.T) {
	if got := checksum([]byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}, 0); got != ^uint16(0xddf2) {
		t.Errorf("the example gives %#x", got)
	}
	rng := rand.NewChaCha8([32]byte{7})
	for n := range 300 {
		for _, fill := range []byte{0x00, 0x01, 0xff} { // 1 stands for random bytes
			b := make([]byte, n)
			for i := range b {
				b[i] = fill
			}
			if fill == 1 {
				_, _ = rng.Read(b)
			}
			for _, from := range []uint64{0, 0xffff, 0x1fffe} {
				if got, want := checksum(b, from), plainSum(b, from); got != want {
					t.Fatalf("%d bytes of %#x from %#x: %#x, want %#x", n, fill, from, got, want)
				}
			}
		}
	}
}

func BenchmarkChecksum(b *testing.B) {
	p := make([]byte, 64<<10)
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		checksum(p, 0)
	}
}

// TestHeadIsFinishedByWhoSums: a network card that sums up the segment behind a head as
// it stands, the checksum of the pseudo header in it, gets the checksum that Append
// computes (RFC 1071 §2), and nothing else differs.
func TestHeadIsFinishedByWhoSums(t *testing.T) {
	rng := rand.NewChaCha8([32]byte{8})
	for _, ends := range [][2]string{{"192.0.2.1:5000", "192.0.2.2:1935"}, {"[2001:db8::1]:5000", "[2001:db8::2]:1935"}} {
		h := Header{From: netip.MustParseAddrPort(ends[0]), To: netip.MustParseAddrPort(ends[1]), Seq: 0xfedcba98, Ack: 0x89abcdef, Flags: FlagACK | FlagPSH}
		for n := range 70 {
			payload := make([]byte, n)
			_, _ = rng.Read(payload)
			want := h.Append([]byte("before"), payload)
			got := append(h.AppendHead([]byte("before"), n), payload...)
			start := len(got) - n - tcpHeader
			sum := checksum(got[start:], 0)
			binary.BigEndian.PutUint16(got[start+checksumTCP:], sum)
			if !bytes.Equal(got, want) {
				t.Fatalf("%d bytes to %s:\n% x, want\n% x", n, ends[1], got, want)
			}
		}
	}
	// By hand: 10.0.0.1 to 10.0.0.2, protocol 6, 20 + 4 bytes: 0a00+0001+0a00+0002+0006+0018.
	h := Header{From: netip.MustParseAddrPort("10.0.0.1:1"), To: netip.MustParseAddrPort("10.0.0.2:2"), Flags: FlagACK}
	if got := binary.BigEndian.Uint16(h.AppendHead(nil, 4)[ipv4Header+checksumTCP:]); got != 0x1421 {
		t.Errorf("the pseudo header sums up to %#x, want 0x1421", got)
	}
}
