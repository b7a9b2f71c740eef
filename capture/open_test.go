package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// TestABombIsBounded unpacks a gigabyte of zeros from a small file.
func TestABombIsBounded(t *testing.T) {
	const limit = 1 << 20
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(prelude)
	z.Write(honest(99, make([]byte, 4<<20)))
	for range 16 {
		z.Write(make([]byte, 4<<20))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	bomb := append(append([]byte(nil), prelude...), honest(99, make([]byte, 32<<20))...)
	for name, b := range map[string][]byte{"gzip": packed.Bytes(), "zstd": zstdded(t, bomb)} {
		in := openInput(t, saveBytes(t, "bomb", b), OpenOptions{MaxUnpacked: limit})
		r, err := NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = readAll(t, r)
		if err == nil || !strings.Contains(err.Error(), "longer than 1048576 bytes") || in.Size() != limit {
			t.Errorf("%s: %v, %d bytes unpacked", name, err, in.Size())
		}
	}
}

func TestDamagedCompressionIsTold(t *testing.T) {
	path := filepath.Join(captureDir, "ffmpeg5__nginx__play_missing.pcapng")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole := len(readFile(t, path))
	for name, packed := range map[string][]byte{"gzip": gzipped(t, b), "zstd": zstdded(t, b)} {
		for _, cut := range []int{0, 9, len(packed) / 2, len(packed) - 1} {
			in := openInput(t, saveBytes(t, "cut", packed[:cut]), OpenOptions{})
			var all []kept
			r, err := NewReader(in)
			if err == nil {
				all, err = readAll(t, r)
			}
			var format *pcapng.FormatError
			if !errors.As(err, &format) || len(all) >= whole && cut < len(packed)/2 {
				t.Errorf("%s cut at %d: %d records, %v", name, cut, len(all), err)
			}
		}
	}
	twice := openInput(t, saveBytes(t, "twice", gzipped(t, gzipped(t, b))), OpenOptions{})
	if _, err := NewReader(twice); err == nil || !strings.Contains(err.Error(), "compressed") {
		t.Error(err)
	}
}

// TestAStreamCanBeFollowed reads records while later ones have not been written.
func TestAStreamCanBeFollowed(t *testing.T) {
	first := builder{link: 101}.capture(t, greeted(frame{seq: 1001, data: c0c1})...).Bytes()
	for _, packed := range []bool{false, true} {
		pipe, w := io.Pipe()
		in, err := openStream(pipe, pipe, &settings{}, OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if !packed {
				w.Write(first)
				return
			}
			z := gzip.NewWriter(w)
			z.Write(first)
			z.Flush() // and not the end of it
		}()
		checkFollowed(t, in, len(first))
		w.Close()
		if in.Grown(int64(len(first))) {
			t.Error("there is more")
		}
		in.Close()
		if _, err := in.ReadAt(make([]byte, 1), 0); !errors.Is(err, os.ErrClosed) {
			t.Errorf("read after close: %v", err)
		}
	}
}

func checkFollowed(t *testing.T, in *Input, size int) {
	t.Helper()
	r, err := NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Kind{Opened, Data} {
		if rec, err := r.Next(); err != nil || rec.Kind != want {
			t.Fatalf("%v %v", rec, err)
		}
	}
	if in.Size() != int64(size) {
		t.Errorf("%d of %d bytes", in.Size(), size)
	}
}

func TestOpenFileSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{filepath.Join(dir, "none"): "no such file", dir: "is a directory"} {
		if _, err := OpenFile(path, OpenOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	file := saveBytes(t, "x.pcap", prelude)
	if _, err := OpenFile(file, OpenOptions{KeyLog: filepath.Join(dir, "none")}); err == nil || !strings.Contains(err.Error(), "key log") {
		t.Error(err)
	}
}

// TestOwnRecordingsAreNeverFiltered asks for another port and gets everything.
func TestOwnRecordingsAreNeverFiltered(t *testing.T) {
	client, server := ap("192.0.2.1:5000"), ap("192.0.2.2:22")
	file := own(wire.Header{From: client, To: server, Seq: 9, Flags: wire.FlagSYN}.Append(nil, nil),
		wire.Header{From: server, To: client, Seq: 99, Ack: 10, Flags: wire.FlagSYN | wire.FlagACK}.Append(nil, nil),
		wire.Header{From: server, To: client, Seq: 100, Ack: 10, Flags: wire.FlagACK}.Append(nil, []byte("SSH-2.0-x\r\n")))
	in := openInput(t, saveBytes(t, "own.pcapng", file), OpenOptions{Ports: []uint16{1935}})
	if got := tell(readMemory(t, in)); got != "1c:opened@0 1s:data@0=SSH-2.0-x\r\n" {
		t.Error(got)
	}
}

func TestProgress(t *testing.T) {
	b := append(append([]byte(nil), prelude...), honest(99, make([]byte, 1<<20))...)
	in := openInput(t, saveBytes(t, "x.pcapng", b), OpenOptions{})
	if done, total := in.Progress(5); done != 5 || total != int64(len(b)) {
		t.Error(done, total)
	}
	packed := gzipped(t, b)
	in = openInput(t, saveBytes(t, "x.gz", packed), OpenOptions{})
	readMemory(t, in)
	if done, total := in.Progress(0); done != int64(len(packed)) || total != done {
		t.Error(done, total)
	}
}

func TestConnectionsThatNeverEndAreBounded(t *testing.T) {
	var b bytes.Buffer
	syn := builder{link: 101}.packet(t, frame{seq: 1, flags: "S"})
	b.Write(pcapFile(binary.LittleEndian, pcapNano, 101, time.Nanosecond, nil, nil))
	for i := range 3*maxFlows + 100 {
		p := bytes.Clone(syn)
		p[13], p[14], p[15] = byte(i>>16), byte(i>>8), byte(i)
		p[22], p[23] = 1, byte(i%2) // port 256 and 257
		b.Write(words(uint32(start.Unix()), 0, uint32(len(p)), uint32(len(p))))
		b.Write(p)
	}
	r, err := NewReader(memory(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for r.err == nil {
		r.step()
		if len(r.flows) > 2*maxFlows+maxDone {
			t.Fatalf("%d connections are remembered", len(r.flows))
		}
	}
	if left := r.LeftOut(); len(left) != 1 || left[0].Connections != 3*maxFlows+100 {
		t.Error(left)
	}
}

// FuzzImporter reads any packet of any link type twice over, and any stream
// through the sniffer, the HTTP and the TLS reader.
func FuzzImporter(f *testing.F) {
	ip := builder{link: 101}.packet(f, frame{seq: 1001, flags: "S", data: c0c1[:40]})
	for _, w := range wrappings {
		for _, p := range w.wrap(0, ip) {
			f.Add(uint16(w.link), p, false)
		}
	}
	f.Add(uint16(1), []byte(post("/open/1", opened)+post("/send/A/0", "abc")), true)
	f.Add(uint16(2), []byte(chunkedAnswer("A")+answer("\x01x")), true)
	f.Add(uint16(3), []byte(clientHello+strings.Repeat("x", 60)), true)
	f.Fuzz(func(t *testing.T, link uint16, p []byte, stream bool) {
		if len(p) > 8<<10 {
			return
		}
		if !stream {
			packets := []ipPacket{{start, p}, {start, p}}
			checkReader(t, pcapFile(binary.LittleEndian, pcapNano, uint32(link), time.Nanosecond, packets, wrappings[0].wrap))
			return
		}
		k := new(talk).open(1).say(1, false, post("/open/1", opened)).say(1, true, answer("A"))
		cut := min(len(p), int(link)%64)
		k.say(1, link&1 == 0, string(p[:cut])).say(1, link&2 == 0, string(p[cut:]))
		k.open(2).say(2, link&1 == 0, string(p[:cut])).skip(2, link&1 == 0, int(link)%7).say(2, link&1 == 0, string(p[cut:]))
		src := k.capture(t)
		checkReader(t, src.Bytes())
		checkMarks(t, src, 3)
	})
}
