package media

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// stream is what ffprobe says about one stream of a file.
type stream struct {
	Type     string `json:"codec_type"`
	Codec    string `json:"codec_name"`
	Profile  string `json:"profile"`
	Level    int    `json:"level"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Rate     string `json:"r_frame_rate"`
	Reorder  int    `json:"has_b_frames"`
	Hertz    string `json:"sample_rate"`
	Channels int    `json:"channels"`
}

// TestAgainstInstalledFFmpeg encodes a little FLV and compares what the tags say
// with what ffprobe says.
func TestAgainstInstalledFFmpeg(t *testing.T) {
	t.Parallel()
	ffmpeg, ffprobe := need.Program(t, "ffmpeg"), need.Program(t, "ffprobe")
	for _, c := range []struct{ name, size, rate, args string }{
		{"avc and aac", "426x240", "25", "-c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac -ac 2 -ar 32000"},
		{"flv1 and mp3", "352x288", "15", "-c:v flv1 -c:a libmp3lame -ac 1 -ar 22050"},
		{"avc 4:2:2 intra", "178x98", "50", "-c:v libx264 -preset ultrafast -g 1 -pix_fmt yuv422p -c:a aac -ac 1 -ar 48000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.flv")
			args := append([]string{"-v", "error", "-f", "lavfi", "-i", "testsrc2=duration=0.4:size=" + c.size + ":rate=" + c.rate,
				"-f", "lavfi", "-i", "sine=duration=0.4"}, strings.Fields(c.args)...)
			if out, err := exec.Command(ffmpeg, append(args, file)...).CombinedOutput(); err != nil {
				t.Skipf("this ffmpeg cannot encode it: %v %s", err, out)
			}
			compareFile(t, ffprobe, file)
		})
	}
}

func compareFile(t *testing.T, ffprobe, file string) {
	t.Helper()
	out, err := exec.Command(ffprobe, "-v", "error", "-show_streams", "-of", "json", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	var probe struct{ Streams []stream }
	if err := json.Unmarshal(out, &probe); err != nil {
		t.Fatal(err)
	}
	video, audio := configsOf(t, file)
	for _, s := range probe.Streams {
		if s.Type == "audio" {
			if audio.Codec.FFprobe() != s.Codec || fmt.Sprint(audio.SampleRate) != s.Hertz || audio.Channels != s.Channels {
				t.Errorf("%v, ffprobe %+v", audio, s)
			}
			continue
		}
		if video.Codec.FFprobe() != s.Codec || video.Width != s.Width || video.Height != s.Height {
			t.Errorf("%v, ffprobe %+v", video, s)
		}
		if s.Codec == "h264" && (video.Profile != s.Profile || video.LevelIDC != s.Level ||
			fmt.Sprintf("%g/1", video.FrameRate) != s.Rate || video.Reorder != s.Reorder) {
			t.Errorf("%+v, ffprobe %+v", video, s)
		}
	}
}

// configsOf reads the tags of an FLV file and returns the first configurations.
func configsOf(t *testing.T, file string) (video, audio Config) {
	t.Helper()
	p, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for p = p[13:]; len(p) > 15; {
		n := int(p[1])<<16 | int(p[2])<<8 | int(p[3])
		typ, body := p[0], p[11:11+n]
		p = p[11+n+4:]
		if typ != 8 && typ != 9 {
			continue
		}
		checkTiling(t, typ == 9, body, nil)
		checkNoneBad(t, typ == 9, body)
		c, ok := ParseConfig(parse(typ == 9, body), body)
		if ok && typ == 9 && video.Codec == UnknownCodec {
			video = c
		} else if ok && typ == 8 && audio.Codec == UnknownCodec {
			audio = c
		}
	}
	return video, audio
}

// TestVP8AgainstInstalledFFmpeg wraps the frames of a real VP8 stream, which no
// FFmpeg puts into FLV, in Enhanced RTMP.
func TestVP8AgainstInstalledFFmpeg(t *testing.T) {
	t.Parallel()
	ffmpeg, ffprobe := need.Program(t, "ffmpeg"), need.Program(t, "ffprobe")
	file := filepath.Join(t.TempDir(), "a.ivf")
	args := strings.Fields("-v error -f lavfi -i testsrc2=duration=0.6:size=178x98:rate=10 -c:v libvpx -g 3 -f ivf")
	if out, err := exec.Command(ffmpeg, append(args, file)...).CombinedOutput(); err != nil {
		t.Skipf("this ffmpeg cannot encode it: %v %s", err, out)
	}
	out, err := exec.Command(ffprobe, "-v", "error", "-show_entries", "packet=size,flags", "-of", "csv=p=0", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	packets := strings.Fields(string(out))
	p, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	frames := 0
	for p = p[32:]; len(p) > 12; frames++ {
		n := int(binary.LittleEndian.Uint32(p))
		body := append([]byte("\xa1vp08"), p[12:12+n]...)
		p = p[12+n:]
		checkTiling(t, true, body, nil)
		checkNoneBad(t, true, body)
		key := find(t, Fields(true, body, nil), "frame tag", 0).Symbol == "keyframe"
		if want := packets[frames]; !strings.HasPrefix(want, fmt.Sprint(n)) || key != strings.Contains(want, "K") {
			t.Errorf("frame %d of %d bytes, key %v; ffprobe: %s", frames, n, key, want)
		}
		c, ok := ParseConfig(ParseVideo(body), body)
		if ok != key || key && (c.Width != 178 || c.Height != 98) {
			t.Errorf("frame %d: %+v", frames, c)
		}
	}
	if frames != len(packets) || frames < 6 {
		t.Errorf("%d frames, ffprobe reads %d", frames, len(packets))
	}
}
