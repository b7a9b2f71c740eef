package media

import (
	"math/bits"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// hevcVPS appends a video parameter set of n bytes, H.265 §7.3.2.1. Its frame
// rate counts when the sequence parameter set has none.
func hevcVPS(b *field.Builder, n int, c *Config) {
	within(b, hevcSource, func() {
		rbsp(b, "VPS", n, func(r *bitReader) {
			hevcNALHeader(r)
			s := hevcSeq{r: r}
			r.u("vps_video_parameter_set_id", 4)
			r.flag("vps_base_layer_internal_flag")
			r.flag("vps_base_layer_available_flag")
			r.u("vps_max_layers_minus1", 6)
			s.subLayers = r.u("vps_max_sub_layers_minus1", 3)
			r.flag("vps_temporal_id_nesting_flag")
			r.u("vps_reserved_0xffff_16bits", 16)
			s.profileTierLevel(&Config{})
			s.videoLayers(c)
			r.rest("more parameters and trailing bits")
		})
	})
}

func (s *hevcSeq) videoLayers(c *Config) {
	r := s.r
	first := s.subLayers
	if r.flag("vps_sub_layer_ordering_info_present_flag") {
		first = 0
	}
	for i := first; i <= s.subLayers && r.more(); i++ {
		r.ue("vps_max_dec_pic_buffering_minus1")
		r.ue("vps_max_num_reorder_pics")
		r.ue("vps_max_latency_increase_plus1")
	}
	layers := r.u("vps_max_layer_id", 6) + 1
	sets := min(r.ue("vps_num_layer_sets_minus1"), 1023)
	if sets > 0 {
		r.as("layer sets", func() {
			for i := 0; i < sets*layers && r.more(); i++ {
				r.raw(1)
			}
		})
	}
	if r.flag("vps_timing_info_present_flag") {
		units := r.u("vps_num_units_in_tick", 32)
		scale := r.u("vps_time_scale", 32)
		if c.FrameRate == 0 && r.more() {
			c.FrameRate = rate(unsigned(scale), unsigned(units))
		}
	}
}

// hevcPPS appends a picture parameter set of n bytes, H.265 §7.3.2.3.1.
func hevcPPS(b *field.Builder, n int, c *Config) {
	within(b, "H.265 §7.3.2.3.1", func() {
		rbsp(b, "PPS", n, func(r *bitReader) {
			hevcNALHeader(r)
			r.ue("pps_pic_parameter_set_id")
			r.ue("pps_seq_parameter_set_id")
			dependent := r.flag("dependent_slice_segments_enabled_flag")
			r.flag("output_flag_present_flag")
			extra := r.u("num_extra_slice_header_bits", 3)
			if r.more() {
				c.syntax.pps, c.syntax.dependentSlices, c.syntax.extraSliceBits = true, dependent, uint8(extra)
			}
			hevcPPSRest(r)
			r.rest("more parameters and trailing bits")
		})
	})
}

func hevcPPSRest(r *bitReader) {
	r.flag("sign_data_hiding_enabled_flag")
	r.flag("cabac_init_present_flag")
	r.ue("num_ref_idx_l0_default_active_minus1")
	r.ue("num_ref_idx_l1_default_active_minus1")
	r.se("init_qp_minus26")
	r.flag("constrained_intra_pred_flag")
	r.flag("transform_skip_enabled_flag")
	if r.flag("cu_qp_delta_enabled_flag") {
		r.ue("diff_cu_qp_delta_depth")
	}
	r.se("pps_cb_qp_offset")
	r.se("pps_cr_qp_offset")
	for _, name := range []string{
		"pps_slice_chroma_qp_offsets_present_flag", "weighted_pred_flag", "weighted_bipred_flag",
		"transquant_bypass_enabled_flag", "tiles_enabled_flag", "entropy_coding_sync_enabled_flag",
	} {
		r.flag(name)
	}
}

// countBlocks remembers how many bits the address of a slice has: enough for the
// number of coding tree blocks in the picture, H.265 §7.4.7.1.
func (s *hevcSeq) countBlocks(width, height, log2 int, c *Config) {
	if !s.r.more() || log2 > 6 || width <= 0 || height <= 0 {
		return
	}
	size := 1 << log2
	blocks := ((width + size - 1) / size) * ((height + size - 1) / size)
	c.syntax.addressBits = uint8(bits.Len(uint(blocks - 1)))
}

// hevcSliceHead reads the first values of a slice segment header, H.265 §7.3.6.1,
// as far as the parameter sets in force tell how.
func hevcSliceHead(r *bitReader, kind int, known *Config) {
	first := r.flag("first_slice_segment_in_pic_flag")
	if kind >= 16 && kind <= 23 {
		r.flag("no_output_of_prior_pics_flag")
	}
	r.ue("slice_pic_parameter_set_id")
	if known == nil || !known.syntax.pps {
		return
	}
	if !first {
		dependent := known.syntax.dependentSlices && r.flag("dependent_slice_segment_flag")
		if known.syntax.addressBits > 0 {
			r.u("slice_segment_address", int(known.syntax.addressBits))
		}
		if dependent {
			return
		}
	}
	for range known.syntax.extraSliceBits {
		r.flag("slice_reserved_flag")
	}
	v, f := r.uef("slice_type")
	f.Symbol = [4]string{"B", "P", "I", ""}[min(v, 3)]
}

// setUnit appends a NAL unit that is a parameter set, of n bytes, and takes what
// it says into c. It reports whether kind is one.
func setUnit(b *field.Builder, codec Codec, kind, n int, c *Config) bool {
	read := parameterSets[codec][kind]
	if read == nil {
		return false
	}
	read(b, n, c)
	return true
}

// parameterSets are the readers of NAL units that are parameter sets.
var parameterSets = map[Codec]map[int]func(*field.Builder, int, *Config){
	AVC:  {7: avcSPS, 8: avcPPS},
	HEVC: {32: hevcVPS, 33: hevcSPS, 34: hevcPPS},
	VVC:  {15: vvcSPS},
}

// within runs read with another source for what it appends.
func within(b *field.Builder, source string, read func()) {
	was := b.Source
	b.Source = source
	read()
	b.Source = was
}

// summary shows what a configuration says as the value of its field.
func (c Config) summary() text.Marked { return text.Marked(c.String()) }
