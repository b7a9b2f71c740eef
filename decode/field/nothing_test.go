package field

import "testing"

// TestNothingIsStillAField: a builder that has nothing to give, or ran short, gives a
// field that may be written to, whatever was asked for; parsers need not check.
func TestNothingIsStillAField(t *testing.T) {
	asks := map[string]func(*Builder) *Field{
		"Last":         func(b *Builder) *Field { return b.Last() },
		"Take":         func(b *Builder) *Field { return b.Take("x", 1) },
		"Uint":         func(b *Builder) *Field { _, f := b.Uint("x", 1); return f },
		"Num":          func(b *Builder) *Field { _, f := b.Num("x", 1); return f },
		"LittleEndian": func(b *Builder) *Field { _, f := b.LittleEndian("x", 1); return f },
		"Chars":        func(b *Builder) *Field { _, f := b.Chars("x", 1); return f },
		"Bytes":        func(b *Builder) *Field { return b.Bytes("x", 1) },
		"Group":        func(b *Builder) *Field { return b.Group("x", 1, func(*Builder) {}) },
		"Span":         func(b *Builder) *Field { return b.Span("x", func(*Builder) {}) },
	}
	for name, ask := range asks {
		for what, b := range map[string]*Builder{"empty": NewBuilder(nil), "short": {Short: true}} {
			f := ask(b)
			if f == nil {
				t.Fatalf("%s of a builder that is %s: nil", name, what)
			}
			f.Note = "may be written"
			if what == "short" && len(b.Out) != 0 {
				t.Errorf("%s appends behind the end", name)
			}
		}
	}
}

// TestRestTakesAll of what is left, be it one byte.
func TestRestTakesAll(t *testing.T) {
	for n, want := range []string{"", "rest[0,1)", "rest[0,2)"} {
		b := NewBuilder(make([]byte, n))
		b.Rest("rest")
		if got := sketch(b.Out); got != want || b.Left() != 0 {
			t.Errorf("%d bytes: %q, %d left", n, got, b.Left())
		}
	}
}

// TestSourceIsInherited by parts that have none, at every depth, but not by bytes
// that nothing claims; a single part is as good as many.
func TestSourceIsInherited(t *testing.T) {
	part := Field{Name: "part", Start: 0, End: 2, Children: []Field{{Name: "inner", Start: 0, End: 1}}}
	own := Field{Name: "own", Source: "another", Start: 2, End: 3}
	for name, children := range map[string][]Field{"one": {part}, "two": {part, own}} {
		out := Tile([]Field{{Name: "whole", Source: "a source", Start: 0, End: 3, Children: children}}, 0, 4)
		got := map[string]string{}
		Leaves(out, func(f Field) { got[f.Name] += f.Source })
		if got["inner"] != "a source" || out[0].Children[0].Source != "a source" || got[Unclaimed] != "" {
			t.Errorf("%s: %v", name, got)
		}
		if name == "two" && got["own"] != "another" {
			t.Errorf("%v", got)
		}
		at := 0
		Leaves(out, func(f Field) {
			if f.Start != at {
				t.Errorf("%s: %s starts at %d, want %d", name, f.Name, f.Start, at)
			}
			at = f.End
		})
		if at != 4 {
			t.Errorf("%s: tiles end at %d", name, at)
		}
	}
}
