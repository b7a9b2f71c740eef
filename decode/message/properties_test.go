package message

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

// noteOf is the note of the first field of a name in a tree.
func noteOf(fields []field.Field, name string) (note string) {
	for i := range fields {
		if fields[i].Name == name && len(fields[i].Children) > 0 {
			return fields[i].Note
		}
		if note = noteOf(fields[i].Children, name); note != "" {
			return note
		}
	}
	return ""
}

// TestNumbersOfConnectAreNamed reads a connect written by hand (AMF0 §2.2: a number is
// a double; 3191 is 0x0c77, 252 is 0x00fc).
func TestNumbersOfConnectAreNamed(t *testing.T) {
	body := []byte("\x02\x00\x07connect\x00\x3f\xf0\x00\x00\x00\x00\x00\x00\x03" +
		"\x00\x0baudioCodecs\x00\x40\xa8\xee\x00\x00\x00\x00\x00" +
		"\x00\x0bvideoCodecs\x00\x40\x6f\x80\x00\x00\x00\x00\x00" +
		"\x00\x0dvideoFunction\x00\x3f\xf0\x00\x00\x00\x00\x00\x00" +
		"\x00\x06capsEx\x00\x40\x14\x00\x00\x00\x00\x00\x00" +
		"\x00\x12videoFourCcInfoMap\x03\x00\x01*\x00\x40\x10\x00\x00\x00\x00\x00\x00\x00\x04vp09\x00\x40\x08\x00\x00\x00\x00\x00\x00\x00\x00\x09" +
		"\x00\x00\x09")
	tree := Fields(20, body, Context{Limits: amf.Limits{Depth: 8, Values: 100}})
	for name, want := range map[string]string{
		"audioCodecs":   "the client takes: uncompressed, ADPCM, MP3, Nellymoser 8 kHz, Nellymoser, AAC, Speex, 0x10",
		"videoCodecs":   "the client takes: Sorenson H.263, Screen Video, VP6, VP6 with alpha, Screen Video 2, H.264",
		"videoFunction": ": exact seek",
		"capsEx":        ": reconnect, ModEx",
		"*":             "forward",
		"vp09":          "decode, encode",
	} {
		if got := noteOf(tree, name); !strings.HasSuffix(got, want) {
			t.Errorf("%s is %q, want %q at its end", name, got, want)
		}
	}
}

// TestNumbersOfMetadataAreNamed reads an onMetaData written by hand: codec IDs of FLV,
// and FourCCs as numbers, of the first tracks and of others; "av01" is 0x61763031.
func TestNumbersOfMetadataAreNamed(t *testing.T) {
	body := []byte("\x02\x00\x0aonMetaData\x03" +
		"\x00\x0caudiocodecid\x00\x40\x24\x00\x00\x00\x00\x00\x00" +
		"\x00\x13videoTrackIdInfoMap\x03\x00\x011\x03\x00\x0cvideocodecid\x00\x41\xd8\x5d\x8c\x0c\x40\x00\x00\x00\x00\x09\x00\x00\x09" +
		"\x00\x00\x09")
	tree := Fields(18, body, Context{Limits: amf.Limits{Depth: 8, Values: 100}})
	for name, want := range map[string]string{"audiocodecid": ": AAC", "videocodecid": ": AV1"} {
		if got := noteOf(tree, name); !strings.HasSuffix(got, want) {
			t.Errorf("%s is %q, want %q at its end", name, got, want)
		}
	}
}

// TestMaskNames: no bit set, bits without a meaning, and values that are no mask.
func TestMaskNames(t *testing.T) {
	for _, x := range []struct {
		name  string
		value float64
		want  string
	}{
		{"audioCodecs", 0, "none"}, {"audioCodecs", 0x0400, "AAC"}, {"audioCodecs", 0x8080, "G.711 A-law, 0x8000"},
		{"videoCodecs", 0x80, "H.264"}, {"videoCodecs", -1, ""}, {"videoCodecs", 1.5, ""}, {"capsEx", 15, "reconnect, multitrack, ModEx, nanosecond offset"},
		{"videoFunction", 6, "HDR, metadata packets"}, {"width", 640, ""}, {"videocodecid", 15, ""}, {"videocodecid", 7, "AVC"},
	} {
		v := amf.Value{Kind: amf.Number, Number: x.value}
		if got := propertyValue("", x.name, &v); got != x.want {
			t.Errorf("%s %g is %q, want %q", x.name, x.value, got, x.want)
		}
	}
	if got := PropertyBits("audioFourCcInfoMap"); got != "0x1 decode, 0x2 encode, 0x4 forward" {
		t.Error(got)
	}
	if got := PropertyBits("app"); got != "" {
		t.Error(got)
	}
}
