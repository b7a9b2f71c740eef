package message

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

func tokens(problems []amf.Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Token)
	}
	return strings.Join(out, " ")
}

// find returns the first field with that name, anywhere in the tree.
func find(t testing.TB, fields []field.Field, name string) field.Field {
	t.Helper()
	var found *field.Field
	var walk func([]field.Field)
	walk = func(fields []field.Field) {
		for i := range fields {
			if found == nil && fields[i].Name == name {
				found = &fields[i]
			}
			walk(fields[i].Children)
		}
	}
	walk(fields)
	if found == nil {
		t.Fatalf("no field %q", name)
	}
	return *found
}

func TestControlVectors(t *testing.T) {
	for _, c := range []struct {
		name          string
		typ           uint8
		body          []byte
		value, value2 uint32
		limit         uint8
		called        string
		problems      string
	}{
		{"chunk size 4096", 1, []byte{0, 0, 0x10, 0}, 4096, 0, 0, "Set Chunk Size", ""},
		{"chunk size with top bit", 1, []byte{0x80, 0, 0, 1}, 0x80000001, 0, 0, "Set Chunk Size", ChunkSizeRange},
		{"chunk size 0", 1, []byte{0, 0, 0, 0}, 0, 0, 0, "Set Chunk Size", ZeroValue},
		{"chunk size of 5 bytes", 1, []byte{0, 0, 0x10, 0, 9}, 4096, 0, 0, "Set Chunk Size", WrongLength},
		{"chunk size empty", 1, nil, 0, 0, 0, "Set Chunk Size", ShortBody},
		{"abort", 2, []byte{0, 0, 0, 6}, 6, 0, 0, "Abort Message", ""},
		{"acknowledgement", 3, []byte{0, 0x26, 0x25, 0xa0}, 2500000, 0, 0, "Acknowledgement", ""},
		{"window", 5, []byte{0, 0x4c, 0x4b, 0x40}, 5000000, 0, 0, "Window Acknowledgement Size", ""},
		{"window 0", 5, []byte{0, 0, 0, 0}, 0, 0, 0, "Window Acknowledgement Size", ZeroValue},
		{"bandwidth dynamic", 6, []byte{0, 0x4c, 0x4b, 0x40, 2}, 5000000, 0, 2, "Set Peer Bandwidth", ""},
		{"bandwidth without limit", 6, []byte{0, 0, 0, 9}, 9, 0, 0, "Set Peer Bandwidth", WrongLength},
		{"bandwidth limit 7", 6, []byte{0, 0, 0, 9, 7}, 9, 0, 7, "Set Peer Bandwidth", UnknownLimit},
		{"virtual control", 7, []byte{1, 2}, 0, 0, 0, "Virtual Control", ""},
		{"type 23", 23, []byte{1}, 0, 0, 0, "Type 23", UnknownType},
		{"stream begin", 4, []byte{0, 0, 0, 0, 0, 1}, 1, 0, 0, "Stream Begin", ""},
		{"stream eof", 4, []byte{0, 1, 0, 0, 0, 2}, 2, 0, 0, "Stream EOF", ""},
		{"stream dry", 4, []byte{0, 2, 0, 0, 0, 3}, 3, 0, 0, "Stream Dry", ""},
		{"buffer length", 4, []byte{0, 3, 0, 0, 0, 1, 0, 0, 0x0b, 0xb8}, 1, 3000, 0, "Set Buffer Length", ""},
		{"buffer length cut", 4, []byte{0, 3, 0, 0, 0, 1}, 1, 0, 0, "Set Buffer Length", ShortBody},
		{"recorded", 4, []byte{0, 4, 0, 0, 0, 1}, 1, 0, 0, "Stream Is Recorded", ""},
		{"event 5", 4, []byte{0, 5}, 0, 0, 0, "Event 5", UnknownEvent},
		{"ping", 4, []byte{0, 6, 0, 0, 0x17, 0x70}, 6000, 0, 0, "Ping Request", ""},
		{"pong", 4, []byte{0, 7, 0, 0, 0x17, 0x70}, 6000, 0, 0, "Ping Response", ""},
		{"event 8", 4, []byte{0, 8}, 0, 0, 0, "Event 8", UnknownEvent},
		{"swf request", 4, []byte{0, 26, 1}, 0, 0, 0, "SWF Verification Request", ""},
		{"swf request bare", 4, []byte{0, 26}, 0, 0, 0, "SWF Verification Request", ""},
		{"swf response", 4, append([]byte{0, 27, 1, 1}, make([]byte, 40)...), 0, 0, 0, "SWF Verification Response", ""},
		{"buffer empty", 4, []byte{0, 31, 0, 0, 0, 1}, 1, 0, 0, "Buffer Empty", ""},
		{"buffer ready", 4, []byte{0, 32, 0, 0, 0, 1}, 1, 0, 0, "Buffer Ready", ""},
		{"too long", 4, []byte{0, 0, 0, 0, 0, 1, 9}, 1, 0, 0, "Stream Begin", WrongLength},
		{"user control of 1 byte", 4, []byte{0}, 0, 0, 0, "User Control", ShortBody},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Parse(c.typ, c.body, testLimits)
			if p.Value != c.value || p.Value2 != c.value2 || p.Limit != c.limit || p.Name != c.called || tokens(p.Problems) != c.problems {
				t.Errorf("%+v", p)
			}
			checkTiling(t, c.typ, c.body)
		})
	}
}

func TestProblemSaysTypeAndLength(t *testing.T) {
	p := Parse(1, []byte{0, 0, 1, 0, 0}, testLimits)
	if p.Problems[0].Text != "type 1 with length 5" || p.Problems[0].Offset != 4 {
		t.Errorf("%+v", p.Problems)
	}
}

func TestShortMediaTag(t *testing.T) {
	p := Parse(chunk.TypeVideo, []byte{0x17, 1, 0}, testLimits)
	if tokens(p.Problems) != ShortBody || !p.Tag.Short || p.Name != "Video" {
		t.Errorf("%+v", p)
	}
	if p := Parse(chunk.TypeAudio, nil, testLimits); len(p.Problems) != 0 {
		t.Errorf("an empty audio message is no problem: %+v", p)
	}
}

func TestNames(t *testing.T) {
	want := map[uint8]string{
		1: "Set Chunk Size", 2: "Abort Message", 3: "Acknowledgement", 4: "User Control",
		5: "Window Acknowledgement Size", 6: "Set Peer Bandwidth", 8: "Audio", 9: "Video", 15: "Data (AMF3)",
		16: "Shared Object (AMF3)", 17: "Command (AMF3)", 18: "Data (AMF0)", 19: "Shared Object (AMF0)",
		20: "Command (AMF0)", 22: "Aggregate", 0: "Type 0", 10: "Type 10", 255: "Type 255",
	}
	for typ, name := range want {
		if got := Name(typ); got != name || Known(typ) != !strings.HasPrefix(name, "Type") {
			t.Errorf("type %d: %q, known %v", typ, got, Known(typ))
		}
	}
	if LimitName(0) != "hard" || LimitName(1) != "soft" || LimitName(2) != "dynamic" || LimitName(9) != "limit type 9" {
		t.Error("limit names")
	}
}

func TestControlFieldsSayWhatTheyMean(t *testing.T) {
	tree := Fields(6, []byte{0, 0x4c, 0x4b, 0x40, 1}, Context{})
	if f := find(t, tree, "limit type"); f.Symbol != "soft" || f.Start != 4 || f.End != 5 || f.Source != "RTMP 1.0 §5.4.5" {
		t.Errorf("%+v", f)
	}
	tree = Fields(4, []byte{0, 3, 0, 0, 0, 1, 0, 0, 0x0b, 0xb8}, Context{})
	if f := find(t, tree, "buffer length"); f.Value != "3000 ms" || f.Start != 6 || f.End != 10 {
		t.Errorf("%+v", f)
	}
	if f := find(t, tree, "event type"); f.Symbol != "Set Buffer Length" {
		t.Errorf("%+v", f)
	}
	tree = Fields(1, []byte{0x80, 0, 0, 1}, Context{})
	if f := find(t, tree, "zero"); f.Bits != 1 || !f.Bad || f.Value != "1" {
		t.Errorf("%+v", f)
	}
}

func TestParseDoesNotAllocate(t *testing.T) {
	for _, c := range []struct {
		typ  uint8
		body []byte
	}{
		{1, []byte{0, 0, 16, 0}}, {3, []byte{0, 0, 16, 0}}, {4, []byte{0, 6, 0, 0, 0, 1}}, {6, []byte{0, 0, 1, 0, 2}},
		{8, append([]byte{0xaf, 1}, make([]byte, 400)...)}, {9, append([]byte{0x17, 1, 0, 0, 0}, make([]byte, 4000)...)},
		{9, append([]byte("\x91hvc1\x00\x00\x00"), make([]byte, 4000)...)}, {8, nil},
	} {
		var p Parsed
		if n := testing.AllocsPerRun(100, func() { p = Parse(c.typ, c.body, testLimits) }); n != 0 {
			t.Errorf("type %d: %v allocations for %+v", c.typ, n, p)
		}
	}
}

func BenchmarkParseVideo(b *testing.B) {
	body := append([]byte{0x27, 1, 0, 0, 0x28}, bytes.Repeat([]byte{1}, 8000)...)
	b.ReportAllocs()
	for b.Loop() {
		Parse(chunk.TypeVideo, body, testLimits)
	}
}

func BenchmarkParseCommand(b *testing.B) {
	body := command("publish", amf.Num(5), amf.Nul(), amf.Str("key"), amf.Str("live"))
	b.ReportAllocs()
	for b.Loop() {
		Parse(chunk.TypeCommandAMF0, body, testLimits)
	}
}
