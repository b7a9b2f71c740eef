package lint

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"os"
	"strings"
	"sync"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// codec is how the messages of one kind of media look on the wire.
type codec struct {
	id      float64 // in the metadata: codec ID or FourCC
	header  []byte  // sequence header; nil where there is none
	video   bool
	step    float64 // ms from frame to frame, of audio
	fps     float64 // that the sequence header names, of video; 0 for none
	w, h    int
	reorder bool // B-frames are allowed
	tracks  int  // tracks besides the first, in each message
	form    byte // how they stand there: 1 ManyTracks, 2 ManyTracksManyCodecs
	frame   func(w *cable, size int, p picture) []byte
}

// picture is what a frame of video is: a keyframe, a B-frame, and how much later
// than it is decoded it is shown.
type picture struct {
	key, b bool
	cts    int
}

func fourCC(name string) float64 { return float64(binary.BigEndian.Uint32([]byte(name))) }

// vectors reads a configuration record that a real encoder wrote.
var vectors = sync.OnceValue(func() map[string][]byte {
	lines, err := os.ReadFile("../media/testdata/configs.tsv")
	if err != nil {
		panic(err)
	}
	out := map[string][]byte{}
	for line := range strings.Lines(string(lines)) {
		if f := strings.Split(line, "\t"); len(f) > 2 {
			out[f[0]], _ = hex.DecodeString(f[2])
		}
	}
	return out
})

// bitString writes bits, for parameter sets and slice headers (H.264 §9.1).
type bitString struct {
	p []byte
	n int
}

func (b *bitString) u(n int, v uint32) {
	for i := n - 1; i >= 0; i-- {
		if b.n%8 == 0 {
			b.p = append(b.p, 0)
		}
		b.p[len(b.p)-1] |= byte(v>>i&1) << (7 - b.n%8)
		b.n++
	}
}

func (b *bitString) ue(values ...uint32) {
	for _, v := range values {
		n := bits.Len32(v + 1)
		b.u(n-1, 0)
		b.u(n, v+1)
	}
}

// escaped puts a byte 3 where a start code would stand (H.264 §7.3.1).
func escaped(p []byte) (out []byte) {
	zeros := 0
	for _, b := range p {
		if zeros >= 2 && b <= 3 {
			out, zeros = append(out, 3), 0
		}
		if out = append(out, b); b == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return out
}

// avcRecord is the configuration of an encoder that names no frame rate: Baseline
// without reordering, or Main with it.
func avcRecord(w, h int, reorder bool) []byte {
	profile, poc := uint32(66), []uint32{2}
	if reorder {
		profile, poc = 77, []uint32{0, 4}
	}
	s := &bitString{}
	s.u(24, profile<<16|31)
	s.ue(0, 0)
	s.ue(poc...)
	s.ue(3)
	s.u(1, 0)
	s.ue(uint32(w/16-1), uint32(h/16-1))
	s.u(2, 3) // frames only, direct_8x8_inference
	s.u(2, 0) // no cropping, no VUI
	s.u(1, 1)
	sps := append([]byte{0x67}, escaped(s.p)...)
	out := append([]byte{1, byte(profile), 0, 31, 0xff, 0xe1, 0, byte(len(sps))}, sps...)
	return append(out, 1, 0, 4, 0x68, 0xce, 0x3c, 0x80)
}

// withLength is a NAL unit as FLV holds it.
func withLength(nal []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(nal))), nal...)
}

// avcFrame is a picture of H.264: a slice header that is true, and noise.
func avcFrame(w *cable, size int, p picture) []byte {
	kind, slice := byte(0x41), uint32(5)
	switch {
	case p.key:
		kind, slice = 0x65, 7
	case p.b:
		kind, slice = 0x01, 6
	}
	s := &bitString{}
	s.ue(0, slice, 0)
	s.u(9, 0x155)
	out := []byte(nil)
	if p.key && w.chance(50) {
		out = withLength([]byte{6, 5, 4, 1, 2, 3, 4, 0x80})
	}
	if w.chance(10) {
		out = append(withLength([]byte{9, 0xf0}), out...)
	}
	return append(out, withLength(append([]byte{kind}, escaped(append(s.p, w.noise(size)...))...))...)
}

// hevcFrame is a picture of H.265 with one slice.
func hevcFrame(w *cable, size int, p picture) []byte {
	kind, slice := byte(1), uint32(1)
	switch {
	case p.key:
		kind, slice = 19, 2
	case p.b:
		kind, slice = 0, 0
	}
	s := &bitString{}
	s.u(1, 1)
	if p.key {
		s.u(1, 0)
	}
	s.ue(0, slice)
	s.u(9, 0x155)
	return withLength(append([]byte{kind << 1, 1}, escaped(append(s.p, w.noise(size)...))...))
}

// av1Unit is a temporal unit: one frame OBU with its size (AV1 §5.3), behind a
// temporal delimiter now and then.
func av1Unit(w *cable, size int, p picture) []byte {
	first := byte(0x30)
	if p.key {
		first = 0x10
	}
	body := append([]byte{first}, w.noise(size)...)
	out := []byte{0x32}
	for n := len(body); ; n >>= 7 {
		if n < 0x80 {
			out = append(out, byte(n))
			break
		}
		out = append(out, byte(n)|0x80)
	}
	return append(out, body...)
}

// vpFrame is a frame of VP9: frame marker 2, profile 0, not an old frame shown again.
func vpFrame(w *cable, size int, p picture) []byte {
	if p.key {
		return append([]byte{0x82, 0x49, 0x83, 0x42}, w.noise(size)...)
	}
	return append([]byte{0x86}, w.noise(size)...)
}

func be24(n int) []byte { return []byte{byte(n >> 16), byte(n >> 8), byte(n)} }

// frameType is the upper half of the first byte of a video message.
func (p picture) frameType(w *cable) byte {
	switch {
	case p.key:
		return 1
	case p.b && w.chance(50):
		return 3
	}
	return 2
}

// legacy is video by its codec ID, with a composition time where hasTime is set.
func legacy(id byte, unit func(*cable, int, picture) []byte) func(*cable, int, picture) []byte {
	return func(w *cable, size int, p picture) []byte {
		out := append([]byte{p.frameType(w)<<4 | id, 1}, be24(p.cts)...)
		return append(out, unit(w, size, p)...)
	}
}

// enhanced is video by FourCC; coded frames of HEVC and AVC carry a composition time,
// and leave it out when it is 0 as they like.
func enhanced(name string, times bool, unit func(*cable, int, picture) []byte) func(*cable, int, picture) []byte {
	return func(w *cable, size int, p picture) []byte {
		packet, time := byte(1), be24(p.cts)
		switch {
		case !times:
			time = nil
		case p.cts == 0 && w.chance(50):
			packet, time = 3, nil
		}
		out := append([]byte{0x80 | p.frameType(w)<<4 | packet}, name...)
		return append(append(out, time...), unit(w, size, p)...)
	}
}

// oldVideo is a codec without sequence header: Sorenson H.263, VP6.
func oldVideo(id byte) func(*cable, int, picture) []byte {
	return func(w *cable, size int, p picture) []byte {
		return append([]byte{picture{key: p.key}.frameType(w)<<4 | id}, w.noise(size)...)
	}
}

// noisy is audio whose frames are noise behind some bytes.
func noisy(first ...byte) func(*cable, int, picture) []byte {
	return func(w *cable, size int, _ picture) []byte {
		return append(first[:len(first):len(first)], w.noise(size)...)
	}
}

// typ is the message type.
func (c *codec) typ() uint8 {
	if c.video {
		return chunk.TypeVideo
	}
	return chunk.TypeAudio
}

// videoCodec is one of the codecs that programs send.
func videoCodec(w *cable) codec {
	size := pick(w, [2]int{640, 352}, [2]int{1280, 720}, [2]int{848, 480}, [2]int{320, 176})
	reorder := w.chance(40)
	avc := codec{video: true, id: 7, w: size[0], h: size[1], reorder: reorder}
	hevc := codec{video: true, w: 1280, h: 720, reorder: reorder}
	switch w.rand.IntN(12) {
	case 0:
		hevc.id, hevc.header, hevc.frame = fourCC("hvc1"), append([]byte("\x90hvc1"), vectors()["hevc-main-720p"]...), enhanced("hvc1", true, hevcFrame)
		hevc.fps = 25
		return hevc
	case 2:
		av1 := codec{video: true, id: fourCC("av01"), header: append([]byte("\x90av01"), vectors()["av1-main-720p"]...), fps: 25, w: 1280, h: 720, frame: enhanced("av01", false, av1Unit)}
		if w.chance(20) { // as MPEG-2 TS has it: an AV1 video descriptor
			av1.header = append([]byte("\x95av01\x80\x04"), av1.header[5:9]...)
		}
		return av1
	case 3:
		return codec{video: true, id: fourCC("vp09"), header: append([]byte("\x90vp09"), vectors()["vp9-p0"]...), w: 640, h: 360, frame: enhanced("vp09", false, vpFrame)}
	case 4:
		avc.id, avc.header, avc.frame = fourCC("avc1"), append([]byte("\x90avc1"), avcRecord(avc.w, avc.h, reorder)...), enhanced("avc1", true, avcFrame)
		return avc
	case 5:
		id := pick(w, 2, 4)
		return codec{video: true, id: float64(id), w: 640, h: 352, frame: oldVideo(byte(id))}
	}
	avc.header, avc.frame = append([]byte{0x17, 0, 0, 0, 0}, avcRecord(avc.w, avc.h, reorder)...), legacy(7, avcFrame)
	return avc
}

// audioCodec is one of the codecs that programs send.
func audioCodec(w *cable) codec {
	switch w.rand.IntN(16) {
	case 0:
		return codec{id: fourCC("Opus"), header: []byte("\x90OpusOpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00"), step: 20, frame: noisy([]byte("\x91Opus\xfc")...)}
	case 1:
		return codec{id: 7, step: 20, frame: noisy(0x72)}
	case 2:
		return codec{id: 8, step: pick(w, 20.0, 40.0), frame: noisy(0x82)}
	case 3, 4:
		return codec{id: 2, step: 1152 / 44.1, frame: noisy(0x2f, 0xff, 0xfb, 0x90, 0x64)}
	case 5:
		return codec{id: 11, step: 20, frame: noisy(0xb2, 0x36)}
	case 6:
		return codec{id: fourCC("mp4a"), header: []byte("\x90mp4a\x12\x10"), step: 1024 / 44.1, frame: noisy([]byte("\x91mp4a")...)}
	case 7:
		return codec{id: 6, step: 32, frame: noisy(0x62)}
	case 8, 9:
		return codec{id: 10, header: []byte{0xaf, 0, 0x11, 0x90}, step: 1024 / 48.0, frame: noisy(0xaf, 1, 0x21)}
	}
	return codec{id: 10, header: []byte{0xaf, 0, 0x12, 0x10}, step: 1024 / 44.1, frame: noisy(0xaf, 1)}
}
