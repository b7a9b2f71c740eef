package decode

import (
	"fmt"
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
