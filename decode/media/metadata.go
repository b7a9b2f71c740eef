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
		b.Out = append(b.Out, amf.Fields(name, &res.Values[i], nil))
		if name = "metadata value"; i%2 == 1 {
			name = "metadata name"
		}
	}
	b.At = b.End
}
