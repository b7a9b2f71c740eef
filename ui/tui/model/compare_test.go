package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestCompare(t *testing.T) {
	row := func(n int, length uint32, fields ...field.Field) *analyst.Detail {
		return &analyst.Detail{Number: n, Row: session.Row{Kind: session.Message, Length: length}, Fields: fields}
	}
	one := func(name, v string, children ...field.Field) field.Field {
		return field.Field{Name: name, Value: text.Plain(v), Children: children}
	}
	m := open(listtest.Story(), Options{})
	m.Update(Compared{
		A: row(3, 10, one("name", "a"), one("object", "", one("app", "live"), one("old", "1")), one("tail", "t")),
		B: row(5, 11, one("name", "a"), one("object", "", one("app", "Live"), one("new", "2")), one("tail", "t"), one("tail", "u")),
	})
	want := []DiffLine{
		{"length", "10", "11", false}, {"  app", "live", "Live", false}, {"  old", "1", "", false}, {"  new", "", "2", false}, {"tail", "", "u", false},
	}
	var got []DiffLine
	for _, d := range m.Diff {
		if !d.Same {
			got = append(got, d)
		}
	}
	if m.Overlay != Diff || len(got) != len(want) {
		t.Fatalf("overlay %d, differences %v", m.Overlay, got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("difference %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if press(m, "q"); m.Overlay != NoOverlay {
		t.Error("q does not close it")
	}
}
