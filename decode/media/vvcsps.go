package media

import "github.com/rtmpscope/rtmpscope/decode/field"

const vvcSource = "H.266 §7.3.2.4"

// vvcSPS appends a sequence parameter set of n bytes, NAL header included, up to
// the bit depth.
func vvcSPS(b *field.Builder, n int, c *Config) {
	within(b, vvcSource, func() {
		f := rbsp(b, "SPS", n, func(r *bitReader) {
			vvcNALHeader(r)
			s := vvcSeq{r: r}
			s.head(c)
			s.picture(c)
			r.rest("more parameters and trailing bits")
		})
		f.Value = c.summary()
	})
}

// vvcSeq collects what later parts of a sequence parameter set depend on.
type vvcSeq struct {
	r         *bitReader
	subLayers int
	chroma    int
}

func (s *vvcSeq) head(c *Config) {
	r := s.r
	r.u("sps_seq_parameter_set_id", 4)
	r.u("sps_video_parameter_set_id", 4)
	s.subLayers = r.u("sps_max_sublayers_minus1", 3)
	s.chroma = r.sym("sps_chroma_format_idc", 2, chromaName)
	r.u("sps_log2_ctu_size_minus5", 2)
	if r.flag("sps_ptl_dpb_hrd_params_present_flag") {
		s.profileTierLevel(c)
	}
	r.flag("sps_gdr_enabled_flag")
	if r.flag("sps_ref_pic_resampling_enabled_flag") {
		r.flag("sps_res_change_in_clvs_allowed_flag")
	}
}

// profileTierLevel reads profile_tier_level, H.266 §7.3.3.1.
func (s *vvcSeq) profileTierLevel(c *Config) {
	r := s.r
	profile := r.sym("general_profile_idc", 7, vvcProfile)
	r.sym("general_tier_flag", 1, func(v int) string { return [2]string{"Main", "High"}[v&1] })
	level := r.sym("general_level_idc", 8, vvcLevel)
	r.flag("ptl_frame_only_constraint_flag")
	r.flag("ptl_multilayer_enabled_flag")
	r.as("general_constraints_info", s.constraints)
	if r.more() {
		c.ProfileIDC, c.LevelIDC = profile, level
		c.Profile, c.Level = vvcProfile(profile), vvcLevel(level)
	}
	if s.subLayers > 0 {
		r.as("sub-layer levels", s.subLayerLevels)
	}
	n := r.u("ptl_num_sub_profiles", 8)
	for i := 0; i < n && r.more(); i++ {
		r.u("general_sub_profile_idc", 32)
	}
}

// constraints steps over general_constraints_info, H.266 §7.3.3.2: 71 bits of
// constraints, those of later editions, and alignment.
func (s *vvcSeq) constraints() {
	r := s.r
	if r.raw(1) == 1 {
		for range 71 {
			r.raw(1)
		}
		for range r.raw(8) {
			r.raw(1)
		}
	}
	r.align()
}

func (s *vvcSeq) subLayerLevels() {
	r := s.r
	present := 0
	for range s.subLayers {
		present += int(r.raw(1))
	}
	r.align()
	for range present {
		r.raw(8)
	}
}

func (s *vvcSeq) picture(c *Config) {
	r := s.r
	width := r.ue("sps_pic_width_max_in_luma_samples")
	height := r.ue("sps_pic_height_max_in_luma_samples")
	var crop [4]int
	if r.flag("sps_conformance_window_flag") {
		for i, side := range []string{"left", "right", "top", "bottom"} {
			crop[i] = r.ue("sps_conf_win_" + side + "_offset")
		}
	}
	if r.more() {
		x, y := cropUnits(s.chroma, false)
		c.Width = max(0, width-x*(crop[0]+crop[1]))
		c.Height = max(0, height-y*(crop[2]+crop[3]))
		c.Chroma = chromaName(s.chroma)
	}
	if r.flag("sps_subpic_info_present_flag") {
		return // what follows depends on the layout of the subpictures
	}
	if depth := 8 + r.ue("sps_bitdepth_minus8"); r.more() {
		c.BitDepth = depth
	}
}

// vvcSliceHead reads the first values of a slice header, H.266 §7.3.7.
func vvcSliceHead(r *bitReader) {
	if r.flag("sh_picture_header_in_slice_header_flag") {
		vvcPictureHead(r)
	}
}

// vvcPictureHead reads the first values of picture_header_structure, H.266
// §7.3.2.8: whether the picture may be decoded first, and how it may refer to
// others.
func vvcPictureHead(r *bitReader) {
	random := r.flag("ph_gdr_or_irap_pic_flag")
	r.flag("ph_non_ref_pic_flag")
	if random {
		r.flag("ph_gdr_pic_flag")
	}
	if r.flag("ph_inter_slice_allowed_flag") {
		r.flag("ph_intra_slice_allowed_flag")
	}
	r.ue("ph_pic_parameter_set_id")
}
