package media

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestVVCParameterSets compares hand-written sequence parameter sets with what
// FFmpeg's tracer read from them, and the summary with what was written.
func TestVVCParameterSets(t *testing.T) {
	want := map[string]string{
		"vvc-main10-720p":        "VVC Main 10@3.1 1280x720 4:2:0 10 bit",
		"vvc-444-cropped-layers": "VVC Main 10 4:4:4@4.1 1917x1080 4:4:4 8 bit",
		"vvc-1080p-constraints":  "VVC Main 10@4.0 1920x1080 4:2:0 8 bit",
	}
	lines, err := os.ReadFile("testdata/vvc.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(lines)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		nal, err := hex.DecodeString(f[1])
		if err != nil {
			t.Fatal(err)
		}
		record := join([]byte("\x90vvc1\xfe\x01\x8f\x00\x01"), []byte{byte(len(nal) >> 8), byte(len(nal))}, nal)
		checkTiling(t, true, record, nil)
		checkNoneBad(t, true, record)
		c, ok := ParseConfig(ParseVideo(record), record)
		if !ok || c.String() != want[f[0]] {
			t.Errorf("%s: %s, want %s", f[0], c, want[f[0]])
		}
		delete(want, f[0])
		trace := strings.Fields(index.ReplaceAllString(f[2], "="))
		compareTrace(t, f[0], find(t, Fields(true, record, nil), "SPS", 0).Children, trace)
	}
	if len(want) > 0 {
		t.Errorf("no vectors for %v", want)
	}
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// sei is a payload as a whole SEI NAL unit behind a NAL header. The payloads of
// this file need no emulation prevention.
func sei(header []byte, kind int, w *bitWriter) []byte {
	if w.n%8 > 0 {
		w.u(1, 1) // bit_equal_to_one; zeros fill the byte
	}
	return append(join(header, []byte{byte(kind), byte(len(w.p))}, w.p), 0x80)
}

// avcTimecode is picture timing with one full time stamp behind delays of the
// given lengths, H.264 §D.1.3.
func avcTimecode(cpb, dpb, offset int, hours, minutes, seconds, frames, counting uint64) []byte {
	w := &bitWriter{}
	if cpb > 0 {
		w.u(cpb, 5).u(dpb, 3)
	}
	w.u(4, 0).u(1, 1)                                        // pic_struct, clock_timestamp_flag
	w.u(2, 0).u(1, 0).u(5, counting).u(1, 1).u(1, 0).u(1, 0) // up to cnt_dropped_flag
	w.u(8, frames).u(6, seconds).u(6, minutes).u(5, hours)   // the full time stamp
	return sei([]byte{0x06}, seiPictureTiming, w.u(offset, 0))
}

// hevcTimecode is a time code SEI message with two clocks, the second of which
// has seconds and minutes alone, H.265 §D.2.27.
func hevcTimecode() []byte {
	w := (&bitWriter{}).u(2, 2)
	w.u(1, 1).u(1, 0).u(5, 4).u(1, 1).u(1, 0).u(1, 1).u(9, 29).u(6, 59).u(6, 58).u(5, 23).u(5, 0)
	w.u(1, 1).u(1, 0).u(5, 0).u(1, 0).u(1, 0).u(1, 0).u(9, 12).u(1, 1).u(6, 7).u(1, 1).u(6, 8).u(1, 0).u(5, 3).u(3, 5)
	return sei([]byte{39 << 1, 1}, seiTimeCode, w)
}

// frameBody puts NAL units behind the tag header of a keyframe.
func frameBody(head string, nals ...[]byte) []byte {
	body := []byte(head)
	for _, n := range nals {
		body = binary.BigEndian.AppendUint32(body, uint32(len(n)))
		body = append(body, n...)
	}
	return body
}

func TestTimeCodes(t *testing.T) {
	withDelays := &Config{LengthSize: 4, syntax: syntax{sps: true, delays: true, picStruct: true, cpbDelay: 24, dpbDelay: 6, timeOffset: 0}}
	without := &Config{LengthSize: 4, syntax: syntax{sps: true, picStruct: true, timeOffset: 24}}
	for _, c := range []struct {
		name, want string
		body       []byte
		known      *Config
	}{
		{"AVC with delays", "23:59:58:24", frameBody("\x17\x01\x00\x00\x00", avcTimecode(24, 6, 0, 23, 59, 58, 24, 0)), withDelays},
		{"AVC drop frame", "01:02:03;04", frameBody("\x17\x01\x00\x00\x00", avcTimecode(0, 0, 24, 1, 2, 3, 4, 4)), without},
		{"HEVC", "23:58:59;29, --:08:07:12", frameBody("\x91hvc1\x00\x00\x00", hevcTimecode()), nil},
	} {
		checkTiling(t, true, c.body, c.known)
		f := find(t, Fields(true, c.body, c.known), seiPayload, 0)
		if f.Value.Show(true) != c.want || len(f.Children) < 8 {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	// Without the sequence parameter set nobody can tell where the time begins.
	body := frameBody("\x17\x01\x00\x00\x00", avcTimecode(24, 6, 0, 23, 59, 58, 24, 0))
	if f := find(t, Fields(true, body, nil), seiPayload, 0); len(f.Children) > 0 {
		t.Errorf("%+v", f)
	}
}

// traceLine is a line of the trace_headers bitstream filter.
var traceLine = regexp.MustCompile(`\] \d+ +(\S+) .* = (-?\d+)$`)

// TestHeadersAgainstInstalledFFmpeg compares parameter sets, slice headers and
// SEI messages of real streams, and the time codes of this file put into them,
// with what the tracer of the installed ffmpeg reads.
func TestHeadersAgainstInstalledFFmpeg(t *testing.T) {
	t.Parallel()
	ffmpeg := need.Program(t, "ffmpeg")
	const source = "testsrc2=duration=0.2:size=200x120:rate=25"
	for _, c := range []struct {
		name, format, head, encoder string
		timecode                    []byte
	}{
		{"avc with delays", "h264", "\x17\x01\x00\x00\x00", "libx264 -preset veryfast -x264-params nal-hrd=vbr:pic-struct=1:vbv-maxrate=500:vbv-bufsize=500:slices=2", nil},
		{"avc with a time code", "h264", "\x17\x01\x00\x00\x00", "libx264 -preset veryfast -x264-params pic-struct=1", avcTimecode(0, 0, 24, 10, 20, 30, 12, 0)},
		{"avc interlaced", "h264", "\x17\x01\x00\x00\x00", "libx264 -preset veryfast -flags +ilme+ildct", nil},
		{"hevc with a time code", "hevc", "\x91hvc1\x00\x00\x00", "libx265 -preset ultrafast -x265-params log-level=none:repeat-headers=1", hevcTimecode()},
		{"hevc in slices", "hevc", "\x91hvc1\x00\x00\x00", "libx265 -preset ultrafast -x265-params log-level=none:slices=3:ctu=16:frame-threads=1:temporal-layers=1:hrd=1:vbv-maxrate=500:vbv-bufsize=500", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a."+c.format)
			args := append(strings.Fields("-v error -f lavfi -i "+source+" -pix_fmt yuv420p -c:v "+c.encoder), "-f", c.format, file)
			if out, err := exec.Command(ffmpeg, args...).CombinedOutput(); err != nil {
				t.Skipf("this ffmpeg cannot encode it: %v %s", err, out)
			}
			nals := annexB(t, file)
			if c.timecode != nil {
				nals = withTimecode(nals, c.timecode, c.format)
			}
			traces := traceOf(t, ffmpeg, c.format, nals)
			if len(traces) < len(nals) {
				t.Fatalf("%d NAL units, ffmpeg reads %d", len(nals), len(traces))
			}
			traces = traces[len(traces)-len(nals):] // first it shows the parameter sets once more
			body := frameBody(c.head, nals...)
			checkTiling(t, true, body, nil)
			checkNoneBad(t, true, body)
			compareUnits(t, Fields(true, body, nil), traces)
		})
	}
}

// annexB splits a byte stream at its start codes.
func annexB(t *testing.T, file string) (nals [][]byte) {
	t.Helper()
	p, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range bytes.Split(p, []byte{0, 0, 1}) {
		if part = bytes.TrimRight(part, "\x00"); len(part) > 0 {
			nals = append(nals, part)
		}
	}
	return nals
}

// withTimecode puts an SEI NAL unit before the first slice.
func withTimecode(nals [][]byte, sei []byte, format string) (out [][]byte) {
	for i, n := range nals {
		if kind := nalKind(map[string]Codec{"h264": AVC, "hevc": HEVC}[format], n); format == "h264" && kind == 5 || format == "hevc" && kind < 32 {
			return append(append(append(out, nals[:i]...), sei), nals[i:]...)
		}
	}
	return nals
}

// traceOf is what ffmpeg's tracer reads from each NAL unit.
func traceOf(t *testing.T, ffmpeg, format string, nals [][]byte) (traces [][]string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "b."+format)
	stream := append([]byte{0, 0, 0, 1}, bytes.Join(nals, []byte{0, 0, 0, 1})...)
	if err := os.WriteFile(file, stream, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(ffmpeg, "-hide_banner", "-f", format, "-i", file, "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for _, line := range strings.Split(string(out), "\n") {
		m := traceLine.FindStringSubmatch(strings.TrimRight(line, "\r "))
		switch {
		case m == nil:
		case m[1] == "forbidden_zero_bit":
			traces = append(traces, nil)
		}
		if m != nil && len(traces) > 0 {
			last := len(traces) - 1
			traces[last] = append(traces[last], index.ReplaceAllString(m[1]+"=", "=")+m[2])
		}
	}
	return traces
}

// compareUnits compares the NAL units of a frame with their traces.
func compareUnits(t *testing.T, tree []field.Field, traces [][]string) {
	t.Helper()
	n, compared := 0, 0
	for _, f := range tree {
		if f.Name != "NAL unit" || len(f.Children) < 2 {
			continue
		}
		var ours []field.Field
		for _, c := range f.Children[1].Children {
			if f.Children[1].Name != "SEI" {
				ours = append(ours, c)
			}
			ours = append(ours, c.Children...)
		}
		compared += compareTrace(t, fmt.Sprintf("NAL unit %d, %s", n, f.Children[1].Symbol), ours, traces[n])
		n++
	}
	if compared < 100 {
		t.Errorf("only %d elements compared", compared)
	}
}
