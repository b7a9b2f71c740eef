package media

import (
	"fmt"
	"math/bits"
	"testing"
)

// hevcHead writes a NAL unit header, H.265 §7.3.1.2.
func (w *scribe) hevcHead(kind int) {
	w.bits("forbidden_zero_bit", 1, 0)
	w.bits("nal_unit_type", 6, kind)
	w.any("nuh_layer_id", 6)
	w.any("nuh_temporal_id_plus1", 3)
}

// hevcLevels writes profile_tier_level, H.265 §7.3.3.
func (w *scribe) hevcLevels(subLayers int, c *Config) {
	w.any("general_profile_space", 2)
	w.coin("general_tier_flag")
	c.ProfileIDC = w.any("general_profile_idc", 5)
	w.any("general_profile_compatibility_flags", 32)
	w.coin("general_progressive_source_flag")
	c.Interlaced = w.coin("general_interlaced_source_flag")
	w.as("general constraint flags", func() { w.any("", 46) })
	c.LevelIDC = w.any("general_level_idc", 8)
	w.as("sub-layer profiles and levels", func() {
		profile, level := w.IntN(1<<subLayers), w.IntN(1<<subLayers)
		for i := range subLayers {
			w.u(1, uint64(profile>>i&1)).u(1, uint64(level>>i&1))
		}
		for i := subLayers; i < 8 && subLayers > 0; i++ {
			w.u(2, 0)
		}
		for i := range subLayers {
			if profile>>i&1 == 1 {
				w.any("", 44)
				w.any("", 44)
			}
			if level>>i&1 == 1 {
				w.any("", 8)
			}
		}
	})
}

// hevcOrdering writes what each sub-layer needs, or the last alone.
func (w *scribe) hevcOrdering(prefix string, subLayers int) (refs, reorder int) {
	n := 1
	if w.coin(prefix + "_sub_layer_ordering_info_present_flag") {
		n = subLayers + 1
	}
	for range n {
		refs, reorder = w.gue(prefix+"_max_dec_pic_buffering_minus1", 17), w.gue(prefix+"_max_num_reorder_pics", 9)
		w.gue(prefix+"_max_latency_increase_plus1", 9)
	}
	return refs, reorder
}

// hevcScaling writes scaling_list_data, H.265 §7.3.4.
func (w *scribe) hevcScaling() {
	for size := range 4 {
		for m := 0; m < 6; m++ {
			if size == 3 && m%3 != 0 {
				continue
			}
			if !w.coin("scaling_list_pred_mode_flag") {
				w.gue("scaling_list_pred_matrix_id_delta", 3)
				continue
			}
			if size >= 2 {
				w.gse("scaling_list_dc_coef_minus8", 7)
			}
			for range []int{16, 64, 64, 64}[size] {
				w.gse("scaling_list_delta_coef", 3)
			}
		}
	}
}

// hevcSets writes short-term reference picture sets, H.265 §7.3.7.
func (w *scribe) hevcSets() {
	n := w.gue("num_short_term_ref_pic_sets", 5)
	before := 0
	w.as("short-term reference picture sets", func() {
		for i := range n {
			if i > 0 && w.coin("inter_ref_pic_set_prediction_flag") {
				w.coin("delta_rps_sign")
				w.gue("abs_delta_rps_minus1", 9)
				kept := 0
				for range before + 1 {
					if w.coin("used_by_curr_pic_flag") || w.coin("use_delta_flag") {
						kept++
					}
				}
				before = kept
				continue
			}
			before = w.gue("num_negative_pics", 3) + w.gue("num_positive_pics", 3)
			for range before {
				w.gue("delta_poc_minus1", 9)
				w.coin("used_by_curr_pic_flag")
			}
		}
	})
}

// hevcVUI writes vui_parameters up to the timing, H.265 §E.2.1.
func (w *scribe) hevcVUI(c *Config) {
	c.Colour = w.aspect()
	w.flags("neutral_chroma_indication_flag", "field_seq_flag")
	c.syntax.picStruct = w.coin("frame_field_info_present_flag")
	w.cropped("default_display_window_flag", "def_disp_win_")
	if w.coin("vui_timing_info_present_flag") {
		units, scale := w.bits("vui_num_units_in_tick", 32, w.IntN(3)*1001), w.any("vui_time_scale", 32)
		c.FrameRate = perSecond(scale, units)
	}
}

// hevcSet writes a sequence parameter set, H.265 §7.3.2.2.1.
func (w *scribe) hevcSet() (c Config) {
	w.hevcHead(33)
	w.any("sps_video_parameter_set_id", 4)
	subLayers := w.any("sps_max_sub_layers_minus1", 3)
	w.coin("sps_temporal_id_nesting_flag")
	w.hevcLevels(subLayers, &c)
	w.gue("sps_seq_parameter_set_id", 16)
	chroma, separate := w.gue("chroma_format_idc", 4), false
	if chroma == 3 {
		separate = w.coin("separate_colour_plane_flag")
	}
	width, height := w.gue("pic_width_in_luma_samples", 8000), w.gue("pic_height_in_luma_samples", 8000)
	c.Width, c.Height = window(width, height, chroma, separate, 1, w.cropped("conformance_window_flag", "conf_win_"))
	c.Chroma = chromas[chroma]
	c.BitDepth = 8 + w.gue("bit_depth_luma_minus8", 9)
	w.gue("bit_depth_chroma_minus8", 9)
	orderBits := 4 + w.gue("log2_max_pic_order_cnt_lsb_minus4", 13)
	c.RefFrames, c.Reorder = w.hevcOrdering("sps", subLayers)
	log2 := 3 + w.gue("log2_min_luma_coding_block_size_minus3", 3) + w.gue("log2_diff_max_min_luma_coding_block_size", 3)
	if size := 1 << log2; log2 <= 6 && width > 0 && height > 0 {
		blocks := (width/size + min(width%size, 1)) * (height/size + min(height%size, 1))
		c.syntax.addressBits = uint8(bits.Len(uint(blocks - 1)))
	}
	for _, name := range []string{"log2_min_luma_transform_block_size_minus2", "log2_diff_max_min_luma_transform_block_size",
		"max_transform_hierarchy_depth_inter", "max_transform_hierarchy_depth_intra"} {
		w.gue(name, 5)
	}
	if w.coin("scaling_list_enabled_flag") && w.coin("sps_scaling_list_data_present_flag") {
		w.as("scaling lists", w.hevcScaling)
	}
	w.flags("amp_enabled_flag", "sample_adaptive_offset_enabled_flag")
	if w.coin("pcm_enabled_flag") {
		w.any("pcm_sample_bit_depth_luma_minus1", 4)
		w.any("pcm_sample_bit_depth_chroma_minus1", 4)
		w.gue("log2_min_pcm_luma_coding_block_size_minus3", 3)
		w.gue("log2_diff_max_min_pcm_luma_coding_block_size", 3)
		w.coin("pcm_loop_filter_disabled_flag")
	}
	w.hevcSets()
	if w.coin("long_term_ref_pics_present_flag") {
		n := w.gue("num_long_term_ref_pics_sps", 5)
		w.as("long-term reference pictures", func() {
			for range n {
				w.any("", orderBits)
				w.any("", 1)
			}
		})
	}
	w.flags("sps_temporal_mvp_enabled_flag", "strong_intra_smoothing_enabled_flag")
	if w.coin("vui_parameters_present_flag") {
		w.hevcVUI(&c)
	}
	c.syntax.sps = true
	return c
}

func TestRandomHEVCSequenceParameterSets(t *testing.T) {
	for seed := range uint64(300) {
		w := newScribe(seed)
		want, got := w.hevcSet(), Config{}
		fields := readUnit(w.escaped(), hevcSPS, &got)
		w.found(t, fmt.Sprint("SPS ", seed), fields)
		compareConfig(t, fmt.Sprint("SPS ", seed), want, got)
	}
}

func TestRandomHEVCVideoParameterSets(t *testing.T) {
	for seed := range uint64(100) {
		w := newScribe(seed)
		w.hevcHead(32)
		w.any("vps_video_parameter_set_id", 4)
		w.flags("vps_base_layer_internal_flag", "vps_base_layer_available_flag")
		w.any("vps_max_layers_minus1", 6)
		subLayers := w.any("vps_max_sub_layers_minus1", 3)
		w.coin("vps_temporal_id_nesting_flag")
		w.bits("vps_reserved_0xffff_16bits", 16, 0xffff)
		w.hevcLevels(subLayers, &Config{})
		w.hevcOrdering("vps", subLayers)
		layers := w.any("vps_max_layer_id", 6) + 1
		sets := w.gue("vps_num_layer_sets_minus1", 3)
		w.as("layer sets", func() {
			for range sets * layers {
				w.any("", 1)
			}
		})
		known := Config{FrameRate: []float64{0, 25}[w.IntN(2)]}
		want := known
		if w.coin("vps_timing_info_present_flag") {
			units, scale := w.bits("vps_num_units_in_tick", 32, 1+w.IntN(3)*1001), w.any("vps_time_scale", 32)
			if want.FrameRate == 0 {
				want.FrameRate = perSecond(scale, units)
			}
		}
		fields := readUnit(w.escaped(), hevcVPS, &known)
		w.found(t, fmt.Sprint("VPS ", seed), fields)
		compareConfig(t, fmt.Sprint("VPS ", seed), want, known)
	}
}

func TestRandomHEVCPictureParameterSets(t *testing.T) {
	for seed := range uint64(40) {
		w := newScribe(seed)
		var want, got Config
		w.hevcHead(34)
		w.gue("pps_pic_parameter_set_id", 64)
		w.gue("pps_seq_parameter_set_id", 16)
		want.syntax = syntax{pps: true, dependentSlices: w.coin("dependent_slice_segments_enabled_flag")}
		w.coin("output_flag_present_flag")
		want.syntax.extraSliceBits = uint8(w.any("num_extra_slice_header_bits", 3))
		w.flags("sign_data_hiding_enabled_flag", "cabac_init_present_flag")
		w.gue("num_ref_idx_l0_default_active_minus1", 15)
		w.gue("num_ref_idx_l1_default_active_minus1", 15)
		w.gse("init_qp_minus26", 25)
		w.flags("constrained_intra_pred_flag", "transform_skip_enabled_flag")
		if w.coin("cu_qp_delta_enabled_flag") {
			w.gue("diff_cu_qp_delta_depth", 4)
		}
		w.gse("pps_cb_qp_offset", 12)
		w.gse("pps_cr_qp_offset", 12)
		w.flags("pps_slice_chroma_qp_offsets_present_flag", "weighted_pred_flag", "weighted_bipred_flag",
			"transquant_bypass_enabled_flag", "tiles_enabled_flag", "entropy_coding_sync_enabled_flag")
		fields := readUnit(w.escaped(), hevcPPS, &got)
		w.found(t, fmt.Sprint("PPS ", seed), fields)
		compareConfig(t, fmt.Sprint("PPS ", seed), want, got)
	}
}
