package media

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

// The colour codes of ITU-T H.273 (ISO/IEC 23091-2): tables 2, 3 and 4.
var primariesNames = map[int]string{
	1: "BT.709", 2: "unspecified", 4: "BT.470 M", 5: "BT.601 625", 6: "BT.601 525", 7: "SMPTE 240M",
	8: "film", 9: "BT.2020", 10: "XYZ", 11: "DCI-P3", 12: "Display P3", 22: "EBU 3213",
}

var transferNames = map[int]string{
	1: "BT.709", 2: "unspecified", 4: "gamma 2.2", 5: "gamma 2.8", 6: "BT.601", 7: "SMPTE 240M", 8: "linear",
	9: "logarithmic 100:1", 10: "logarithmic 316:1", 11: "xvYCC", 12: "BT.1361", 13: "sRGB", 14: "BT.2020 10 bit",
	15: "BT.2020 12 bit", 16: "PQ", 17: "SMPTE 428", 18: "HLG",
}

var matrixNames = map[int]string{
	0: "RGB", 1: "BT.709", 2: "unspecified", 4: "FCC", 5: "BT.601 625", 6: "BT.601 525", 7: "SMPTE 240M",
	8: "YCgCo", 9: "BT.2020", 10: "BT.2020 constant luminance", 11: "Y'D'zD'x", 12: "from the primaries",
	13: "from the primaries, constant luminance", 14: "ICtCp", 15: "IPT-PQ-C2", 16: "YCgCo-Re", 17: "YCgCo-Ro",
}

// colourCode names a code; those that the tables leave open are reserved.
func colourCode(names map[int]string, v int) string {
	if name, ok := names[v]; ok {
		return name
	}
	return "reserved"
}

func primariesName(v int) string { return colourCode(primariesNames, v) }
func transferName(v int) string  { return colourCode(transferNames, v) }
func matrixName(v int) string    { return colourCode(matrixNames, v) }
