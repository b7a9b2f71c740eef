package lint

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-app-empty", Severity: session.Warning,
	Title:    "No application",
	Why:      "app is missing, empty or ends in a slash: the URL was split at the wrong place. Servers then look for an application that does not exist.",
	Fix:      "Put the server's address with its application in the server field (rtmp://host/live) and the key in its own.",
	Source:   "RTMP Errata and Addenda §7.1.2; AgustinSRG/rtmp-server-rs#6, pedroSG94/RootEncoder#2163",
	Explains: refusals,
	Bad:      script.Example{script.Hi, script.ConnectTo("", "rtmp://10.0.0.2/"), script.Accept()},
	Good:     script.Example{script.Hi, script.ConnectTo("live/inner", "rtmp://10.0.0.2/live/inner"), script.Accept()},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "connect" || e.From != client {
				return
			}
			path, _, _ := strings.Cut(v.connect.app, "?")
			switch {
			case v.connect.object.Get("app") == nil:
				r.report(session.ClientSide, rows(e.Number), "connect has no app; tcUrl is %s", v.connect.urlMarked)
			case path == "":
				r.report(session.ClientSide, rows(e.Number), "app is empty; tcUrl is %s, so the whole path is left for the stream name", v.connect.urlMarked)
			case strings.HasSuffix(path, "/"):
				severity := session.Warning
				if v.who[client].is(flash) {
					severity = session.Note // it always did, and Adobe's servers take it
				}
				r.as(severity, session.ClientSide, rows(e.Number), "app \"%s\" ends in a slash; servers look for an application of that very name", v.connect.appMarked)
			}
		})
	},
})
