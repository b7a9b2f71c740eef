package detail

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// metadata is a body with a name and an object of two properties, as fields.
func metadata() *analyst.Detail {
	body := amf.Append0(amf.Append0(nil, amf.Str("onMetaData")), amf.Obj(amf.Prop("width", amf.Num(320)), amf.Prop("inner", amf.Obj(amf.Prop("x", amf.Bool(true))))))
	res := amf.Decode0(body, 0, decode.DefaultLimits().AMF)
	d := &analyst.Detail{Number: 1, Row: session.Row{Kind: session.Message}, Body: body}
	for i, name := range []string{"data name", "metadata"} {
		d.Fields = append(d.Fields, amf.Fields(name, &res.Values[i], nil))
	}
	return d
}

func loaded() *Detail {
	d := &Detail{}
	d.Await(1)
	d.Load(metadata())
	return d
}

// lines are the listed names, one letter of depth each before them.
func (d *Detail) lines() string {
	var out []string
	for _, n := range d.Nodes {
		out = append(out, strings.Repeat(".", n.Depth)+n.Field.Name)
	}
	return strings.Join(out, " ")
}

func (d *Detail) at(name string) *Detail {
	for i, n := range d.Nodes {
		if n.Field.Name == name {
			d.Cursor = i
		}
	}
	return d
}

const plain = "data name metadata .width .inner ..x"

// TestOneLineAProperty: an object begins with one line for each property; how one is
// encoded is listed when it is asked for, and left out again.
func TestOneLineAProperty(t *testing.T) {
	d := loaded()
	if d.lines() != plain {
		t.Fatalf("begins with %s", d.lines())
	}
	for _, c := range []struct{ what, at, want string }{
		{"unfold", "width", "data name metadata .width ..name ..marker ..value .inner ..x"},
		{"fold", "width", plain},
		{"unfold", "metadata", "data name metadata .marker .width .inner ..x .object end marker"},
		{"fold", "metadata", plain},
		{"fold", "metadata", "data name metadata"},
		{"unfold", "metadata", plain},
		{"toggle", "inner", "data name metadata .width .inner"},
		{"toggle", "inner", plain},
		{"toggle", "data name", "data name .marker .length .content metadata .width .inner ..x"},
		{"toggle", "data name", plain},
		{"fold", "x", plain}, // which has a parent
	} {
		d.at(c.at)
		switch c.what {
		case "unfold":
			d.Unfold()
		case "fold":
			d.FoldOut()
		default:
			d.Fold()
		}
		if d.lines() != c.want {
			t.Errorf("%s at %s lists %s, want %s", c.what, c.at, d.lines(), c.want)
		}
		if c.at != "x" && d.Selected().Name != c.at {
			t.Errorf("%s at %s leads to %s", c.what, c.at, d.Selected().Name)
		}
	}
	if d.Selected().Name != "inner" {
		t.Errorf("from x it goes to %s, want its parent", d.Selected().Name)
	}
}

// TestFoldAllByTwoSteps: - leaves out the encoding and then all but the outermost, +
// the other way round; the cursor stays in what it was in.
func TestFoldAllByTwoSteps(t *testing.T) {
	d := loaded().at("x")
	all := "data name .marker .length .content metadata .marker .width ..name ..marker ..value .inner ..name ..marker ..x ...name ...marker ...value ..object end marker .object end marker"
	for i, c := range []struct {
		fold        bool
		lines, name string
	}{{false, all, "x"}, {false, all, "x"}, {true, plain, "x"}, {true, "data name metadata", "metadata"}, {false, plain, "metadata"}, {false, all, "metadata"}} {
		if c.fold {
			d.FoldAll()
		} else if changed := d.UnfoldAll(); changed != (i != 1) {
			t.Errorf("step %d: changed %v", i, changed)
		}
		if d.lines() != c.lines || d.Selected().Name != c.name {
			t.Errorf("step %d lists %s at %s, want %s at %s", i, d.lines(), d.Selected().Name, c.lines, c.name)
		}
	}
}

// TestBadPartsAreNeverLeftOut: what could not be taken at its word is listed at once.
func TestBadPartsAreNeverLeftOut(t *testing.T) {
	d := &Detail{}
	d.Load(&analyst.Detail{Row: session.Row{Kind: session.Message}, Fields: []field.Field{{Name: "object", Children: []field.Field{
		{Name: "marker", Encoding: true}, {Name: "end", Encoding: true, Bad: true}}}}})
	if d.lines() != "object .end" {
		t.Errorf("lists %s", d.lines())
	}
}

// TestUnderIsTheSmallestField: the byte under the cursor belongs to the smallest field
// that there is, listed or not.
func TestUnderIsTheSmallestField(t *testing.T) {
	d, room := loaded(), Room{Fields: 10, Hex: 10, BytesPerLine: 8}
	d.Show(room)
	for at, want := range map[int]string{0: "marker", 1: "length", 2: "length", 3: "content", 13: "marker", 14: "name", 21: "marker", 22: "value"} {
		d.PointAt(HexPlace{Line: at / 8, Column: at % 8}, room)
		if f := d.Under(); f == nil || f.Name != want {
			t.Errorf("byte %d belongs to %+v, want %s", at, f, want)
		}
	}
}

// TestFoldingKeepsItsPromises folds and unfolds at random: a field that is listed stays
// selected or gives way to one that holds it, and + in the end lists everything.
func TestFoldingKeepsItsPromises(t *testing.T) {
	steps := []func(*Detail){(*Detail).Fold, (*Detail).Unfold, (*Detail).FoldOut, (*Detail).FoldAll, func(d *Detail) { d.UnfoldAll() }}
	for seed := range int64(50) {
		r, d := rand.New(rand.NewSource(seed)), loaded()
		for range 60 {
			d.Cursor = r.Intn(len(d.Nodes))
			before := d.Selected()
			steps[r.Intn(len(steps))](d)
			if after := d.Selected(); after != before && !holds(after, before) {
				t.Fatalf("seed %d: from %s to %s", seed, before.Name, after.Name)
			}
		}
		d.UnfoldAll()
		d.UnfoldAll()
		if n := len(d.Nodes); n != 19 {
			t.Fatalf("seed %d: %d of 19 fields are listed", seed, n)
		}
	}
}

// TestFieldsKeepTheirNames where somebody decoded them; where nobody did, they are
// bytes around the place of a row.
func TestFieldsKeepTheirNames(t *testing.T) {
	for kind := session.Opened; kind < session.Noted; kind++ {
		want := "bytes around it"
		switch kind {
		case session.Message, session.Handshake, session.Aborted, session.Tallied, session.Secured, session.Edited:
			want = "version"
		}
		var d Detail
		d.Load(&analyst.Detail{Row: session.Row{Kind: kind}, Fields: []field.Field{{Name: "version"}}})
		if got := d.Nodes[0].Field.Name; got != want {
			t.Errorf("of a row %s the field is called %q, want %q", kind, got, want)
		}
	}
}
