package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// vpConfig appends a VPCodecConfigurationRecord. Some writers put the four
// version and flag bytes of the MP4 box in front.
func vpConfig(b *field.Builder, codec Codec) Config {
	c := Config{Codec: codec}
	b.Source = "VP9-ISOBMFF §2.2"
	b.Group("VP codec configuration record", b.Left(), func(b *field.Builder) {
		if b.Left() >= 12 && b.Body[b.At] == 1 && b.Body[b.At+1]|b.Body[b.At+2]|b.Body[b.At+3] == 0 {
			b.Num("version", 1)
			b.Num("flags", 3)
		}
		vpRecord(b, &c)
	})
	return c
}

func vpRecord(b *field.Builder, c *Config) {
	c.ProfileIDC, _ = b.Num("profile", 1)
	level, f := b.Num("level", 1)
	c.LevelIDC = level
	if level > 0 {
		c.Level = dotted(level, 10)
		f.Symbol = c.Level
	}
	c.Profile = fmt.Sprintf("Profile %d", c.ProfileIDC)
	bitFields(b, "bit depth, chroma and range", 1, func(r *bitReader) {
		c.BitDepth = r.u("bit depth", 4)
		c.Chroma = vpChroma(r.sym("chroma subsampling", 3, vpChroma))
		r.u("video full range flag", 1)
	})
	names := [3]func(int) string{primariesName, transferName, matrixName}
	codes := [3]int{}
	for i, name := range []string{"colour primaries", "transfer characteristics", "matrix coefficients"} {
		v, f := b.Num(name, 1)
		f.Symbol, codes[i] = names[i](v), v
	}
	c.Colour = colourName(!b.Short, codes[0], codes[1], codes[2])
	n, _ := b.Num("codec initialization data size", 2)
	if n > 0 && !b.Short {
		b.Bytes("codec initialization data", n)
	}
	b.Excess("bytes after the record")
}

func vpChroma(v int) string {
	return [5]string{"4:2:0", "4:2:0", "4:2:2", "4:4:4", ""}[min(v, 4)]
}

// vp9Frame appends the uncompressed header of a VP9 frame, VP9 §6.2, with the
// size if it is a keyframe.
func vp9Frame(b *field.Builder) Config {
	c := Config{Codec: VP9}
	b.Source = "VP9 §6.2"
	bitFields(b, "VP9 frame", b.Left(), func(r *bitReader) {
		r.u("frame_marker", 2)
		profile := r.u("profile_low_bit", 1) + 2*r.u("profile_high_bit", 1)
		if profile == 3 {
			r.u("reserved_zero", 1)
		}
		if r.flag("show_existing_frame") {
			r.u("frame_to_show_map_idx", 3)
		} else {
			vp9Key(r, profile, &c)
		}
		r.rest("coded frame")
	})
	return c
}

func vp9Key(r *bitReader, profile int, c *Config) {
	inter := r.sym("frame_type", 1, func(v int) string { return [2]string{"KEY_FRAME", "NON_KEY_FRAME"}[v&1] })
	r.flag("show_frame")
	r.flag("error_resilient_mode")
	if inter == 1 || r.u("frame_sync_code", 24) != 0x498342 {
		return
	}
	c.Profile, c.ProfileIDC = fmt.Sprintf("Profile %d", profile), profile
	vp9Colour(r, profile, c)
	c.Width = r.u("frame_width_minus_1", 16) + 1
	c.Height = r.u("frame_height_minus_1", 16) + 1
}

// vp9Colour reads color_config, VP9 §6.2.2.
func vp9Colour(r *bitReader, profile int, c *Config) {
	c.BitDepth, c.Chroma = 8, "4:2:0"
	if profile >= 2 {
		c.BitDepth = 10 + 2*r.u("ten_or_twelve_bit", 1)
	}
	const rgb = 7
	space := r.u("color_space", 3)
	odd := profile == 1 || profile == 3
	switch {
	case space != rgb:
		r.u("color_range", 1)
		if odd {
			c.Chroma = av1Chroma(false, r.flag("subsampling_x"), r.flag("subsampling_y"))
			r.u("reserved_zero", 1)
		}
	case odd:
		c.Chroma = "4:4:4"
		r.u("reserved_zero", 1)
	}
}

// vp8Frame appends the frame tag of a VP8 frame, RFC 6386 §9.1.
func vp8Frame(b *field.Builder) Config {
	c := Config{Codec: VP8}
	b.Source = "RFC 6386 §9.1"
	tag, f := b.LittleEndian("frame tag", 3)
	if b.Short {
		return c
	}
	f.Symbol = [2]string{"keyframe", "inter frame"}[tag&1]
	f.Note = fmt.Sprintf("version %d, show %d, first partition %d bytes", tag>>1&7, tag>>4&1, tag>>5)
	if tag&1 == 0 {
		b.Num("start code", 3)
		c.Width, f = b.LittleEndian("width and horizontal scale", 2)
		f.Note = fmt.Sprintf("width %d", c.Width&0x3fff)
		c.Height, f = b.LittleEndian("height and vertical scale", 2)
		f.Note = fmt.Sprintf("height %d", c.Height&0x3fff)
		c.Width, c.Height = c.Width&0x3fff, c.Height&0x3fff
	}
	b.Rest("coded frame")
	return c
}
