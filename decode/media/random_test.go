package media

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

// scribe writes random syntax as a specification's table says, and remembers each
// element with its length and value: what a reader has to find.
type scribe struct {
	bitWriter
	*rand.Rand
	quiet int
	want  []string
}

func newScribe(seed uint64) *scribe { return &scribe{Rand: rand.New(rand.NewPCG(seed, 7))} }

func (w *scribe) note(name string, from int, value string) {
	if w.quiet == 0 && w.n > from {
		w.want = append(w.want, fmt.Sprintf("%s:%d=%s", name, w.n-from, value))
	}
}

// bits writes a value of n bits.
func (w *scribe) bits(name string, n, v int) int {
	from := w.n
	w.u(n, uint64(v))
	w.note(name, from, string(field.Number(v)))
	return v
}

// any writes a random value of n bits.
func (w *scribe) any(name string, n int) int { return w.bits(name, n, int(w.Uint64()&(1<<n-1))) }

// coin writes a flag.
func (w *scribe) coin(name string) bool { return w.any(name, 1) == 1 }

// gue writes ue(v) below n.
func (w *scribe) gue(name string, n int) int {
	from, v := w.n, w.IntN(n)
	w.ue(uint64(v))
	w.note(name, from, string(field.Number(v)))
	return v
}

// gse writes se(v) between -n and n.
func (w *scribe) gse(name string, n int) int {
	from, v := w.n, w.IntN(2*n+1)-n
	w.se(v)
	w.note(name, from, string(field.Number(v)))
	return v
}

// as writes several elements that are shown as one.
func (w *scribe) as(name string, write func()) {
	from := w.n
	w.quiet++
	write()
	w.quiet--
	w.note(name, from, "")
}

func (w *scribe) aligned() {
	for w.n%8 > 0 {
		w.u(1, 0)
	}
}

// flags writes one flag a name.
func (w *scribe) flags(names ...string) {
	for _, name := range names {
		w.coin(name)
	}
}

// elements are the fields of a unit in the form of scribe.want.
func elements(fields []field.Field) (out []string) {
	for _, f := range fields {
		out = append(out, fmt.Sprintf("%s:%d=%s", f.Name, f.Bits, f.Value))
	}
	return out
}

// found compares what was written with what is read, up to one field for the rest.
func (w *scribe) found(t *testing.T, what string, fields []field.Field) {
	t.Helper()
	got := elements(fields)
	if len(got) > len(w.want)+1 {
		t.Errorf("%s: %q is more than was written", what, got[len(w.want):])
	}
	if diff := cmp.Diff(w.want, got[:min(len(got), len(w.want))]); diff != "" {
		t.Fatalf("%s: %s", what, diff)
	}
}

// cropped writes a cropping window and returns its four sides.
func (w *scribe) cropped(flag, prefix string) (sides [4]int) {
	if w.coin(flag) {
		for i, side := range []string{"left", "right", "top", "bottom"} {
			sides[i] = w.gue(prefix+side+"_offset", 5)
		}
	}
	return sides
}

// window is the size that is left of a picture, H.264 table 6-1: how many luma
// samples a unit of cropping has.
func window(width, height, chroma int, separate bool, fields int, crop [4]int) (int, int) {
	x := map[int]int{0: 1, 1: 2, 2: 2, 3: 1}[chroma]
	y := map[int]int{0: 1, 1: 2, 2: 1, 3: 1}[chroma]
	if separate {
		x, y = 1, 1
	}
	return max(0, width-x*(crop[0]+crop[1])), max(0, height-y*fields*(crop[2]+crop[3]))
}

var chromas = []string{"4:0:0", "4:2:0", "4:2:2", "4:4:4"}

// aspect writes the common head of VUI, H.264 §E.1.1 and H.265 §E.2.1.
func (w *scribe) aspect() (colour string) {
	if w.coin("aspect_ratio_info_present_flag") {
		if w.bits("aspect_ratio_idc", 8, []int{1, 255, 254, 0}[w.IntN(4)]) == 255 {
			w.any("sar_width", 16)
			w.any("sar_height", 16)
		}
	}
	if w.coin("overscan_info_present_flag") {
		w.coin("overscan_appropriate_flag")
	}
	if w.coin("video_signal_type_present_flag") {
		w.any("video_format", 3)
		w.coin("video_full_range_flag")
		if w.coin("colour_description_present_flag") {
			p, t, m := w.any("colour_primaries", 8), w.any("transfer_characteristics", 8), w.any("matrix_coefficients", 8)
			colour = fmt.Sprintf("%d/%d/%d", p, t, m)
		}
	}
	if w.coin("chroma_loc_info_present_flag") {
		w.gue("chroma_sample_loc_type_top_field", 6)
		w.gue("chroma_sample_loc_type_bottom_field", 6)
	}
	return colour
}

// perSecond is a frame rate, as far as it makes sense.
func perSecond(scale, units int) float64 {
	rate := float64(uint32(scale)) / float64(units) // an int of 32 bits has a sign for the highest
	if units == 0 || rate >= 1e6 {
		return 0
	}
	return rate
}

// compareConfig compares what a unit says in all but the words for numbers.
func compareConfig(t *testing.T, what string, want, got Config) {
	t.Helper()
	got.Profile, got.Level = "", ""
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Config{}, syntax{})); diff != "" {
		t.Fatalf("%s: %s", what, diff)
	}
}

// readUnit gives a NAL unit to a reader of parameter sets.
func readUnit(nal []byte, read func(*field.Builder, int, *Config), c *Config) []field.Field {
	b := &field.Builder{Body: nal, End: len(nal)}
	read(b, len(nal), c)
	return b.Out[0].Children
}
