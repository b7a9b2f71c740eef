package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const (
	avccSource = "ISO 14496-15 §5.3.3.1"
	avcSource  = "H.264 §7.3.2.1.1"
)

// avcProfiles names profile_idc, H.264 annex A and G, H.
var avcProfiles = map[int]string{
	44: "CAVLC 4:4:4 Intra", 66: "Baseline", 77: "Main", 83: "Scalable Baseline",
	86: "Scalable High", 88: "Extended", 100: "High", 110: "High 10", 118: "Multiview High",
	122: "High 4:2:2", 128: "Stereo High", 134: "MFC High", 138: "Multiview Depth High",
	139: "Enhanced Multiview Depth High", 244: "High 4:4:4 Predictive",
}

// avcHasChroma tells the profiles whose SPS carries chroma and bit depth.
func avcHasChroma(profile int) bool {
	switch profile {
	case 44, 83, 86, 100, 110, 118, 122, 128, 134, 138, 139, 244:
		return true
	}
	return false
}

// avcProfileName is the profile with its constraints, as ffprobe names it.
func avcProfileName(idc, constraints int) string {
	name := avcProfiles[idc]
	intra := constraints&0x10 != 0
	switch {
	case idc == 66 && constraints&0x40 != 0:
		return "Constrained Baseline"
	case intra && (idc == 110 || idc == 122):
		return name + " Intra"
	case name == "":
		return fmt.Sprintf("profile %d", idc)
	}
	return name
}

func avcLevel(idc, constraints, profile int) string {
	if idc == 11 && constraints&0x10 != 0 && !avcHasChroma(profile) {
		return "1b"
	}
	return dotted(idc, 10)
}

// dotted formats a level that is coded as so many per whole: 31 of 10 is "3.1".
func dotted(idc, per int) string {
	if idc%per == 0 {
		return fmt.Sprintf("%d", idc/per)
	}
	return fmt.Sprintf("%d.%d", idc/per, idc%per*10/per)
}

// avcOrHEVCConfig reads an AVC record, unless the bytes are an HEVC one: some
// encoders sent HEVC under the codec id of AVC (OBS before 29.1).
func avcOrHEVCConfig(b *field.Builder) Config {
	if looksLikeHVCC(b.Body[b.At:b.End]) {
		c := hevcConfig(b)
		if len(b.Out) > 0 {
			f := &b.Out[len(b.Out)-1]
			f.Bad, f.Note = true, "an HEVC configuration in a tag that says AVC"
		}
		return c
	}
	return avcConfig(b)
}

func looksLikeHVCC(p []byte) bool {
	if len(p) < 26 || p[0] != 1 || p[22] == 0 {
		return false
	}
	if _, avc := avcProfiles[int(p[1])]; avc {
		return false
	}
	t := p[23] & 0x3f
	return p[1]&0x1f >= 1 && p[1]&0x1f <= 11 && (t >= 32 && t <= 34 || t == 39)
}

// avcConfig appends an AVCDecoderConfigurationRecord.
func avcConfig(b *field.Builder) Config {
	c := Config{Codec: AVC}
	b.Source = avccSource
	b.Group("AVC decoder configuration record", b.Left(), func(b *field.Builder) {
		avccHead(b, &c)
		n := 0
		bitFields(b, "number of SPS", 1, func(r *bitReader) {
			r.u("reserved", 3)
			n = r.u("number of SPS", 5)
		})
		for i := 0; i < n && !b.Short; i++ {
			avcParameterSet(b, "SPS", func(b *field.Builder, n int) { avcSPS(b, n, &c) })
		}
		n, _ = b.Num("number of PPS", 1)
		for i := 0; i < n && !b.Short; i++ {
			avcParameterSet(b, "PPS", func(b *field.Builder, n int) { avcPPS(b, n, &c) })
		}
		avccTail(b, c.ProfileIDC)
	})
	return c
}

func avccHead(b *field.Builder, c *Config) {
	v, f := b.Num("configuration version", 1)
	f.Bad = f.Bad || v != 1
	profile, f := b.Num("AVC profile indication", 1)
	f.Symbol = avcProfiles[profile]
	compat, f := b.Num("profile compatibility", 1)
	f.Value = text.Marked(fmt.Sprintf("0x%02x", compat))
	level, f := b.Num("AVC level indication", 1)
	c.ProfileIDC, c.LevelIDC = profile, level
	c.Profile, c.Level = avcProfileName(profile, compat), avcLevel(level, compat, profile)
	f.Symbol = c.Level
	lengthSizeField(b, 6, c)
}

// lengthSizeField appends the byte that ends in lengthSizeMinusOne.
func lengthSizeField(b *field.Builder, reserved int, c *Config) {
	f := bitFields(b, "length size", 1, func(r *bitReader) {
		r.u("reserved", reserved)
		c.LengthSize = r.u("length size minus one", 2) + 1
	})
	if b.Short {
		return
	}
	f.Value = field.ByteCount(c.LengthSize)
	if c.LengthSize == 3 {
		f.Bad, f.Note = true, "the length of a NAL unit may take 1, 2 or 4 bytes"
	}
}

func avcParameterSet(b *field.Builder, name string, read func(*field.Builder, int)) {
	n, _ := b.Num(name+" length", 2)
	if !b.Short {
		read(b, n)
	}
}

// avccTail appends what high profiles put behind the parameter sets; many
// writers leave it out.
func avccTail(b *field.Builder, profile int) {
	if b.Short || b.Left() == 0 {
		return
	}
	if b.Left() < 4 || !avcHasChroma(profile) {
		b.Excess("bytes after the parameter sets")
		return
	}
	bitFields(b, "chroma format", 1, func(r *bitReader) {
		r.u("reserved", 6)
		r.sym("chroma format", 2, chromaName)
	})
	for _, name := range []string{"bit depth luma minus 8", "bit depth chroma minus 8"} {
		bitFields(b, name, 1, func(r *bitReader) {
			r.u("reserved", 5)
			r.u(name, 3)
		})
	}
	n, _ := b.Num("number of SPS extensions", 1)
	for i := 0; i < n && !b.Short; i++ {
		avcParameterSet(b, "SPS extension", func(b *field.Builder, n int) { b.Bytes("SPS extension", n) })
	}
	b.Excess("bytes after the record")
}

// avcPPS appends a picture parameter set, H.264 §7.3.2.2, as far as it is short.
func avcPPS(b *field.Builder, n int, _ *Config) {
	within(b, "H.264 §7.3.2.2", func() {
		rbsp(b, "PPS", n, func(r *bitReader) {
			avcNALHeader(r)
			r.ue("pic_parameter_set_id")
			r.ue("seq_parameter_set_id")
			r.sym("entropy_coding_mode_flag", 1, func(v int) string { return [2]string{"CAVLC", "CABAC"}[v&1] })
			r.flag("bottom_field_pic_order_in_frame_present_flag")
			if r.ue("num_slice_groups_minus1") == 0 {
				avcPPSRest(r)
			}
			r.rest("more parameters")
		})
	})
}

func avcPPSRest(r *bitReader) {
	r.ue("num_ref_idx_l0_default_active_minus1")
	r.ue("num_ref_idx_l1_default_active_minus1")
	r.flag("weighted_pred_flag")
	r.u("weighted_bipred_idc", 2)
	r.se("pic_init_qp_minus26")
	r.se("pic_init_qs_minus26")
	r.se("chroma_qp_index_offset")
	r.flag("deblocking_filter_control_present_flag")
	r.flag("constrained_intra_pred_flag")
	r.flag("redundant_pic_cnt_present_flag")
}

var avcNALNames = [32]string{
	1: "slice (non-IDR)", 2: "slice data partition A", 3: "slice data partition B",
	4: "slice data partition C", 5: "slice (IDR)", 6: "SEI", 7: "SPS", 8: "PPS",
	9: "access unit delimiter", 10: "end of sequence", 11: "end of stream", 12: "filler data",
	13: "SPS extension", 14: "prefix NAL unit", 15: "subset SPS", 19: "auxiliary slice",
	20: "slice extension", 21: "slice extension (depth)",
}

// avcNALName names nal_unit_type, H.264 table 7-1.
func avcNALName(v int) string { return avcNALNames[v&31] }
