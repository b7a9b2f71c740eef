package diff

import (
	"bufio"
	"fmt"
	"io"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// WriteMarkdown writes the result as GitHub Flavored Markdown.
func WriteMarkdown(w io.Writer, r *diff.Result, o Show) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# Two RTMP sessions compared\n\n| | session | who | how it went |\n|---|---|---|---|\n")
	for _, h := range []struct {
		name string
		*diff.Head
	}{{"A", &r.A}, {"B", &r.B}} {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", h.name, text.Markdown(h.Title()), text.Markdown(h.About(o.Secrets)), text.Markdown(h.Outcome.Show(o.Secrets)))
	}
	fmt.Fprintf(b, "\n%s\n", text.Markdown(r.Same()))
	for _, p := range r.Parts() {
		fmt.Fprintf(b, "\n## %s\n\n| importance | area | difference | A | B |\n|---|---|---|---|---|\n", p.Title)
		for i := range p.List {
			d := &p.List[i]
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", d.Importance, d.Area, text.Markdown(d.Text.Show(o.Secrets)), mdPlace(d.A, o), mdPlace(d.B, o))
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(b, "\n> %s\n", text.Markdown(n))
	}
	return b.Flush()
}

func mdPlace(p diff.Place, o Show) string {
	if p.Text == "" {
		return p.Rows()
	}
	return p.Rows() + ": " + text.Markdown(p.Text.Show(o.Secrets))
}
