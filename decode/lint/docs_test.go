package lint

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// groups are the chapters of the rules' page, by the beginning of identifiers.
var groups = []struct {
	title    string
	prefixes []string
}{
	{"Transport and handshake", []string{"tls-", "plain-", "http-", "hs-", "rtmpt-"}},
	{"Chunk layer", []string{"chunk-", "desync"}},
	{"Flow control and liveness", []string{"flow-"}},
	{"Commands and session", []string{"cmd-"}},
	{"AMF", []string{"amf"}},
	{"Media", []string{"av-", "ts-"}},
}

// Markdown returns the page that describes all rules and thresholds.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Rules\n\n<!-- Generated from the rules themselves: go test ./decode/lint -update -->\n\n" +
		"A rule looks at what the two sides do and says when it is questionable. An **error** breaks the session, a **warning** is likely " +
		"trouble, a **note** is good to know. What common programs do every day is a note at most. A rule that could not be judged, " +
		"because bytes are encrypted, missing or unreadable, says so in reports.\n\n" +
		"`go run ./test/misbehave RULE` speaks the example of a rule over sockets, so that it can be seen live, or writes it as a capture; " +
		"[recall.md](recall.md) shows what is found in all examples and in captures of real programs.\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n", g.title)
		for _, r := range Rules() {
			if hasPrefix(r.ID, g.prefixes) {
				r.markdown(&b)
			}
		}
	}
	b.WriteString("\n## Thresholds\n\nEach can be set by name.\n\n| name | default | why |\n|---|---|---|\n")
	for _, t := range thresholds {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", t.Name, t, t.Why)
	}
	return b.String()
}

func hasPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// markdown writes the section of one rule.
func (r *Rule) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s\n\n**%s** (%s). %s\n\n*What to do:* %s\n\n", r.ID, r.Title, r.Severity, r.Why, r.Fix)
	said, bytes := r.sample()
	fmt.Fprintf(b, "*Says, for example:* %s\n\n", said)
	if bytes != "" {
		fmt.Fprintf(b, "*Bytes, for example:* %s\n\n", bytes)
	}
	if len(r.Thresholds) > 0 {
		fmt.Fprintf(b, "*Depends on:* `%s`\n\n", strings.Join(r.Thresholds, "`, `"))
	}
	if len(r.Explains) > 0 {
		fmt.Fprintf(b, "*Is told first when these come of it:* `%s`\n\n", strings.Join(r.Explains, "`, `"))
	}
	if r.Chance != "" {
		fmt.Fprintf(b, "*By chance:* %s\n\n", r.Chance)
	}
	fmt.Fprintf(b, "*Source:* %s\n", r.Source)
}

// maxSample is how many bytes of an example the page shows.
const maxSample = 24

// sample plays the bad example and returns what is said of it, and the first
// bytes of the message that proves it.
func (r *Rule) sample() (said, bytes string) {
	var proof uint32
	bodies := map[uint32]string{}
	t := session.New(session.Options{Judge: New(Config{}), OnEntry: func(e *session.Entry) {
		switch {
		case e.Kind == session.Message && len(e.Body) > 0:
			bodies[e.Number] = hexOf(e)
		case e.Kind == session.Found && e.Finding.Rule == r.ID && said == "":
			said = e.Summary.Show(false)
			if n := len(e.Finding.Rows); n > 0 {
				proof = e.Finding.Rows[n-1]
			}
		}
	}})
	r.Bad.Play(t, script.Time)
	return said, bodies[proof]
}

// hexOf writes the beginning of a message's body.
func hexOf(e *session.Entry) string {
	if n := len(e.Body); n > maxSample {
		return fmt.Sprintf("`% x …` (%s, %d bytes)", e.Body[:maxSample], e.Name, n)
	}
	return fmt.Sprintf("`% x` (%s)", e.Body, e.Name)
}
