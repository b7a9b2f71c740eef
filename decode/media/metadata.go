package media

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// metadataLimits bound the values of a metadata packet: colorInfo has a dozen.
var metadataLimits = amf.Limits{Depth: 32, Values: 4096}

// metadataFields appends an E-RTMP video metadata packet: AMF0 names and values,
// of which only "colorInfo" is defined. E-RTMP v2 "Metadata Frame".
func metadataFields(b *field.Builder) {
	res := amf.Decode0(b.Body[:b.End], b.At, metadataLimits)
	name := "metadata name"
	for i := range res.Values {
		f := amf.Fields(name, &res.Values[i], nil)
		amf.EachMember(&f, &res.Values[i], colourNote)
		b.Out = append(b.Out, f)
		if name = "metadata value"; i%2 == 1 {
			name = "metadata name"
		}
	}
	b.At = b.End
}

// colourNotes say what the numbers of colorInfo are; E-RTMP v2 "Metadata Frame".
var colourNotes = map[string]string{
	"colorConfig":  "how colours are coded",
	"bitDepth":     "bits of each colour channel of a pixel; 8, 10 or 12",
	"hdrCll":       "how bright the content is",
	"maxFall":      "the brightest frame on average, in cd/m²",
	"maxCLL":       "the brightest pixel, in cd/m²",
	"hdrMdcv":      "the display on which the content was made (SMPTE ST 2086)",
	"redX":         "CIE 1931 chromaticity of that display",
	"redY":         "CIE 1931 chromaticity of that display",
	"greenX":       "CIE 1931 chromaticity of that display",
	"greenY":       "CIE 1931 chromaticity of that display",
	"blueX":        "CIE 1931 chromaticity of that display",
	"blueY":        "CIE 1931 chromaticity of that display",
	"whitePointX":  "CIE 1931 chromaticity of that display",
	"whitePointY":  "CIE 1931 chromaticity of that display",
	"maxLuminance": "the brightest that display can be, in cd/m²",
	"minLuminance": "the darkest that display can be, in cd/m²",
}

// colourCodes are the members whose numbers are codes of ITU-T H.273.
var colourCodes = map[string]struct {
	note, source string
	name         func(int) string
}{
	"colorPrimaries":          {"which red, green, blue and white the colours are made of", "ITU-T H.273 §8.1", primariesName},
	"transferCharacteristics": {"how values stand for light", "ITU-T H.273 §8.2", transferName},
	"matrixCoefficients":      {"how brightness and colour difference are made of red, green and blue", "ITU-T H.273 §8.3", matrixName},
}

// colourNote says what a member of colorInfo means, and names its code.
func colourNote(_, name string, v *amf.Value, f *field.Field) {
	code, ok := colourCodes[name]
	if !ok {
		f.Note = colourNotes[name]
		return
	}
	f.Note, f.Source = code.note, code.source
	if n := int(v.Number); (v.Kind == amf.Number || v.Kind == amf.Integer) && float64(n) == v.Number && n >= 0 && n <= 255 {
		f.Note += ": " + code.name(n)
	} else {
		f.Note, f.Bad = f.Note+": not a code from 0 to 255", true
	}
}

// MetadataMembers are the members of colorInfo with what they mean, for whoever asks
// without a message.
func MetadataMembers() map[string]string {
	out := make(map[string]string, len(colourNotes)+len(colourCodes))
	for name, note := range colourNotes {
		out[name] = note
	}
	for name, code := range colourCodes {
		out[name] = code.note + "; a code of " + code.source
	}
	return out
}
