package lint

import (
	"net/url"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-tcurl-userinfo", Severity: session.Warning,
	Title:    "Credentials or a fragment in tcUrl",
	Why:      "The client should take user:password@ and #fragment out of the URL before it sends tcUrl. Here they travel in clear, and servers that compare the URL do not recognise it.",
	Fix:      "Give name and password in their own fields, or use a token in the query.",
	Source:   "RTMP Errata and Addenda §7.1.2, §9",
	Explains: refusals,
	Bad:      script.Example{script.Hi, script.ConnectTo("live", "rtmp://user:secret@10.0.0.2/live"), script.Accept()},
	Good:     script.Example{script.Hi, script.ConnectTo("live", "rtmp://10.0.0.2/live?user=secret"), script.Accept()},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "connect" || e.From != client {
				return
			}
			u, err := url.Parse(v.connect.tcURL)
			if err != nil || u.User == nil && u.Fragment == "" {
				return
			}
			what := "a fragment"
			if u.User != nil {
				what = "a user name or password"
			}
			r.report(session.ClientSide, rows(e.Number), "tcUrl %s carries %s", v.connect.urlMarked, what)
		})
	},
})
