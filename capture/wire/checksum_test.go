package wire

import (
	"encoding/binary"
	"math/rand/v2"
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
