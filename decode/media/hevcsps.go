package media

import "github.com/rtmpscope/rtmpscope/decode/field"

// hevcSPS appends a sequence parameter set of n bytes, NAL header included.
func hevcSPS(b *field.Builder, n int, c *Config) {
	within(b, hevcSource, func() {
		f := rbsp(b, "SPS", n, func(r *bitReader) {
			hevcNALHeader(r)
			s := hevcSeq{r: r}
			s.head(c)
			s.picture(c)
			s.coding(c)
			s.tools(c)
			s.references()
			r.flag("sps_temporal_mvp_enabled_flag")
			r.flag("strong_intra_smoothing_enabled_flag")
			if r.flag("vui_parameters_present_flag") {
				s.vui(c)
			}
			r.rest("more parameters and trailing bits")
			c.syntax.sps = r.more()
		})
		f.Value = c.summary()
	})
}

// hevcSeq collects what later parts of a sequence parameter set depend on.
type hevcSeq struct {
	r         *bitReader
	subLayers int
	pocBits   int
	width     int // coded, before cropping
	height    int
	deltaPocs []int // NumDeltaPocs of each short-term reference picture set
}

func (s *hevcSeq) head(c *Config) {
	r := s.r
	r.u("sps_video_parameter_set_id", 4)
	s.subLayers = r.u("sps_max_sub_layers_minus1", 3)
	r.flag("sps_temporal_id_nesting_flag")
	s.profileTierLevel(c)
	r.ue("sps_seq_parameter_set_id")
}

// profileTierLevel reads profile_tier_level, H.265 §7.3.3.
func (s *hevcSeq) profileTierLevel(c *Config) {
	r := s.r
	r.u("general_profile_space", 2)
	r.sym("general_tier_flag", 1, func(v int) string { return [2]string{"Main", "High"}[v&1] })
	profile := r.sym("general_profile_idc", 5, hevcProfile)
	r.u("general_profile_compatibility_flags", 32)
	r.flag("general_progressive_source_flag")
	c.Interlaced = r.flag("general_interlaced_source_flag")
	r.as("general constraint flags", func() { r.raw(46) })
	level := r.sym("general_level_idc", 8, hevcLevel)
	if r.more() {
		c.ProfileIDC, c.LevelIDC = profile, level
		c.Profile, c.Level = hevcProfile(profile), hevcLevel(level)
	}
	r.as("sub-layer profiles and levels", s.subLayerLevels)
}

func (s *hevcSeq) subLayerLevels() {
	r := s.r
	var profile, level [8]bool
	for i := 0; i < s.subLayers; i++ {
		profile[i] = r.flag("sub_layer_profile_present_flag")
		level[i] = r.flag("sub_layer_level_present_flag")
	}
	if s.subLayers > 0 {
		r.raw(2 * (8 - s.subLayers))
	}
	for i := 0; i < s.subLayers; i++ {
		if profile[i] {
			r.raw(88)
		}
		if level[i] {
			r.raw(8)
		}
	}
}

func (s *hevcSeq) picture(c *Config) {
	r := s.r
	chroma, f := r.uef("chroma_format_idc")
	f.Symbol = chromaName(chroma)
	separate := chroma == 3 && r.flag("separate_colour_plane_flag")
	width := r.ue("pic_width_in_luma_samples")
	height := r.ue("pic_height_in_luma_samples")
	s.width, s.height = width, height
	var crop [4]int
	if r.flag("conformance_window_flag") {
		for i, side := range []string{"left", "right", "top", "bottom"} {
			crop[i] = r.ue("conf_win_" + side + "_offset")
		}
	}
	if !r.more() {
		return
	}
	x, y := cropUnits(chroma, separate)
	c.Width = max(0, width-x*(crop[0]+crop[1]))
	c.Height = max(0, height-y*(crop[2]+crop[3]))
	c.Chroma = chromaName(chroma)
}

func (s *hevcSeq) coding(c *Config) {
	r := s.r
	if depth := 8 + r.ue("bit_depth_luma_minus8"); r.more() {
		c.BitDepth = depth
	}
	r.ue("bit_depth_chroma_minus8")
	s.pocBits = r.ue("log2_max_pic_order_cnt_lsb_minus4") + 4
	first := s.subLayers
	if r.flag("sps_sub_layer_ordering_info_present_flag") {
		first = 0
	}
	for i := first; i <= s.subLayers && r.more(); i++ {
		c.RefFrames = r.ue("sps_max_dec_pic_buffering_minus1")
		c.Reorder = r.ue("sps_max_num_reorder_pics")
		r.ue("sps_max_latency_increase_plus1")
	}
}

func (s *hevcSeq) tools(c *Config) {
	r := s.r
	block := r.ue("log2_min_luma_coding_block_size_minus3") + 3
	block += r.ue("log2_diff_max_min_luma_coding_block_size")
	s.countBlocks(s.width, s.height, block, c)
	for _, name := range []string{
		"log2_min_luma_transform_block_size_minus2", "log2_diff_max_min_luma_transform_block_size",
		"max_transform_hierarchy_depth_inter", "max_transform_hierarchy_depth_intra",
	} {
		r.ue(name)
	}
	if r.flag("scaling_list_enabled_flag") && r.flag("sps_scaling_list_data_present_flag") {
		r.as("scaling lists", s.scalingLists)
	}
	r.flag("amp_enabled_flag")
	r.flag("sample_adaptive_offset_enabled_flag")
	if r.flag("pcm_enabled_flag") {
		r.u("pcm_sample_bit_depth_luma_minus1", 4)
		r.u("pcm_sample_bit_depth_chroma_minus1", 4)
		r.ue("log2_min_pcm_luma_coding_block_size_minus3")
		r.ue("log2_diff_max_min_pcm_luma_coding_block_size")
		r.flag("pcm_loop_filter_disabled_flag")
	}
}

// scalingLists steps over scaling_list_data, H.265 §7.3.4.
func (s *hevcSeq) scalingLists() {
	r := s.r
	for size := range 4 {
		step := 1
		if size == 3 {
			step = 3
		}
		for m := 0; m < 6 && r.more(); m += step {
			s.scalingList(size)
		}
	}
}

func (s *hevcSeq) scalingList(size int) {
	r := s.r
	if !r.flag("scaling_list_pred_mode_flag") {
		r.ue("scaling_list_pred_matrix_id_delta")
		return
	}
	if size > 1 {
		r.se("scaling_list_dc_coef_minus8")
	}
	for i := 0; i < min(64, 1<<(4+size<<1)) && r.more(); i++ {
		r.se("scaling_list_delta_coef")
	}
}

func (s *hevcSeq) references() {
	r := s.r
	n := min(r.ue("num_short_term_ref_pic_sets"), 64)
	if n > 0 {
		r.as("short-term reference picture sets", func() {
			for i := 0; i < n && r.more(); i++ {
				s.deltaPocs = append(s.deltaPocs, s.refPicSet(i))
			}
		})
	}
	if !r.flag("long_term_ref_pics_present_flag") {
		return
	}
	n = min(r.ue("num_long_term_ref_pics_sps"), 32)
	r.as("long-term reference pictures", func() {
		for i := 0; i < n && r.more(); i++ {
			r.raw(s.pocBits)
			r.raw(1)
		}
	})
}

// refPicSet steps over st_ref_pic_set and returns its number of pictures,
// H.265 §7.3.7 and §7.4.8.
func (s *hevcSeq) refPicSet(i int) int {
	r := s.r
	if i > 0 && r.flag("inter_ref_pic_set_prediction_flag") {
		return s.predictedSet(s.deltaPocs[i-1])
	}
	n := r.ue("num_negative_pics") + r.ue("num_positive_pics")
	for j := 0; j < min(n, 32) && r.more(); j++ {
		r.ue("delta_poc_minus1")
		r.flag("used_by_curr_pic_flag")
	}
	return min(n, 32)
}

func (s *hevcSeq) predictedSet(from int) int {
	r := s.r
	r.flag("delta_rps_sign")
	r.ue("abs_delta_rps_minus1")
	n := 0
	for j := 0; j <= from && r.more(); j++ {
		if r.flag("used_by_curr_pic_flag") || r.flag("use_delta_flag") {
			n++
		}
	}
	return min(n, 32)
}

// vui reads the VUI up to the timing information, H.265 §E.2.1.
func (s *hevcSeq) vui(c *Config) {
	r := s.r
	colour, primaries, transfer, matrix := aspectAndColour(r)
	c.Colour = colourName(colour, primaries, transfer, matrix)
	r.flag("neutral_chroma_indication_flag")
	r.flag("field_seq_flag")
	c.syntax.picStruct = r.flag("frame_field_info_present_flag")
	if r.flag("default_display_window_flag") {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			r.ue("def_disp_win_" + side + "_offset")
		}
	}
	if r.flag("vui_timing_info_present_flag") {
		units := r.u("vui_num_units_in_tick", 32)
		scale := r.u("vui_time_scale", 32)
		if v := rate(unsigned(scale), unsigned(units)); v > 0 && r.more() {
			c.FrameRate = v
		}
	}
}
