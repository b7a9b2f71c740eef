package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const (
	hvccSource = "ISO 14496-15 §8.3.3.1"
	hevcSource = "H.265 §7.3.2.2"
)

// hevcProfiles names general_profile_idc, H.265 annex A.
var hevcProfiles = map[int]string{
	1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Rext", 5: "High Throughput",
	6: "Multiview Main", 7: "Scalable Main", 8: "3D Main", 9: "Screen Content", 10: "Scalable Rext", 11: "High Throughput Screen Content",
}

func hevcProfile(v int) string {
	if name, ok := hevcProfiles[v]; ok {
		return name
	}
	return fmt.Sprintf("profile %d", v)
}

func hevcLevel(v int) string { return dotted(v, 30) }

// hevcConfig appends an HEVCDecoderConfigurationRecord.
func hevcConfig(b *field.Builder) Config {
	c := Config{Codec: HEVC}
	b.Source = hvccSource
	b.Group("HEVC decoder configuration record", b.Left(), func(b *field.Builder) {
		hvccHead(b, &c)
		hvccRates(b, &c)
		n, _ := b.Num("number of arrays", 1)
		for i := 0; i < n && !b.Short; i++ {
			b.Span("NAL unit array", func(b *field.Builder) { hvccArray(b, &c) })
		}
		b.Excess("bytes after the arrays")
	})
	return c
}

func hvccHead(b *field.Builder, c *Config) {
	v, f := b.Num("configuration version", 1)
	f.Bad = f.Bad || v > 1
	bitFields(b, "general profile", 1, func(r *bitReader) {
		r.u("general_profile_space", 2)
		r.sym("general_tier_flag", 1, func(v int) string { return [2]string{"Main", "High"}[v&1] })
		c.ProfileIDC = r.sym("general_profile_idc", 5, hevcProfile)
	})
	v, f = b.Num("general profile compatibility flags", 4)
	f.Value = text.Marked(fmt.Sprintf("0x%08x", v))
	b.Bytes("general constraint indicator flags", 6)
	c.LevelIDC, f = b.Num("general level idc", 1)
	c.Level, c.Profile = hevcLevel(c.LevelIDC), hevcProfile(c.ProfileIDC)
	f.Symbol = c.Level
	for _, part := range []struct {
		name     string
		reserved int
		bytes    int
	}{{"min spatial segmentation idc", 4, 2}, {"parallelism type", 6, 1}} {
		bitFields(b, part.name, part.bytes, func(r *bitReader) {
			r.u("reserved", part.reserved)
			r.u(part.name, part.bytes*8-part.reserved)
		})
	}
}

func hvccRates(b *field.Builder, c *Config) {
	bitFields(b, "chroma format", 1, func(r *bitReader) {
		r.u("reserved", 6)
		c.Chroma = chromaName(r.sym("chroma format idc", 2, chromaName))
	})
	for i, name := range []string{"bit depth luma minus 8", "bit depth chroma minus 8"} {
		bitFields(b, name, 1, func(r *bitReader) {
			r.u("reserved", 5)
			if v := r.u(name, 3); i == 0 {
				c.BitDepth = 8 + v
			}
		})
	}
	v, f := b.Num("average frame rate", 2)
	f.Note = "frames in 256 seconds; 0 is unspecified"
	c.FrameRate = rate(unsigned(v), 256)
	bitFields(b, "layers and length size", 1, func(r *bitReader) {
		r.u("constant frame rate", 2)
		r.u("number of temporal layers", 3)
		r.u("temporal id nested", 1)
		c.LengthSize = r.u("length size minus one", 2) + 1
	})
}

func hvccArray(b *field.Builder, c *Config) {
	kind := 0
	bitFields(b, "array head", 1, func(r *bitReader) {
		r.u("array completeness", 1)
		r.u("reserved", 1)
		kind = r.sym("NAL unit type", 6, hevcNALName)
	})
	n, _ := b.Num("number of NAL units", 2)
	for i := 0; i < n && !b.Short; i++ {
		size, _ := b.Num("NAL unit length", 2)
		if b.Short {
			return
		}
		hevcParameterSet(b, size, kind, c)
	}
}

func hevcParameterSet(b *field.Builder, size, kind int, c *Config) {
	switch {
	case setUnit(b, HEVC, kind, size, c):
	case kind == 39 || kind == 40:
		seiUnit(b, size, HEVC, c)
	default:
		rbsp(b, hevcNALName(kind), size, func(r *bitReader) {
			hevcNALHeader(r)
			r.rest("parameters")
		})
	}
}

func hevcNALHeader(r *bitReader) int {
	r.u("forbidden_zero_bit", 1)
	v := r.sym("nal_unit_type", 6, hevcNALName)
	r.u("nuh_layer_id", 6)
	r.u("nuh_temporal_id_plus1", 3)
	return v
}

var hevcNALNames = map[int]string{
	0: "slice TRAIL_N", 1: "slice TRAIL_R", 2: "slice TSA_N", 3: "slice TSA_R", 4: "slice STSA_N", 5: "slice STSA_R",
	6: "slice RADL_N", 7: "slice RADL_R", 8: "slice RASL_N", 9: "slice RASL_R",
	16: "slice BLA_W_LP", 17: "slice BLA_W_RADL", 18: "slice BLA_N_LP", 19: "slice IDR_W_RADL", 20: "slice IDR_N_LP",
	21: "slice CRA", 32: "VPS", 33: "SPS", 34: "PPS", 35: "access unit delimiter", 36: "end of sequence",
	37: "end of bitstream", 38: "filler data", 39: "SEI prefix", 40: "SEI suffix",
}

// hevcNALName names nal_unit_type, H.265 table 7-1.
func hevcNALName(v int) string {
	if name, ok := hevcNALNames[v]; ok {
		return name
	}
	return fmt.Sprintf("NAL unit type %d", v)
}
