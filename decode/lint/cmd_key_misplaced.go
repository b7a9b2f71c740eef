package lint

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-key-misplaced", Severity: session.Warning,
	Title:    "The stream key is in the wrong field",
	Why:      "The name that is published is empty, or it looks like an application while app has two parts: the key was typed into the field for the URL, or the other way round.",
	Fix:      "Server: rtmp://host/app. Key: the stream name alone.",
	Source:   "ossrs/srs#796",
	Explains: append(slices.Clone(refusals), "cmd-badname"),
	Bad:      script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str(""), str("live"))},
	Good:     script.Example{script.Publishing},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "publish" || e.From != client || v.stream == nil {
				return
			}
			parts := strings.FieldsFunc(v.connect.app, func(c rune) bool { return c == '/' })
			switch name := v.stream.name; {
			case name == "":
				r.report(session.ClientSide, rows(v.connect.asked.row, e.Number), "publish without a stream name; app is \"%s\", so the key may be in the URL", v.connect.appMarked)
			case v.connect.app != "" && strings.HasPrefix(name, v.connect.app+"/"): // some servers want it so
				r.as(session.Note, session.ClientSide, rows(v.connect.asked.row, e.Number), "the stream name %s begins with app \"%s\": a part of the URL stands in both", v.stream.marked(), v.connect.appMarked)
			case len(parts) >= 2 && looksLikeApp(name):
				r.report(session.ClientSide, rows(v.connect.asked.row, e.Number), "the stream name %s looks like an application, and app has %d parts: key and URL may be exchanged", v.stream.marked(), len(parts))
			}
		})
	},
})

// looksLikeApp reports whether a name is one that applications have.
func looksLikeApp(name string) bool {
	switch strings.ToLower(name) {
	case "live", "app", "stream", "rtmp", "live2", "publish", "ingest", "livestream":
		return true
	}
	return false
}
