package lint

import (
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// claim is what metadata says of the codec of audio or video.
type claim struct {
	name  string // of the member
	made  bool
	none  bool   // it says that there is none
	words string // the code or name, made to be shown
	codec media.Codec
}

// readClaim reads a codec ID, which is a number of FLV, a FourCC as a number, or, as
// XSplit and others write it, a name. has is hasAudio or hasVideo.
func readClaim(o *amf.Value, name, has string, video bool) (c claim) {
	c.name = name
	if h := o.Get(has); h != nil && h.Kind == amf.Boolean && !h.Bool {
		c.none = true
	}
	id := o.Get(name)
	if id == nil {
		return c
	}
	c.made = true
	switch id.Kind {
	case amf.Number, amf.Integer:
		c.words, c.codec = strconv.FormatFloat(id.Number, 'f', -1, 64), media.CodecOfID(id.Number, video)
		c.none = c.none || video && id.Number == 0
	case amf.String:
		c.words, c.codec = "\""+text.Clip(text.Safe(id.Text), 16)+"\"", media.CodecNamed(id.Text)
		c.none = c.none || id.Text == ""
	default:
		c.none = true
	}
	return c
}

// announced reports whether there is such a track by the metadata.
func (c *claim) announced() bool { return c.made && !c.none }

// String is the claim as it stands in a sentence: "audiocodecid 10", or what there is
// in its place.
func (c *claim) String() string {
	switch {
	case !c.made:
		return "has no " + c.name
	case c.none && c.words != "":
		return "says " + c.name + " " + c.words
	case c.none:
		return "says that there is none"
	}
	return c.name + " " + c.words
}
