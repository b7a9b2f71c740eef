package record

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// TestWhatIsLentIsWrittenFromWhereItIs: reads of any length, lent or not, are read
// back as they were, in IPv4 and IPv6, and may be overwritten after Flush.
func TestWhatIsLentIsWrittenFromWhereItIs(t *testing.T) {
	for _, client := range []string{"192.0.2.1:5000", "[2001:db8::1]:5000"} {
		path := filepath.Join(t.TempDir(), "lent.pcapng")
		rec, err := Create(path, Options{})
		noError(t, err)
		server := map[bool]string{true: "192.0.2.2:1935", false: "[2001:db8::2]:1935"}[client[0] != '[']
		noError(t, rec.Open(1, told.Start, told.Start, told.Addr(client), told.Addr(server)))
		rng := rand.New(rand.NewPCG(3, 4))
		var want []byte
		most := 0
		for range 30 {
			var reads [][]byte
			for range rng.IntN(4) {
				p := told.Random(rng, 1+rng.IntN(6*wire.MaxSegment))
				want = append(want, p...)
				reads = append(reads, p)
				noError(t, rec.Lend(1, false, told.Start, p))
				most = max(most, len(rec.buf.lent))
			}
			noError(t, rec.Flush())
			for _, p := range reads {
				clear(p)
			}
		}
		noError(t, rec.Close())
		if most == 0 {
			t.Error("nothing was written from where it was")
		}
		if got := dataOf(told.ReadFile(t, path)); !bytes.Equal(got, want) {
			t.Errorf("%d bytes were read back of %d that were lent, or others", len(got), len(want))
		}
	}
}

func dataOf(all []told.Kept) (data []byte) {
	for _, k := range all {
		if k.Kind == capture.Data {
			data = append(data, k.Text...)
		}
	}
	return data
}

// TestVectorsAreWrittenToTheEnd: a pipe takes a part at a time, and a device that is
// full says so.
func TestVectorsAreWrittenToTheEnd(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var pieces [][]byte
	var want []byte
	for range 100 {
		p := told.Random(rng, rng.IntN(40_000))
		pieces, want = append(pieces, p), append(want, p...)
	}
	r, w, err := os.Pipe()
	noError(t, err)
	sink := &segmentSink{w: w}
	failed := make(chan error, 1)
	go func() {
		defer w.Close()
		failed <- sink.writeVectors(pieces)
	}()
	got, err := io.ReadAll(r)
	if err = errors.Join(err, <-failed); err != nil || !bytes.Equal(got, want) || sink.n != int64(len(want)) {
		t.Errorf("%d of %d bytes came through a pipe, %d were counted, %v", len(got), len(want), sink.n, err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	sink = &segmentSink{w: full}
	if err := sink.writeVectors([][]byte{[]byte("a"), []byte("b")}); !errors.Is(err, syscall.ENOSPC) || sink.n != 0 {
		t.Errorf("a full device: %v, %d bytes counted", err, sink.n)
	}
}

// TestALentBlockBesideComments: what is lent stands in the middle of its block.
func TestALentBlockBesideComments(t *testing.T) {
	p := bytes.Repeat([]byte("x"), 10)
	if got := insert([]byte("headtail"), 4, p); string(got) != "headxxxxxxxxxxtail" {
		t.Errorf("%q", got)
	}
	var b buffer
	b.b = append(make([]byte, 0, 100), "0123"...)
	noError(t, b.appendAround(append(b.rest(), "headtail"...), 4, p))
	noError(t, b.appendAround(append(b.rest(), "next"...), 4, nil))
	if got := bytes.Join(b.vector(), nil); string(got) != "0123headxxxxxxxxxxtailnext" || b.held() != len(got) {
		t.Errorf("%q, %d held", got, b.held())
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
