package media

import (
	"fmt"
	"testing"
)

// TestEveryLegacyByte derives what each first byte of an audio and of a video message
// says from the tables of FLV 10.1 §E.4.2.1 and §E.4.3.1, without our tables.
func TestEveryLegacyByte(t *testing.T) {
	rates := []uint16{5512, 11025, 22050, 44100}
	implied := map[int]uint16{4: 16000, 5: 8000, 7: 8000, 8: 8000, 11: 16000, 14: 8000}
	for n := range 256 {
		format := n >> 4
		if format == 9 || format == 10 {
			continue // E-RTMP and AAC have more
		}
		rate := rates[n>>2&3]
		if implied[format] > 0 {
			rate = implied[format]
		}
		a := ParseAudio([]byte{byte(n), 1, 2})
		if int(a.CodecID) != format || a.SoundRate != rate || int(a.SoundBits) != 8+8*(n>>1&1) || int(a.SoundChannels) != 1+n&1 || a.PayloadLen != 2 {
			t.Errorf("audio %#x: %+v", n, a)
		}
	}
	for n := range 128 {
		v := ParseVideo([]byte{byte(n), 1, 0, 0, 0, 9})
		frame, codec := n>>4, n&15
		packets := codec == 7 || codec >= 12 && codec <= 14
		header := 1
		if packets {
			header = 5
		}
		if frame == 5 {
			header = 2
		}
		if v.Key != (frame == 1 || frame == 4) || v.Inter() != (frame == 2 || frame == 3) || v.Disposable() != (frame == 3) || int(v.CodecID) != codec || v.HeaderLen != header || v.PayloadLen != 6-header {
			t.Errorf("video %#x: %+v", n, v)
		}
	}
}

// TestModExOfEveryLength: three bytes and more of type 0 are nanoseconds, the first
// three of them; fewer, or of another type, say nothing that is known.
func TestModExOfEveryLength(t *testing.T) {
	for n := 1; n <= 5; n++ {
		for kind := range byte(3) {
			body := []byte{0xa7, byte(n - 1)}
			for i := range n {
				body = append(body, byte(i+1))
			}
			body = append(body, kind<<4|1)
			body = append(body, "av01x"...)
			want := uint32(0)
			if kind == 0 && n >= 3 {
				want = 0x010203
			}
			v := ParseVideo(body)
			if v.NanoOffset != want || v.PacketType != 1 || v.Codec != AV1 || v.PayloadLen != 1 || v.HeaderLen != 2+n+1+4 || v.Short {
				t.Errorf("%d bytes of type %d: %+v", n, kind, v)
			}
			for cut := 1; cut < len(body)-1; cut++ {
				if v := ParseVideo(body[:cut]); !v.Short || v.PayloadLen != 0 || cut < 2+n+1 && v.NanoOffset != 0 {
					t.Errorf("%d bytes of type %d, cut at %d: %+v", n, kind, cut, v)
				}
			}
		}
	}
}

// TestFirstTracksOfEveryLength: what the size says, up to what there is.
func TestFirstTracksOfEveryLength(t *testing.T) {
	for size := range 6 {
		body := append([]byte("\x96\x13hvc1\x04\x00\x00"), byte(size), 'a', 'b', 'c')
		v := ParseVideo(body)
		if v.PayloadLen != min(size, 3) || v.HeaderLen != 10 || v.Track != 4 || v.Multitrack != ManyTracks || v.Short {
			t.Errorf("a track of %d bytes: %+v", size, v)
		}
		if got := string(v.Payload(body)); got != "abc"[:min(size, 3)] {
			t.Errorf("a track of %d bytes: %q", size, got)
		}
	}
	for form, want := range map[byte]Multitrack{0: OneTrack, 1: ManyTracks, 2: ManyTracksManyCodecs, 3: UnknownMultitrack, 15: UnknownMultitrack} {
		if v := ParseVideo([]byte{0x96, form<<4 | 3, 'h', 'v', 'c', '1', 7, 0, 0, 1, 'a'}); v.Multitrack != want || v.Track != 7 || v.PacketType != 3 {
			t.Errorf("form %d: %+v", form, v)
		}
	}
	for n, want := range []string{"not multitrack", "OneTrack", "ManyTracks", "ManyTracksManyCodecs", "unknown", "unknown"} {
		if got := fmt.Sprint(Multitrack(n)); got != want {
			t.Errorf("form %d is called %s", n, got)
		}
	}
	for n, want := range []string{"reserved", "keyframe", "inter frame", "disposable inter frame", "generated keyframe", "video info or command frame", "reserved", "reserved", "reserved"} {
		if got := fmt.Sprint(FrameType(n)); got != want {
			t.Errorf("frame type %d is called %s", n, got)
		}
	}
}

// TestFieldsOfHeadersByHand: the names and values that people read of the first bytes.
func TestFieldsOfHeadersByHand(t *testing.T) {
	for body, want := range map[string][]string{
		"\x2e\xff": {"sound format=2", "sound rate=3", "sound size=1", "sound type=0"},
		"\xaf\x01": {"sound format=10", "sound rate=3", "sound size=1", "sound type=1"},
		"\x80":     {"sound format=8", "sound rate=0", "sound size=0", "sound type=0"},
	} {
		fields := Fields(false, []byte(body), nil)
		for i, w := range want {
			c := fields[0].Children[i]
			if got := c.Name + "=" + c.Value.Show(true); got != w || c.Bits == 0 || c.Symbol == "" {
				t.Errorf("% x: %s (%s), want %s", body, got, c.Symbol, w)
			}
		}
		if len(fields[0].Children) != len(want) {
			t.Errorf("% x: %d parts", body, len(fields[0].Children))
		}
	}
	symbols := ""
	for _, c := range Fields(false, []byte("\x2e\xff"), nil)[0].Children {
		symbols += c.Symbol + "; "
	}
	if symbols != "MP3; 44100 Hz; 16 bits; mono; " {
		t.Error(symbols)
	}
}
