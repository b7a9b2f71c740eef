package lint

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-connect-rejected", Severity: session.Error,
	Title:  "The server rejects the connection",
	Why:    "The server answers connect with an error. Its description is the best hint: an unknown application, missing rights, or a login.",
	Fix:    "Read the server's words; check app and credentials.",
	Source: "RTMP 1.0 §7.2.1.1; arut/nginx-rtmp-module#893",
	Bad: script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul,
		script.Status("error", "NetConnection.Connect.InvalidApp", "no application 'live'")), script.Fin(server), script.Fin(client)},
	Good: script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, needAuth), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			m := &e.Message
			if e.From != server || !refusesConnect(v, m.Code) && !(m.Command == "_error" && v.reply != nil && v.reply.name == "connect") {
				return
			}
			if isChallenge(m.Description) || redirectOf(e) != "" || !r.first() {
				return
			}
			r.inShort("%s", m.Code).report(session.ServerSide, rows(v.connect.asked.row, e.Number), "the server refused connect to app \"%s\" after %s: %s “%s”%s", v.connect.appMarked, v.since(v.connect.asked), m.Code, e.Mark(1, "description", m.Description), v.namesRelay())
		})
	},
})

// refusesConnect reports whether a code means that there is no connection.
func refusesConnect(v *view, code string) bool {
	if v.connect.accepted {
		return false
	}
	switch code {
	case "NetConnection.Connect.Rejected", "NetConnection.Connect.InvalidApp", "NetConnection.Connect.Failed", "NetConnection.Connect.AppShutdown":
		return v.connect.asked.yes()
	}
	return false
}

// isChallenge reports whether the words of a refusal ask for a login in
// several steps.
func isChallenge(words string) bool {
	return strings.Contains(words, "authmod=") || strings.Contains(words, "reason=needauth") || strings.Contains(words, "code=403 need auth")
}

// needAuth is the first refusal of Adobe's authentication.
var needAuth = script.Status("error", "NetConnection.Connect.Rejected", "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ")
