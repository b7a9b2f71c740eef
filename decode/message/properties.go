package message

import (
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/media"
)

// bits are the names of the bits of a number, the lowest first; "" is a bit without a
// meaning.
type bits []string

// The bit masks of connect. Sources: RTMP 1.0 §7.2.1.1 (flag values of audioCodecs,
// videoCodecs, videoFunction), Enhanced RTMP v2 (videoFunction, FourCcInfoMask,
// CapsExMask).
var (
	audioCodecBits = bits{"uncompressed", "ADPCM", "MP3", "Intel", "", "Nellymoser 8 kHz", "Nellymoser", "G.711 A-law", "G.711 µ-law", "Nellymoser 16 kHz", "AAC", "Speex"}
	videoCodecBits = bits{"", "JPEG", "Sorenson H.263", "Screen Video", "VP6", "VP6 with alpha", "Screen Video 2", "H.264"}
	functionBits   = bits{"exact seek", "HDR", "metadata packets", "large scale tiles"}
	infoBits       = bits{"decode", "encode", "forward"}
	capsBits       = bits{"reconnect", "multitrack", "ModEx", "nanosecond offset"}
)

// masks are the members whose value is such a mask.
var masks = map[string]bits{"audioCodecs": audioCodecBits, "videoCodecs": videoCodecBits, "videoFunction": functionBits, "capsEx": capsBits}

// say names the bits that are set: "MP3, AAC", or "none"; bits without a name are
// given as a number.
func (b bits) say(mask uint32) string {
	if mask == 0 {
		return "none"
	}
	var out []string
	for i, name := range b {
		if bit := uint32(1) << i; mask&bit != 0 && name != "" {
			out = append(out, name)
			mask &^= bit
		}
	}
	if mask != 0 {
		out = append(out, "0x"+strconv.FormatUint(uint64(mask), 16))
	}
	return strings.Join(out, ", ")
}

// list is what the bits mean, for who asks without a value: "0x1 decode, 0x2 encode".
func (b bits) list() string {
	var out []string
	for i, name := range b {
		if name != "" {
			out = append(out, "0x"+strconv.FormatUint(1<<i, 16)+" "+name)
		}
	}
	return strings.Join(out, ", ")
}

// PropertyBits lists the bits of a property that is a bit mask, "" for any other.
func PropertyBits(name string) string {
	switch name {
	case "videoFourCcInfoMap", "audioFourCcInfoMap":
		return infoBits.list()
	}
	return masks[name].list()
}

// propertyNote says what a member means, and what its value stands for: the bits of a
// mask, the codec of a number. parent is the member in which it stands, or "".
func propertyNote(parent, name string, v *amf.Value) string {
	note, said := Properties[name], propertyValue(parent, name, v)
	switch {
	case said == "":
		return note
	case note == "":
		return said
	}
	return note + ": " + said
}

func propertyValue(parent, name string, v *amf.Value) string {
	if v.Kind != amf.Number && v.Kind != amf.Integer {
		return ""
	}
	n := uint32(v.Number)
	switch b := masks[name]; {
	case name == "videocodecid" || name == "audiocodecid":
		if c := media.CodecOfID(v.Number, name == "videocodecid"); c != media.UnknownCodec {
			return c.String()
		}
		return ""
	case v.Number < 0 || v.Number != float64(n):
		return ""
	case b != nil:
		return b.say(n)
	case parent == "videoFourCcInfoMap" || parent == "audioFourCcInfoMap":
		return infoBits.say(n)
	}
	return ""
}
