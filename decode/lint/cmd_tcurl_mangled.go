package lint

import (
	"net/url"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-tcurl-mangled", Severity: session.Warning,
	Title:    "tcUrl was damaged on the way",
	Why:      "The path of tcUrl has a doubled last character or a doubled slash: a front end that ends TLS rewrote rtmps:// to rtmp:// by the wrong length. Or the application begins with a port: a slash was typed where the colon before the port belongs.",
	Fix:      "Update the front end (nginx-http-flv-module before August 2026), or correct the URL.",
	Source:   "winshining/nginx-http-flv-module#284",
	Explains: refusals,
	Bad:      script.Example{script.Hi, script.ConnectTo("live", "rtmp://10.0.0.2/livee"), script.Accept()},
	Good:     script.Example{script.Hi, script.ConnectTo("livee", "rtmp://10.0.0.2/livee"), script.Accept()},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "connect" || e.From != client {
				return
			}
			u, err := url.Parse(v.connect.tcURL)
			if err != nil {
				return
			}
			app, _, _ := strings.Cut(v.connect.app, "?")
			if port, _, _ := strings.Cut(app, "/"); u.Port() == "" && isPort(port) {
				r.report(session.ClientSide, rows(e.Number), "app \"%s\" begins with what looks like a port: rtmp://HOST:%s/APP has a colon there, not a slash", v.connect.appMarked, port)
			}
			if mangled(strings.TrimPrefix(u.Path, "/"), app) {
				r.report(session.NoSide, rows(e.Number), "the path of tcUrl %s is app \"%s\" with a doubled character", v.connect.urlMarked, v.connect.appMarked)
			}
		})
	},
})

// mangled reports whether path is app with its last character twice, or with a
// doubled slash.
func mangled(path, app string) bool {
	if app == "" || path == app {
		return false
	}
	return path == app+app[len(app)-1:] || strings.Contains(path, "//") && strings.Trim(strings.ReplaceAll(path, "//", "/"), "/") == app ||
		strings.HasPrefix(path, "/") && strings.TrimLeft(path, "/") == app
}

// ports are those at which RTMP and its kin mostly listen.
var ports = []string{"1935", "1936", "443", "80", "8080", "8443", "19350"}

func isPort(s string) bool { return slices.Contains(ports, s) }
