package endpoint

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// peer runs a program to its end and returns what it printed.
func peer(t *testing.T, name, format string, args ...any) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, need.Program(t, name), strings.Fields(fmt.Sprintf(format, args...))...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, errs.String())
	}
	return out.String(), errs.String()
}

// clockFile is the asset as a file, to be published by peers.
func clockFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clock.flv")
	if err := os.WriteFile(file, clockFLV, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPeersFFmpegPlaysClock(t *testing.T) {
	t.Parallel()
	addr := serve(t, &Server{})
	_, complaints := peer(t, "ffmpeg", "-nostdin -v warning -xerror -err_detect explode -i rtmp://%s/demo/clock -t 5 -f null -", addr)
	if complaints != "" {
		t.Errorf("ffmpeg complains: %s", complaints)
	}
}

func TestPeersFFprobeSeesClock(t *testing.T) {
	t.Parallel()
	addr := serve(t, &Server{})
	out, complaints := peer(t, "ffprobe", "-v warning -show_entries stream=codec_name,width,height,avg_frame_rate,sample_rate,channels -of compact=p=0 rtmp://%s/demo/clock", addr)
	for _, want := range []string{
		"codec_name=h264|width=320|height=180|avg_frame_rate=25/1",
		"codec_name=aac|sample_rate=44100|channels=1|avg_frame_rate=0/0",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("ffprobe says %q, want %q", out, want)
		}
	}
	if complaints != "" {
		t.Errorf("ffprobe complains: %s", complaints)
	}
}

// TestPeersClockLoopDecodes plays more than two rounds of the loop from a file, as
// fast as it can be decoded: no seam may be visible to a decoder.
func TestPeersClockLoopDecodes(t *testing.T) {
	t.Parallel()
	need.Program(t, "ffmpeg")
	file := filepath.Join(t.TempDir(), "loop.flv")
	flv := []byte("FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00")
	c := NewClock()
	for m, _ := c.Next(); m.Timestamp < 25_000; m, _ = c.Next() {
		flv = appendTag(flv, m)
	}
	if err := os.WriteFile(file, flv, 0o600); err != nil {
		t.Fatal(err)
	}
	_, complaints := peer(t, "ffmpeg", "-nostdin -v warning -xerror -err_detect explode -i %s -f null -", file)
	if complaints != "" {
		t.Errorf("ffmpeg complains: %s", complaints)
	}
}

func appendTag(dst []byte, m Message) []byte {
	n, ts := len(m.Body), m.Timestamp
	dst = append(dst, m.Type, byte(n>>16), byte(n>>8), byte(n), byte(ts>>16), byte(ts>>8), byte(ts), byte(ts>>24), 0, 0, 0)
	dst = append(dst, m.Body...)
	n += 11
	return append(dst, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// packets are the hashes of the audio and video of an FLV, in order for each.
func packets(t *testing.T, flv []byte) map[uint8][]string {
	t.Helper()
	f, err := NewFLV(bytes.NewReader(flv))
	if err != nil {
		t.Fatal(err)
	}
	out := map[uint8][]string{}
	for m, err := f.Next(); err == nil; m, err = f.Next() {
		if m.Type != chunk.TypeDataAMF0 {
			out[m.Type] = append(out[m.Type], fmt.Sprintf("%d %x", m.Timestamp, sha256.Sum256(m.Body)))
		}
	}
	return out
}

// TestPeersFFmpegToFFmpegAndRtmpdump publishes with ffmpeg, and wants ffmpeg and
// rtmpdump to receive the same packets.
func TestPeersFFmpegToFFmpegAndRtmpdump(t *testing.T) {
	t.Parallel()
	need.Program(t, "ffmpeg")
	need.Program(t, "rtmpdump")
	s := &Server{WaitForStream: patience}
	addr := serve(t, s)
	dir := t.TempDir()
	run := func(name, format string, args ...any) <-chan string {
		done := make(chan string, 1)
		go func() {
			var errs bytes.Buffer
			ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
			defer cancel()
			cmd := exec.CommandContext(ctx, name, strings.Fields(fmt.Sprintf(format, args...))...)
			cmd.Stderr = &errs
			if err := cmd.Run(); err != nil {
				fmt.Fprintf(&errs, "%s: %v", name, err)
			}
			done <- errs.String()
		}()
		return done
	}
	dump := run("rtmpdump", "-q -v -r rtmp://%s/live/x -o %s/dump.flv", addr, dir)
	play := run("ffmpeg", "-nostdin -v warning -i rtmp://%s/live/x -c copy -f framehash %s/played", addr, dir)
	eventually(t, "both wait for the stream", func() bool { return players(s, "live/x") == 2 })
	source := clockFile(t)
	_, complaints := peer(t, "ffmpeg", "-nostdin -v warning -re -i %s -t 4 -c copy -flvflags no_duration_filesize -f flv rtmp://%s/live/x", source, addr)
	if complaints != "" {
		t.Errorf("the publisher complains: %s", complaints)
	}
	if complaints := <-play; complaints != "" {
		t.Errorf("the player complains: %s", complaints)
	}
	<-dump // it may complain that a live stream ended
	sent, _ := peer(t, "ffmpeg", "-nostdin -v warning -i %s -t 4 -c copy -f framehash -", source)
	played, err := os.ReadFile(filepath.Join(dir, "played"))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := hashes(sent), hashes(string(played)); len(a) < 100 || !equal(a, b) {
		t.Errorf("%d packets sent, %d played, or they differ", len(a), len(b))
	}
	recorded, err := os.ReadFile(filepath.Join(dir, "dump.flv"))
	if err != nil {
		t.Fatal(err)
	}
	original := packets(t, clockFLV)
	for typ, got := range packets(t, recorded) {
		if len(got) < 100 || !equal(got, original[typ][:len(got)]) {
			t.Errorf("type %d: rtmpdump recorded %d packets that differ from those sent", typ, len(got))
		}
	}
}

// hashes are the last columns of a framehash: stream, size and hash.
func hashes(framehash string) []string {
	var out []string
	for line := range strings.Lines(framehash) {
		if f := strings.Split(line, ","); len(f) == 6 {
			out = append(out, f[0]+f[4]+f[5])
		}
	}
	return out
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestPeersGStreamerPublishes(t *testing.T) {
	t.Parallel()
	inspect := need.Program(t, "gst-inspect-1.0")
	for _, element := range []string{"rtmp2sink", "flvdemux", "flvmux", "h264parse", "aacparse"} {
		if exec.Command(inspect, element).Run() != nil {
			t.Skipf("GStreamer has no %s", element)
		}
	}
	s := &Server{WaitForStream: patience}
	addr := serve(t, s)
	ctx, _ := background(t)
	p := collect(ctx, addr, "live", "gst", Options{})
	eventually(t, "the player waits", func() bool { return players(s, "live/gst") == 1 })
	peer(t, "gst-launch-1.0", "-q filesrc location=%s ! flvdemux name=d flvmux name=m streamable=true ! rtmp2sink sync=false location=rtmp://%s/live/gst d.video ! queue ! h264parse ! m. d.audio ! queue ! aacparse ! m.", clockFile(t), addr)
	end := <-p.done
	if end.err != nil || end.counts.Video < 256 || end.counts.Audio < 441 {
		t.Errorf("received %+v, %v; want 256 pictures and 441 AAC frames", end.counts, end.err)
	}
}

func TestPeersFFmpegIsRefused(t *testing.T) {
	t.Parallel()
	s := &Server{WaitForStream: 10 * time.Millisecond}
	addr := serve(t, s)
	ffmpeg := need.Program(t, "ffmpeg")
	for _, c := range []struct{ args, want string }{
		{"-i rtmp://" + addr + "/live/none -f null -", "Nobody publishes this stream."},
		{"-i " + clockFile(t) + " -c copy -f flv rtmp://" + addr + "/demo/clock", "The name is taken."},
	} {
		ctx, _ := background(t)
		out, err := exec.CommandContext(ctx, ffmpeg, strings.Fields("-nostdin -v error "+c.args)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("ffmpeg %s: %v, %s; want %q", c.args, err, out, c.want)
		}
	}
}
