package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// TestKindsOfNALUnits: H.264 table 7-1 and H.265 table 7-1, each kind alone.
func TestKindsOfNALUnits(t *testing.T) {
	captions := append([]byte{0, 4, 30}, 0xb5, 0x00, 0x31, 'G', 'A', '9', '4', 0x03)
	for kind := range byte(64) {
		hevc := scanNAL(append([]byte{0, 0, 0, 13, kind << 1, 1}, captions...), media.HEVC, 4)
		want := nalScan{fits: true, slices: kind < 32, random: kind >= 16 && kind <= 23, captions: kind == 39 || kind == 40}
		if hevc != want {
			t.Errorf("HEVC kind %d: %+v, want %+v", kind, hevc, want)
		}
		if kind >= 32 {
			continue
		}
		avc := scanNAL(append([]byte{0, 0, 0, 12, kind}, captions...), media.AVC, 4)
		want = nalScan{fits: true, slices: kind >= 1 && kind <= 5, random: kind == 5, captions: kind == 6}
		if avc != want {
			t.Errorf("AVC kind %d: %+v, want %+v", kind, avc, want)
		}
	}
}

// TestUnitsFit: lengths of one, two, three and four bytes, cut and too long.
func TestUnitsFit(t *testing.T) {
	for size := 1; size <= 4; size++ {
		unit := func(n int, body ...byte) []byte {
			p := make([]byte, size)
			p[size-1] = byte(n)
			return append(p, body...)
		}
		two := slices.Concat(unit(2, 0x65, 1), unit(1, 0x06))
		for n := range len(two) + 1 {
			s := scanNAL(two[:n], media.AVC, size)
			whole := n == 0 || n == size+2 || n == len(two)
			if s.fits != whole || s.random != (n >= size+2) {
				t.Errorf("lengths of %d bytes, %d of %d: %+v", size, n, len(two), s)
			}
		}
		if s := scanNAL(slices.Concat(unit(0), unit(0), unit(0), unit(1, 0x41)), media.AVC, size); !s.fits || !s.slices {
			t.Errorf("behind empty units of %d bytes: %+v", size, s)
		}
	}
	for p, want := range map[string]bool{"\x00\x00\x00\x01\x65": true, "\x00\x00\x01\x65": true, "\x00\x01\x65": false, "\x00\x00\x00\x02\x65": false} {
		if s := scanNAL([]byte(p), media.AVC, 4); s.annexB != want {
			t.Errorf("% x: %+v", p, s)
		}
	}
	many := slices.Repeat([]byte{0, 0, 0, 1, 0x65}, maxScanned+1)
	if s := scanNAL(many, media.AVC, 4); s != (nalScan{fits: true}) {
		t.Errorf("more units than are looked at: %+v", s)
	}
	if s := scanNAL(many[:5*maxScanned], media.AVC, 4); !s.fits || !s.random {
		t.Errorf("as many as are looked at: %+v", s)
	}
}

// TestMapsOfTracks: each by its number, from 1 on, of both kinds.
func TestMapsOfTracks(t *testing.T) {
	in := func(names ...string) amf.Value {
		var members []amf.Member
		for i, n := range names {
			members = append(members, amf.Prop(n, amf.Obj(amf.Prop("width", amf.Num(float64(100+i))), amf.Prop("audiosamplerate", amf.Num(48000)))))
		}
		return amf.Obj(members...)
	}
	o := amf.Obj(amf.Prop("audioTrackIdInfoMap", in("1", "0", "x", "-1", "256", "255")), amf.Prop("videoTrackIdInfoMap", in("2", "1.5", "")))
	var got []string
	for _, c := range readTracks(&o) {
		got = append(got, fmt.Sprintf("%d %v %.0f %.0f", c.id, c.video, c.width, c.sampleRate))
	}
	if diff := cmp.Diff([]string{"1 false 100 48000", "255 false 105 48000", "2 true 100 48000"}, got); diff != "" {
		t.Error(diff)
	}
	var names []string
	for n := range 3 * maxTracks {
		names = append(names, fmt.Sprint(n+1))
	}
	o = amf.Obj(amf.Prop("audioTrackIdInfoMap", in(names...)))
	if got := readTracks(&o); len(got) != 2*maxTracks {
		t.Errorf("%d tracks", len(got))
	}
	rate := amf.Obj(amf.Prop("samplerate", amf.Num(44100)), amf.Prop("audiosamplerate", amf.Num(48000)))
	if c := readTrack(&rate, 1, false); c.sampleRate != 44100 {
		t.Errorf("%v", c.sampleRate)
	}
}

// TestDryStreams: what has no more media is a player's, by its own number or any.
func TestDryStreams(t *testing.T) {
	dry := func(id uint32) script.Act {
		return script.Control(server, 4, append([]byte{0, 2}, script.BigEndian(id)...)...)
	}
	for name, c := range map[string]struct {
		start script.Act
		id    uint32
		want  bool
	}{
		"its own": {script.Do(script.PlayKey, script.PlayStart), 1, true}, "of none": {script.Do(script.PlayKey, script.PlayStart), 9, true}, "a publisher of none": {script.Do(script.PublishKey, script.Started), 9, false},
		"a publisher's own": {script.Do(script.PublishKey, script.Started), 1, true},
	} {
		_, j := judged(script.Example{script.Connected, script.Created, c.start, dry(c.id)}, Config{})
		v := j.views[0]
		if got := v.streams[len(v.streams)-1].dry.yes(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestStallsSayUntilWhen: media that stopped before somebody ended the connection.
func TestStallsSayUntilWhen(t *testing.T) {
	flowing := script.Example{script.Flowing, script.Silence(20 * time.Second)}
	_, j := judged(flowing, Config{})
	r, _ := j.Report(1)
	if !strings.HasPrefix(r.Stall.Words, "no media from the client for ") || strings.Contains(r.Stall.Words, "until") {
		t.Errorf("%q", r.Stall.Words)
	}
	_, j = judged(append(flowing[:2:2], script.Fin(client), script.Fin(server)), Config{})
	if r, _ = j.Report(1); !strings.HasSuffix(r.Stall.Words, ", until the client closed") {
		t.Errorf("%q", r.Stall.Words)
	}
}

// TestEndsOfPublishing: the server ends what the client had not stopped, and that is said;
// what the client stopped may end.
func TestEndsOfPublishing(t *testing.T) {
	over := script.OnStatus("status", "NetStream.Unpublish.Success", "x")
	for name, c := range map[string]struct {
		x    script.Example
		want int
	}{
		"not stopped": {script.Example{script.Flowing, over}, 1}, "stopped": {script.Example{script.Flowing, script.Stopping, over}, 0},
		"another status": {script.Example{script.Flowing, script.OnStatus("status", "NetStream.Publish.Idle", "x")}, 0},
		"a player's":     {script.Example{script.Connected, script.Created, script.PlayKey, script.PlayStart, script.Frames(server, 0, 5), script.OnStatus("status", "NetStream.Play.Complete", "x")}, 0},
	} {
		found, _ := judged(c.x, Config{})
		n := 0
		for _, f := range found {
			if f.Rule == "cmd-status-error" && strings.Contains(f.Summary.Show(false), "the client had not stopped") {
				n++
			}
		}
		if n != c.want {
			t.Errorf("%s: %d findings, want %d", name, n, c.want)
		}
	}
}
