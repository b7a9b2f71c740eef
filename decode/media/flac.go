package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// streamInfoLen is the size of STREAMINFO, RFC 9639 §8.2.
const streamInfoLen = 34

// flacConfig appends "fLaC" and its metadata blocks, RFC 9639 §8. libavformat
// 62 writes the 34 bytes of STREAMINFO alone.
func flacConfig(b *field.Builder) Config {
	c := Config{Codec: FLAC}
	b.Source = "RFC 9639 §8"
	if b.Left() == streamInfoLen {
		f := bitFields(b, "STREAMINFO", streamInfoLen, func(r *bitReader) { flacStreamInfo(r, &c) })
		f.Note = "without the marker and block header that Enhanced RTMP asks for"
		return c
	}
	if s := b.Body[b.At:b.End]; len(s) >= 4 && string(s[:4]) == "fLaC" {
		b.Chars("marker", 4)
	}
	for n := 0; n < maxUnits && b.Left() > 0 && !b.Short; n++ {
		b.Span("metadata block", func(b *field.Builder) { flacBlock(b, &c) })
		b.Short = b.Out[len(b.Out)-1].Bad
	}
	return c
}

var flacBlocks = [7]string{
	"STREAMINFO", "PADDING", "APPLICATION", "SEEKTABLE", "VORBIS_COMMENT", "CUESHEET", "PICTURE",
}

func flacBlock(b *field.Builder, c *Config) {
	kind, size := 0, 0
	bitFields(b, "block header", 4, func(r *bitReader) {
		r.flag("last block")
		kind = r.sym("block type", 7, func(v int) string {
			if v < len(flacBlocks) {
				return flacBlocks[v]
			}
			return ""
		})
		size = r.u("length", 24)
	})
	if b.Short || size == 0 {
		return
	}
	if kind != 0 || size < streamInfoLen {
		b.Bytes("block data", size)
		return
	}
	bitFields(b, "STREAMINFO", size, func(r *bitReader) { flacStreamInfo(r, c) })
}

func flacStreamInfo(r *bitReader, c *Config) {
	r.u("minimum block size", 16)
	r.u("maximum block size", 16)
	r.u("minimum frame size", 24)
	r.u("maximum frame size", 24)
	c.SampleRate = r.u("sample rate", 20)
	c.Channels = r.u("channels minus 1", 3) + 1
	c.BitDepth = r.u("bits per sample minus 1", 5) + 1
	r.as("total samples", func() { r.raw(18); r.raw(18) })
	r.rest("MD5 of the audio")
}

// flacFrame appends the head of a FLAC frame, RFC 9639 §9.1.
func flacFrame(b *field.Builder) Config {
	b.Source = "RFC 9639 §9.1"
	f := bitFields(b, "FLAC frame", b.Left(), func(r *bitReader) {
		r.u("sync code", 15)
		r.sym("blocking strategy", 1, func(v int) string { return [2]string{"fixed", "variable"}[v&1] })
		r.u("block size", 4)
		r.u("sample rate", 4)
		r.sym("channels", 4, func(v int) string {
			if v < 8 {
				return fmt.Sprint(v + 1)
			}
			return [8]string{"left and side", "side and right", "mid and side"}[v-8]
		})
		r.u("bit depth", 3)
	})
	f.Value = field.ByteCount(f.End - f.Start)
	return Config{Codec: FLAC}
}
