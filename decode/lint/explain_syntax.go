package lint

import (
	"fmt"
	"slices"
	"strings"
)

// syntax are the elements of parameter sets and headers that details show under the names
// of their standards: what they belong to, where that is defined, and their names.
var syntax = []struct{ of, source, names string }{
	{"the sequence parameter set (SPS) of H.264", "H.264 §7.3.2.1.1", `
bit_depth_chroma_minus8 bit_depth_luma_minus8 chroma_format_idc constraint_set_flags delta_pic_order_always_zero_flag delta_scale
direct_8x8_inference_flag forbidden_zero_bit frame_crop_ frame_cropping_flag frame_mbs_only_flag
gaps_in_frame_num_value_allowed_flag level_idc log2_max_frame_num_minus4 log2_max_pic_order_cnt_lsb_minus4 max_num_ref_frames
mb_adaptive_frame_field_flag nal_ref_idc nal_unit_type num_ref_frames_in_pic_order_cnt_cycle offset_for_non_ref_pic
offset_for_ref_frame offset_for_top_to_bottom_field pic_height_in_map_units_minus1 pic_order_cnt_type pic_width_in_mbs_minus1
profile_idc qpprime_y_zero_transform_bypass_flag rbsp_trailing_bits separate_colour_plane_flag seq_parameter_set_id
seq_scaling_list_present_flag seq_scaling_matrix_present_flag vui_parameters_present_flag`},
	{"the picture parameter set (PPS) or a slice header of H.264", "H.264 §7.3.2.2", `
bottom_field_pic_order_in_frame_present_flag chroma_qp_index_offset constrained_intra_pred_flag
deblocking_filter_control_present_flag entropy_coding_mode_flag num_ref_idx_l0_default_active_minus1
num_ref_idx_l1_default_active_minus1 num_slice_groups_minus1 pic_init_qp_minus26 pic_init_qs_minus26 pic_parameter_set_id
redundant_pic_cnt_present_flag weighted_bipred_idc weighted_pred_flag`},
	{"the video usability information (VUI) in the SPS of H.264", "H.264 §E.1.1", `
bit_rate_scale bit_rate_value_minus1 bitstream_restriction_flag cbr_flag cpb_cnt_minus1 cpb_removal_delay_length_minus1
cpb_size_scale cpb_size_value_minus1 dpb_output_delay_length_minus1 fixed_frame_rate_flag initial_cpb_removal_delay_length_minus1
log2_max_mv_length_horizontal log2_max_mv_length_vertical low_delay_hrd_flag max_bits_per_mb_denom max_bytes_per_pic_denom
max_dec_frame_buffering max_num_reorder_frames motion_vectors_over_pic_boundaries_flag nal_hrd_parameters
nal_hrd_parameters_present_flag num_units_in_tick pic_struct_present_flag time_offset_length time_scale timing_info_present_flag
vcl_hrd_parameters vcl_hrd_parameters_present_flag`},
	{"the sequence parameter set (SPS) of H.265", "H.265 §7.3.2.2", `
abs_delta_rps_minus1 amp_enabled_flag conf_win_ conformance_window_flag def_disp_win_ default_display_window_flag delta_poc_minus1
delta_rps_sign field_seq_flag frame_field_info_present_flag general_interlaced_source_flag general_level_idc
general_profile_compatibility_flags general_profile_idc general_profile_space general_progressive_source_flag general_tier_flag
inter_ref_pic_set_prediction_flag log2_diff_max_min_luma_coding_block_size log2_diff_max_min_luma_transform_block_size
log2_diff_max_min_pcm_luma_coding_block_size log2_min_luma_coding_block_size_minus3 log2_min_luma_transform_block_size_minus2
log2_min_pcm_luma_coding_block_size_minus3 long_term_ref_pics_present_flag max_transform_hierarchy_depth_inter
max_transform_hierarchy_depth_intra neutral_chroma_indication_flag num_long_term_ref_pics_sps num_negative_pics num_positive_pics
num_short_term_ref_pic_sets pcm_enabled_flag pcm_loop_filter_disabled_flag pcm_sample_bit_depth_chroma_minus1
pcm_sample_bit_depth_luma_minus1 pic_height_in_luma_samples pic_width_in_luma_samples sample_adaptive_offset_enabled_flag
scaling_list_dc_coef_minus8 scaling_list_delta_coef scaling_list_enabled_flag scaling_list_pred_matrix_id_delta
scaling_list_pred_mode_flag sps_max_dec_pic_buffering_minus1 sps_max_latency_increase_plus1 sps_max_num_reorder_pics
sps_max_sub_layers_minus1 sps_scaling_list_data_present_flag sps_seq_parameter_set_id sps_sub_layer_ordering_info_present_flag
sps_temporal_id_nesting_flag sps_temporal_mvp_enabled_flag sps_video_parameter_set_id strong_intra_smoothing_enabled_flag
sub_layer_level_present_flag sub_layer_profile_present_flag use_delta_flag used_by_curr_pic_flag vui_num_units_in_tick
vui_time_scale vui_timing_info_present_flag`},
	{"a parameter set (VPS, PPS) of H.265", "H.265 §7.3.2", `
cabac_init_present_flag cu_qp_delta_enabled_flag dependent_slice_segment_flag dependent_slice_segments_enabled_flag
diff_cu_qp_delta_depth entropy_coding_sync_enabled_flag first_slice_segment_in_pic_flag init_qp_minus26
no_output_of_prior_pics_flag num_extra_slice_header_bits output_flag_present_flag pps_cb_qp_offset pps_cr_qp_offset
pps_pic_parameter_set_id pps_seq_parameter_set_id pps_slice_chroma_qp_offsets_present_flag sign_data_hiding_enabled_flag
slice_pic_parameter_set_id slice_reserved_flag slice_segment_address slice_type tiles_enabled_flag transform_skip_enabled_flag
transquant_bypass_enabled_flag vps_base_layer_available_flag vps_base_layer_internal_flag vps_max_dec_pic_buffering_minus1
vps_max_latency_increase_plus1 vps_max_layer_id vps_max_layers_minus1 vps_max_num_reorder_pics vps_max_sub_layers_minus1
vps_num_layer_sets_minus1 vps_num_units_in_tick vps_reserved_0xffff_16bits vps_sub_layer_ordering_info_present_flag
vps_temporal_id_nesting_flag vps_time_scale vps_timing_info_present_flag vps_video_parameter_set_id weighted_bipred_flag`},
	{"profile, tier and level of H.265", "H.265 §7.3.3", `
nuh_layer_id nuh_temporal_id_plus1`},
	{"the sequence parameter set (SPS) of H.266", "H.266 §7.3.2.4", `
general_constraints_info general_sub_profile_idc ph_gdr_or_irap_pic_flag ph_gdr_pic_flag ph_inter_slice_allowed_flag
ph_intra_slice_allowed_flag ph_non_ref_pic_flag ph_pic_parameter_set_id ptl_frame_only_constraint_flag ptl_multilayer_enabled_flag
ptl_num_sub_profiles sh_picture_header_in_slice_header_flag sps_bitdepth_minus8 sps_chroma_format_idc sps_conf_win_
sps_conformance_window_flag sps_gdr_enabled_flag sps_log2_ctu_size_minus5 sps_max_sublayers_minus1
sps_pic_height_max_in_luma_samples sps_pic_width_max_in_luma_samples sps_ptl_dpb_hrd_params_present_flag
sps_ref_pic_resampling_enabled_flag sps_res_change_in_clvs_allowed_flag sps_subpic_info_present_flag`},
	{"profile, tier and level or a parameter set of H.266", "H.266 §7.3.3", `
bit_depth_minus8 constant_frame_rate general_constraint_info nuh_reserved_zero_bit num_bytes_constraint_info num_sublayers ols_idx
ptl_multi_layer_enabled_flag ptl_present_flag ptl_sublayer_level_present_flag sublayer_level_idc`},
	{"the video usability information (VUI)", "H.264 annex E, H.265 annex E", `
aspect_ratio_idc aspect_ratio_info_present_flag chroma_loc_info_present_flag chroma_sample_loc_type_bottom_field
chroma_sample_loc_type_top_field colour_description_present_flag colour_primaries matrix_coefficients overscan_appropriate_flag
overscan_info_present_flag sar_height sar_width transfer_characteristics video_format video_full_range_flag
video_signal_type_present_flag`},
	{"a slice header of H.264 or H.265", "H.264 §7.3.3, H.265 §7.3.6", `
first_mb_in_slice`},
	{"supplemental enhancement information (SEI) about timing", "H.264 annex D, H.265 annex D", `
clock_timestamp_flag cnt_dropped_flag counting_type cpb_removal_delay ct_type discontinuity_flag dpb_output_delay duplicate_flag
full_timestamp_flag n_frames nuit_field_based_flag num_clock_ts pic_struct source_scan_type time_offset time_offset_value
units_field_based_flag`},
	{"the uncompressed header of a VP9 frame", "VP9 §6.2", `
color_range color_space error_resilient_mode frame_height_minus_1 frame_marker frame_sync_code frame_to_show_map_idx frame_type
frame_width_minus_1 profile_high_bit profile_low_bit reserved_zero show_existing_frame show_frame subsampling_x subsampling_y
ten_or_twelve_bit`},
	{"the headers of AV1", "AV1 §5", `
additional_frame_id_length_minus_1 buffer_delay_length_minus_1 buffer_removal_time_length_minus_1 chroma_sample_position
chroma_subsampling_x chroma_subsampling_y color_description_present_flag color_primaries decoder_model_info_present_flag
decoder_model_present_for_this_op delta_frame_id_length_minus_2 enable_cdef enable_dual_filter enable_filter_intra
enable_interintra_compound enable_intra_edge_filter enable_jnt_comp enable_masked_compound enable_order_hint enable_ref_frame_mvs
enable_restoration enable_superres enable_warped_motion equal_picture_interval frame_height_bits_minus_1
frame_id_numbers_present_flag frame_presentation_time_length_minus_1 frame_width_bits_minus_1 high_bitdepth
initial_display_delay_minus_1 initial_display_delay_present_flag initial_display_delay_present_for_this_op
initial_presentation_delay_present max_frame_height_minus_1 max_frame_width_minus_1 mono_chrome num_ticks_per_picture_minus_1
num_units_in_decoding_tick num_units_in_display_tick obu_extension_flag obu_forbidden_bit obu_has_size_field obu_reserved_1bit
obu_type operating_parameters_info operating_point_idc operating_points_cnt_minus_1 order_hint_bits_minus_1
reduced_still_picture_header seq_choose_integer_mv seq_choose_screen_content_tools seq_force_integer_mv
seq_force_screen_content_tools seq_level_idx seq_level_idx_0 seq_profile seq_tier seq_tier_0 spatial_id still_picture temporal_id
twelve_bit use_128x128_superblock`},
	{"the AV1 video descriptor", "AV1 in MPEG-2 TS §2", `
descriptor_length descriptor_tag`},
}

// parts are the names in words that details use for what stands in a configuration or a
// frame, separated by "; ".
var parts = []struct{ of, source, names string }{
	{"Set Chunk Size: its top bit, which must be 0", "RTMP 1.0 §5.4.1", "zero"},
	{"MPEG audio (MP3)", "ISO 11172-3 §2.4.1.3", "MPEG audio; MPEG audio frame header; bitrate index; coded audio; copyright; emphasis; layer; mode; mode extension; original; private; protection; sampling frequency; sync word"},
	{"a raw AAC frame", "ISO 14496-3 §4.4.2.1", "first element"},
	{"supplemental enhancement information (SEI)", "H.264 annex D", "payload; payload size; payload type"},
	{"the AVC decoder configuration record", "ISO 14496-15 §5.3.3.1", "bit depth chroma minus 8; bit depth luma minus 8; chroma format; length size minus one; reserved"},
	{"the AudioSpecificConfig of AAC", "ISO 14496-3 §1.6.2.1", "SBR present flag; depends on core coder; extension flag; frame length flag; padding; sync extension type"},
	{"a parameter set", "H.264 §7.3.2.2", "more parameters"},
	{"an H.263 picture", "FLV 10.1 §E.4.3.1", "H.263 picture; coded picture; picture size; picture start code; picture type; temporal reference"},
	{"the VP codec configuration record", "VP9-ISOBMFF §2.2", "bit depth; bit depth, chroma and range; chroma subsampling; codec initialization data size; colour primaries; flags; matrix coefficients; transfer characteristics; video full range flag"},
	{"a VP9 frame", "VP9 §6.2", "VP9 frame; coded frame"},
	{"the HEVC decoder configuration record", "ISO 14496-15 §8.3.3.1", "NAL unit array; NAL unit type; array completeness; array head; average frame rate; chroma format idc; constant frame rate; general constraint indicator flags; general level idc; general profile; general profile compatibility flags; layers and length size; min spatial segmentation idc; number of NAL units; number of arrays; number of temporal layers; parallelism type; temporal id nested"},
	{"a parameter set of H.265", "H.265 §7.3.2.2", "general constraint flags"},
	{"a parameter set of H.265", "H.265 §7.3.2.3.1", "more parameters and trailing bits"},
	{"the STREAMINFO of FLAC", "RFC 9639 §8", "MD5 of the audio; bits per sample minus 1; channels minus 1; maximum block size; maximum frame size; minimum block size; minimum frame size; sample rate; total samples"},
	{"MultichannelConfig", "Enhanced RTMP v2", "channel count; channel flags; channel order"},
	{"the OpusHead of Opus", "RFC 7845 §5.1", "channel mapping family; input sample rate; magic signature; output gain; pre-skip"},
}

// syntaxElement says to what a syntax element belongs.
var syntaxElement = func() map[string]int {
	m := map[string]int{}
	for i := range syntax {
		for name := range strings.FieldsSeq(syntax[i].names) {
			m[name] = i
		}
	}
	return m
}()

func explainSyntax(name string) (string, bool) {
	for _, p := range parts {
		if slices.Contains(strings.Split(p.names, "; "), name) {
			return fmt.Sprintf("%s: a part of %s. Source: %s.", name, p.of, p.source), true
		}
	}
	i, ok := syntaxElement[name]
	if !ok {
		return "", false
	}
	return fmt.Sprintf("%s: a syntax element of %s. Source: %s.", name, syntax[i].of, syntax[i].source), true
}
