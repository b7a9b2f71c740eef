package export

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// flvTags reads an FLV file with the reader of the built-in server.
func flvTags(t *testing.T, p []byte) (out []endpoint.Message) {
	t.Helper()
	r, err := endpoint.NewFLV(bytes.NewReader(p))
	if err != nil {
		t.Fatal(err)
	}
	for {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		m.Body = append([]byte(nil), m.Body...)
		out = append(out, m)
	}
}

// TestFLVIsTheTruth compares every message stream of every capture, in both
// directions, with the list that an independent decoder made.
func TestFLVIsTheTruth(t *testing.T) {
	compared := 0
	eachCapture(t, func(t *testing.T, src source.Source, name string) {
		if strings.Contains(name, "rtmpt") {
			t.Skip("tunnelled in HTTP, which is not decoded")
		}
		for l, want := range trueMedia(t, name) {
			o := Options{ShowSecrets: true, Sessions: []uint32{l.session}, From: session.SideOf(l.from), StreamID: l.id}
			var got []string
			for _, m := range flvTags(t, written(t, src, "flv", o)) {
				if m.Type != 18 {
					got = append(got, fmt.Sprintf("%d %d %d %.6x", m.Type, m.Timestamp, len(m.Body), sha1.Sum(m.Body)))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%+v: %s", l, diff)
			}
			compared++
		}
	})
	if compared < 20 {
		t.Errorf("only %d streams were compared", compared)
	}
}

// trueMedia lists audio and video by the stream that carries them.
func trueMedia(t *testing.T, name string) map[lane][]string {
	t.Helper()
	out := map[lane][]string{}
	for _, m := range trueMessages(t, name) {
		if m.typ != 8 && m.typ != 9 {
			continue
		}
		l := lane{session: m.session, id: m.stream}
		if m.from == "server" {
			l.from = server
		}
		out[l] = append(out[l], fmt.Sprintf("%d %d %d %s", m.typ, m.timestamp, m.length, m.sha1))
	}
	return out
}

func TestFLVBytes(t *testing.T) {
	p := written(t, publisher(t, "stream-key-1").end(), "flv", Options{})
	metadata := encode(amf.Str("onMetaData"), amf.ECMA(amf.Prop("width", amf.Num(320)), amf.Prop("title", amf.Str("a & b"))))
	want := "FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00" +
		"\x12\x00\x00" + string(rune(len(metadata))) + "\x00\x00\x00\x00\x00\x00\x00" + string(metadata) + "\x00\x00\x00" + string(rune(len(metadata)+11)) +
		"\x09\x00\x00\x14\x00\x00\x00\x00\x00\x00\x00\x17\x00\x00\x00\x00\x01\x42\xc0\x0d\xff\xe1\x00\x02\x67\x42\x01\x00\x02\x68\xce\x00\x00\x00\x1f" +
		"\x08\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\xaf\x00\x12\x10\x00\x00\x00\x0f" +
		"\x09\x00\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x17\x01\x00\x00\x00\x00\x00\x00\x02\x65\x88\x00\x00\x00\x16" +
		"\x08\x00\x00\x04\x00\x00\x17\x00\x00\x00\x00\xaf\x01\x21\x22\x00\x00\x00\x0f" +
		"\x09\x00\x00\x0c\x00\x00\x28\x00\x00\x00\x00\x27\x01\x00\x00\x28\x00\x00\x00\x03\x41\x9a\x01\x00\x00\x00\x17"
	if diff := cmp.Diff([]byte(want), p); diff != "" {
		t.Error(diff)
	}
}

// TestFLVFromTheMiddle: a cut begins with the metadata and the sequence headers
// that are in force there.
func TestFLVFromTheMiddle(t *testing.T) {
	src := publisher(t, "stream-key-1").end()
	frame := uint32(0)
	if _, err := fold.Timeline(src, session.Options{}, func(e *session.Entry) error {
		if e.Timestamp == 40 {
			frame = e.Number
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range flvTags(t, written(t, src, "flv", Options{Rows: [2]uint32{frame, 0}})) {
		got = append(got, fmt.Sprintf("%d at %d: % x", m.Type, m.Timestamp, m.Body[:2]))
	}
	if diff := cmp.Diff([]string{"18 at 40: 02 00", "9 at 40: 17 00", "8 at 40: af 00", "9 at 40: 27 01"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFLVTimestampAbove24Bits(t *testing.T) {
	k := newTalk(t).greet()
	src := k.say(client, 8, 1, 0x12345678, []byte{0x2f, 0xff}).end()
	if m := flvTags(t, written(t, src, "flv", Options{})); len(m) != 1 || m[0].Timestamp != 0x12345678 {
		t.Errorf("%+v", m)
	}
}

func TestFLVTakesAggregatesApart(t *testing.T) {
	k := newTalk(t).greet()
	body := []byte{
		8, 0, 0, 2, 0, 0, 5, 0, 0, 0, 0, 0xaf, 1, 0, 0, 0, 13,
		9, 0, 0, 3, 0, 0, 15, 0, 0, 0, 0, 0x27, 1, 9, 0, 0, 0, 14,
	}
	var got []string
	for _, m := range flvTags(t, written(t, k.say(server, 22, 1, 1000, body).end(), "flv", Options{})) {
		got = append(got, fmt.Sprintf("%d at %d: % x", m.Type, m.Timestamp, m.Body))
	}
	if diff := cmp.Diff([]string{"8 at 1000: af 01", "9 at 1010: 27 01 09"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestScriptBodies(t *testing.T) {
	meta := encode(amf.Str("onMetaData"), amf.Num(1))
	for _, c := range []struct {
		name      string
		typ       uint8
		body, out []byte
	}{
		{"as a server sends it", 18, meta, meta},
		{"as a publisher sends it", 18, encode(amf.Str("@setDataFrame"), amf.Str("onMetaData"), amf.Num(1)), meta},
		{"type 15 with AMF0 inside", 15, append([]byte{0}, meta...), meta},
		{"type 15 in AMF3", 15, []byte{3, 6, 1}, nil},
		{"empty", 18, nil, nil},
	} {
		if got := script(c.typ, c.body); !bytes.Equal(got, c.out) {
			t.Errorf("%s: % x, want % x", c.name, got, c.out)
		}
	}
}

func TestH264Bytes(t *testing.T) {
	want := "\x00\x00\x00\x01\x67\x42" + "\x00\x00\x00\x01\x68\xce" + "\x00\x00\x00\x01\x65\x88" + "\x00\x00\x00\x01\x41\x9a\x01"
	if got := written(t, publisher(t, "k").end(), "h264", Options{}); string(got) != want {
		t.Errorf("% x\nwant\n% x", got, want)
	}
}

// TestAACBytes: the header of a 9-byte frame, LC, 44100 Hz, 2 channels, from
// ISO/IEC 14496-3 table 1.A.6 and 1.A.7 by hand.
func TestAACBytes(t *testing.T) {
	want := "\xff\xf1\x50\x80\x01\x3f\xfc" + "\x21\x22"
	if got := written(t, publisher(t, "k").end(), "aac", Options{}); string(got) != want {
		t.Errorf("% x\nwant\n% x", got, want)
	}
}

func TestAACThatADTSCannotCarry(t *testing.T) {
	for name, config := range map[string][]byte{
		"sampling rate as a number": {0x17, 0x80, 0x56, 0x22, 0x10},
		"object type 31":            {0xf8, 0x00},
		"short":                     {0x12},
		"channel configuration 11":  {0x12, 0x58},
	} {
		if err := new(adts).configure(config); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	var a adts
	if err := a.configure([]byte{0x2b, 0x92, 0x08, 0x00}); err != nil || a.header[2] != 1<<6|7<<2 {
		t.Errorf("HE-AAC with a core of 22050 Hz: %v, % x", err, a.header)
	}
}

// ffprobePackets counts packets as another program sees them.
func ffprobePackets(t *testing.T, file, kind string) int {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", kind, "-count_packets",
		"-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(strings.Trim(strings.TrimSpace(strings.SplitN(string(out), "\n", 2)[0]), ","))
	return n
}

// TestPeersFFmpegReadsMedia: what is written of real sessions decodes without
// an error, and holds as many packets as there were frames.
func TestPeersFFmpegReadsMedia(t *testing.T) {
	t.Parallel()
	need.Program(t, "ffmpeg")
	need.Program(t, "ffprobe")
	for _, name := range []string{"obs29__srs__publish", "ffmpeg5__nginx__publish_and_play", "ffmpeg5__nginx__publish_flv1_mp3", "vlc__nginx__play"} {
		t.Run(name, func(t *testing.T) {
			src := openCapture(t, name)
			for format, kinds := range map[string]string{"flv": "va", "h264": "v", "aac": "a"} {
				if format != "flv" && strings.Contains(name, "flv1") {
					continue
				}
				file := filepath.Join(t.TempDir(), "x."+format)
				if err := os.WriteFile(file, written(t, src, format, Options{}), 0o600); err != nil {
					t.Fatal(err)
				}
				out, err := exec.Command("ffmpeg", "-v", "error", "-xerror", "-i", file, "-f", "null", "-").CombinedOutput()
				if err != nil || len(out) > 0 {
					t.Errorf("%s: ffmpeg: %v %s", format, err, out)
				}
				video, audio := framesOf(t, src)
				if got := ffprobePackets(t, file, "v"); strings.Contains(kinds, "v") && got != video {
					t.Errorf("%s: ffprobe counts %d video packets, the rows have %d frames", format, got, video)
				}
				if got := ffprobePackets(t, file, "a"); strings.Contains(kinds, "a") && got != audio {
					t.Errorf("%s: ffprobe counts %d audio packets, the rows have %d frames", format, got, audio)
				}
			}
		})
	}
}

// framesOf counts the frames of the first stream with media.
func framesOf(t *testing.T, src source.Source) (video, audio int) {
	t.Helper()
	var first *lane
	_, err := fold.Timeline(src, session.Options{}, func(e *session.Entry) error {
		if !e.IsMedia() {
			return nil
		}
		l := lane{e.Session, e.From, e.StreamID}
		if first == nil {
			first = &l
		}
		if l != *first || e.Flags&(session.SequenceHeader|session.EndOfSequence) != 0 || e.Length == 0 {
			return nil
		}
		if e.Type == 9 {
			video++
		} else {
			audio++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return video, audio
}
