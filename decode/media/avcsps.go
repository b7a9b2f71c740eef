package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// avcSPS appends a sequence parameter set of n bytes, NAL header included.
func avcSPS(b *field.Builder, n int, c *Config) {
	within(b, avcSource, func() {
		f := rbsp(b, "SPS", n, func(r *bitReader) {
			avcNALHeader(r)
			s := avcSeq{r: r, chroma: 1, depth: 8}
			s.head()
			s.order()
			s.size()
			if r.flag("vui_parameters_present_flag") {
				s.vui()
			}
			r.rest("rbsp_trailing_bits")
			s.fill(c)
		})
		f.Value = c.summary()
	})
}

func avcNALHeader(r *bitReader) int {
	r.u("forbidden_zero_bit", 1)
	r.u("nal_ref_idc", 2)
	return r.sym("nal_unit_type", 5, func(v int) string { return avcNALName(v) })
}

// avcSeq collects what later parts of a sequence parameter set depend on.
type avcSeq struct {
	r                      *bitReader
	profile, constraints   int
	level                  int
	chroma, depth          int
	separate               bool
	refs, reorder          int
	inOrder                bool // output order is decoding order
	frameOnly              bool
	mbWidth, mapHeight     int
	crop                   [4]int
	primaries, trans, matr int
	colour                 bool
	units, scale           int
	syntax                 syntax
}

func (s *avcSeq) head() {
	r := s.r
	s.profile = r.sym("profile_idc", 8, func(v int) string { return avcProfiles[v] })
	s.constraints = r.u("constraint_set_flags", 8)
	s.level = r.sym("level_idc", 8, func(v int) string { return avcLevel(v, s.constraints, s.profile) })
	r.ue("seq_parameter_set_id")
	if avcHasChroma(s.profile) {
		s.chromaAndDepth()
	}
	r.ue("log2_max_frame_num_minus4")
}

func (s *avcSeq) chromaAndDepth() {
	r := s.r
	v, f := r.uef("chroma_format_idc")
	s.chroma, f.Symbol = v, chromaName(v)
	if s.chroma == 3 {
		s.separate = r.flag("separate_colour_plane_flag")
	}
	s.depth = 8 + r.ue("bit_depth_luma_minus8")
	r.ue("bit_depth_chroma_minus8")
	r.flag("qpprime_y_zero_transform_bypass_flag")
	if !r.flag("seq_scaling_matrix_present_flag") {
		return
	}
	lists := 8
	if s.chroma == 3 {
		lists = 12
	}
	r.as("scaling lists", func() {
		for i := 0; i < lists && r.more(); i++ {
			s.scalingList(i)
		}
	})
}

// scalingList steps over one scaling list, H.264 §7.3.2.1.1.1.
func (s *avcSeq) scalingList(i int) {
	if !s.r.flag("seq_scaling_list_present_flag") {
		return
	}
	size := 16
	if i >= 6 {
		size = 64
	}
	last, next := 8, 8
	for j := 0; j < size && s.r.more(); j++ {
		if next != 0 {
			next = (last + s.r.se("delta_scale") + 256) & 255
		}
		if next != 0 {
			last = next
		}
	}
}

// order reads how pictures are ordered and how many are kept.
func (s *avcSeq) order() {
	r := s.r
	switch kind := r.ue("pic_order_cnt_type"); kind {
	case 2:
		s.inOrder = true
	case 0:
		r.ue("log2_max_pic_order_cnt_lsb_minus4")
	case 1:
		r.flag("delta_pic_order_always_zero_flag")
		r.se("offset_for_non_ref_pic")
		r.se("offset_for_top_to_bottom_field")
		n := r.ue("num_ref_frames_in_pic_order_cnt_cycle")
		for i := 0; i < min(n, 255) && r.more(); i++ {
			r.se("offset_for_ref_frame")
		}
	}
	s.refs = r.ue("max_num_ref_frames")
	r.flag("gaps_in_frame_num_value_allowed_flag")
}

func (s *avcSeq) size() {
	r := s.r
	s.mbWidth = r.ue("pic_width_in_mbs_minus1") + 1
	s.mapHeight = r.ue("pic_height_in_map_units_minus1") + 1
	s.frameOnly = r.flag("frame_mbs_only_flag")
	if !s.frameOnly {
		r.flag("mb_adaptive_frame_field_flag")
	}
	r.flag("direct_8x8_inference_flag")
	if r.flag("frame_cropping_flag") {
		for i, side := range []string{"left", "right", "top", "bottom"} {
			s.crop[i] = r.ue("frame_crop_" + side + "_offset")
		}
	}
}

// fill turns the collected values into c, H.264 §7.4.2.1.1.
func (s *avcSeq) fill(c *Config) {
	if s.r.failed && s.mbWidth == 0 {
		return
	}
	fields := 2
	if s.frameOnly {
		fields = 1
	}
	unitX, unitY := cropUnits(s.chroma, s.separate)
	unitY *= fields
	c.Width = max(0, s.mbWidth*16-unitX*(s.crop[0]+s.crop[1]))
	c.Height = max(0, fields*s.mapHeight*16-unitY*(s.crop[2]+s.crop[3]))
	c.ProfileIDC, c.LevelIDC = s.profile, s.level
	c.Profile, c.Level = avcProfileName(s.profile, s.constraints), avcLevel(s.level, s.constraints, s.profile)
	c.Chroma, c.BitDepth = chromaName(s.chroma), s.depth
	c.RefFrames, c.Reorder, c.InOrder = s.refs, s.reorder, s.inOrder
	c.Interlaced = !s.frameOnly
	c.FrameRate = rate(unsigned(s.scale), 2*unsigned(s.units))
	c.Colour = colourName(s.colour, s.primaries, s.trans, s.matr)
	c.syntax, c.syntax.sps = s.syntax, !s.r.failed
}

// cropUnits is the number of luma samples in one unit of cropping.
func cropUnits(chroma int, separate bool) (x, y int) {
	x, y = 1, 1
	if separate {
		return x, y
	}
	if chroma == 1 || chroma == 2 {
		x = 2
	}
	if chroma == 1 {
		y = 2
	}
	return x, y
}

func colourName(present bool, primaries, transfer, matrix int) string {
	if !present {
		return ""
	}
	return fmt.Sprintf("%d/%d/%d", primaries, transfer, matrix)
}
