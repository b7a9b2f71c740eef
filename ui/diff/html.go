package diff

import (
	_ "embed" // the parts of the page
	"io"

	"github.com/rtmpscope/rtmpscope/capture/export/page"
	"github.com/rtmpscope/rtmpscope/decode/diff"
)

var (
	//go:embed page.html
	pageBody string
	//go:embed page.css
	pageStyle string

	pageTemplate = page.Parse(pageBody, nil)
)

// document is what the template shows: plain strings, which html/template escapes.
type document struct {
	page.Head
	Sides []side
	Same  string
	Parts []part
	Notes []string
}

type side struct{ Name, Title, About, Outcome string }

type part struct {
	Title string
	List  []difference
}

type difference struct {
	Importance, Area, Text string
	A, B                   place
}

type place struct{ Rows, Text string }

// WriteHTML writes the result as one page that needs nothing else. It has no
// script, and its content security policy allows none.
func WriteHTML(w io.Writer, r *diff.Result, o Show) error {
	d := document{
		Head: page.New("Two RTMP sessions compared", pageStyle, ""), Same: r.Same(), Notes: r.Notes,
		Sides: []side{sideOf("A", &r.A, o), sideOf("B", &r.B, o)},
	}
	for _, p := range r.Parts() {
		q := part{Title: p.Title}
		for i := range p.List {
			q.List = append(q.List, differenceOf(&p.List[i], o))
		}
		d.Parts = append(d.Parts, q)
	}
	return pageTemplate.Execute(w, d)
}

func sideOf(name string, h *diff.Head, o Show) side {
	return side{name, h.Title(), h.About(o.Secrets), h.Outcome.Show(o.Secrets)}
}

func differenceOf(d *diff.Difference, o Show) difference {
	at := func(p diff.Place) place { return place{p.Rows(), p.Text.Show(o.Secrets)} }
	return difference{d.Importance.String(), string(d.Area), d.Text.Show(o.Secrets), at(d.A), at(d.B)}
}
