package media

import "fmt"

// The SEI payloads that hold times of day.
const (
	seiPictureTiming = 1
	seiTimeCode      = 136
)

// picStructs names pic_struct, H.264 table D-1 and H.265 table D.2.
var picStructs = [13]string{
	"frame", "top field", "bottom field", "top, bottom", "bottom, top", "top, bottom, top", "bottom, top, bottom",
	"frame doubling", "frame tripling", "top field paired with previous", "bottom field paired with previous",
	"top field paired with next", "bottom field paired with next",
}

// clockCounts is NumClockTS, H.264 table D-1.
var clockCounts = [9]int{1, 1, 1, 2, 2, 3, 3, 2, 3}

func picStruct(r *bitReader) int {
	return r.sym("pic_struct", 4, func(v int) string { return picStructs[min(v, len(picStructs)-1)] })
}

// timedSEI reads a payload that may hold times of day, and returns those. ok is
// false when it is of another kind, or known does not tell how it is written.
func timedSEI(r *bitReader, kind int, codec Codec, known *Config) (codes []string, ok bool) {
	t := timeReader{r: r}
	switch {
	case codec == HEVC && kind == seiTimeCode:
		t.timeCode()
	case known == nil || !known.syntax.sps:
		return nil, false
	case codec == AVC && kind == seiPictureTiming:
		t.avcTiming(known.syntax)
	case codec == HEVC && kind == seiPictureTiming && known.syntax.picStruct:
		picStruct(r)
		r.sym("source_scan_type", 2, func(v int) string { return [4]string{"interlaced", "progressive", "unknown", ""}[v&3] })
		r.flag("duplicate_flag")
	default:
		return nil, false
	}
	return t.codes, r.more()
}

// timeReader collects the time codes of one payload.
type timeReader struct {
	r     *bitReader
	codes []string
}

// avcTiming reads pic_timing, H.264 §D.1.3.
func (t *timeReader) avcTiming(s syntax) {
	r := t.r
	if s.delays {
		r.u("cpb_removal_delay", int(s.cpbDelay))
		r.u("dpb_output_delay", int(s.dpbDelay))
	}
	if !s.picStruct {
		return
	}
	v := picStruct(r)
	if v >= len(clockCounts) {
		return
	}
	for range clockCounts[v] {
		if r.flag("clock_timestamp_flag") {
			r.sym("ct_type", 2, func(v int) string { return [4]string{"progressive", "interlaced", "unknown", ""}[v&3] })
			r.flag("nuit_field_based_flag")
			t.clock(8)
			if s.timeOffset > 0 {
				r.i("time_offset", int(s.timeOffset))
			}
		}
	}
}

// timeCode reads time_code, H.265 §D.2.27.
func (t *timeReader) timeCode() {
	r := t.r
	n := r.u("num_clock_ts", 2)
	for range n {
		if !r.flag("clock_timestamp_flag") {
			continue
		}
		r.flag("units_field_based_flag")
		t.clock(9)
		if bits := r.u("time_offset_length", 5); bits > 0 {
			r.i("time_offset_value", bits)
		}
	}
}

// clock reads the part that both have in common and makes hh:mm:ss:ff of it; a
// part that was left out is that of the time code before.
func (t *timeReader) clock(frameBits int) {
	r := t.r
	counting := r.u("counting_type", 5)
	full := r.flag("full_timestamp_flag")
	r.flag("discontinuity_flag")
	r.flag("cnt_dropped_flag")
	frames := r.u("n_frames", frameBits)
	part := [3]string{"--", "--", "--"} // hours, minutes, seconds
	for i, name := range []string{"seconds", "minutes", "hours"} {
		if !full && !r.flag(name+"_flag") {
			break
		}
		bits := 6
		if name == "hours" {
			bits = 5
		}
		part[2-i] = fmt.Sprintf("%02d", r.u(name+"_value", bits))
	}
	if !r.more() {
		return
	}
	separator := ":"
	if counting == 4 {
		separator = ";" // two frames a minute are left out: drop frame, SMPTE 12M
	}
	t.codes = append(t.codes, part[0]+":"+part[1]+":"+part[2]+separator+fmt.Sprintf("%02d", frames))
}
