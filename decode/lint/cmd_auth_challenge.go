package lint

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-auth-challenge", Severity: session.Note,
	Title:  "A login over several connections",
	Why:    "The server rejects the connection and names the login it requires; the client reconnects with the response. Two rejections followed by success are normal in Adobe's and Limelight's scheme.",
	Fix:    "Nothing, when the third connection succeeds. reason=authfailed or nosuchuser means wrong credentials.",
	Source: "HaishinKit/HaishinKit.swift#682, #55; librtmp",
	Bad:    script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, needAuth), script.Fin(server), script.Fin(client)},
	Good:   script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", "no")), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			words := e.Message.Description
			if e.From != server || !isChallenge(words) && !strings.Contains(words, "reason=authfailed") && !strings.Contains(words, "reason=nosuchuser") {
				return
			}
			step, severity := "the server asks for a login", session.Note
			switch {
			case strings.Contains(words, "reason=needauth"):
				step = "the server sends salt and challenge; the client connects again with its response"
			case strings.Contains(words, "reason=authfailed"):
				step, severity = "the login failed: wrong password", session.Error
			case strings.Contains(words, "reason=nosuchuser"):
				step, severity = "the login failed: no such user", session.Error
			case !strings.Contains(v.connect.app, "authmod=") && v.askedBefore():
				step, severity = "the server asks for a login again, and the client has not begun one: it has no user and password, or does not know this way", session.Error
			}
			v.challenged = true
			r.as(severity, session.NoSide, rows(v.connect.asked.row, e.Number), "%s (%s scheme, connection %s to app \"%s\")", step, scheme(words), ordinal(v.sameHost()), v.connect.appMarked)
		})
	},
})

// scheme names the kind of login.
func scheme(words string) string {
	if strings.Contains(words, "authmod=llnw") || strings.Contains(words, "nonce=") {
		return "Limelight"
	}
	return "Adobe"
}

// sameHost counts the latest connections to this application.
func (v *view) sameHost() (n int) {
	app := func(v *view) string { a, _, _ := strings.Cut(v.connect.app, "?"); return a }
	for _, o := range v.judge.neighbours() {
		if o.serverAddr == v.serverAddr && o.connect.asked.yes() && app(o) == app(v) {
			n++
		}
	}
	return n
}

// askedBefore reports whether this client was asked for a login before, to the same
// application.
func (v *view) askedBefore() bool {
	return slices.ContainsFunc(v.judge.neighbours(), func(o *view) bool {
		return o != v && o.challenged && o.serverAddr == v.serverAddr && o.connect.app == v.connect.app && o.connect.flashVer == v.connect.flashVer
	})
}
