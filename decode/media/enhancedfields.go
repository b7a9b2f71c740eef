package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const eRTMP = "Enhanced RTMP v2"

// maxTracks bounds the tracks listed of one message; track ids are one byte.
const maxTracks = 256

// exFields appends the whole tree of an E-RTMP body.
func exFields(b *field.Builder, video bool, known *Config) {
	b.Source = eRTMP
	x := exTree{b: b, video: video, known: known}
	x.head()
	x.modEx()
	if video && x.packet != exMetadata && x.frame == CommandFrame {
		videoCommandField(b)
		return
	}
	if x.isMultitrack() {
		x.tracks()
		return
	}
	codec := x.fourCC(b)
	x.payload(b, codec)
}

// exTree is the state of walking one E-RTMP body.
type exTree struct {
	b      *field.Builder
	video  bool
	frame  FrameType
	packet uint8
	known  *Config
}

func (x *exTree) packetName(v int) string {
	if x.video {
		return exVideoPackets[v]
	}
	return exAudioPackets[v]
}

func (x *exTree) isMultitrack() bool {
	return x.video && x.packet == exMultitrack || !x.video && x.packet == exMPEG2TSStart
}

func (x *exTree) head() {
	if !x.video {
		bitFields(x.b, "ex audio header", 1, func(r *bitReader) {
			r.sym("sound format", 4, func(int) string { return "ExHeader" })
			x.packet = uint8(r.sym("packet type", 4, x.packetName))
		})
		return
	}
	bitFields(x.b, "ex video header", 1, func(r *bitReader) {
		r.sym("is ex header", 1, func(int) string { return "ExHeader" })
		x.frame = FrameType(r.sym("frame type", 3, func(v int) string { return FrameType(v).String() }))
		x.packet = uint8(r.sym("packet type", 4, x.packetName))
	})
}

func (x *exTree) modEx() {
	for x.packet == exModEx && !x.b.Short {
		x.b.Span("ModEx", x.oneModEx)
		if last := x.b.Out[len(x.b.Out)-1]; last.Bad {
			x.b.Short = true
		}
	}
}

func (x *exTree) oneModEx(b *field.Builder) {
	n, f := b.Num("size - 1", 1)
	if n++; n == 256 {
		f.Note = "the size follows in 16 bits"
		n, _ = b.Num("size - 1, 16 bits", 2)
		n++
	}
	at := b.At
	data := b.Take("ModEx data", n)
	if b.Short {
		return
	}
	kind := b.At
	nano := kind < b.End && b.Body[kind]>>4 == 0 && n >= 3
	if nano {
		v := int(b.Body[at])<<16 | int(b.Body[at+1])<<8 | int(b.Body[at+2])
		data.Value, data.Symbol = field.Number(v)+" ns", "timestamp offset"
		data.Note, data.Bad = "added to the timestamp of this message", v > 999_999
	}
	bitFields(b, "ModEx type and next packet type", 1, func(r *bitReader) {
		r.sym("ModEx type", 4, func(v int) string { return [2]string{"TimestampOffsetNano", ""}[min(v, 1)] })
		x.packet = uint8(r.sym("packet type", 4, x.packetName))
	})
}

func (x *exTree) fourCC(b *field.Builder) Codec {
	s, f := b.Chars("FourCC", 4)
	if b.Short {
		return UnknownCodec
	}
	code := fourCC(s)
	codec := code.Codec()
	switch reversed := code.Reversed().Codec(); {
	case codec != UnknownCodec:
		f.Symbol = codec.String()
	case reversed != UnknownCodec:
		f.Note, f.Bad = "the bytes are in the wrong order: "+reversed.String(), true
	default:
		f.Note = "a FourCC that Enhanced RTMP does not name"
	}
	return codec
}

func (x *exTree) tracks() {
	form := NotMultitrack
	bitFields(x.b, "multitrack", 1, func(r *bitReader) {
		r.sym("multitrack type", 4, func(v int) string {
			form = min(Multitrack(v)+1, UnknownMultitrack)
			return form.String()
		})
		x.packet = uint8(r.sym("packet type", 4, x.packetName))
	})
	codec := UnknownCodec
	if form != ManyTracksManyCodecs {
		codec = x.fourCC(x.b)
	}
	for n := 0; n < maxTracks && !x.b.Short && (n == 0 || x.b.Left() > 0); n++ {
		x.b.Span("track", func(b *field.Builder) { x.track(b, form, codec) })
		if form == OneTrack || form == UnknownMultitrack {
			break
		}
	}
	x.b.Excess("more tracks than track ids")
}

func (x *exTree) track(b *field.Builder, form Multitrack, codec Codec) {
	if form == ManyTracksManyCodecs {
		codec = x.fourCC(b)
	}
	id, _ := b.Num("track id", 1)
	size := b.Left()
	if form == ManyTracks || form == ManyTracksManyCodecs {
		size, _ = b.Num("track size", 3)
	}
	if b.Short {
		return
	}
	f := b.Group("track body", size, func(c *field.Builder) { x.payload(c, codec) })
	f.Value = text.Marked(fmt.Sprintf("track %d, %d bytes", id, f.End-f.Start))
}

// payload appends one track: composition time, if this packet has one, and what
// the codec wrote.
func (x *exTree) payload(b *field.Builder, codec Codec) {
	kind := exAudioKinds[x.packet]
	if x.video {
		kind = exVideoKinds[x.packet]
		if hasCompositionTime(codec, x.packet) {
			compositionTimeField(b)
		}
	}
	payloadFields(b, codec, kind, x.known)
}

// channelNames are the E-RTMP v2 "AudioChannel" positions.
var channelNames = [24]string{
	"FrontLeft", "FrontRight", "FrontCenter", "LowFrequency1", "BackLeft", "BackRight",
	"FrontLeftCenter", "FrontRightCenter", "BackCenter", "SideLeft", "SideRight", "TopCenter",
	"TopFrontLeft", "TopFrontCenter", "TopFrontRight", "TopBackLeft", "TopBackCenter",
	"TopBackRight", "LowFrequency2", "TopSideLeft", "TopSideRight", "BottomFrontCenter",
	"BottomFrontLeft", "BottomFrontRight",
}

// ChannelNames lists the channels of E-RTMP v2 "AudioChannel" by their positions.
func ChannelNames() []string { return channelNames[:] }

func channelName(v int) string {
	switch {
	case v < len(channelNames):
		return channelNames[v]
	case v == 0xfe:
		return "Unused"
	case v == 0xff:
		return "Unknown"
	}
	return ""
}

// multichannelConfig appends an E-RTMP v2 channel layout: the order, the count,
// then a mask or one position a channel.
func multichannelConfig(b *field.Builder) Config {
	order, f := b.Num("channel order", 1)
	f.Symbol = [4]string{"Unspecified", "Native", "Custom", ""}[min(order, 3)]
	count, _ := b.Num("channel count", 1)
	switch order {
	case 1:
		channelMask(b)
	case 2:
		for n := 0; n < count && !b.Short; n++ {
			v, f := b.Num("channel position", 1)
			f.Symbol = channelName(v)
		}
	}
	b.Excess("bytes after the channel layout")
	return Config{Channels: count}
}

func channelMask(b *field.Builder) {
	v, f := b.Num("channel flags", 4)
	f.Value = text.Marked(fmt.Sprintf("0x%06x", v))
	for i, name := range channelNames {
		if v>>i&1 == 1 {
			f.Note = appendWord(f.Note, name)
		}
	}
}
