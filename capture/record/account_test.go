package record

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// TestPacketsAreCounted: a handshake has three packets, data one for each segment, an
// end one, and an acknowledgement stands only where so much is in flight that sequence
// numbers would become ambiguous.
func TestPacketsAreCounted(t *testing.T) {
	m := source.NewMemory()
	r, err := New(m, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	at := told.Start
	step := func(what string, packets uint64, err error) {
		t.Helper()
		if err != nil || r.out.packets != packets {
			t.Errorf("%s: %d packets, want %d; %v", what, r.out.packets, packets, err)
		}
	}
	step("opened", 3, r.Open(1, at, at, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")))
	step("data", 4, r.Data(1, false, at, []byte("hello")))
	step("its answer", 5, r.Data(1, true, at, []byte("world")))
	step("two segments", 7, r.Data(1, false, at, make([]byte, wire.MaxSegment+1)))
	step("nothing", 7, r.Data(1, false, at, nil))
	step("no gap", 7, r.Gap(1, false, at, 0))
	step("a gap of a byte", 8, r.Gap(1, false, at, 1))
	step("a large one", 9, r.Gap(1, false, at, ackEvery))
	step("behind much, an acknowledgement before it", 11, r.Data(1, false, at, []byte("x")))
	step("and then none", 12, r.Data(1, false, at, []byte("x")))
	step("an end", 13, r.Fin(1, false, at, ""))
	step("the other", 14, r.Reset(1, true, at, ""))
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d bytes were relayed but not recorded, in 2 gaps", ackEvery+1); !bytes.Contains(m.Bytes(), []byte(want)) {
		t.Errorf("the statistics do not say that %s", want)
	}
	if r.gaps.now != 2 || r.dropped.now != ackEvery+1 || r.Lost() != 0 {
		t.Errorf("%d gaps of %d bytes, %d lost", r.gaps.now, r.dropped.now, r.Lost())
	}
	var gaps []int64
	for _, k := range told.Read(t, told.Memory(m.Bytes())) {
		if k.Kind == capture.Gap {
			gaps = append(gaps, k.Length)
		}
	}
	if fmt.Sprint(gaps) != fmt.Sprint([]int64{1, ackEvery}) {
		t.Errorf("gaps of %v bytes are read", gaps)
	}
}

// TestNoNewSegmentIsReported: recording goes on in the old file, and tries again after
// as many bytes as say that it is worth it.
func TestNoNewSegmentIsReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	var words []string
	r, err := Create(path, Options{Version: "1.0.0", Rotate: Rotate{Bytes: 100_000}, Report: func(s string) { words = append(words, s) }})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Source().Close()
	tries := 0
	r.files.create = func(string) (*newSegment, error) { tries++; return nil, errors.New("no room for names") }
	if err := r.Open(1, told.Start, told.Start, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")); err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		if err := r.Data(1, false, told.Start.Add(time.Duration(i)*time.Second), make([]byte, 10_000)); err != nil {
			t.Fatal(err)
		}
	}
	if tries == 0 || len(words) != tries || tries > 6 {
		t.Errorf("%d tries, %d reports", tries, len(words))
	}
	for _, w := range words {
		if want := "no new segment could be begun, recording goes on in " + path + ": no room for names"; w != want {
			t.Errorf("%q, want %q", w, want)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for _, k := range told.ReadFile(t, path) {
		n += int64(strings.Count(k.Text, "\x00"))
	}
	if n != 600_000 {
		t.Errorf("%d bytes are recorded", n)
	}
}
