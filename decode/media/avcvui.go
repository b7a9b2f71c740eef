package media

// vui reads the VUI of a sequence parameter set, H.264 §E.1.1.
func (s *avcSeq) vui() {
	r := s.r
	s.colour, s.primaries, s.trans, s.matr = aspectAndColour(r)
	if r.flag("timing_info_present_flag") {
		s.units = r.u("num_units_in_tick", 32)
		s.scale = r.u("time_scale", 32)
		r.flag("fixed_frame_rate_flag")
	}
	nal := r.flag("nal_hrd_parameters_present_flag")
	s.syntax.timeOffset = 24 // the default, H.264 §E.2.2
	if nal {
		r.as("nal_hrd_parameters", func() { s.hrd() })
	}
	vcl := r.flag("vcl_hrd_parameters_present_flag")
	if vcl {
		r.as("vcl_hrd_parameters", func() { s.hrd() })
	}
	if nal || vcl {
		r.flag("low_delay_hrd_flag")
	}
	s.syntax.delays = nal || vcl
	s.syntax.picStruct = r.flag("pic_struct_present_flag")
	if r.flag("bitstream_restriction_flag") {
		s.restriction()
	}
}

func (s *avcSeq) restriction() {
	r := s.r
	r.flag("motion_vectors_over_pic_boundaries_flag")
	r.ue("max_bytes_per_pic_denom")
	r.ue("max_bits_per_mb_denom")
	r.ue("log2_max_mv_length_horizontal")
	r.ue("log2_max_mv_length_vertical")
	v, f := r.uef("max_num_reorder_frames")
	f.Note = "B frames may stand this many frames out of order"
	s.reorder, s.inOrder = v, s.inOrder || v == 0
	r.ue("max_dec_frame_buffering")
}

// hrd steps over hypothetical reference decoder parameters, H.264 §E.1.2, which
// tell how long the values of picture timing are.
func (s *avcSeq) hrd() {
	r := s.r
	n := r.ue("cpb_cnt_minus1") + 1
	r.u("bit_rate_scale", 4)
	r.u("cpb_size_scale", 4)
	for i := 0; i < min(n, 32) && r.more(); i++ {
		r.ue("bit_rate_value_minus1")
		r.ue("cpb_size_value_minus1")
		r.flag("cbr_flag")
	}
	r.u("initial_cpb_removal_delay_length_minus1", 5)
	s.syntax.cpbDelay = uint8(r.u("cpb_removal_delay_length_minus1", 5) + 1)
	s.syntax.dpbDelay = uint8(r.u("dpb_output_delay_length_minus1", 5) + 1)
	s.syntax.timeOffset = uint8(r.u("time_offset_length", 5))
}
