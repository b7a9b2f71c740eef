package lint

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-key-special", Severity: session.Warning,
	Title:    "Unusual characters in the stream name",
	Why:      "Names are sent as they are, without escaping. A percent sequence, a blank, a stray ampersand or non-ASCII letters come from double or missing escaping, or from a shell that cut the URL. A query after ? is usual and only a note.",
	Fix:      "Compare the name with the server's key, letter by letter; quote the URL in a shell.",
	Source:   "owncast/owncast#1069, #2919, livekit/ingress#389, AirenSoft/OvenMediaEngine#704",
	Explains: append(slices.Clone(refusals), "cmd-badname"),
	Bad:      script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("key%20of%20mine"), str("live"))},
	Good:     script.Example{script.Publishing},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			c := e.Message.Command
			if c != "publish" && c != "play" || e.From != client || v.stream == nil {
				return
			}
			severity, what := unusual(v.stream.name)
			if severity > 0 {
				r.as(severity, session.ClientSide, rows(e.Number), "the name of this %s has %s", c, what)
			}
		})
	},
})

// unusual says what is unusual in a name, without telling it.
func unusual(name string) (session.Severity, string) {
	path, query, found := strings.Cut(name, "?")
	switch {
	case strings.Contains(path, "%") && len(path) > 2:
		return session.Warning, "a percent sign: escaped twice?"
	case strings.TrimSpace(name) != name:
		return session.Warning, "a blank at its beginning or end, copied along with it"
	case strings.ContainsAny(name, " \t"):
		return session.Warning, "a blank"
	case strings.Contains(path, "&"):
		return session.Warning, "an ampersand before any question mark: was the query cut off?"
	case strings.ContainsFunc(name, func(r rune) bool { return r > 0x7e || r < 0x20 }):
		return session.Warning, "characters outside ASCII"
	case strings.Contains(query, "?"):
		return session.Warning, "two question marks"
	case found:
		return session.Note, "a query of " + count(len(query)) + " characters, perhaps a token"
	}
	return 0, ""
}
