package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const vvccSource = "ISO 14496-15 §11.2.4.2"

var vvcProfiles = map[int]string{
	1: "Main 10", 17: "Multilayer Main 10", 33: "Main 10 4:4:4", 49: "Multilayer Main 10 4:4:4",
	65: "Main 10 Still Picture", 97: "Main 10 4:4:4 Still Picture",
}

func vvcProfile(v int) string {
	if name, ok := vvcProfiles[v]; ok {
		return name
	}
	return fmt.Sprintf("profile %d", v)
}

// vvcLevel names general_level_idc: 16 a major level, 3 a minor one.
func vvcLevel(v int) string { return fmt.Sprintf("%d.%d", v/16, v%16/3) }

// vvcConfig appends a VvcDecoderConfigurationRecord.
func vvcConfig(b *field.Builder) Config {
	c := Config{Codec: VVC}
	b.Source = vvccSource
	b.Group("VVC decoder configuration record", b.Left(), func(b *field.Builder) {
		ptl := false
		bitFields(b, "head", 1, func(r *bitReader) {
			r.u("reserved", 5)
			c.LengthSize = r.u("length size minus one", 2) + 1
			ptl = r.flag("ptl_present_flag")
		})
		if ptl {
			vvcProfileTierLevel(b, &c)
		}
		n, _ := b.Num("number of arrays", 1)
		for i := 0; i < n && !b.Short; i++ {
			b.Span("NAL unit array", func(b *field.Builder) { vvcArray(b, &c) })
		}
		b.Excess("bytes after the arrays")
	})
	return c
}

func vvcProfileTierLevel(b *field.Builder, c *Config) {
	layers := 0
	bitFields(b, "layers and format", 3, func(r *bitReader) {
		r.u("ols_idx", 9)
		layers = r.u("num_sublayers", 3)
		r.u("constant_frame_rate", 2)
		c.Chroma = chromaName(r.sym("chroma_format_idc", 2, chromaName))
		c.BitDepth = 8 + r.u("bit_depth_minus8", 3)
		r.u("reserved", 5)
	})
	constraint := 0
	bitFields(b, "constraint info length", 1, func(r *bitReader) {
		r.u("reserved", 2)
		constraint = r.u("num_bytes_constraint_info", 6)
	})
	bitFields(b, "profile and tier", 1, func(r *bitReader) {
		c.ProfileIDC = r.sym("general_profile_idc", 7, vvcProfile)
		r.sym("general_tier_flag", 1, func(v int) string { return [2]string{"Main", "High"}[v&1] })
	})
	v, f := b.Num("general level idc", 1)
	c.LevelIDC, c.Level, c.Profile = v, vvcLevel(v), vvcProfile(c.ProfileIDC)
	f.Symbol = c.Level
	vvcConstraints(b, constraint)
	vvcSubLayers(b, layers)
	c.Width, _ = b.Num("maximum picture width", 2)
	c.Height, _ = b.Num("maximum picture height", 2)
	v, f = b.Num("average frame rate", 2)
	f.Note = "frames in 256 seconds; 0 is unspecified"
	c.FrameRate = rate(unsigned(v), 256)
}

func vvcConstraints(b *field.Builder, n int) {
	if n == 0 {
		return
	}
	bitFields(b, "constraint info", n, func(r *bitReader) {
		r.flag("ptl_frame_only_constraint_flag")
		r.flag("ptl_multi_layer_enabled_flag")
		r.rest("general_constraint_info")
	})
}

// vvcSubLayers appends the level of each sub-layer that has its own, then the
// sub-profiles.
func vvcSubLayers(b *field.Builder, layers int) {
	present := 0
	if layers > 1 {
		bitFields(b, "sub-layer levels present", 1, func(r *bitReader) {
			for range min(layers-1, 8) {
				present += r.u("ptl_sublayer_level_present_flag", 1)
			}
			r.rest("reserved")
		})
	}
	for i := 0; i < present && !b.Short; i++ {
		b.Num("sublayer_level_idc", 1)
	}
	n, _ := b.Num("number of sub-profiles", 1)
	for i := 0; i < n && !b.Short; i++ {
		v, f := b.Num("general_sub_profile_idc", 4)
		f.Value = text.Marked(fmt.Sprintf("0x%08x", v))
	}
}

func vvcArray(b *field.Builder, c *Config) {
	kind := 0
	bitFields(b, "array head", 1, func(r *bitReader) {
		r.u("array completeness", 1)
		r.u("reserved", 2)
		kind = r.sym("NAL unit type", 5, vvcNALName)
	})
	n := 1
	if kind != vvcDCI && kind != vvcOPI {
		n, _ = b.Num("number of NAL units", 2)
	}
	for i := 0; i < n && !b.Short; i++ {
		size, _ := b.Num("NAL unit length", 2)
		if b.Short {
			return
		}
		if !setUnit(b, VVC, kind, size, c) {
			rbsp(b, vvcNALName(kind), size, func(r *bitReader) {
				vvcNALHeader(r)
				r.rest("parameters")
			})
		}
	}
}

func vvcNALHeader(r *bitReader) int {
	r.u("forbidden_zero_bit", 1)
	r.u("nuh_reserved_zero_bit", 1)
	r.u("nuh_layer_id", 6)
	v := r.sym("nal_unit_type", 5, vvcNALName)
	r.u("nuh_temporal_id_plus1", 3)
	return v
}

// The two array types that hold exactly one NAL unit.
const vvcOPI, vvcDCI = 12, 13

var vvcNALNames = [32]string{
	0: "slice TRAIL", 1: "slice STSA", 2: "slice RADL", 3: "slice RASL", 7: "slice IDR_W_RADL",
	8: "slice IDR_N_LP", 9: "slice CRA", 10: "slice GDR", 12: "OPI", 13: "DCI", 14: "VPS", 15: "SPS",
	16: "PPS", 17: "prefix APS", 18: "suffix APS", 19: "picture header", 20: "access unit delimiter",
	21: "end of sequence", 22: "end of bitstream", 23: "SEI prefix", 24: "SEI suffix", 25: "filler data",
}

// vvcNALName names nal_unit_type, H.266 table 5.
func vvcNALName(v int) string {
	if name := vvcNALNames[v&31]; name != "" {
		return name
	}
	return fmt.Sprintf("NAL unit type %d", v)
}
