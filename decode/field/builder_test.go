package field

import (
	"math"
	"strings"
	"testing"
)

// TestBuilderTakesInWireOrder reads every kind of field of a body made by hand.
func TestBuilderTakesInWireOrder(t *testing.T) {
	b := NewBuilder([]byte{0x01, 0x02, 0x34, 0x12, 'h', 'i', 9, 8, 7})
	b.Source = "a source"
	if v, f := b.Num("big", 2); v != 0x0102 || f.Value != "258" || f.Source != "a source" {
		t.Errorf("big endian: %d, %+v", v, f)
	}
	if v, f := b.LittleEndian("little", 2); v != 0x1234 || f.Value != "4660" {
		t.Errorf("little endian: %#x, %+v", v, f)
	}
	if s, f := b.Chars("text", 2); s != "hi" || f.Value != `"hi"` {
		t.Errorf("text: %q, %+v", s, f)
	}
	if f := b.Bytes("one", 1); f.Value != "1 byte" || b.Left() != 2 {
		t.Errorf("one byte: %+v, %d left", f, b.Left())
	}
	b.Rest("rest")
	b.Rest("nothing more")
	want := "big[0,2) little[2,4) text[4,6) one[6,7) rest[7,9)"
	if got := sketch(b.Out); got != want || b.Short {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if f := b.Last(); f.Value != "2 bytes" {
		t.Errorf("the last field: %+v", f)
	}
}

// TestBuilderRunsShort: a field that wants more than there is is bad and ends where
// the stretch ends; nothing is appended behind it, and values read as nothing.
func TestBuilderRunsShort(t *testing.T) {
	b := NewBuilder([]byte{1, 2, 3})
	b.Take("first", 2)
	v, _ := b.Num("second", 2)
	if f := b.Last(); v != 0 || !b.Short || !f.Bad || f.Start != 2 || f.End != 3 || f.Note != "needs 2 bytes, 1 left" {
		t.Errorf("%d, %+v", v, f)
	}
	if v, _ := b.LittleEndian("x", 0); v != 0 {
		t.Errorf("a number behind the end: %d", v)
	}
	if s, _ := b.Chars("x", 0); s != "" {
		t.Errorf("a text behind the end: %q", s)
	}
	b.Span("x", func(*Builder) { t.Error("a span is read behind the end") })
	b.Excess("x")
	if got := sketch(b.Out); got != "first[0,2) second[2,3)" {
		t.Error(got)
	}
}

func TestBuilderExcess(t *testing.T) {
	b := NewBuilder([]byte{1, 2})
	b.Excess("too much")
	if f := b.Last(); f.Name != "trailing bytes" || !f.Bad || f.Note != "too much" || f.End != 2 {
		t.Errorf("%+v", f)
	}
	b.Excess("again")
	if len(b.Out) != 1 {
		t.Errorf("excess of nothing: %s", sketch(b.Out))
	}
}

// TestBuilderNests: a group has the length that is asked for, a span that of what was
// read, and what runs short inside makes the whole bad; behind a short span nothing
// follows, behind a short group the next field stands where it belongs.
func TestBuilderNests(t *testing.T) {
	b := NewBuilder([]byte{1, 2, 3, 4, 5, 6})
	b.Source = "outer"
	g, end := b.Part("group", 3, func(c *Builder) { c.Take("a", 2) })
	if end != 2 || g.End != 3 || g.Bad || g.Children[0].Source != "outer" || b.At != 3 {
		t.Errorf("end %d, %+v", end, g)
	}
	if f := b.Group("cut", 1, func(c *Builder) { c.Take("b", 2) }); !f.Bad || f.Children[0].End != 4 || b.Short {
		t.Errorf("%+v", f)
	}
	s := b.Span("span", func(c *Builder) { c.Take("c", 1) })
	if s.Start != 4 || s.End != 5 || b.At != 5 || b.Short || s.Bad {
		t.Errorf("%+v", s)
	}
	if s = b.Span("short", func(c *Builder) { c.Take("d", 2) }); !s.Bad || !b.Short || s.End != 6 || b.At != 6 {
		t.Errorf("%+v", s)
	}
}

// TestQuietBuilderKeepsOne: who wants no tree pays for one field.
func TestQuietBuilderKeepsOne(t *testing.T) {
	b := NewBuilder([]byte{1, 2, 3})
	b.Quiet = true
	b.Take("a", 1)
	b.Span("b", func(c *Builder) {
		if !c.Quiet {
			t.Error("the parts are kept")
		}
	})
	b.Add(Field{Name: "c"})
	if got := sketch(b.Out); got != "c[0,0)" {
		t.Error(got)
	}
}

// TestBuilderNumbers: four bytes with the top bit are a number, never a negative one:
// where an int has 32 bits, a length that does not fit is the largest that does.
func TestBuilderNumbers(t *testing.T) {
	b := NewBuilder([]byte{0xff, 0xff, 0xff, 0xfe, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe})
	want := int(min(uint64(math.MaxUint32-1), math.MaxInt))
	for _, read := range []func(string, int) (int, *Field){b.Num, b.LittleEndian} {
		if v, f := read("n", 4); v != want || f.Value != "4294967294" {
			t.Errorf("%d, %s, want %d", v, f.Value, want)
		}
	}
	if v, _ := b.Uint("n", 4); v != math.MaxUint32-1 {
		t.Errorf("unsigned: %d", v)
	}
	if got := Number(-5); got != "-5" {
		t.Errorf("a negative number: %s", got)
	}
}

// TestMeaningIsNeverEmpty: every field has words, those of values before those of
// layouts, and a member that a sender named like a field of a layout is none.
func TestMeaningIsNeverEmpty(t *testing.T) {
	for _, c := range []struct {
		f    Field
		want string
	}{
		{Field{Name: Unclaimed}, "bytes that nothing"},
		{Field{Name: "command name", Source: "AMF0 §2.4"}, "what is called"},
		{Field{Name: "chunk size", Source: "RTMP 1.0 §5.4.1"}, "the largest chunk payload"},
		{Field{Name: "width", Source: "AMF0 §2.2"}, "a value that the sender named"},
		{Field{Name: "[3]", Source: "AMF0 §2.12"}, "an element of the list"},
		{Field{Name: "argument 4", Source: "AMF0 §2.4"}, "an argument of the command"},
		{Field{Name: "made up"}, "a value that the sender named"},
		{Field{Name: "sps_max_dec", Source: "H.265 §7.3"}, "a syntax element, defined under this name in H.265 §7.3"},
	} {
		if got := c.f.Meaning(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s (%s): %q, want %q", c.f.Name, c.f.Source, got, c.want)
		}
	}
}
