package media

// video usability information that H.264 and H.265 code alike; the two parts
// around it that differ stand with their callers.

// aspectAndColour reads the common head of VUI: sample aspect ratio, overscan,
// video signal type and chroma location. H.264 §E.1.1, H.265 §E.2.1.
func aspectAndColour(r *bitReader) (colour bool, primaries, transfer, matrix int) {
	if r.flag("aspect_ratio_info_present_flag") {
		if r.u("aspect_ratio_idc", 8) == 255 {
			r.u("sar_width", 16)
			r.u("sar_height", 16)
		}
	}
	if r.flag("overscan_info_present_flag") {
		r.flag("overscan_appropriate_flag")
	}
	if r.flag("video_signal_type_present_flag") {
		r.u("video_format", 3)
		r.sym("video_full_range_flag", 1, func(v int) string { return [2]string{"limited", "full"}[v&1] })
		if colour = r.flag("colour_description_present_flag"); colour {
			primaries = r.sym("colour_primaries", 8, primariesName)
			transfer = r.sym("transfer_characteristics", 8, transferName)
			matrix = r.sym("matrix_coefficients", 8, matrixName)
		}
	}
	if r.flag("chroma_loc_info_present_flag") {
		r.ue("chroma_sample_loc_type_top_field")
		r.ue("chroma_sample_loc_type_bottom_field")
	}
	return colour, primaries, transfer, matrix
}

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
	if nal {
		r.as("nal_hrd_parameters", func() { avcHRD(r) })
	}
	vcl := r.flag("vcl_hrd_parameters_present_flag")
	if vcl {
		r.as("vcl_hrd_parameters", func() { avcHRD(r) })
	}
	if nal || vcl {
		r.flag("low_delay_hrd_flag")
	}
	r.flag("pic_struct_present_flag")
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
	s.reorder = v
	r.ue("max_dec_frame_buffering")
}

// avcHRD steps over hypothetical reference decoder parameters, H.264 §E.1.2.
func avcHRD(r *bitReader) {
	n := r.ue("cpb_cnt_minus1") + 1
	r.u("bit_rate_scale", 4)
	r.u("cpb_size_scale", 4)
	for i := 0; i < min(n, 32) && r.more(); i++ {
		r.ue("bit_rate_value_minus1")
		r.ue("cpb_size_value_minus1")
		r.flag("cbr_flag")
	}
	r.u("initial_cpb_removal_delay_length_minus1", 5)
	r.u("cpb_removal_delay_length_minus1", 5)
	r.u("dpb_output_delay_length_minus1", 5)
	r.u("time_offset_length", 5)
}

var primariesNames = map[int]string{
	1: "BT.709", 2: "unspecified", 4: "BT.470 M", 5: "BT.601 625", 6: "BT.601 525", 7: "SMPTE 240M",
	8: "film", 9: "BT.2020", 10: "XYZ", 11: "DCI-P3", 12: "Display P3", 22: "EBU 3213",
}

var transferNames = map[int]string{
	1: "BT.709", 2: "unspecified", 4: "gamma 2.2", 5: "gamma 2.8", 6: "BT.601", 7: "SMPTE 240M", 8: "linear",
	11: "xvYCC", 13: "sRGB", 14: "BT.2020 10 bit", 15: "BT.2020 12 bit", 16: "PQ", 17: "SMPTE 428", 18: "HLG",
}

var matrixNames = map[int]string{
	0: "RGB", 1: "BT.709", 2: "unspecified", 4: "FCC", 5: "BT.601 625", 6: "BT.601 525", 7: "SMPTE 240M",
	8: "YCgCo", 9: "BT.2020", 10: "BT.2020 constant luminance", 14: "ICtCp",
}

// The three colour codes of ISO 23091-2.
func primariesName(v int) string { return primariesNames[v] }
func transferName(v int) string  { return transferNames[v] }
func matrixName(v int) string    { return matrixNames[v] }
