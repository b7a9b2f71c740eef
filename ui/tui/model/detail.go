package model

import "github.com/rtmpscope/rtmpscope/ui/analyst"

// DetailRead brings the answer to an Effect's Fetch.
type DetailRead struct {
	Row  int
	Data *analyst.Detail
	Err  error
}

func (a DetailRead) apply(m *Model) Effect {
	d := &m.Detail
	var e Effect
	if c := m.copying; c.row == a.Row && c.row > 0 {
		m.copying = copying{}
		if a.Err == nil {
			e = m.copied(rowAs(c.what, a.Data, m.Reveal))
		}
	}
	switch {
	case a.Row != d.Row: // the user has moved on
	case a.Err != nil:
		d.Err = a.Err.Error()
	default:
		d.Load(a.Data)
		d.Show(m.Layout().Room())
	}
	return e
}
