package diff

import (
	"crypto/sha256"
	_ "embed" // the parts of the page
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
)

// page is what the template shows: plain strings, which html/template escapes.
type page struct {
	Policy string
	Style  template.CSS
	Heads  []pageHead
	Same   string
	Parts  []pagePart
	Notes  []string
}

type pageHead struct{ Name, Title, About, Outcome string }

type pagePart struct {
	Title string
	List  []pageDifference
}

type pageDifference struct {
	Importance, Area, Text string
	A, B                   pagePlace
}

type pagePlace struct{ Rows, Text string }

// WriteHTML writes the result as one page that needs nothing else. It has no
// script, and its content security policy allows none.
func (r *Result) WriteHTML(w io.Writer, o Show) error {
	hash := sha256.Sum256([]byte(pageStyle))
	p := page{
		Policy: fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'", base64.StdEncoding.EncodeToString(hash[:])),
		Style:  template.CSS(pageStyle), Same: r.Same(), Notes: r.Notes,
		Heads: []pageHead{r.A.page("A", o), r.B.page("B", o)},
	}
	for _, part := range r.Parts() {
		q := pagePart{Title: part.Title}
		for i := range part.List {
			q.List = append(q.List, part.List[i].page(o))
		}
		p.Parts = append(p.Parts, q)
	}
	return pageTemplate.Execute(w, p)
}

func (h *Head) page(name string, o Show) pageHead {
	return pageHead{name, h.title(), h.About(o.Secrets), h.Outcome.Show(o.Secrets)}
}

func (d *Difference) page(o Show) pageDifference {
	place := func(p Place) pagePlace { return pagePlace{p.Rows(), p.Text.Show(o.Secrets)} }
	return pageDifference{d.Importance.String(), string(d.Area), d.Text.Show(o.Secrets), place(d.A), place(d.B)}
}
