package lint

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-name-slash", Severity: session.Warning,
	Title:    "A slash in the wrong place",
	Why:      "The stream name or the application begins with a slash, ends with one, or has two in a row: it was pasted with a part of the URL, or URL and key were joined with a slash too many. The server looks for a stream of that very name, slash and all. A masked name does not show it.",
	Fix:      "Remove the slash from the key or from the end of the URL.",
	Source:   "arut/nginx-rtmp-module#1426, #1543; ossrs/srs#796",
	Explains: append(slices.Clone(refusals), "cmd-badname"),
	Bad:      script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("/key-of-mine"), str("live"))},
	Good:     script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("show/key-of-mine?path=//x"), str("live"))},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.From != client {
				return
			}
			switch c := e.Message.Command; c {
			case "connect":
				if what := oddSlash(v.connect.app); what != "" && what != endsInSlash { // cmd-app-empty tells that
					r.report(session.ClientSide, rows(e.Number), "app %s", what)
				}
			case "publish", "play":
				if v.stream == nil {
					return
				}
				if what := oddSlash(v.stream.name); what != "" {
					r.inShort("the name of this %s %s", c, what).report(session.ClientSide, rows(e.Number), "the name of this %s, %s, %s", c, v.stream.marked(), what)
				}
			}
		})
	},
})

const endsInSlash = "ends in a slash"

// oddSlash says which slash of a name is one too many, or "".
func oddSlash(name string) string {
	path, _, _ := strings.Cut(name, "?")
	switch {
	case strings.HasPrefix(path, "/"):
		return "begins with a slash"
	case strings.Contains(path, "//") && !strings.Contains(path, "://"):
		return "has two slashes in a row"
	case strings.HasSuffix(path, "/"):
		return endsInSlash
	}
	return ""
}
