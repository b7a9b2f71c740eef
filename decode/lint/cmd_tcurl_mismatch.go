package lint

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-tcurl-mismatch", Severity: session.Warning,
	Title:    "tcUrl names another host, port or path",
	Why:      "tcUrl does not name the host and port that the client is connected to, or its path differs from app. CDNs, virtual hosts and login hooks check tcUrl; behind a relay it still names the relay, which is a note when the relay is on the same machine. In a recording of rtmpscope the relay is rtmpscope itself, so host and port say nothing there and are not judged.",
	Fix:      "Let the client send the server's own URL: ffmpeg and ffplay with -rtmp_tcurl rtmp://SERVER/APP; others, such as OBS, by the server's name in the URL and a line in the hosts file that leads to the relay, on the server's port.",
	Source:   "RTMP Errata and Addenda §7.1.2; ossrs/srs#595, sergey-dryabzhinsky/nginx-rtmp-module#230",
	Explains: refusals,
	Bad:      script.Example{script.Hi, script.ConnectTo("live", "rtmp://10.9.9.9/other"), script.Accept()},
	Good:     script.Example{script.Hi, script.ConnectTo("live", "rtmp://media.example.net/live"), script.Accept()},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "connect" || e.From != client || v.connect.tcURL == "" {
				return
			}
			u, err := url.Parse(v.connect.tcURL)
			if err != nil || u.Host == "" {
				return
			}
			if v.otherPath(u) {
				r.report(session.ClientSide, rows(e.Number), "the path of tcUrl %s is not app \"%s\"", v.connect.urlMarked, v.connect.appMarked)
			}
			if what := v.otherHost(u); what != "" && !v.relayed {
				severity := session.Warning
				if v.who[client].is(nginx, gstreamer) || isLoopback(u.Hostname()) {
					severity = session.Note // the former leave the port out, the latter is a relay on the same machine
				}
				r.as(severity, session.NoSide, rows(e.Number), "tcUrl %s names %s, but the server is %s", v.connect.urlMarked, what, v.serverAddr)
			}
		})
	},
})

// isLoopback reports whether a URL names this very machine.
func isLoopback(host string) bool {
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.IsLoopback()
}

// otherPath reports whether the path of tcUrl is not app; a mangled one is
// another rule's business.
func (v *view) otherPath(u *url.URL) bool {
	path := strings.Trim(u.Path, "/")
	app, _, _ := strings.Cut(v.connect.app, "?")
	app = strings.Trim(app, "/")
	return app != "" && path != app && !mangled(path, app)
}

// otherHost compares host and port, as far as they are numbers: names cannot be
// resolved here.
func (v *view) otherHost(u *url.URL) string {
	at, err := netip.ParseAddrPort(v.serverAddr)
	if err != nil {
		return ""
	}
	if u.Hostname() == "localhost" && !at.Addr().IsLoopback() {
		return "host localhost"
	}
	if host, err := netip.ParseAddr(u.Hostname()); err == nil && host.Unmap() != at.Addr().Unmap() {
		return "host " + u.Hostname()
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"rtmps": "443", "rtmpt": "80", "rtmpts": "443"}[strings.ToLower(u.Scheme)]
	}
	if port == "" {
		port = "1935"
	}
	if port != strconv.Itoa(int(at.Port())) {
		return "port " + port
	}
	return ""
}

// namesRelay says that tcUrl names the relay and not the server, of a session that the
// server would not have: it may go by that. "" where it does not, or no relay is known.
func (v *view) namesRelay() string {
	u, err := url.Parse(v.connect.tcURL)
	if !v.relayed || err != nil || u.Host == "" || v.otherHost(u) == "" {
		return ""
	}
	return "; tcUrl names " + v.otherHost(u) + ", which is the relay's: servers that go by it refuse that"
}
