package analyst

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

// avcRecord is a sequence header that says how many bytes a NAL unit length has.
func avcRecord(lengthSize byte) []byte {
	return append([]byte("\x17\x00\x00\x00\x00\x01\x42\xc0\x0a"), append([]byte{0xfc | lengthSize - 1},
		"\xe1\x00\x16\x67\x42\xc0\x0a\xd9\x02\xc4\xec\x04\x40\x00\x00\x03\x00\x40\x00\x00\x07\x83\xc4\x89\x92\x01\x00\x05\x68\xcb\x83\xcb\x20"...)...)
}

// TestDetailReadsByTheConfigurationInForce opens frames whose NAL unit lengths
// have two bytes, then four: only the sequence header before each says so.
func TestDetailReadsByTheConfigurationInForce(t *testing.T) {
	twoBytes := []byte("\x17\x01\x00\x00\x00\x00\x03\x65\x88\x80\x00\x02\x41\x9a")
	fourBytes := []byte("\x27\x01\x00\x00\x00\x00\x00\x00\x03\x65\x88\x80\x00\x00\x00\x02\x41\x9a")
	a := foldMedia(t, avcRecord(2), twoBytes, avcRecord(4), fourBytes, avcRecord(2), twoBytes)
	for row, size := range map[int]int{1: 2, 3: 4, 5: 2} {
		n := firstMedia(a) + row
		d, err := a.Detail(n)
		if err != nil {
			t.Fatal(err)
		}
		lengths := 0
		field.Leaves(d.Fields, func(f field.Field) {
			if f.Name == "NAL unit length" {
				lengths++
				if f.End-f.Start != size || f.Bad {
					t.Errorf("row %d: %+v", n, f)
				}
			}
		})
		if lengths != 2 {
			t.Errorf("row %d: %d NAL units, want 2", n, lengths)
		}
	}
}

// foldMedia folds a capture of a client that sends these video messages.
func foldMedia(t *testing.T, bodies ...[]byte) *Analyst {
	t.Helper()
	m := source.NewMemory()
	rec, err := record.New(m, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var w chunk.Writer
	p := append([]byte{3}, make([]byte, 2*1536)...)
	for i, body := range bodies {
		p = w.Append(p, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: uint32(40 * i), Body: body})
	}
	at := time.Unix(1_800_000_000, 0)
	ends := netip.MustParseAddrPort("192.0.2.1:1935")
	for _, err := range []error{
		rec.Open(1, at, at, netip.MustParseAddrPort("192.0.2.2:40000"), ends), rec.Data(1, false, at, p),
		rec.Fin(1, false, at, ""), rec.Fin(1, true, at, ""), rec.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a := New(m, Options{})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

// firstMedia is the number of the first audio or video row.
func firstMedia(a *Analyst) int {
	s := a.Snapshot()
	for n := 1; n <= s.Len(); n++ {
		if s.Row(n).IsMedia() {
			return n
		}
	}
	return 0
}
