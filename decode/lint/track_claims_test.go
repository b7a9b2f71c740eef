package lint

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// secondTrack is the sequence header of a legacy tag as that of track 1: OneTrack, by
// FourCC (Enhanced RTMP v2, Multitrack).
func secondTrack(video bool, code string, record []byte) []byte {
	first := byte(0x95) // audio, Multitrack
	if video {
		first = 0x96 // keyframe, Multitrack
	}
	return append(append([]byte{first, 0x00}, code+"\x01"...), record...)
}

// TestTrackInfoMaps: what the maps of onMetaData say of tracks is compared with their
// sequence headers: what is said of track 1 with track 1, whatever the first is; what an
// entry leaves out is not said.
func TestTrackInfoMaps(t *testing.T) {
	headers := func(maps ...amf.Member) script.Example {
		return script.Example{script.Publishing, script.Metadata(client, maps...), script.Headers(client),
			script.Video(client, 0, secondTrack(true, "avc1", script.AVCConfig[5:])), script.Audio(client, 0, secondTrack(false, "mp4a", script.AACConfig[2:]))}
	}
	one := func(kind string, members ...amf.Member) amf.Member {
		return prop(kind, obj(prop("1", obj(members...))))
	}
	av01, avc1 := prop("videocodecid", num(0x61763031)), prop("videocodecid", num(0x61766331))
	for _, x := range []struct {
		name string
		maps []amf.Member
		want string // in the only finding of av-meta-mismatch, or ""
	}{
		{"no map", nil, ""},
		{"true", []amf.Member{one("videoTrackIdInfoMap", prop("width", num(640)), prop("height", num(360)), avc1), one("audioTrackIdInfoMap", prop("samplerate", num(44100)), prop("channels", num(2)))}, ""},
		{"nothing but the codec", []amf.Member{one("videoTrackIdInfoMap", avc1)}, ""},
		{"of another track", []amf.Member{prop("videoTrackIdInfoMap", obj(prop("2", obj(prop("width", num(640))))))}, ""},
		{"of the first, which the map does not describe", []amf.Member{prop("videoTrackIdInfoMap", obj(prop("0", obj(prop("width", num(640))))))}, ""},
		{"width", []amf.Member{one("videoTrackIdInfoMap", prop("width", num(1920)), prop("height", num(360)))}, "the metadata says 1920x360, the configuration of video track 1 640x360"},
		{"width alone", []amf.Member{one("videoTrackIdInfoMap", prop("width", num(1920)))}, "the metadata says 1920x?, the configuration of video track 1 640x360"},
		{"rate", []amf.Member{one("audioTrackIdInfoMap", prop("samplerate", num(8000)))}, "the metadata says 8000 Hz, the configuration of audio track 1 44100 Hz"},
		{"channels", []amf.Member{one("audioTrackIdInfoMap", prop("channels", num(6)))}, "the metadata says 6 channels, the configuration of audio track 1 2"},
		{"codec", []amf.Member{one("videoTrackIdInfoMap", av01)}, "the metadata says videocodecid 1635135537 (AV1) of video track 1, which is AVC"},
	} {
		acts := append(headers(x.maps...), script.Video(client, 0, append([]byte("\x96\x01avc1\x01\x00\x00\x00"), script.KeyFrame[5:]...)))
		found, _ := judged(acts, Config{})
		said := of(found, "av-meta-mismatch")
		if len(said) != min(len(x.want), 1) || x.want != "" && !strings.Contains(said[0], x.want) {
			t.Errorf("%s: %q, want %q", x.name, said, x.want)
		}
	}
}

// TestTracksOfMapsThatNeverCome: a track that a map describes is missed after
// meta.tracks; one that comes is not, nor is any once the connection has closed.
func TestTracksOfMapsThatNeverCome(t *testing.T) {
	maps := prop("audioTrackIdInfoMap", obj(prop("1", obj(prop("channels", num(2)))), prop("7", obj(prop("channels", num(2))))))
	begin := script.Do(script.Publishing, script.Metadata(client, maps), script.Headers(client), script.Audio(client, 0, secondTrack(false, "mp4a", script.AACConfig[2:])))
	for _, x := range []struct {
		name string
		then script.Act
		want []string
	}{
		{"missing", script.Frames(client, 0, 100), []string{"the metadata describes audio track 7, and nothing of it has come 3 s after the first media"}},
		{"short", script.Do(script.Frames(client, 0, 10), script.Fin(client), script.Silence(5*time.Second)), nil},
	} {
		found, _ := judged(script.Example{begin, x.then}, Config{})
		if said := of(found, "av-meta-tracks"); !slices.EqualFunc(said, x.want, strings.Contains) {
			t.Errorf("%s: %q, want %q", x.name, said, x.want)
		}
	}
}

// TestWordsOfEnhancedRTMP: what details and rows say of Enhanced RTMP is explained.
func TestWordsOfEnhancedRTMP(t *testing.T) {
	for what, want := range map[string]string{
		"audioCodecs": "0x4 MP3", "videoCodecs": "0x80 H.264", "videoFunction": "0x2 HDR", "capsEx": "0x1 reconnect, 0x2 multitrack, 0x4 ModEx, 0x8 nanosecond offset",
		"videoFourCcInfoMap": "0x1 decode, 0x2 encode, 0x4 forward", "CanForward": "passes this codec on", "Reconnect": "ReconnectRequest",
		"colorPrimaries": "ITU-T H.273 §8.1", "transferCharacteristics": "ITU-T H.273 §8.2", "matrixCoefficients": "ITU-T H.273 §8.3", "maxCLL": "cd/m²", "hdrMdcv": "ST 2086",
		"LowFrequency2": "position 18 of order Custom, bit 0x40000", "AudioChannelOrder": "2 Custom", "AV1VideoDescriptor": "tag 0x80", "ExHeader": "sound format 9",
	} {
		if words, ok := Explain(what); !ok || !strings.Contains(words, want) {
			t.Errorf("%s: %q, want %q in it", what, words, want)
		}
	}
}
