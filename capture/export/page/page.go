// Package page is what all HTML pages that are written have in common: a head with
// the title, the colours of light and dark screens, and a content security policy
// that allows the page's own style and script and nothing else, whatever stands in
// the capture. What the body says is the business of whoever writes the page.
package page

import (
	"crypto/sha256"
	_ "embed" // the head and the colours
	"encoding/base64"
	"html/template"
	"strings"
)

var (
	//go:embed head.html
	head string
	//go:embed base.css
	base string
)

// Head is what the template "head" shows.
type Head struct {
	Title  string
	Style  template.CSS
	Script template.JS // for the end of the body; "" for none
	Policy string      // Content Security Policy 3
}

// New is the head of a page with a style, which may use the colours --bg, --fg,
// --dim, --line, --soft, --client, --server, --bad, --warn and --video, and a script,
// or "" for none. Style and script are parts of the program, never of a capture.
func New(title, style, script string) Head {
	style = base + style
	p := "default-src 'none'; style-src " + hashOf(style) + "; "
	if script != "" {
		p += "script-src " + hashOf(script) + "; "
	}
	return Head{title, template.CSS(style), template.JS(script), p + "base-uri 'none'; form-action 'none'"}
}

// hashOf is a source expression of Content Security Policy 3 §2.3.1.
func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Parse is the template of a page. Its text begins with {{template "head" .Head}},
// which gives everything up to the body; html/template escapes what is shown. It
// panics when the text, which is a part of the program, is no template.
func Parse(text string, funcs template.FuncMap) *template.Template {
	t := template.Must(template.New("page").Funcs(funcs).Parse(strings.TrimRight(head, "\n")))
	return template.Must(t.Parse(text))
}
