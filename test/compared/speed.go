package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// The publish that is measured: 240 s at 40 Mbit/s, which is 1.2 GB.
const (
	seconds = 240
	bitrate = 40_000_000
	fps     = 30
)

// measure writes captures and lets the tools read them, one after the other.
func measure(dir, program string) error {
	fmt.Printf("%d s at %d Mbit/s; %s, %d CPUs, %s\n", seconds, bitrate/1_000_000, processor(), runtime.NumCPU(), runtime.Version())
	for _, segment := range []int{64 << 10, 1448} { // what a relay reads at once, and what Ethernet carries
		file := filepath.Join(dir, fmt.Sprintf("publish%d.pcapng", segment))
		if err := generate(file, segment); err != nil {
			return err
		}
		if err := measureFile(file, segment, program); err != nil {
			return err
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// measureFile prints the table of one capture.
func measureFile(file string, segment int, program string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	fmt.Printf("\n| %.2f GB in segments of %d bytes | time | MB/s | peak memory | times as fast as tshark |\n", float64(info.Size())/1e9, segment)
	fmt.Println("|---|---|---|---|---|")
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var slowest time.Duration
	for _, tool := range []struct {
		name string
		args []string
	}{
		{"`tshark -o rtmpt.max_packet_size:16777215 -Y rtmpt`", append(append([]string{"tshark"}, raised...), "-Y", "rtmpt", "-r", file)},
		{"`rtmpscope log --plain`", []string{program, "log", "--plain", file}},
		{"the analyst alone", []string{self, "-analyse", file}},
	} {
		took, peak, err := timed(tool.args)
		if err != nil {
			return fmt.Errorf("%s: %w", tool.name, err)
		}
		slowest = max(slowest, took)
		fmt.Printf("| %s | %.1f s | %.0f | %d MB | %.1f |\n", tool.name, took.Seconds(), float64(info.Size())/1e6/took.Seconds(), peak>>20, slowest.Seconds()/took.Seconds())
	}
	return nil
}

// timed runs a program, its output thrown away, and returns how long it took and
// the most memory that it held, in bytes.
func timed(args []string) (time.Duration, int64, error) {
	c := exec.Command(args[0], args[1:]...)
	began := time.Now()
	if err := c.Run(); err != nil {
		return 0, 0, err
	}
	return time.Since(began), peakMemory(c.ProcessState), nil
}

// follow reads a capture as every view does, without one.
func follow(file string) error {
	src, err := capture.File(file)
	if err != nil {
		return err
	}
	defer src.Close()
	return analyst.New(src, analyst.Options{}).Run(context.Background())
}

// generate writes the capture of a publish, in TCP segments of at most that many
// bytes: pictures of some 165 kB at chunk size 4096, every sixtieth of twice the
// size, with 47 audio messages a second between them.
func generate(file string, segment int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	buffered := bufio.NewWriterSize(f, 1<<20)
	r, err := record.New(buffered, record.Options{Version: "compared"})
	if err != nil {
		return err
	}
	if err := r.Open(1, start, start, client, netip.MustParseAddrPort("192.0.2.20:1935")); err != nil {
		return err
	}
	for _, fromServer := range []bool{false, true} {
		if err := r.Data(1, fromServer, start, hello()); err != nil {
			return err
		}
	}
	if err := media(r, segment); err != nil {
		return err
	}
	if err := r.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}

// The decoder configurations of the publish: AVC baseline with an SPS and a PPS,
// and AAC-LC at 44.1 kHz in stereo.
var (
	videoConfig = []byte("\x17\x00\x00\x00\x00\x01\x42\xc0\x1e\xff\xe1\x00\x09\x67\x42\xc0\x1e\xd9\x00\xa0\x47\xfe\x01\x00\x04\x68\xce\x3c\x80")
	audioConfig = []byte("\xaf\x00\x12\x10")
)

// picture makes a body an AVC frame of one NAL unit.
func picture(body []byte, key bool) []byte {
	copy(body, "\x27\x01\x00\x00\x00")
	binary.BigEndian.PutUint32(body[5:], uint32(len(body)-9))
	body[9] = 0x41
	if key {
		body[0], body[9] = 0x17, 0x65
	}
	return body
}

// media records the messages of the publish.
func media(r *record.Recorder, segment int) error {
	var w chunk.Writer
	out := w.Append(nil, chunk.Out{ChunkStream: 2, Type: 1, Body: []byte{0, 0, 0x10, 0}})
	w.SetSize(4096)
	body := make([]byte, 1<<20)
	for i := 0; i < len(body); i += 8 {
		binary.LittleEndian.PutUint64(body[i:], uint64(i)*0x9e3779b97f4a7c15)
	}
	for _, config := range []chunk.Out{{ChunkStream: 6, Type: 9, StreamID: 1, Body: videoConfig}, {ChunkStream: 4, Type: 8, StreamID: 1, Body: audioConfig}} {
		out = w.Append(out, config)
	}
	audio := 0
	for frame := range seconds * fps {
		ms := uint32(frame * 1000 / fps)
		for ; audio*1000/47 <= int(ms); audio++ {
			body[0], body[1] = 0xaf, 1
			out = w.Append(out, chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1, Timestamp: uint32(audio * 1000 / 47), Body: body[:380+audio%17]})
		}
		size := bitrate/8/fps - 700
		if frame%60 == 0 {
			size *= 2
		}
		out = w.Append(out, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: ms, Body: picture(body[:size-frame%1000], frame%60 == 0)})
		at := start.Add(time.Duration(ms) * time.Millisecond)
		for rest := out; len(rest) > 0; rest = rest[min(segment, len(rest)):] {
			if err := r.Data(1, false, at, rest[:min(segment, len(rest))]); err != nil {
				return err
			}
		}
		out = out[:0]
	}
	return nil
}
