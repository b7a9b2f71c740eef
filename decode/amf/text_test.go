package amf

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

func TestTextShortens(t *testing.T) {
	v := Obj(Prop("app", Str("live")), Prop("a b", List(Num(1), List(Num(2)))), Prop("last", Nul()))
	for _, c := range []struct {
		opts TextOptions
		want string
	}{
		{TextOptions{}, `{app: "live", "a b": [1, [2]], last: null}`},
		{TextOptions{Width: 12}, `{app: "live", …}`},
		{TextOptions{Width: 1}, `{…}`},
		{TextOptions{Depth: 1}, `{app: "live", "a b": […], last: null}`},
		{TextOptions{Depth: 2}, `{app: "live", "a b": [1, […]], last: null}`},
		{TextOptions{StringMax: 2}, `{ap…(+1): "li…(+2)", "a …(+1)": [1, [2]], la…(+2): null}`},
	} {
		if got := string(AppendText(nil, &v, c.opts)); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.opts, got, c.want)
		}
	}
}

// TestTextKeepsMarks cuts a string in front of, inside and behind a credential.
func TestTextKeepsMarks(t *testing.T) {
	marked := "rtmp://h/" + string(text.Secret("streamkey")) + "?tail=long"
	str := func(_, _ string) string { return marked }
	v := Str("unused")
	for max, want := range map[int]string{
		4:  `"rtmp…"`,
		12: `"rtmp://h/streamkey…"`,
		25: `"rtmp://h/streamkey?tail…"`,
		99: `"rtmp://h/streamkey?tail=long"`,
	} {
		got := text.Marked(AppendText(nil, &v, TextOptions{StringMax: max, Str: str}))
		if shown := got.Show(true); shown != want {
			t.Errorf("cut at %d: %s, want %s", max, shown, want)
		}
	}
}

func TestTextIsSafe(t *testing.T) {
	v := Obj(Prop("k\x1b", Str("\x1b]0;x\x07")), Prop("m", Value{Kind: Object, Class: "\x02"}))
	if got, want := string(AppendText(nil, &v, TextOptions{})), `{k\e: "\e]0;x\a", m: \u0002{}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// flat lists the leaves of a field tree.
func flat(f field.Field) []field.Field {
	var out []field.Field
	field.Leaves([]field.Field{f}, func(leaf field.Field) { out = append(out, leaf) })
	return out
}

// TestFields names every byte of one message by hand.
func TestFields(t *testing.T) {
	body := hx(t, "08 00000014 0003'app' 02 0004'live' 0001'k' 11 09 03 03'n' 05 3ff0000000000000 01 0a 23 01 03'x' 03'y' 01 02 000009")
	v := Decode0(body, 0, wide).Values[0]
	f := Fields("command object", &v, func(key, s string) bool { return key == "app" })
	if f.Symbol != "ECMA Array" || f.Source != "AMF0 §2.10" || f.Value != "2 members" || f.Note != "declares 20 members" {
		t.Errorf("root %+v", f)
	}
	want := []struct {
		name, value string
		start, end  int
	}{
		{"marker", "0x08", 0, 1}, {"count", "20", 1, 5},
		{"name", `"app"`, 5, 10}, {"marker", "0x02", 10, 11}, {"length", "4", 11, 13}, {"content", `"` + text.Pseudonym("live") + `"`, 13, 17},
		{"name", `"k"`, 17, 20}, {"avmplus marker", "0x11", 20, 21}, {"marker", "0x09", 21, 22}, {"count", "1", 22, 23},
		{"name", `"n"`, 23, 25}, {"marker", "0x05", 25, 26}, {"value", "1", 26, 34}, {"end of names", "", 34, 35},
		{"marker", "0x0a", 35, 36}, {"traits", `""`, 36, 38}, {"sealed name", `"x"`, 38, 40}, {"sealed name", `"y"`, 40, 42},
		{"x", "null", 42, 43}, {"y", "false", 43, 44}, {"object end marker", "", 44, 47},
	}
	leaves := flat(f)
	if len(leaves) != len(want) {
		t.Fatalf("%d leaves, want %d: %+v", len(leaves), len(want), leaves)
	}
	for i, w := range want {
		l := leaves[i]
		if l.Name != w.name || l.Value.Show(false) != w.value || l.Start != w.start || l.End != w.end {
			t.Errorf("leaf %d is %s %s [%d,%d), want %+v", i, l.Name, l.Value.Show(false), l.Start, l.End, w)
		}
		if l.Secret != (w.start == 13) {
			t.Errorf("leaf %d secret %v", i, l.Secret)
		}
	}
}

// TestFieldsMarked hides a part of a string and bytes that cannot be read.
func TestFieldsMarked(t *testing.T) {
	v := Decode0(hx(t, "03 0001'u' 02 0005'a/key' 0001'k' 02 00ff 'key'"), 0, wide).Values[0]
	f := FieldsMarked("v", &v, func(key, s string) text.Marked {
		if key == "k" {
			return text.Secret(s)
		}
		return text.Plain(s[:2]) + text.Secret(s[2:])
	})
	url, broken := f.Children[1], f.Children[2]
	if got := url.Value.Show(false); got != `"a/`+text.Pseudonym("key")+`"` || !url.Secret {
		t.Errorf("url %s secret %v", got, url.Secret)
	}
	if !broken.Bad || !broken.Secret || broken.Value != "6 bytes" {
		t.Errorf("unread bytes %+v", broken)
	}
}

func TestTypeNames(t *testing.T) {
	for i, table := range [][]typeName{typeNames0[:], typeNames3[:]} {
		for marker, n := range table {
			if n.name == "" || n.section == "" {
				t.Errorf("table %d: marker %#x has no name", i, marker)
			}
		}
	}
	for k := Undefined; k <= Opaque; k++ {
		if k.String() == "" {
			t.Errorf("kind %d has no name", k)
		}
	}
	if got := TypeName(&Value{Version: 3, Marker: 0x0d}); got != "Vector<int>" || Kind(99).String() != "unknown kind" {
		t.Errorf("got %s", got)
	}
}
