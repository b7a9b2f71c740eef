package lint

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-tcurl-invalid", Severity: session.Warning,
	Title:    "tcUrl is not a URL",
	Why:      "tcUrl is missing or cannot be read as rtmp://host[:port]/app. Servers that route or authenticate by it refuse the client, mostly without a word; Node-Media-Server and others throw on it.",
	Fix:      "Correct the URL that was typed, or what builds it: a port and a path that were put together without the slash between them are usual.",
	Source:   "RTMP 1.0 §7.2.1.1; RTMP Errata and Addenda §7.1.2; RFC 3986",
	Explains: refusals,
	Bad:      script.Example{script.Hi, script.ConnectTo("live", "rtmp://10.0.0.2:1935live"), script.Accept()},
	Good:     script.Example{script.Hi, script.ConnectTo("live", "rtmp://10.0.0.2:1935/live"), script.Accept()},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "connect" || e.From != client {
				return
			}
			if why := invalidURL(v.connect.tcURL); why != "" {
				r.inShort("tcUrl is not a URL").report(session.ClientSide, rows(e.Number), "tcUrl %s is no URL of an RTMP server: %s", v.connect.urlMarked, why)
			}
		})
	},
})

// invalidURL says why a tcUrl is none, without repeating it; "" when it is one.
func invalidURL(s string) string {
	scheme, rest, found := strings.Cut(s, "://")
	switch {
	case s == "":
		return "it is missing or empty"
	case !found:
		return "it has no scheme such as rtmp://"
	case !strings.HasPrefix(strings.ToLower(scheme), "rtmp"):
		return "its scheme is not rtmp or one of its kin"
	}
	host, _, _ := strings.Cut(rest, "/")
	if why := invalidPort(host); why != "" {
		return why
	}
	if u, err := url.Parse(s); err != nil || u.Hostname() == "" {
		return "it cannot be taken apart into host and path"
	}
	return ""
}

// invalidPort says what is wrong with the port of host:port, or "".
func invalidPort(host string) string {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return ""
	}
	port := host[i+1:]
	if n, err := strconv.Atoi(port); port == "" || err == nil && n > 0 && n < 1<<16 {
		return ""
	}
	digits := len(port) - len(strings.TrimLeft(port, "0123456789"))
	if digits > 0 && digits < len(port) {
		return "the port " + port[:digits] + " and what follows are glued together, as if a slash were missing"
	}
	return "what follows the colon is not a port"
}
