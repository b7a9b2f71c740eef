package record

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestFollow: a file that another recorder is writing is read as it was, and beyond
// that, over the segments that come, once that is asked for, until the recorder ends.
func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.pcapng")
	rec, err := Create(path, Options{Rotate: Rotate{Bytes: 2000}})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(n int) {
		for range n {
			check(rec.Data(1, false, told.Start, make([]byte, 300)))
			check(rec.Flush())
		}
	}
	check(rec.Open(1, told.Start, told.Start, told.Addr("192.0.2.7:5000"), told.Addr("198.51.100.1:1935")))
	write(10)
	in, err := capture.OpenFile(path, capture.OpenOptions{Growing: capture.WhenAsked})
	check(err)
	defer in.Close()
	before := in.Size()
	write(20)
	if g := in.Growth(); g != capture.Unfollowed || in.Size() != before {
		t.Errorf("what is not followed is %v, and has %d bytes after %d", g, in.Size(), before)
	}
	in.Follow()
	all := make(chan []told.Kept, 1)
	go func() { all <- told.Read(t, in) }()
	need.Until(t, "what came is read", func() bool { return in.Size() > before })
	write(20)
	check(rec.Fin(1, false, told.Start, ""))
	check(rec.Close())
	got := <-all
	told.Same(t, got, told.ReadFile(t, path))
	if in.Growth() != capture.Settled {
		t.Errorf("a recording that has ended is %v", in.Growth())
	}
	for _, how := range []capture.Growing{capture.WhenAsked, capture.AtOnce} {
		again, err := capture.OpenFile(path, capture.OpenOptions{Growing: how})
		check(err)
		if again.Growth() != capture.Settled {
			t.Errorf("a recording that nobody writes is %v", again.Growth())
		}
		check(again.Close())
	}
}

// TestFollowOthers: a file of another program, which ends in the middle of a packet
// now and then, is read as it comes, until it is closed.
func TestFollowOthers(t *testing.T) {
	frames := append(told.Greeting, told.Frame{Seq: 1001, Ack: 9001, Flags: "A", Data: "\x03" + string(make([]byte, 1536))})
	whole := told.Frames(binary.LittleEndian, true, frames...).Bytes()
	path := filepath.Join(t.TempDir(), "o.pcap")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cut := len(whole) - 700
	if _, err := f.Write(whole[:cut]); err != nil {
		t.Fatal(err)
	}
	in, err := capture.OpenFile(path, capture.OpenOptions{Growing: capture.AtOnce})
	if err != nil {
		t.Fatal(err)
	}
	type end struct {
		bytes int64
		err   error
	}
	ended, had := make(chan end, 1), make(chan int64, 100)
	go func() {
		r, err := capture.NewReader(in)
		var e end
		for err == nil {
			var rec *capture.Record
			if rec, err = r.Next(); err == nil && rec.Kind == capture.Data {
				e.bytes += rec.Length
				had <- e.bytes
			}
		}
		e.err = err
		ended <- e
	}()
	select {
	case e := <-ended:
		t.Fatalf("half a packet ended the reading: %v", e.err)
	case n := <-had:
		t.Fatalf("%d bytes of half a packet were read", n)
	case <-time.After(3 * 100 * time.Millisecond): // that nothing happens shows after a while, if at all
	}
	if _, err := f.Write(whole[cut:]); err != nil {
		t.Fatal(err)
	}
	if n := <-had; n != 1537 {
		t.Errorf("%d bytes were read, want C0 and C1", n)
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if e := <-ended; e.err == nil || errors.Is(e.err, io.EOF) {
		t.Errorf("closing ended it with %v", e.err)
	}
}

// TestBusy: a recorder's file is busy until it is closed.
func TestBusy(t *testing.T) {
	if !source.KnowsBusy {
		t.Skip("the system has no locks")
	}
	path := filepath.Join(t.TempDir(), "r.pcapng")
	rec, err := Create(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !source.Busy(f) {
		t.Error("a file that is being recorded is not busy")
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if source.Busy(f) {
		t.Error("a recording that was closed is busy")
	}
	rec.Source().Close()
}
