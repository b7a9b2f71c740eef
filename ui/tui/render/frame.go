package render

import "github.com/rtmpscope/rtmpscope/ui/tui/model"

// Frame draws the whole screen. The grid gets the size of the model.
func Frame(g *Grid, m *model.Model) {
	g.Reset(m.Width, m.Height)
	l := m.Layout()
	if l.TooSmall {
		tooSmall(g, m)
		return
	}
	header(g.Area(l.Header), m)
	panes(g, m, l)
	for _, r := range searched(m, l) {
		a := g.Area(r)
		for y := 1; y < a.H; y++ {
			a.highlight(y, m.Search.Query)
		}
	}
	popup(g.Area(l.Body), m)
	footer(g.Area(l.Footer), m)
}

// searched are the parts of the screen that a search looks through now, besides the
// timeline, which lights up its own lines.
func searched(m *model.Model, l model.Layout) []model.Rect {
	switch {
	case m.Search.Query == "":
		return nil
	case m.Overlay == model.Help || m.Overlay == model.Log || m.Overlay == model.Diff:
		return []model.Rect{l.Body}
	case m.Focus == model.PaneSessions:
		return []model.Rect{l.Sessions}
	case m.Focus == model.PaneTree || m.Focus == model.PaneHex:
		return []model.Rect{{X: l.Tree.X, Y: l.Tree.Y - 1, W: l.Tree.W, H: l.Tree.H + 1}}
	case m.Focus == model.PaneSteps:
		return []model.Rect{l.Page}
	}
	return nil
}

// panes draws what stands between header and footer.
func panes(g *Grid, m *model.Model, l model.Layout) {
	switch m.Overlay {
	case model.Help:
		help(g.Area(l.Body), m)
		return
	case model.Log:
		log(g.Area(l.Body), m)
		return
	case model.Diff:
		rowDiff(g.Area(l.Body), m)
		return
	case model.SessionDiff:
		versus(g.Area(l.Body), m)
		return
	}
	if l.Sessions.H > 0 {
		sessions(g.Area(l.Sessions), m)
	}
	if l.Timeline.H > 0 {
		timeline(g.Area(l.Timeline), m)
	}
	if l.Full.H > 0 {
		full(g.Area(l.Full), m)
	}
	if l.Detail.H > 0 {
		detailPane(g, m, l)
	}
	if l.Page.H > 0 {
		page(g.Area(l.Page), m)
	}
}

func tooSmall(g *Grid, m *model.Model) {
	a := g.Area(model.Rect{W: m.Width, H: m.Height})
	a.clip(0, a.W, 0, role(Trouble), "rtmpscope needs 40×10")
	a.clip(0, a.W, 1, Style{}, "Make the window larger,")
	a.clip(0, a.W, 2, Style{}, "or press Ctrl-C to quit.")
}

// heading draws the title line of a pane and returns the column behind it.
func heading(a Area, focused bool, number, title string) int {
	style, line := role(Rule), '─'
	if focused {
		style, line = role(RuleFocus), '━'
	}
	a.fill(0, a.W, 0, style, line)
	x := a.Put(1, 0, style, " ")
	x = a.Put(x, 0, Style{Role: KeyCap}, number)
	x = a.Put(x, 0, style, " ")
	x = a.clip(x, a.W-2, 0, style, title)
	return a.Put(x, 0, style, " ")
}

// headingRight adds words at the right end of a title line.
func headingRight(a Area, x int, r Role, s string) {
	if s != "" && x+Width(s)+4 <= a.W {
		a.right(a.W-1, 0, role(r), " "+s+" ")
	}
}

func selection(focused bool) Mark {
	if focused {
		return Selected
	}
	return Resting
}
