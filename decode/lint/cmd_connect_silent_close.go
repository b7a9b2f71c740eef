package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-connect-silent-close", Severity: session.Error,
	Title:      "Closed after connect, without an answer",
	Why:        "The server closed right after connect and said nothing. nginx-rtmp and older MediaMTX refuse an unknown application like this; a trailing slash or a path that is split at the wrong place is the usual cause.",
	Fix:        "Compare app with the applications in the server's configuration; read the server's log at this moment.",
	Source:     "arut/nginx-rtmp-module#1426, #1543, #8, illuspas/Node-Media-Server#519",
	Thresholds: []string{"connect.close"},
	Absence:    true,
	Bad:        script.Example{script.Hi, script.ConnectTo("nosuchapp", "rtmp://10.0.0.2/nosuchapp"), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Connected, script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			c := &v.connect
			if e.From != server || v.first != server || !c.asked.yes() || c.answered.yes() || v.since(c.asked) > v.duration("connect.close") {
				return
			}
			r.inShort("closed %s after connect", v.since(c.asked)).report(session.ServerSide, rows(c.asked.row, v.nearRow(server), e.Number), "the server closed %s after connect to app \"%s\", without an answer, as servers do that have no such application or deny it%s%s", v.since(c.asked), c.appMarked, v.behind(server, c.asked.row), v.oddConnect()+v.nearApp()+v.namesRelay()+v.tries())
		})
	},
})

// tries says how many of the latest sessions there have been to the same application that
// were not answered, when this is not the first.
func (v *view) tries() string {
	n, first := 1, v.openedAt
	for _, o := range v.judge.neighbours() {
		if o != v && o.serverAddr == v.serverAddr && o.connect.asked.yes() && o.connect.app == v.connect.app && !o.connect.answered.yes() {
			n, first = n+1, min(first, o.openedAt)
		}
	}
	if n == 1 {
		return ""
	}
	return "; attempt " + ordinal(n) + " in " + text.Figures(time.Duration(v.clock-first))
}

// oddConnect says what is odd about a connect: that it is the second, or an AMF3 command, which few
// servers read before objectEncoding 3 is agreed to (RTMP 1.0 §7.1.1); "" when nothing is.
func (v *view) oddConnect() string {
	switch c := &v.connect; {
	case c.again:
		return "; it is a second connect, and the first was accepted"
	case c.typ != chunk.TypeCommandAMF3:
		return ""
	}
	return "; connect was sent as Command (AMF3), message type 17, which many servers do not read"
}

// nearApp names a session that the same server accepted under nearly the same
// application, or is "".
func (v *view) nearApp() string {
	for _, o := range v.judge.neighbours() {
		if o != v && o.serverAddr == v.serverAddr && o.connect.accepted && o.connect.app != v.connect.app {
			if in := difference(v.connect.app, o.connect.app); in != "" {
				return "; session " + count(o.number) + " was accepted with one that differs in " + in
			}
		}
	}
	return ""
}
