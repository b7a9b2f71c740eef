package message

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// TestDataOfOddSenders reads the data messages of senders that do not keep to the
// usual form. Every value must be there, whatever else is said.
func TestDataOfOddSenders(t *testing.T) {
	width := amf.Prop("width", amf.Num(1280))
	twice := append(amf.Append0(amf.Append0(nil, amf.Str("onMetaData")), amf.Obj(width)), 0, 0, 9)
	for _, c := range []struct {
		name, data string
		body       []byte
		args       int
		problems   string
	}{
		{"AWS MediaLive: an object, not an ECMA array", "onMetaData", data(amf.Str("onMetaData"), amf.Obj(width)), 1, ""},
		{"cameras: no name before the object", "", data(amf.Obj(width)), 1, NameMissing},
		{"XSplit: codecs as strings", "@setDataFrame", data(amf.Str("@setDataFrame"), amf.Str("onMetaData"), amf.ECMA(amf.Prop("videocodecid", amf.Str("avc1")))), 2, ""},
		{"Prism: a FourCC in the wrong byte order", "@setDataFrame", data(amf.Str("@setDataFrame"), amf.Str("onMetaData"), amf.ECMA(amf.Prop("videocodecid", amf.Num(828601953)))), 2, ""},
		{"OBS for Twitch: more values behind the metadata", "@setDataFrame", data(amf.Str("@setDataFrame"), amf.Str("onMetaData"), amf.ECMA(width), amf.Str("tracks"), amf.List(amf.Num(1))), 4, ""},
		{"VideoCore: the object ends twice", "onMetaData", twice, 1, amf.ObjectEndExtra},
	} {
		p := Parse(chunk.TypeDataAMF0, c.body, testLimits)
		args := 0
		for _, v := range p.Args {
			if v.Kind != amf.Opaque {
				args++
			}
		}
		if p.Command != c.data || args < c.args || tokens(p.Problems) != c.problems {
			t.Errorf("%s: %q with %d values, %q", c.name, p.Command, args, tokens(p.Problems))
		}
		checkTiling(t, chunk.TypeDataAMF0, c.body)
	}
}

// data writes values one behind the other.
func data(values ...amf.Value) (body []byte) {
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	return body
}
