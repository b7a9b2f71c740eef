package media

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// vvcNAL writes a NAL unit header, H.266 §7.3.1.2.
func (w *scribe) vvcNAL(kind int) {
	w.bits("forbidden_zero_bit", 1, 0)
	w.any("nuh_reserved_zero_bit", 1)
	w.any("nuh_layer_id", 6)
	w.bits("nal_unit_type", 5, kind)
	w.any("nuh_temporal_id_plus1", 3)
}

// vvcLevels writes profile_tier_level, H.266 §7.3.3.1, which ends at a byte.
func (w *scribe) vvcLevels(subLayers int, c *Config) {
	c.ProfileIDC = w.any("general_profile_idc", 7)
	w.coin("general_tier_flag")
	c.LevelIDC = w.any("general_level_idc", 8)
	w.flags("ptl_frame_only_constraint_flag", "ptl_multilayer_enabled_flag")
	w.as("general_constraints_info", func() {
		if w.coin("gci_present_flag") {
			for range 71 {
				w.any("", 1)
			}
			for range w.bits("gci_num_reserved_bits", 8, w.IntN(9)) {
				w.any("", 1)
			}
		}
		w.aligned()
	})
	if subLayers > 0 {
		w.as("sub-layer levels", func() {
			n := 0
			for range subLayers {
				n += w.any("", 1)
			}
			w.aligned()
			for range n {
				w.any("", 8)
			}
		})
	}
	for range w.bits("ptl_num_sub_profiles", 8, w.IntN(3)) {
		w.any("general_sub_profile_idc", 32)
	}
}

func TestRandomVVCParameterSets(t *testing.T) {
	for seed := range uint64(200) {
		w := newScribe(seed)
		var want, got Config
		w.vvcNAL(15)
		w.any("sps_seq_parameter_set_id", 4)
		w.any("sps_video_parameter_set_id", 4)
		subLayers := w.any("sps_max_sublayers_minus1", 3)
		chroma := w.any("sps_chroma_format_idc", 2)
		w.any("sps_log2_ctu_size_minus5", 2)
		if w.coin("sps_ptl_dpb_hrd_params_present_flag") {
			w.vvcLevels(subLayers, &want)
		}
		w.coin("sps_gdr_enabled_flag")
		if w.coin("sps_ref_pic_resampling_enabled_flag") {
			w.coin("sps_res_change_in_clvs_allowed_flag")
		}
		width, height := w.gue("sps_pic_width_max_in_luma_samples", 8000), w.gue("sps_pic_height_max_in_luma_samples", 8000)
		want.Width, want.Height = window(width, height, chroma, false, 1, w.cropped("sps_conformance_window_flag", "sps_conf_win_"))
		want.Chroma = chromas[chroma]
		if !w.coin("sps_subpic_info_present_flag") {
			want.BitDepth = 8 + w.gue("sps_bitdepth_minus8", 9)
		}
		fields := readUnit(w.escaped(), vvcSPS, &got)
		w.found(t, fmt.Sprint("SPS ", seed), fields)
		compareConfig(t, fmt.Sprint("SPS ", seed), want, got)
	}
}

// TestRandomVVCHeads: the first values of slices and picture headers, H.266 §7.3.7
// and §7.3.2.8.
func TestRandomVVCHeads(t *testing.T) {
	for seed := range uint64(60) {
		w := newScribe(seed)
		kind := []int{0, 7, 9, 10, 11, 12, 19, 20}[seed%8]
		w.vvcNAL(kind)
		if kind == 19 || kind < 12 && w.coin("sh_picture_header_in_slice_header_flag") {
			random := w.coin("ph_gdr_or_irap_pic_flag")
			w.coin("ph_non_ref_pic_flag")
			if random {
				w.coin("ph_gdr_pic_flag")
			}
			if w.coin("ph_inter_slice_allowed_flag") {
				w.coin("ph_intra_slice_allowed_flag")
			}
			w.gue("ph_pic_parameter_set_id", 64)
		}
		nal := w.escaped()
		b := &field.Builder{Body: nal, End: len(nal)}
		nalBody(b, len(nal), VVC, nil)
		w.found(t, fmt.Sprintf("kind %d, seed %d", kind, seed), b.Out[0].Children)
	}
}

// TestRandomVVCRecords: the profile and sizes that stand before the parameter sets, ISO
// 14496-15 §11.2.4.2.
func TestRandomVVCRecords(t *testing.T) {
	for seed := range uint64(200) {
		w := newScribe(seed)
		var want Config
		want.Codec = VVC
		w.any("", 5)
		want.LengthSize = w.any("", 2) + 1
		ptl := w.coin("")
		if ptl {
			w.any("", 9)
			layers := w.any("", 3)
			w.any("", 2)
			want.Chroma = chromas[w.any("", 2)]
			want.BitDepth = 8 + w.any("", 3)
			w.any("", 5)
			w.any("", 2)
			constraint := w.bits("", 6, w.IntN(4))
			want.ProfileIDC = w.any("", 7)
			w.coin("")
			want.LevelIDC = w.any("", 8)
			for range constraint {
				w.any("", 8)
			}
			if layers > 1 {
				present := 0
				for range layers - 1 {
					present += w.any("", 1)
				}
				for range 8 - (layers - 1) {
					w.u(1, 0)
				}
				for range present {
					w.any("", 8)
				}
			}
			for range w.bits("", 8, w.IntN(3)) {
				w.any("", 32)
			}
			want.Width, want.Height = w.any("", 16), w.any("", 16)
			want.FrameRate = float64(w.any("", 16)) / 256
		}
		var kinds []int
		for range w.bits("", 8, w.IntN(4)) {
			w.any("", 3)
			kind := w.bits("", 5, []int{12, 13, 14, 16, 17, 26}[w.IntN(6)])
			n := 1
			if kind != 12 && kind != 13 {
				n = w.bits("", 16, w.IntN(3))
			}
			for range n {
				size := w.bits("", 16, 3+w.IntN(4))
				w.u(16, uint64(kind<<3|1))
				for range size - 2 {
					w.u(8, 0x5a)
				}
				kinds = append(kinds, kind)
			}
		}
		more := w.IntN(2) * 3
		w.u(8*more, 0)
		body := append([]byte("\x90vvc1"), w.p...)
		got, _ := ParseConfig(ParseVideo(body), body)
		compareConfig(t, fmt.Sprint("record ", seed), want, got)
		fields := Fields(true, body, nil)
		var units []int
		each(fields, func(f field.Field) {
			if f.Name == "nal_unit_type" {
				units = append(units, int(body[f.Start]>>3))
			}
			if f.Bad && f.Name != "trailing bytes" {
				t.Errorf("record %d: %s is bad: %s", seed, f.Name, f.Note)
			}
		})
		if fmt.Sprint(units) != fmt.Sprint(kinds) {
			t.Errorf("record %d: units %v, want %v", seed, units, kinds)
		}
		checkTiling(t, true, body, nil)
		if more == 0 {
			continue
		}
		if rest := find(t, fields, "trailing bytes", 0); rest.End-rest.Start != more {
			t.Errorf("record %d: %d bytes are left, want %d", seed, rest.End-rest.Start, more)
		}
	}
}

// each visits all fields.
func each(fields []field.Field, do func(field.Field)) {
	for _, f := range fields {
		do(f)
		each(f.Children, do)
	}
}

// TestRandomAV1Sequences: sequence_header_obu, AV1 §5.5.1, in an OBU with a size.
func TestRandomAV1Sequences(t *testing.T) {
	for seed := range uint64(300) {
		w := newScribe(seed)
		want := w.av1Sequence()
		w.u(1, 0)
		size := binary.AppendUvarint(nil, uint64(len(w.p))) // leb128 has the same form
		obu := append(append([]byte{0x0a}, size...), w.p...)
		var got Config
		b := &field.Builder{Body: obu, End: len(obu)}
		av1Obus(b, &got)
		unit := b.Out[0].Children
		w.found(t, fmt.Sprint("sequence ", seed), unit[len(unit)-1].Children)
		compareConfig(t, fmt.Sprint("sequence ", seed), want, got)
	}
}

func (w *scribe) av1Sequence() (c Config) {
	profile := w.bits("seq_profile", 3, w.IntN(3))
	c.ProfileIDC = profile
	w.coin("still_picture")
	reduced := w.IntN(4) == 0
	if reduced {
		w.bits("reduced_still_picture_header", 1, 1)
		c.LevelIDC = w.any("seq_level_idx", 5)
	} else {
		w.bits("reduced_still_picture_header", 1, 0)
		delay := w.av1Timing(&c)
		display := w.coin("initial_display_delay_present_flag")
		n := w.bits("operating_points_cnt_minus_1", 5, w.IntN(4))
		for i := range n + 1 {
			w.any("operating_point_idc", 12)
			level := w.any("seq_level_idx", 5)
			if i == 0 {
				c.LevelIDC = level
			}
			if level > 7 {
				w.any("seq_tier", 1)
			}
			if delay > 0 && w.coin("decoder_model_present_for_this_op") {
				w.as("operating_parameters_info", func() { w.any("", delay); w.any("", delay); w.any("", 1) })
			}
			if display && w.coin("initial_display_delay_present_for_this_op") {
				w.any("initial_display_delay_minus_1", 4)
			}
		}
	}
	x, y := w.bits("frame_width_bits_minus_1", 4, 9+w.IntN(6))+1, w.bits("frame_height_bits_minus_1", 4, 9+w.IntN(6))+1
	c.Width, c.Height = w.any("max_frame_width_minus_1", x)+1, w.any("max_frame_height_minus_1", y)+1
	if !reduced && w.coin("frame_id_numbers_present_flag") {
		w.any("delta_frame_id_length_minus_2", 4)
		w.any("additional_frame_id_length_minus_1", 3)
	}
	w.flags("use_128x128_superblock", "enable_filter_intra", "enable_intra_edge_filter")
	if !reduced {
		w.av1InterTools()
	}
	w.flags("enable_superres", "enable_cdef", "enable_restoration")
	w.av1Colour(profile, &c)
	return c
}

func (w *scribe) av1Timing(c *Config) (delay int) {
	if !w.coin("timing_info_present_flag") {
		return 0
	}
	units, scale := w.bits("num_units_in_display_tick", 32, 1+w.IntN(2000)), w.any("time_scale", 32)
	if w.coin("equal_picture_interval") {
		c.FrameRate = perSecond(scale, units*(w.gue("num_ticks_per_picture_minus_1", 4)+1))
	}
	if w.coin("decoder_model_info_present_flag") {
		delay = w.any("buffer_delay_length_minus_1", 5) + 1
		w.any("num_units_in_decoding_tick", 32)
		w.any("buffer_removal_time_length_minus_1", 5)
		w.any("frame_presentation_time_length_minus_1", 5)
	}
	return delay
}

func (w *scribe) av1InterTools() {
	w.flags("enable_interintra_compound", "enable_masked_compound", "enable_warped_motion", "enable_dual_filter")
	order := w.coin("enable_order_hint")
	if order {
		w.flags("enable_jnt_comp", "enable_ref_frame_mvs")
	}
	forced := true
	if !w.coin("seq_choose_screen_content_tools") {
		forced = w.any("seq_force_screen_content_tools", 1) > 0
	}
	if forced && !w.coin("seq_choose_integer_mv") {
		w.coin("seq_force_integer_mv")
	}
	if order {
		w.any("order_hint_bits_minus_1", 3)
	}
}

// av1Colour writes color_config, AV1 §5.5.2.
func (w *scribe) av1Colour(profile int, c *Config) {
	c.BitDepth = 8
	if w.coin("high_bitdepth") {
		if c.BitDepth = 10; profile == 2 && w.coin("twelve_bit") {
			c.BitDepth = 12
		}
	}
	mono := profile != 1 && w.coin("mono_chrome")
	srgb := false
	if w.coin("color_description_present_flag") {
		codes := [][3]int{{1, 13, 0}, {2, 13, 0}, {1, 12, 0}, {1, 13, 1}, {9, 16, 9}}[w.IntN(5)]
		for i, name := range []string{"color_primaries", "transfer_characteristics", "matrix_coefficients"} {
			w.bits(name, 8, codes[i])
		}
		c.Colour, srgb = fmt.Sprintf("%d/%d/%d", codes[0], codes[1], codes[2]), codes == [3]int{1, 13, 0}
	}
	c.Chroma = map[int]string{0: "4:2:0", 1: "4:4:4", 2: "4:2:2"}[profile]
	switch {
	case mono:
		c.Chroma = "4:0:0"
		if !srgb {
			w.coin("color_range")
		}
	case srgb:
		c.Chroma = "4:4:4"
	default:
		w.coin("color_range")
		if profile == 2 && c.BitDepth == 12 {
			if c.Chroma = "4:4:4"; w.coin("subsampling_x") {
				if c.Chroma = "4:2:2"; w.coin("subsampling_y") {
					c.Chroma = "4:2:0"
				}
			}
		}
		if c.Chroma == "4:2:0" {
			w.any("chroma_sample_position", 2)
		}
	}
}

// TestRandomAV1Records: the four bytes before the OBUs, AV1-ISOBMFF §2.3.
func TestRandomAV1Records(t *testing.T) {
	for seed := range uint64(100) {
		w := newScribe(seed)
		var want Config
		want.Codec = AV1
		w.bits("", 1, 1)
		w.bits("", 7, 1)
		want.ProfileIDC, want.LevelIDC = w.any("", 3), w.any("", 5)
		w.coin("")
		high, twelve := w.coin(""), w.coin("")
		want.BitDepth = map[[2]bool]int{{false, false}: 8, {false, true}: 8, {true, false}: 10, {true, true}: 12}[[2]bool{high, twelve}]
		mono, x, y := w.coin(""), w.coin(""), w.coin("")
		want.Chroma = map[[2]bool]string{{false, false}: "4:4:4", {false, true}: "4:4:4", {true, false}: "4:2:2", {true, true}: "4:2:0"}[[2]bool{x, y}]
		if mono {
			want.Chroma = "4:0:0"
		}
		w.any("", 10)
		body := append([]byte("\x90av01"), w.p...)
		got, _ := ParseConfig(ParseVideo(body), body)
		compareConfig(t, fmt.Sprint("record ", seed), want, got)
	}
}

// TestRandomVP9: uncompressed headers, VP9 §6.2, and configuration records.
func TestRandomVP9(t *testing.T) {
	for seed := range uint64(200) {
		w := newScribe(seed)
		want := Config{Codec: VP9}
		w.bits("frame_marker", 2, 2)
		profile := w.any("profile_low_bit", 1) + 2*w.any("profile_high_bit", 1)
		if profile == 3 {
			w.any("reserved_zero", 1)
		}
		if w.IntN(5) == 0 {
			w.bits("show_existing_frame", 1, 1)
			w.any("frame_to_show_map_idx", 3)
		} else {
			w.bits("show_existing_frame", 1, 0)
			w.vp9Key(profile, &want)
		}
		w.u(24, 0x123456)
		b := &field.Builder{Body: w.p, End: len(w.p)}
		got := vp9Frame(b)
		w.found(t, fmt.Sprint("frame ", seed), b.Out[0].Children)
		compareConfig(t, fmt.Sprint("frame ", seed), want, got)
	}
}

func (w *scribe) vp9Key(profile int, c *Config) {
	inter := w.any("frame_type", 1) == 1
	w.flags("show_frame", "error_resilient_mode")
	if inter {
		return
	}
	if w.IntN(6) == 0 {
		w.bits("frame_sync_code", 24, 0x498343) // it is none
		return
	}
	w.bits("frame_sync_code", 24, 0x498342)
	c.ProfileIDC, c.BitDepth, c.Chroma = profile, 8, "4:2:0"
	if profile >= 2 {
		c.BitDepth = map[int]int{0: 10, 1: 12}[w.any("ten_or_twelve_bit", 1)]
	}
	odd := profile%2 == 1
	if space := w.any("color_space", 3); space != 7 {
		w.any("color_range", 1)
		if odd {
			x, y := w.coin("subsampling_x"), w.coin("subsampling_y")
			c.Chroma = map[[2]bool]string{{false, false}: "4:4:4", {false, true}: "4:4:4", {true, false}: "4:2:2", {true, true}: "4:2:0"}[[2]bool{x, y}]
			w.any("reserved_zero", 1)
		}
	} else if odd {
		c.Chroma = "4:4:4"
		w.any("reserved_zero", 1)
	}
	c.Width, c.Height = w.any("frame_width_minus_1", 16)+1, w.any("frame_height_minus_1", 16)+1
}

// TestRandomVPRecords: VP codec configuration records, with and without the head of
// the MP4 box, VP9-ISOBMFF §2.2.
func TestRandomVPRecords(t *testing.T) {
	for seed := range uint64(100) {
		w := newScribe(seed)
		want := Config{Codec: VP9}
		if w.IntN(2) == 0 {
			w.u(32, 1<<24)
		}
		want.ProfileIDC, want.LevelIDC = w.bits("", 8, w.IntN(4)), w.bits("", 8, w.IntN(63))
		want.BitDepth = w.any("", 4)
		want.Chroma = []string{"4:2:0", "4:2:0", "4:2:2", "4:4:4", "", "", "", ""}[w.any("", 3)]
		w.coin("")
		want.Colour = fmt.Sprintf("%d/%d/%d", w.any("", 8), w.any("", 8), w.any("", 8))
		n := w.bits("", 16, w.IntN(3))
		w.u(8*n, 0)
		body := append([]byte("\x90vp09"), w.p...)
		got, _ := ParseConfig(ParseVideo(body), body)
		level := got.Level
		compareConfig(t, fmt.Sprint("record ", seed), want, got)
		if (level == "") != (want.LevelIDC == 0) {
			t.Errorf("level %d is shown as %q", want.LevelIDC, level)
		}
		checkTiling(t, true, body, nil)
		checkNoneBad(t, true, body)
	}
}
