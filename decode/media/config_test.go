package media

import (
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// record is one line of testdata/configs.tsv: what ffmpeg 5.1 wrote and what
// ffprobe said about it.
type record struct {
	name, fourCC         string
	data                 []byte
	codec, profile       string
	level, width, height int
	frameRate            float64
	pixels               string
	sampleRate           int
	last, bits           string
}

func records(t testing.TB) []record {
	t.Helper()
	text, err := os.ReadFile("testdata/configs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out []record
	for line := range strings.Lines(string(text)) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		data, err := hex.DecodeString(f[2])
		if err != nil {
			t.Fatal(err)
		}
		r := record{name: f[0], fourCC: f[1], data: data, codec: f[3], profile: f[4], pixels: f[9], last: f[11], bits: f[12]}
		r.level, _ = strconv.Atoi(f[5])
		r.width, _ = strconv.Atoi(f[6])
		r.height, _ = strconv.Atoi(f[7])
		r.sampleRate, _ = strconv.Atoi(f[10])
		if num, den, ok := strings.Cut(f[8], "/"); ok {
			n, _ := strconv.ParseFloat(num, 64)
			d, _ := strconv.ParseFloat(den, 64)
			r.frameRate = n / d
		}
		out = append(out, r)
	}
	return out
}

// body is the E-RTMP message that carries the record.
func (r record) body() (video bool, body []byte) {
	packet := byte(0)
	switch fourCC(r.fourCC).Codec() {
	case MP3, AC3, EAC3:
		packet = 1
	}
	if r.width > 0 {
		return true, append([]byte{0x90, r.fourCC[0], r.fourCC[1], r.fourCC[2], r.fourCC[3]}, r.data...)
	}
	return false, append([]byte{0x90 | packet, r.fourCC[0], r.fourCC[1], r.fourCC[2], r.fourCC[3]}, r.data...)
}

// TestConfigAgainstFFprobe compares what real encoders wrote with what ffprobe
// read from it.
func TestConfigAgainstFFprobe(t *testing.T) {
	for _, r := range records(t) {
		t.Run(r.name, func(t *testing.T) {
			video, body := r.body()
			tag := ParseAudio(body)
			if video {
				tag = ParseVideo(body)
			}
			c, ok := ParseConfig(tag, body)
			if !ok {
				t.Fatalf("no config in %+v", tag)
			}
			checkTiling(t, video, body, nil)
			checkNoneBad(t, video, body)
			if c.Codec.FFprobe() != r.codec {
				t.Errorf("codec %s, ffprobe %s", c.Codec.FFprobe(), r.codec)
			}
			if r.profile != "" && c.Profile != r.profile {
				t.Errorf("profile %q, ffprobe %q", c.Profile, r.profile)
			}
			if video {
				compareVideo(t, c, r)
			} else {
				compareAudio(t, c, r)
			}
		})
	}
}

func compareVideo(t *testing.T, c Config, r record) {
	t.Helper()
	if r.level > 0 && c.LevelIDC != r.level {
		t.Errorf("level %d, ffprobe %d", c.LevelIDC, r.level)
	}
	if r.fourCC != "vp09" && (c.Width != r.width || c.Height != r.height) {
		t.Errorf("size %dx%d, ffprobe %dx%d", c.Width, c.Height, r.width, r.height)
	}
	if r.codec == "h264" || r.codec == "hevc" {
		compareRateAndOrder(t, c, r)
	}
	// The encoders were told BT.2020, PQ, BT.2020 (9, 16, 9 in ISO 23091-2).
	if (r.name == "avc-hrd-colour" || r.name == "av1-main10") && c.Colour != "9/16/9" {
		t.Errorf("colour %q", c.Colour)
	}
	want := "4:2:0"
	for _, chroma := range []string{"422", "444"} {
		if strings.Contains(r.pixels, chroma) {
			want = chroma[:1] + ":" + chroma[1:2] + ":" + chroma[2:]
		}
	}
	switch {
	case r.name == "avc-gray", r.pixels == "gray": // libavcodec shows gray H.264 in a format with chroma
		want = "4:0:0"
	case r.pixels == "gbrp":
		want = "4:4:4"
	}
	if c.Chroma != want {
		t.Errorf("chroma %s, ffprobe %s", c.Chroma, r.pixels)
	}
	depth := 8
	for _, d := range []int{10, 12} {
		if strings.HasSuffix(r.pixels, fmt.Sprintf("p%dle", d)) {
			depth = d
		}
	}
	if c.BitDepth != depth {
		t.Errorf("bit depth %d, ffprobe %s", c.BitDepth, r.pixels)
	}
}

func compareRateAndOrder(t *testing.T, c Config, r record) {
	t.Helper()
	if d := c.FrameRate - r.frameRate; d > 0.001 || d < -0.001 {
		t.Errorf("frame rate %g, ffprobe %g", c.FrameRate, r.frameRate)
	}
	if fmt.Sprint(c.Reorder) != r.last {
		t.Errorf("reorder %d, ffprobe has_b_frames %s", c.Reorder, r.last)
	}
	// Fields may be coded in fake-interlaced, but none is.
	if c.Interlaced != (r.bits != "progressive") && r.name != "avc-fake-interlaced" {
		t.Errorf("interlaced %v, ffprobe field order %s", c.Interlaced, r.bits)
	}
	if c.LengthSize != 4 {
		t.Errorf("length size %d", c.LengthSize)
	}
}

func compareAudio(t *testing.T, c Config, r record) {
	t.Helper()
	if c.SampleRate != r.sampleRate || fmt.Sprint(c.Channels) != r.last {
		t.Errorf("%d Hz %d channels, ffprobe %d Hz %s", c.SampleRate, c.Channels, r.sampleRate, r.last)
	}
	if r.bits != "" && fmt.Sprint(c.BitDepth) != r.bits {
		t.Errorf("bit depth %d, ffprobe %s", c.BitDepth, r.bits)
	}
}
