package analyst

import (
	"bytes"
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// BenchmarkAnalyst follows a publish of 40 Mbit/s as a relay records it, with rules and
// measurements, as a live view does.
func BenchmarkAnalyst(b *testing.B) {
	file := published(b, 32<<20)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		a := New(source.NewFinished(bytes.NewReader(file), int64(len(file))), Options{Judge: lint.New(lint.Config{}), Measure: true})
		if err := a.Run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// published is a capture of about so many bytes of video in frames of 160 kB.
func published(b *testing.B, size int) []byte {
	memory := source.NewMemory()
	r, err := record.New(memory, record.Options{})
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	check(r.Open(1, at, at, netip.MustParseAddrPort("192.0.2.1:5000"), netip.MustParseAddrPort("192.0.2.2:1935")))
	shake := make([]byte, 3073)
	shake[0] = 3
	check(r.Data(1, false, at, shake))
	check(r.Data(1, true, at, shake))
	var w chunk.Writer
	out := w.Append(nil, chunk.Out{ChunkStream: 2, Type: 1, Body: []byte{0, 0, 0x10, 0}})
	w.SetSize(4096)
	const unit = 160_000 // a picture is one NAL unit behind its length
	body := append([]byte{0x27, 1, 0, 0, 0, 0, unit >> 16, unit >> 8 & 0xff, unit & 0xff, 0x41}, make([]byte, unit-1)...)
	for sent := 0; sent < size; sent += len(body) {
		at = at.Add(time.Second / 30)
		out = w.Append(out, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: uint32(sent / 5000), Body: body})
		for len(out) >= 64<<10 {
			check(r.Data(1, false, at, out[:64<<10]))
			out = append(out[:0], out[64<<10:]...)
		}
	}
	check(r.Close())
	return memory.Bytes()
}
