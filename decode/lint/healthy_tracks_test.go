package lint

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// enhance gives a codec that is written by FourCC what else Enhanced RTMP has: several
// tracks in each message, nanoseconds, a layout of channels, colours.
func enhance(w *cable, c codec) codec {
	if len(c.header) < 5 || c.header[0]&0x80 == 0 {
		return c
	}
	if w.chance(25) {
		c.tracks, c.form = w.between(1, 3), pick(w, byte(1), 2)
		header, frame := c.header, c.frame
		c.header = oneMessage(c, same(header, c.tracks+1))
		c.frame = func(w *cable, size int, p picture) []byte {
			first := frame(w, size, p)
			bodies := [][]byte{first}
			for len(bodies) <= c.tracks {
				if other := frame(w, size, p); other[0] == first[0] { // CodedFrames and CodedFramesX do not mix
					bodies = append(bodies, other)
				}
			}
			return oneMessage(c, bodies)
		}
	}
	if w.chance(20) {
		frame := c.frame
		c.frame = func(w *cable, size int, p picture) []byte { return withNanos(w, frame(w, size, p)) }
	}
	return c
}

func same(p []byte, n int) (out [][]byte) {
	for range n {
		out = append(out, p)
	}
	return out
}

// multitrack is the packet type that says that several tracks follow.
func (c *codec) multitrack() byte {
	if c.video {
		return 6
	}
	return 5
}

// oneMessage puts the bodies of several tracks into one message (E-RTMP v2, Multitrack):
// form 1 is ManyTracks, one FourCC for all, 2 ManyTracksManyCodecs, one for each.
func oneMessage(c codec, bodies [][]byte) []byte {
	first := bodies[0]
	out := []byte{first[0]&0xf0 | c.multitrack(), c.form<<4 | first[0]&15}
	if c.form == 1 {
		out = append(out, first[1:5]...)
	}
	for id, body := range bodies {
		if c.form == 2 {
			out = append(out, body[1:5]...)
		}
		out = append(append(append(out, byte(id)), be24(len(body)-5)...), body[5:]...)
	}
	return out
}

// withNanos puts a timestamp offset before the packet type (E-RTMP v2, ModEx).
func withNanos(w *cable, body []byte) []byte {
	out := append([]byte{body[0]&0xf0 | 7, 2}, be24(w.between(0, 999_999))...)
	return append(append(out, body[0]&15), body[1:]...)
}

// beside are the messages that stand before the first frames of some lanes: the layout of
// channels of audio, the colours of video.
func (l *lane) beside(w *cable) []byte {
	switch {
	case len(l.header) < 5 || l.header[0]&0x80 == 0 || l.tracks > 0 || !w.chance(20):
		return nil
	case !l.video:
		layout := pick(w, "\x00\x02", "\x01\x02\x00\x00\x00\x03", "\x02\x02\x00\x01")
		return append(append([]byte{0x94}, l.header[1:5]...), layout...)
	}
	colours := obj(prop("colorConfig", obj(prop("bitDepth", num(10)), prop("colorPrimaries", num(9)), prop("transferCharacteristics", num(16)), prop("matrixCoefficients", num(9)))))
	out := append([]byte{0x94}, l.header[1:5]...)
	return amf.Append0(amf.Append0(out, str("colorInfo")), colours)
}

// infoMaps describes the tracks besides the first.
func (f *feed) infoMaps(w *cable) (out []amf.Member) {
	for _, l := range f.lanes {
		var tracks []amf.Member
		for id := 1; id <= l.tracks && w.chance(60); id++ {
			tracks = append(tracks, prop(fmt.Sprint(id), obj(l.info()...)))
		}
		if tracks != nil {
			name := "audioTrackIdInfoMap"
			if l.video {
				name = "videoTrackIdInfoMap"
			}
			out = append(out, prop(name, obj(tracks...)))
		}
	}
	return out
}

func (l *lane) info() []amf.Member {
	if l.video {
		return []amf.Member{prop("width", num(float64(l.w))), prop("height", num(float64(l.h))), prop("videocodecid", num(l.id))}
	}
	return []amf.Member{prop("audiodatarate", num(128)), prop("audiocodecid", num(l.id))}
}
