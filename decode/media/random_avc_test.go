package media

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// avcScaling writes a scaling list, H.264 §7.3.2.1.1.1: it ends early when the next
// scale is 0.
func (w *scribe) avcScaling(size int) {
	if !w.coin("seq_scaling_list_present_flag") {
		return
	}
	last, next := 8, 8
	for range size {
		if next != 0 {
			delta := w.gse("delta_scale", 9)
			next = ((last+delta)%256 + 256) % 256
		}
		if next != 0 {
			last = next
		}
	}
}

// avcHRD writes hrd_parameters, H.264 §E.1.2.
func (w *scribe) avcHRD() (cpb, dpb, offset uint8) {
	n := w.gue("cpb_cnt_minus1", 4)
	w.any("bit_rate_scale", 4)
	w.any("cpb_size_scale", 4)
	for range n + 1 {
		w.gue("bit_rate_value_minus1", 1000)
		w.gue("cpb_size_value_minus1", 1000)
		w.coin("cbr_flag")
	}
	w.any("initial_cpb_removal_delay_length_minus1", 5)
	cpb, dpb = uint8(w.any("cpb_removal_delay_length_minus1", 5)+1), uint8(w.any("dpb_output_delay_length_minus1", 5)+1)
	return cpb, dpb, uint8(w.any("time_offset_length", 5))
}

// avcVUI writes vui_parameters, H.264 §E.1.1.
func (w *scribe) avcVUI(c *Config) {
	c.Colour = w.aspect()
	if w.coin("timing_info_present_flag") {
		units, scale := w.bits("num_units_in_tick", 32, w.IntN(3)*1001), w.any("time_scale", 32)
		c.FrameRate = perSecond(scale, 2*units)
		w.coin("fixed_frame_rate_flag")
	}
	s := &c.syntax
	s.timeOffset = 24
	for _, name := range []string{"nal_hrd_parameters", "vcl_hrd_parameters"} {
		if w.coin(name + "_present_flag") {
			w.as(name, func() { s.cpbDelay, s.dpbDelay, s.timeOffset = w.avcHRD() })
			s.delays = true
		}
	}
	if s.delays {
		w.coin("low_delay_hrd_flag")
	}
	s.picStruct = w.coin("pic_struct_present_flag")
	if w.coin("bitstream_restriction_flag") {
		w.coin("motion_vectors_over_pic_boundaries_flag")
		for _, name := range []string{"max_bytes_per_pic_denom", "max_bits_per_mb_denom", "log2_max_mv_length_horizontal", "log2_max_mv_length_vertical"} {
			w.gue(name, 17)
		}
		c.Reorder = w.gue("max_num_reorder_frames", 5)
		c.InOrder = c.InOrder || c.Reorder == 0
		w.gue("max_dec_frame_buffering", 17)
	}
}

// avcOrder writes how pictures are ordered.
func (w *scribe) avcOrder(c *Config) {
	kind := w.gue("pic_order_cnt_type", 3)
	c.InOrder = kind == 2
	switch kind {
	case 0:
		w.gue("log2_max_pic_order_cnt_lsb_minus4", 13)
	case 1:
		w.coin("delta_pic_order_always_zero_flag")
		w.gse("offset_for_non_ref_pic", 99)
		w.gse("offset_for_top_to_bottom_field", 99)
		for range w.gue("num_ref_frames_in_pic_order_cnt_cycle", 4) {
			w.gse("offset_for_ref_frame", 99)
		}
	}
	c.RefFrames = w.gue("max_num_ref_frames", 17)
	w.coin("gaps_in_frame_num_value_allowed_flag")
}

// avcSet writes a whole sequence parameter set, H.264 §7.3.2.1.1.
func (w *scribe) avcSet() (c Config) {
	w.bits("forbidden_zero_bit", 1, 0)
	w.any("nal_ref_idc", 2)
	w.bits("nal_unit_type", 5, 7)
	withChroma := []int{100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134}
	profiles := append(slices.Sorted(maps.Keys(avcProfiles)), 99)
	c.ProfileIDC = w.bits("profile_idc", 8, profiles[w.IntN(len(profiles))])
	w.any("constraint_set_flags", 8)
	c.LevelIDC = w.any("level_idc", 8)
	w.gue("seq_parameter_set_id", 32)
	chroma, separate := 1, false
	c.BitDepth = 8
	if slices.Contains(withChroma, c.ProfileIDC) {
		if chroma = w.gue("chroma_format_idc", 4); chroma == 3 {
			separate = w.coin("separate_colour_plane_flag")
		}
		c.BitDepth = 8 + w.gue("bit_depth_luma_minus8", 7)
		w.gue("bit_depth_chroma_minus8", 7)
		w.coin("qpprime_y_zero_transform_bypass_flag")
		if w.coin("seq_scaling_matrix_present_flag") {
			w.as("scaling lists", func() {
				for i := range map[bool]int{false: 8, true: 12}[chroma == 3] {
					w.avcScaling(map[bool]int{true: 16, false: 64}[i < 6])
				}
			})
		}
	}
	c.Chroma = chromas[chroma]
	w.gue("log2_max_frame_num_minus4", 13)
	w.avcOrder(&c)
	width, height, fields := 16*(w.gue("pic_width_in_mbs_minus1", 300)+1), 16*(w.gue("pic_height_in_map_units_minus1", 300)+1), 1
	if !w.coin("frame_mbs_only_flag") {
		w.coin("mb_adaptive_frame_field_flag")
		c.Interlaced, fields = true, 2
	}
	w.coin("direct_8x8_inference_flag")
	crop := w.cropped("frame_cropping_flag", "frame_crop_")
	c.Width, c.Height = window(width, height*fields, chroma, separate, fields, crop)
	if w.coin("vui_parameters_present_flag") {
		w.avcVUI(&c)
	}
	c.syntax.sps = true
	return c
}

func TestRandomAVCParameterSets(t *testing.T) {
	for seed := range uint64(300) {
		w := newScribe(seed)
		want, got := w.avcSet(), Config{}
		fields := readUnit(w.escaped(), avcSPS, &got)
		w.found(t, fmt.Sprint("SPS ", seed), fields)
		compareConfig(t, fmt.Sprint("SPS ", seed), want, got)
	}
	for seed := range uint64(40) {
		w := newScribe(seed)
		w.bits("forbidden_zero_bit", 1, 0)
		w.any("nal_ref_idc", 2)
		w.bits("nal_unit_type", 5, 8)
		w.gue("pic_parameter_set_id", 256)
		w.gue("seq_parameter_set_id", 32)
		w.flags("entropy_coding_mode_flag", "bottom_field_pic_order_in_frame_present_flag")
		if w.gue("num_slice_groups_minus1", 2) == 0 {
			w.gue("num_ref_idx_l0_default_active_minus1", 32)
			w.gue("num_ref_idx_l1_default_active_minus1", 32)
			w.coin("weighted_pred_flag")
			w.any("weighted_bipred_idc", 2)
			w.gse("pic_init_qp_minus26", 25)
			w.gse("pic_init_qs_minus26", 25)
			w.gse("chroma_qp_index_offset", 12)
			w.flags("deblocking_filter_control_present_flag", "constrained_intra_pred_flag", "redundant_pic_cnt_present_flag")
		}
		w.found(t, fmt.Sprint("PPS ", seed), readUnit(w.escaped(), avcPPS, &Config{}))
	}
}

// TestCutAVCParameterSets: what is missing is not made up, and nothing is read twice.
func TestCutAVCParameterSets(t *testing.T) {
	for seed := range uint64(20) {
		w := newScribe(seed)
		w.avcSet()
		whole := w.escaped()
		all := elements(readUnit(whole, avcSPS, &Config{}))
		for n := 1; n < len(whole); n++ {
			var c Config
			got := elements(readUnit(whole[:n], avcSPS, &c))
			if len(got) > 0 && got[len(got)-1][:4] == "rbsp" {
				got = got[:len(got)-1]
			}
			if len(got) >= len(all) || len(got) > 0 && got[len(got)-1] != all[len(got)-1] && n < len(whole)-2 {
				t.Fatalf("seed %d, %d of %d bytes: %q of %q", seed, n, len(whole), got, all)
			}
		}
	}
}
