package media

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// recorded is what FFmpeg 8.1 read from one stream of a file that it had
// written, as testdata/ffmpeg8/streams.json has it.
type recorded struct {
	Codec                         string
	Profile, Level, Width, Height int
	Rate                          string
	Hertz, Channels, Packets      int
}

// readTrack is what the tags of one track say.
type readTrack struct {
	config Config
	frames int
}

// take adds a tag: the last configuration that says something new, or the claims
// of the sound header where a codec has none.
func (r *readTrack) take(h Tag, body []byte) {
	c, ok := ParseConfig(h, body)
	switch {
	case ok && (r.config.Codec == UnknownCodec || r.config.Width == 0 && c.Width > 0):
		r.config = c
	case r.config.Codec == UnknownCodec && h.SoundChannels > 0 && h.Codec != AAC:
		r.config = Config{Codec: h.Codec, SampleRate: int(h.SoundRate), Channels: int(h.SoundChannels)}
	}
	if h.Kind == Frame && h.PayloadLen > 0 {
		r.frames++
	}
}

// FFmpeg believes the 44,100 Hz of every AAC sound header, which FLV 10.1
// §E.4.2.1 says to ignore, where its decoder does not correct it. The encoders
// were asked for 48,000 Hz, and their AudioSpecificConfig says so.
var hertzOfFFmpegIsWrong = map[string]bool{"aac-ld": true, "aac-7.1": true}

// trackKey tells the tracks of a file apart.
type trackKey struct {
	video bool
	track uint8
}

// TestAgainstNewerFFmpeg compares what the tags of a newer FFmpeg say, Enhanced
// RTMP with its multitrack packets among them, with what it reads from them.
func TestAgainstNewerFFmpeg(t *testing.T) {
	text, err := os.ReadFile("testdata/ffmpeg8/streams.json")
	if err != nil {
		t.Fatal(err)
	}
	var files map[string][]recorded
	if err := json.Unmarshal(text, &files); err != nil {
		t.Fatal(err)
	}
	if len(files) < 18 {
		t.Errorf("only %d recordings", len(files))
	}
	for name, streams := range files {
		t.Run(name, func(t *testing.T) {
			tracks := readTracks(t, "testdata/ffmpeg8/"+name+".flv")
			next := map[bool]uint8{}
			for _, s := range streams {
				video := s.Width > 0
				got := tracks[trackKey{video, next[video]}]
				next[video]++
				if got == nil {
					t.Errorf("no track for %+v", s)
					continue
				}
				if hertzOfFFmpegIsWrong[name] && s.Hertz == 44100 {
					s.Hertz = 48000
				}
				compareRecorded(t, *got, s)
			}
			if len(tracks) != len(streams) {
				t.Errorf("%d tracks, FFmpeg reads %d", len(tracks), len(streams))
			}
		})
	}
}

// readTracks reads every tag of an FLV file; the fields of each must tile its
// body, and none may be bad.
func readTracks(t *testing.T, file string) map[trackKey]*readTrack {
	t.Helper()
	tracks := map[trackKey]*readTrack{}
	for _, tag := range flvTags(t, file) {
		h := parse(tag.video, tag.body)
		key := trackKey{tag.video, h.Track}
		if tracks[key] == nil {
			tracks[key] = &readTrack{}
		}
		r := tracks[key]
		r.take(h, tag.body)
		checkTiling(t, tag.video, tag.body, &r.config)
		checkNoneBad(t, tag.video, tag.body)
	}
	return tracks
}

// flvTag is an audio or video tag of an FLV file.
type flvTag struct {
	video bool
	body  []byte
}

func flvTags(t *testing.T, file string) (tags []flvTag) {
	t.Helper()
	p, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for p = p[13:]; len(p) > 15; {
		n := int(p[1])<<16 | int(p[2])<<8 | int(p[3])
		if p[0] == 8 || p[0] == 9 {
			tags = append(tags, flvTag{p[0] == 9, p[11 : 11+n]})
		}
		p = p[11+n+4:]
	}
	return tags
}

func compareRecorded(t *testing.T, got readTrack, s recorded) {
	t.Helper()
	c := got.config
	if c.Codec.FFprobe() != s.Codec {
		t.Errorf("codec %s, FFmpeg %s", c.Codec.FFprobe(), s.Codec)
	}
	if got.frames != s.Packets {
		t.Errorf("%s: %d frames, FFmpeg reads %d", s.Codec, got.frames, s.Packets)
	}
	if c.Width != s.Width || c.Height != s.Height || c.SampleRate != s.Hertz || c.Channels != s.Channels {
		t.Errorf("%+v, FFmpeg %+v", c, s)
	}
	profile := s.Profile
	if s.Codec == "aac" && profile >= 0 {
		profile++ // FFmpeg counts the audio object types from 0
	}
	if profile >= 0 && c.ProfileIDC != profile {
		t.Errorf("%s: profile %d %s, FFmpeg %d", s.Codec, c.ProfileIDC, c.Profile, s.Profile)
	}
	if s.Level >= 0 && c.LevelIDC != s.Level {
		t.Errorf("%s: level %d, FFmpeg %d", s.Codec, c.LevelIDC, s.Level)
	}
	if s.Codec == "h264" || s.Codec == "hevc" {
		var num, den float64
		fmt.Sscanf(s.Rate, "%g/%g", &num, &den)
		if d := c.FrameRate - num/den; d > 0.001 || d < -0.001 {
			t.Errorf("%s: %g frames a second, FFmpeg %s", s.Codec, c.FrameRate, s.Rate)
		}
	}
}
