package cli

import (
	"net"
	"net/url"
	"strings"
)

// target is the server that clients are relayed to.
type target struct {
	address string // host:port
	app     string // path of the URL, for the hints: "/live"
	builtIn bool
}

// name is the target in words.
func (t target) name() string {
	if t.builtIn {
		return "the built-in server"
	}
	return t.address
}

// parseUpstream reads rtmp://host[:port][/app…].
func parseUpstream(s string) (target, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return target{}, fail(exitUsage, "upstream %q is not a URL like rtmp://host:1935/app", s)
	}
	switch strings.ToLower(u.Scheme) {
	case "rtmp":
	case "rtmps", "rtmpt", "rtmpe", "rtmpts", "rtmpte", "rtmfp":
		return target{}, fail(exitUsage, "upstream %q: only rtmp:// is relayed; %s:// would need to be taken apart on the way", s, u.Scheme)
	default:
		return target{}, fail(exitUsage, "upstream %q: the scheme must be rtmp://, not %s://", s, u.Scheme)
	}
	if u.Hostname() == "" {
		return target{}, fail(exitUsage, "upstream %q names no host", s)
	}
	port := u.Port()
	if port == "" {
		port = "1935"
	}
	return target{address: net.JoinHostPort(u.Hostname(), port), app: strings.TrimRight(u.EscapedPath(), "/")}, nil
}
