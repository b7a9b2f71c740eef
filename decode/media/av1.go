package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const (
	av1cSource = "AV1-ISOBMFF §2.3"
	av1Source  = "AV1 §5.5.1"
)

func av1Profile(v int) string {
	return [4]string{"Main", "High", "Professional", "reserved"}[min(v, 3)]
}

// av1Level names seq_level_idx, AV1 annex A.3.
func av1Level(v int) string {
	if v == 31 {
		return "maximum"
	}
	return fmt.Sprintf("%d.%d", 2+v/4, v%4)
}

// av1Config appends an AV1CodecConfigurationRecord.
func av1Config(b *field.Builder) Config {
	c := Config{Codec: AV1}
	b.Source = av1cSource
	b.Group("AV1 codec configuration record", b.Left(), func(b *field.Builder) {
		bitFields(b, "codec configuration", 4, func(r *bitReader) { av1Head(r, &c, func(r *bitReader) { r.u("reserved", 3) }) })
		av1Obus(b, &c)
	})
	return c
}

func av1Head(r *bitReader, c *Config, tail func(*bitReader)) {
	r.u("marker", 1)
	r.u("version", 7)
	c.ProfileIDC = r.sym("seq_profile", 3, av1Profile)
	c.LevelIDC = r.sym("seq_level_idx_0", 5, av1Level)
	r.sym("seq_tier_0", 1, func(v int) string { return [2]string{"Main", "High"}[v&1] })
	high, twelve := r.flag("high_bitdepth"), r.flag("twelve_bit")
	mono, x, y := r.flag("monochrome"), r.flag("chroma_subsampling_x"), r.flag("chroma_subsampling_y")
	r.u("chroma_sample_position", 2)
	tail(r)
	if r.flag("initial_presentation_delay_present") {
		r.u("initial_presentation_delay_minus_one", 4)
	} else {
		r.u("reserved", 4)
	}
	c.Profile, c.Level = av1Profile(c.ProfileIDC), av1Level(c.LevelIDC)
	c.BitDepth, c.Chroma = av1Depth(high, twelve), av1Chroma(mono, x, y)
}

func av1Depth(high, twelve bool) int {
	switch {
	case high && twelve:
		return 12
	case high:
		return 10
	}
	return 8
}

func av1Chroma(mono, x, y bool) string {
	switch {
	case mono:
		return "4:0:0"
	case x && y:
		return "4:2:0"
	case x:
		return "4:2:2"
	}
	return "4:4:4"
}

// av1Units appends the OBUs of a temporal unit.
func av1Units(b *field.Builder) {
	b.Source = "AV1 §5.3.1"
	av1Obus(b, &Config{})
}

func av1Obus(b *field.Builder, c *Config) {
	for n := 0; n < maxUnits && b.Left() > 0 && !b.Short; n++ {
		b.Span("OBU", func(b *field.Builder) { av1OBU(b, c) })
		b.Short = b.Out[len(b.Out)-1].Bad
	}
	b.Rest("more OBUs")
}

var obuNames = [16]string{
	1: "sequence header", 2: "temporal delimiter", 3: "frame header", 4: "tile group", 5: "metadata",
	6: "frame", 7: "redundant frame header", 8: "tile list", 15: "padding",
}

func av1OBU(b *field.Builder, c *Config) {
	kind, sized, extended := 0, false, false
	bitFields(b, "OBU header", 1, func(r *bitReader) {
		r.u("obu_forbidden_bit", 1)
		kind = r.sym("obu_type", 4, func(v int) string { return obuNames[v] })
		extended, sized = r.flag("obu_extension_flag"), r.flag("obu_has_size_field")
		r.u("obu_reserved_1bit", 1)
	})
	if extended {
		bitFields(b, "OBU extension header", 1, func(r *bitReader) {
			r.u("temporal_id", 3)
			r.u("spatial_id", 2)
			r.u("reserved", 3)
		})
	}
	size := b.Left()
	if sized {
		size = leb128(b)
	}
	if b.Short || size == 0 {
		return
	}
	if kind != 1 {
		f := b.Bytes("OBU payload", size)
		f.Symbol = obuNames[kind&15]
		return
	}
	b.Source = av1Source
	f := bitFields(b, "sequence header", size, func(r *bitReader) { av1Sequence(r, c) })
	f.Value = text.Marked(c.String())
}

// leb128 appends the size of an OBU, AV1 §4.10.5.
func leb128(b *field.Builder) int {
	v, n := 0, 0
	for ; n < 8 && b.At+n < b.End; n++ {
		c := int(b.Body[b.At+n])
		v |= c & 127 << (7 * n)
		if c < 128 {
			break
		}
	}
	f := b.Take("OBU size", n+1)
	if f.Value = field.Number(v); v > b.Left() && !b.Short {
		f.Bad, f.Note = true, "runs past the message"
	}
	return v
}

// av1Seq collects what later parts of a sequence header depend on.
type av1Seq struct {
	r         *bitReader
	reduced   bool
	profile   int
	delayBits int
	model     bool
}

// av1Sequence reads sequence_header_obu, AV1 §5.5.1, up to the colour.
func av1Sequence(r *bitReader, c *Config) {
	s := av1Seq{r: r}
	s.profile = r.sym("seq_profile", 3, av1Profile)
	r.flag("still_picture")
	s.reduced = r.flag("reduced_still_picture_header")
	c.ProfileIDC, c.Profile = s.profile, av1Profile(s.profile)
	if s.reduced {
		c.LevelIDC = r.sym("seq_level_idx", 5, av1Level)
	} else {
		s.timing(c)
		s.operatingPoints(c)
	}
	c.Level = av1Level(c.LevelIDC)
	s.size(c)
	s.tools()
	s.colour(c)
	r.rest("film grain flag and trailing bits")
}

func (s *av1Seq) timing(c *Config) {
	r := s.r
	if !r.flag("timing_info_present_flag") {
		return
	}
	units, scale := r.u("num_units_in_display_tick", 32), r.u("time_scale", 32)
	if r.flag("equal_picture_interval") {
		// uvlc has the coding of ue(v), AV1 §4.10.3.
		ticks := r.ue("num_ticks_per_picture_minus_1") + 1
		c.FrameRate = rate(unsigned(scale), unsigned(units)*unsigned(ticks))
	}
	if s.model = r.flag("decoder_model_info_present_flag"); s.model {
		s.delayBits = r.u("buffer_delay_length_minus_1", 5) + 1
		r.u("num_units_in_decoding_tick", 32)
		r.u("buffer_removal_time_length_minus_1", 5)
		r.u("frame_presentation_time_length_minus_1", 5)
	}
}

func (s *av1Seq) operatingPoints(c *Config) {
	r := s.r
	delays := r.flag("initial_display_delay_present_flag")
	n := r.u("operating_points_cnt_minus_1", 5) + 1
	for i := 0; i < n && r.more(); i++ {
		r.u("operating_point_idc", 12)
		level := r.sym("seq_level_idx", 5, av1Level)
		if i == 0 {
			c.LevelIDC = level
		}
		if level > 7 {
			r.u("seq_tier", 1)
		}
		if s.model && r.flag("decoder_model_present_for_this_op") {
			r.as("operating_parameters_info", func() {
				r.raw(s.delayBits)
				r.raw(s.delayBits)
				r.raw(1)
			})
		}
		if delays && r.flag("initial_display_delay_present_for_this_op") {
			r.u("initial_display_delay_minus_1", 4)
		}
	}
}

func (s *av1Seq) size(c *Config) {
	r := s.r
	w, h := r.u("frame_width_bits_minus_1", 4)+1, r.u("frame_height_bits_minus_1", 4)+1
	c.Width = r.u("max_frame_width_minus_1", w) + 1
	c.Height = r.u("max_frame_height_minus_1", h) + 1
	if !s.reduced && r.flag("frame_id_numbers_present_flag") {
		r.u("delta_frame_id_length_minus_2", 4)
		r.u("additional_frame_id_length_minus_1", 3)
	}
}

func (s *av1Seq) tools() {
	r := s.r
	r.flag("use_128x128_superblock")
	r.flag("enable_filter_intra")
	r.flag("enable_intra_edge_filter")
	if !s.reduced {
		s.interTools()
	}
	r.flag("enable_superres")
	r.flag("enable_cdef")
	r.flag("enable_restoration")
}

func (s *av1Seq) interTools() {
	r := s.r
	for _, name := range []string{
		"enable_interintra_compound", "enable_masked_compound", "enable_warped_motion", "enable_dual_filter",
	} {
		r.flag(name)
	}
	order := r.flag("enable_order_hint")
	if order {
		r.flag("enable_jnt_comp")
		r.flag("enable_ref_frame_mvs")
	}
	tools := 2
	if !r.flag("seq_choose_screen_content_tools") {
		tools = r.u("seq_force_screen_content_tools", 1)
	}
	if tools > 0 && !r.flag("seq_choose_integer_mv") {
		r.flag("seq_force_integer_mv")
	}
	if order {
		r.u("order_hint_bits_minus_1", 3)
	}
}

// colour reads color_config, AV1 §5.5.2.
func (s *av1Seq) colour(c *Config) {
	r := s.r
	high := r.flag("high_bitdepth")
	twelve := s.profile == 2 && high && r.flag("twelve_bit")
	mono := s.profile != 1 && r.flag("mono_chrome")
	c.BitDepth = av1Depth(high, twelve)
	primaries, transfer, matrix := 2, 2, 2
	if r.flag("color_description_present_flag") {
		primaries = r.sym("color_primaries", 8, primariesName)
		transfer = r.sym("transfer_characteristics", 8, transferName)
		matrix = r.sym("matrix_coefficients", 8, matrixName)
		c.Colour = colourName(true, primaries, transfer, matrix)
	}
	x, y := s.profile != 1, s.profile == 0
	if primaries != 1 || transfer != 13 || matrix != 0 {
		r.flag("color_range")
		if s.profile == 2 && c.BitDepth == 12 && !mono {
			x = r.flag("subsampling_x")
			y = x && r.flag("subsampling_y")
		}
		if x && y && !mono {
			r.u("chroma_sample_position", 2)
		}
	} else {
		x, y = false, false
	}
	if r.more() {
		c.Chroma = av1Chroma(mono, x, y)
	}
}
