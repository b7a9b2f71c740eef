package diff

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the result as GitHub Flavored Markdown.
func (r *Result) WriteMarkdown(w io.Writer, o Show) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# Two RTMP sessions compared\n\n| | session | who | how it went |\n|---|---|---|---|\n")
	for _, h := range []struct {
		name string
		*Head
	}{{"A", &r.A}, {"B", &r.B}} {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", h.name, md(h.title()), md(h.About(o.Secrets)), md(h.Outcome.Show(o.Secrets)))
	}
	fmt.Fprintf(b, "\n%s\n", md(r.Same()))
	for _, p := range r.Parts() {
		fmt.Fprintf(b, "\n## %s\n\n| importance | area | difference | A | B |\n|---|---|---|---|---|\n", p.Title)
		for i := range p.List {
			d := &p.List[i]
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", d.Importance, d.Area, md(d.Text.Show(o.Secrets)), mdPlace(d.A, o), mdPlace(d.B, o))
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(b, "\n> %s\n", md(n))
	}
	return b.Flush()
}

func mdPlace(p Place, o Show) string {
	if p.Text == "" {
		return p.Rows()
	}
	return p.Rows() + ": " + md(p.Text.Show(o.Secrets))
}

// md makes safe text mean itself in Markdown. Letters and digits are kept; what
// GitHub would make a link or a mention of is broken up by entities.
func md(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '@' || r == '<' || r == '>' || r == '&' || r == '|' || r == '`':
			fmt.Fprintf(&b, "&#%d;", r)
		case strings.ContainsRune(`\*_{}[]()#+-!~:/.`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
