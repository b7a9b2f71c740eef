package cli

import (
	"io"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/message"
)

// upstreamVariable names the upstream in the environment, where other users of the
// machine do not see it, as they see a command line.
const upstreamVariable = "RTMPSCOPE_UPSTREAM"

// maxUpstream bounds what is read of a file that holds a URL.
const maxUpstream = 4 << 10

// upstreamOf is the URL that a command line means: itself, the first line of the FILE
// of @FILE, or what the environment says. "" stands for the built-in server.
func upstreamOf(args []string) (string, error) {
	if len(args) == 0 {
		return os.Getenv(upstreamVariable), nil
	}
	name, found := strings.CutPrefix(args[0], "@")
	if !found {
		return args[0], nil
	}
	f, err := os.Open(name)
	if err != nil {
		return "", fail(exitUsage, "the upstream is to be read from a file: %w", err)
	}
	defer f.Close()
	p, err := io.ReadAll(io.LimitReader(f, maxUpstream))
	if err != nil {
		return "", fail(exitUsage, "the upstream is to be read from a file: %w", err)
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(p)), "\n")
	if line == "" {
		return "", fail(exitUsage, "%s is empty; its first line must be a URL like rtmp://host:1935/app", name)
	}
	return strings.TrimSpace(line), nil
}

// target is the server that clients are relayed to.
type target struct {
	address string // host:port
	app     string // path of the URL, for the hints: "/live"
	secure  bool   // rtmps://
	builtIn bool
}

// name is the target in words.
func (t target) name() string {
	if t.builtIn {
		return "the built-in server"
	}
	if t.secure {
		return "rtmps://" + t.address
	}
	return t.address
}

// ports are those of the schemes that can be relayed to, where a URL names none.
var ports = map[string]string{"rtmp": "1935", "rtmps": "443"}

// parseUpstream reads rtmp://host[:port][/app…], or the same with rtmps://. Without a
// scheme rtmp:// is meant.
func parseUpstream(s string) (target, error) {
	if s != "" && !strings.Contains(s, "://") {
		s = "rtmp://" + s
	}
	u, err := url.Parse(s)
	s = message.Masked(s)
	if err != nil || u.Host == "" {
		return target{}, fail(exitUsage, "upstream %q is not a URL like rtmp://host:1935/app", s)
	}
	scheme := strings.ToLower(u.Scheme)
	switch scheme {
	case "rtmp", "rtmps":
	case "rtmpt", "rtmpe", "rtmpts", "rtmpte", "rtmfp":
		return target{}, fail(exitUsage, "upstream %q: only rtmp:// and rtmps:// upstreams are supported, not %s://", s, scheme)
	default:
		return target{}, fail(exitUsage, "upstream %q: the scheme must be rtmp:// or rtmps://, not %s://", s, scheme)
	}
	if u.Hostname() == "" {
		return target{}, fail(exitUsage, "upstream %q names no host", s)
	}
	port := u.Port()
	if port == "" {
		port = ports[scheme]
	}
	return target{address: net.JoinHostPort(u.Hostname(), port), app: strings.TrimRight(u.EscapedPath(), "/"), secure: scheme == "rtmps"}, nil
}
