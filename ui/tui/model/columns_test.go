package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestColumnsFit: whatever is chosen fits, in the chosen order, and the state
// takes the room that is left.
func TestColumnsFit(t *testing.T) {
	m := New(Options{})
	for _, chosen := range [][]string{nil, {"state", "client", "number"}, columnNames(SessionColumnsSetting)} {
		m.Columns[SessionColumnsSetting] = chosen
		for w := MinWidth; w <= 500; w++ {
			used, names := 1, []string{}
			for i, c := range m.SessionColumns(w) {
				if i > 0 {
					used++
				}
				used += c.Width
				names = append(names, c.Name)
			}
			if used > w || slices.Contains(names, "state") && used != w {
				t.Fatalf("%v takes %d of %d columns", names, used, w)
			}
			if len(chosen) > 0 && !slices.Equal(names, chosen[:len(names)]) {
				t.Fatalf("%v are shown of %v", names, chosen)
			}
		}
	}
}

func TestColumnsAreChosen(t *testing.T) {
	m := open(listtest.Story(), Options{Can: desk.CanConfigure})
	press(m, "C")
	if m.Prompt.Text != "number time ladder " {
		t.Errorf("begins with %q", m.Prompt.Text)
	}
	typing(m, "le")
	if len(m.Prompt.Choices) != 1 || m.Prompt.Problem == "" || m.Prompt.At != len("number time ladder ") {
		t.Errorf("choices %v, %q at %d", m.Prompt.Choices, m.Prompt.Problem, m.Prompt.At)
	}
	e := press(m, "Tab", "Enter")
	if e.Configure == nil || e.Configure.Name != TimelineColumnsSetting || strings.Join(e.Configure.Values, " ") != "number time ladder length" {
		t.Fatalf("keeps %+v", e.Configure)
	}
	for _, c := range []struct{ command, want string }{
		{"columns -time +type", "number ladder length type"},
		{"columns usual", "number time ladder"},
		{"columns time chunks", "time chunks"},
		{"columns +colour", "time chunks"},
		{"columns time time", "time chunks"},
	} {
		press(m, ":")
		typing(m, c.command)
		press(m, "Enter")
		if got := strings.Join(m.columnsInSight(TimelineColumnsSetting), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.command, got, c.want)
		}
	}
	if press(m, "L"); !slices.Contains(m.columnsInSight(TimelineColumnsSetting), "ladder") {
		t.Error("L shows no ladder")
	}
	press(m, "1", ":")
	typing(m, "columns state role")
	if press(m, "Enter"); m.SessionColumns(80)[0].Name != "state" {
		t.Error("the columns of the sessions did not change")
	}
}

func TestSortByName(t *testing.T) {
	f := &listtest.Timeline{}
	for n, client := range []string{"b", "c", "a"} {
		f.Add(uint32(n+1), session.Row{Kind: session.Opened})
		f.Infos[n].Client = client
	}
	m := open(f, Options{})
	press(m, ":")
	typing(m, "sort cl")
	if press(m, "Tab", "Enter"); m.Sort != ByClient || m.Listed[0].Index != 2 {
		t.Errorf("by %v: %v", m.Sort, m.Listed)
	}
	press(m, ":")
	typing(m, "sort colour")
	if press(m, "Enter"); !strings.Contains(m.Message, "there is no column") {
		t.Errorf("%q", m.Message)
	}
}

// TestJumpsToKeyframesAndRequests: to keyframes, also those in a run, and to requests that wait.
func TestJumpsToKeyframesAndRequests(t *testing.T) {
	f := listtest.Story()
	key := f.Media(1, 9, session.KeyFrame)
	for range 10 {
		f.Media(1, 9, 0)
	}
	last := f.Media(1, 9, session.KeyFrame)
	f.Rows[4].Flags = session.Request
	f.Infos[0].Pending = []session.Pending{{Row: 5}}
	m := open(f, Options{})
	for _, c := range []struct {
		key string
		row int
	}{{"u", 5}, {">", 6}, {">", key}, {">", last}, {"<", key}, {"<", 6}, {"U", 5}, {"<", last}} {
		if press(m, c.key); m.SelectedRow() != c.row {
			t.Fatalf("%s goes to row %d, want %d", c.key, m.SelectedRow(), c.row)
		}
	}
	if !strings.Contains(m.Message, "around") {
		t.Errorf("%q", m.Message)
	}
}

// TestFiltersHaveNames: a filter that was saved is used by its name.
func TestFiltersHaveNames(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: anyFilter, Can: desk.CanConfigure, Saved: map[string]string{"old": "connect"}})
	press(m, "f")
	typing(m, "@")
	if len(m.Prompt.Choices) != 1 || m.Prompt.Choices[0].Text != "@old" || m.Prompt.Problem == "" {
		t.Fatalf("choices %v, problem %q", m.Prompt.Choices, m.Prompt.Problem)
	}
	if press(m, "Tab", "Enter"); m.View().Len() != 2 || m.Filter != "@old" {
		t.Errorf("%d lines with %q", m.View().Len(), m.Filter)
	}
	press(m, "W")
	typing(m, "in vain")
	if e := press(m, "Enter"); e.Configure != nil || !strings.Contains(m.Message, "letters") {
		t.Errorf("%+v, %q", e.Configure, m.Message)
	}
	press(m, ":")
	typing(m, "save-filter new")
	if e := press(m, "Enter"); e.Configure == nil || e.Configure.Section != "filters" || e.Configure.Name != "new" || e.Configure.Values[0] != "connect" {
		t.Fatalf("keeps %+v", e.Configure)
	}
	press(m, ":")
	typing(m, "filter @new")
	if press(m, "Enter"); m.View().Len() != 2 || m.Filter != "@new" {
		t.Errorf("%d lines with %q", m.View().Len(), m.Filter)
	}
}

// TestColumnsKeepTheirOrder: what is added stands behind, what is there keeps its place,
// and a narrow screen forgets none of those that it cannot show.
func TestColumnsKeepTheirOrder(t *testing.T) {
	m := open(listtest.Story(), Options{})
	m.Update(Resize{Width: 80, Height: 24})
	m.Focus = PaneSessions
	chosen := []string{"state", "number", "stream", "client", "server", "began", "lasted", "messages", "phase"}
	m.setColumns(SessionColumnsSetting, slices.Clone(chosen))
	if fit := m.SessionColumns(80); len(fit) == len(chosen) {
		t.Fatal("the screen is too wide for this test")
	}
	m.columnsCommand("+number +role -began")
	want := []string{"state", "number", "stream", "client", "server", "lasted", "messages", "phase", "role"}
	if got := m.Columns[SessionColumnsSetting]; !slices.Equal(got, want) {
		t.Errorf("the columns are %q, want %q", got, want)
	}
}

// TestUsualTimelineColumns: a wide screen has the timestamps of messages too, unless
// columns were chosen.
func TestUsualTimelineColumns(t *testing.T) {
	m := open(listtest.Story(), Options{})
	for width, want := range map[int]int{159: 3, 160: 4} {
		m.Update(Resize{Width: width, Height: 24})
		if got := m.TimelineColumns(); len(got) != want {
			t.Errorf("%d columns wide: %+v", width, got)
		}
	}
	m.setColumns(TimelineColumnsSetting, []string{"number"})
	if got := m.TimelineColumns(); len(got) != 1 {
		t.Errorf("chosen: %+v", got)
	}
}
