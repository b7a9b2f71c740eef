package media

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// memberField returns the first field of a name that has parts.
func memberField(fields []field.Field, name string) *field.Field {
	for i := range fields {
		if fields[i].Name == name && len(fields[i].Children) > 0 {
			return &fields[i]
		}
		if f := memberField(fields[i].Children, name); f != nil {
			return f
		}
	}
	return nil
}

// TestColourInfoIsNamed reads a metadata packet written by hand from E-RTMP v2
// "Metadata Frame": frame type 1, packet type 4, hvc1, then AMF0. The codes are those of
// HDR10: BT.2020 primaries 9, PQ 16, matrix 9.
func TestColourInfoIsNamed(t *testing.T) {
	body := []byte("\x94hvc1\x02\x00\x09colorInfo\x03" +
		"\x00\x0bcolorConfig\x03" +
		"\x00\x08bitDepth\x00\x40\x24\x00\x00\x00\x00\x00\x00" +
		"\x00\x0ecolorPrimaries\x00\x40\x22\x00\x00\x00\x00\x00\x00" +
		"\x00\x17transferCharacteristics\x00\x40\x30\x00\x00\x00\x00\x00\x00" +
		"\x00\x12matrixCoefficients\x00\x40\x22\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x09" +
		"\x00\x06hdrCll\x03\x00\x06maxCLL\x00\x40\x8f\x40\x00\x00\x00\x00\x00\x00\x00\x09" +
		"\x00\x00\x09")
	tree := Fields(true, body, nil)
	for name, want := range map[string]string{
		"colorPrimaries": ": BT.2020", "transferCharacteristics": ": PQ", "matrixCoefficients": ": BT.2020",
		"bitDepth": "8, 10 or 12", "maxCLL": "in cd/m²", "hdrCll": "how bright the content is",
	} {
		f := memberField(tree, name)
		if f == nil || !strings.HasSuffix(f.Note, want) || f.Bad {
			t.Errorf("%s: %+v, want %q", name, f, want)
		}
	}
	if f := memberField(tree, "transferCharacteristics"); f.Source != "ITU-T H.273 §8.2" {
		t.Error(f.Source)
	}
}

// TestColourCodesThatAreNone: a code above 255 is bad, one that H.273 leaves open reserved.
func TestColourCodesThatAreNone(t *testing.T) {
	for number, want := range map[string]string{
		"\x40\x70\x00\x00\x00\x00\x00\x00": ": not a code from 0 to 255", // 256
		"\x40\x41\x80\x00\x00\x00\x00\x00": ": reserved",                 // 35
		"\x40\x32\x00\x00\x00\x00\x00\x00": ": HLG",                      // 18
	} {
		f := memberField(Fields(true, []byte("\x94av01\x02\x00\x09colorInfo\x03\x00\x17transferCharacteristics\x00"+number+"\x00\x00\x09"), nil), "transferCharacteristics")
		if f == nil || !strings.HasSuffix(f.Note, want) || f.Bad != strings.HasPrefix(want, ": not") {
			t.Errorf("%+v, want %q", f, want)
		}
	}
}

// TestAV1VideoDescriptor reads one written by hand from "Carriage of AV1 in MPEG-2 TS" §2.1:
// tag 0x80, length 4; marker and version 0x81; profile 0, level 3.1 (5); 10 bit, 4:2:0
// (0 1 0 0 1 1 00); hdr_wcg_idc 2, a delay of 3 (10 0 1 0010).
func TestAV1VideoDescriptor(t *testing.T) {
	body := []byte("\x95av01\x80\x04\x81\x05\x4c\x92")
	tag := ParseVideo(body)
	if tag.Kind != MPEG2TSSequence || tag.Codec != AV1 || !tag.Key {
		t.Errorf("%+v", tag)
	}
	c, ok := ParseConfig(tag, body)
	if !ok || c.Profile != "Main" || c.Level != "3.1" || c.BitDepth != 10 || c.Chroma != "4:2:0" {
		t.Errorf("%v %+v", ok, c)
	}
	want := map[string]string{"hdr_wcg_idc": "2 HDR and wide colour gamut", "initial_presentation_delay_minus_one": "2 ", "seq_level_idx_0": "5 3.1", "descriptor_tag": "128 "}
	var walk func([]field.Field)
	walk = func(fields []field.Field) {
		for _, f := range fields {
			if w := want[f.Name]; w != "" && f.Value.Show(false)+" "+f.Symbol == w && !f.Bad {
				delete(want, f.Name)
			}
			walk(f.Children)
		}
	}
	if walk(Fields(true, body, nil)); len(want) > 0 {
		t.Errorf("missing or otherwise: %v", want)
	}
	for _, bad := range []string{"\x95av01\x81\x04\x81\x05\x4c\x92", "\x95av01\x80\x05\x81\x05\x4c\x92"} {
		f := memberField(Fields(true, []byte(bad), nil), "AV1 video descriptor")
		if f == nil || !f.Children[0].Bad && !f.Children[1].Bad {
			t.Errorf("% x: %+v", bad, f)
		}
	}
}
