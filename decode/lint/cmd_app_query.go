package lint

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-app-query", Severity: session.Note,
	Title:    "A query in the application",
	Why:      "app carries a query string. nginx-rtmp, SRS and MediaMTX cut it off; other servers look for an application with exactly that name. Adobe login parameters (authmod) do belong here.",
	Fix:      "When the server does not know the application, append the query to the stream name, where most servers expect it.",
	Source:   "ossrs/srs#1281; RTMP Errata and Addenda §7.1.2",
	Explains: refusals,
	Bad:      script.Example{script.Hi, script.ConnectTo("live?token=abcdef", "rtmp://10.0.0.2/live?token=abcdef"), script.Accept()},
	Good:     script.Example{script.Hi, script.ConnectTo("live?authmod=adobe&user=me", "rtmp://10.0.0.2/live?authmod=adobe&user=me"), script.Accept()},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "connect" || e.From != client {
				return
			}
			if app, query, found := strings.Cut(v.connect.app, "?"); found && !strings.HasPrefix(query, "authmod=") {
				r.report(session.ClientSide, rows(e.Number), "app is \"%s\" with a query of %s characters; servers that do not cut it off look for an application of that name", app, count(len(query)))
			}
		})
	},
})
