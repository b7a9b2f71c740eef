package decode

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// stream6M is some seconds of a publish: 30 KiB frames with audio between them.
func stream6M(chunkSize int) []byte {
	var w chunk.Writer
	p := w.Append(nil, chunk.Out{ChunkStream: 2, Type: 1, Body: []byte{0, byte(chunkSize >> 16), byte(chunkSize >> 8), byte(chunkSize)}})
	w.SetSize(chunkSize)
	for i := range 300 {
		p = w.Append(p, chunk.Out{ChunkStream: 6, Timestamp: uint32(i * 33), Type: 9, StreamID: 1, Body: make([]byte, 30_000+i%7)})
		p = w.Append(p, chunk.Out{ChunkStream: 4, Timestamp: uint32(i * 33), Type: 8, StreamID: 1, Body: make([]byte, 300+i%5)})
	}
	return p
}

func BenchmarkDecoder(b *testing.B) {
	for _, size := range []int{128, 4096, 60000} {
		b.Run(fmt.Sprintf("chunk=%d", size), func(b *testing.B) {
			p := stream6M(size)
			d := newDecoder()
			d.Write(hello())
			for d.Next() != nil {
			}
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				for rest := p; len(rest) > 0; {
					n := min(64<<10, len(rest))
					d.Write(rest[:n])
					rest = rest[n:]
					for d.Next() != nil {
					}
				}
			}
		})
	}
}

// BenchmarkNoise is a direction that stays lost: random bytes, and bytes that were
// made to be followed.
func BenchmarkNoise(b *testing.B) {
	rng := rand.New(rand.NewPCG(41, 42))
	random := make([]byte, 16<<20)
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	for _, c := range []struct {
		name string
		p    []byte
		n    int
	}{{"random", random, 64 << 10}, {"random by bytes", random[:1<<20], 1}, {"hostile", hostile(5 << 20), 64 << 10}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.p)))
			for b.Loop() {
				d := newDecoder()
				d.Gap(-1)
				for rest := c.p; len(rest) > 0; rest = rest[min(c.n, len(rest)):] {
					d.Write(rest[:min(c.n, len(rest))])
					drain(d)
				}
			}
		})
	}
}
