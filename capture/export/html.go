package export

import (
	"bufio"
	"crypto/sha256"
	_ "embed" // the parts of the page
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// maxHTMLRungs is what a browser still scrolls and searches with ease.
const maxHTMLRungs = 20_000

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/style.css
	pageStyle string
	//go:embed page/script.js
	pageScript string

	pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
		"seconds": func(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) },
		"lasted":  session.Duration,
		"rows":    rowList,
	}).Parse(pageHTML))
)

// page is what the template shows.
type page struct {
	*report
	Style  template.CSS
	Script template.JS
	// Policy allows this style and this script and nothing else: no network, no
	// other script, whatever stands in the capture.
	Policy string
	Footer string
}

// writeHTML writes one page that needs nothing else: everything is escaped by
// html/template, and a content security policy forbids what is not part of it.
func writeHTML(j *job) error {
	r, err := tell(j)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(j.w, 64<<10)
	p := page{
		report: r, Style: template.CSS(pageStyle), Script: template.JS(pageScript), Footer: r.footer(r.Version),
		Policy: fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'",
			hashOf(pageStyle), hashOf(pageScript)),
	}
	if err := pageTemplate.Execute(w, p); err != nil {
		return err
	}
	return w.Flush()
}

// hashOf is a source expression of Content Security Policy 3 §2.3.1.
func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Ladder is the rungs that the page shows.
func (s *story) Ladder() []step { return s.ladder.Steps[:min(len(s.ladder.Steps), maxHTMLRungs)] }

// LeftOut is how many rungs the page does not show.
func (s *story) LeftOut() int { return len(s.ladder.Steps) - len(s.Ladder()) + s.ladder.Left }

// Class names the looks of a rung.
func (s *step) Class() string {
	names := []string{[...]string{"arrow", "run", "phase", "event", "find"}[s.Kind], s.From.String()}
	if s.Both {
		names = append(names, "both")
	}
	if s.Bad {
		names = append(names, "bad")
	}
	return strings.Join(names, " ")
}

// IsPhase reports whether a rung is a separator.
func (s *step) IsPhase() bool { return s.Kind == phaseStep }

// IsArrow reports whether something was sent.
func (s *step) IsArrow() bool { return s.Kind == arrowStep || s.Kind == runStep }

// Left and Right are the heads of an arrow.
func (s *step) Left() bool { return s.IsArrow() && (s.Both || s.From == decode.FromServer) }

// Right is described with Left.
func (s *step) Right() bool { return s.IsArrow() && (s.Both || s.From == decode.FromClient) }
