//go:build unix

package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// makeMedia encodes six seconds of a test picture and a tone, once. Clients
// send it with -c copy, so that every publish carries the same messages.
func makeMedia() (string, error) {
	file := filepath.Join(shared.dir, "media.flv")
	out, err := exec.Command("ffmpeg", strings.Fields("-v error -f lavfi -i testsrc2=size=320x240:rate=25 "+
		"-f lavfi -i sine=frequency=440:sample_rate=44100 -t 6 -pix_fmt yuv420p -c:v libx264 -preset ultrafast "+
		"-g 25 -b:v 400k -c:a aac -b:a 64k -fflags +bitexact -f flv "+file)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ffmpeg: %w\n%s", err, out)
	}
	return file, nil
}

// media returns the media file.
func media(t *testing.T) string {
	t.Helper()
	need.Program(t, "ffmpeg")
	file, err := shared.media()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// client starts a peer with arguments that hold no blanks.
func client(t *testing.T, name, format string, args ...any) *process {
	t.Helper()
	return start(t, need.Program(t, name), strings.Fields(fmt.Sprintf(format, args...))...)
}

// publish sends the media file as fast as the server takes it.
func publish(t *testing.T, addr, stream string) *process {
	t.Helper()
	return client(t, "ffmpeg", "-nostdin -v error -i %s -c copy -f flv rtmp://%s/live/%s", media(t), addr, stream)
}

// keepPublishing sends the media file over and over in real time until the test
// ends, for those who play, and waits until the server has it.
func keepPublishing(t *testing.T, s *server, stream string) *process {
	t.Helper()
	p := client(t, "ffmpeg", "-nostdin -v error -stream_loop -1 -re -i %s -c copy -f flv rtmp://%s/live/%s", media(t), s.addr, stream)
	s.awaitPublished(stream)
	return p
}

// play reads two seconds of a stream and leaves.
func play(t *testing.T, addr, stream string) *process {
	t.Helper()
	return client(t, "ffmpeg", "-nostdin -v error -i rtmp://%s/live/%s -t 2 -c copy -f null -", addr, stream)
}

// dump plays with rtmpdump, which never ends a live stream by itself, and
// interrupts it as soon as it has written something.
func dump(t *testing.T, addr, stream string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "dump.flv")
	p := client(t, "rtmpdump", "-q -v -r rtmp://%s/live/%s -o %s", addr, stream, file)
	need.Until(t, "rtmpdump has written 20 kB", func() bool {
		info, err := os.Stat(file)
		return err == nil && info.Size() > 20_000
	})
	p.signal(2)
	p.wait()
}

// gstPublish encodes and sends two seconds with GStreamer.
func gstPublish(t *testing.T, addr, stream string) *process {
	t.Helper()
	inspect := need.Program(t, "gst-inspect-1.0")
	for _, element := range []string{"rtmp2sink", "x264enc", "voaacenc", "flvmux"} {
		if exec.Command(inspect, element).Run() != nil {
			need.Missing(t, "GStreamer has no %s", element)
		}
	}
	return client(t, "gst-launch-1.0", "-q videotestsrc num-buffers=50 is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 ! "+
		"x264enc bitrate=200 key-int-max=25 tune=zerolatency speed-preset=ultrafast ! h264parse ! mux. "+
		"audiotestsrc num-buffers=86 is-live=true ! audio/x-raw,rate=44100,channels=2 ! voaacenc bitrate=64000 ! aacparse ! "+
		"flvmux name=mux streamable=true ! rtmp2sink location=rtmp://%s/live/%s", addr, stream)
}
