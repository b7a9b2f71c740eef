package media

import (
	"fmt"
	"math"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// Config is what a sequence header (or the frame of a codec that has none) says
// about a stream. Zero values mean that it says nothing. It is a plain value.
type Config struct {
	Codec Codec
	// Profile and Level are in the words of the codec's specification: "High",
	// "3.1"; for AAC the profile is the audio object type: "LC", "HE-AACv2".
	Profile, Level string
	// ProfileIDC and LevelIDC are the numbers behind them.
	ProfileIDC, LevelIDC int
	// Width and Height are in luma samples after cropping.
	Width, Height int
	// FrameRate is in frames a second, from the timing information.
	FrameRate float64
	// SampleRate is in hertz, after SBR if that is signalled.
	SampleRate int
	Channels   int
	// BitDepth is that of luma samples, or of audio samples where fixed.
	BitDepth int
	// Chroma is "4:2:0" and so on, or "4:0:0" for monochrome.
	Chroma string
	// LengthSize is the number of bytes of a NAL unit length.
	LengthSize int
	// RefFrames and Reorder are the reference frames and the frames that may
	// stand out of order (B frames), -1 or 0 when unknown.
	RefFrames, Reorder int
	// InOrder is true when the configuration says that pictures are shown in the order
	// in which they are decoded, B slices or not (H.264 §8.2.1.3, §E.2.1).
	InOrder bool
	// Interlaced is true when fields may be coded.
	Interlaced bool
	// Colour is the three colour codes primaries/transfer/matrix of ISO 23091-2,
	// or empty.
	Colour string

	// syntax is what the parameter sets say about how later units are written.
	syntax syntax
}

// syntax holds the values of parameter sets that slice headers and SEI messages
// cannot be read without.
type syntax struct {
	sps, pps bool // a sequence, a picture parameter set was read
	// Of the SPS: the lengths of values in picture timing, and what it has.
	delays, picStruct              bool
	cpbDelay, dpbDelay, timeOffset uint8
	// Of HEVC: the bits of a slice's address, and what its header has.
	addressBits, extraSliceBits uint8
	dependentSlices             bool
}

// ParseConfig reads the configuration that body carries, for a tag of kind
// SequenceHeader, MPEG2TSSequence of AV1, or Frame when the codec is [Codec.SelfDescribing]. ok is false
// when there is none or when it cannot be read. The codec of the result differs
// from that of the tag when an encoder sent an HEVC record as AVC.
func ParseConfig(tag Tag, body []byte) (c Config, ok bool) {
	descriptor := tag.Kind == MPEG2TSSequence && tag.Codec == AV1
	if tag.Short || tag.Kind != SequenceHeader && !descriptor && (tag.Kind != Frame || !tag.Codec.SelfDescribing()) {
		return Config{}, false
	}
	start := min(tag.HeaderLen, len(body))
	b := &field.Builder{Body: body, At: start, End: min(start+tag.PayloadLen, len(body)), Quiet: true}
	c = payloadFields(b, tag.Codec, tag.Kind, nil)
	return c, c.says()
}

// says reports whether c holds anything that a summary could show.
func (c Config) says() bool {
	return c.Width > 0 || c.SampleRate > 0 || c.Channels > 0 || c.ProfileIDC > 0 || c.Profile != ""
}

// String returns c in one line: "AVC High@3.1 1280x720 25 fps 4:2:0 8 bit".
func (c Config) String() string {
	parts := []string{c.Codec.String()}
	profile := c.Profile
	if c.Level != "" {
		profile += "@" + c.Level
	}
	add := func(ok bool, format string, args ...any) {
		if ok {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(profile != "", "%s", profile)
	add(c.Width > 0, "%dx%d", c.Width, c.Height)
	add(c.FrameRate > 0, "%.5g fps", c.FrameRate)
	add(c.SampleRate > 0, "%d Hz", c.SampleRate)
	add(c.Channels > 0, "%d ch", c.Channels)
	add(c.Chroma != "", "%s", c.Chroma)
	add(c.BitDepth > 0, "%d bit", c.BitDepth)
	return strings.Join(parts, " ")
}

// chromaFormats are the chroma_format_idc values, H.264 table 6-1.
var chromaFormats = [4]string{"4:0:0", "4:2:0", "4:2:2", "4:4:4"}

func chromaName(v int) string {
	if v < len(chromaFormats) {
		return chromaFormats[v]
	}
	return ""
}

// rate divides safely: 0 when the denominator is 0 or the result is absurd.
func rate(num, den float64) float64 {
	if den == 0 {
		return 0
	}
	if r := num / den; r < 1e6 && !math.IsInf(r, 0) {
		return r
	}
	return 0
}

// unsigned is a field of up to 32 bits, which an int of 32 bits holds with a sign.
func unsigned(v int) float64 { return float64(uint32(v)) }
