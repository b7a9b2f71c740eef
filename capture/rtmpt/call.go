package rtmpt

import (
	"strconv"
	"strings"
)

// Call is what a request line of RTMPT asks for.
type Call struct {
	// Verb is "open", "send", "idle", "close", or "" for any other.
	Verb string
	// Session is the ID of the tunnel, and Number the place of the request in it;
	// open has neither.
	Session string
	Number  int64
}

// ParseCall reads a request line of RTMPT.
func ParseCall(line []byte) (q Call, ok bool) {
	words := strings.Fields(string(line[:min(len(line), MaxLine)]))
	if len(words) != 3 || words[0] != "POST" || !strings.HasPrefix(words[2], "HTTP/1.") {
		return Call{}, false
	}
	parts := strings.Split(strings.TrimPrefix(words[1], "/"), "/")
	switch {
	case len(parts) == 2 && parts[0] == "fcs" && parts[1] == "ident2":
		return Call{}, true
	case len(parts) == 2 && parts[0] == "open":
		return Call{Verb: "open"}, true
	case len(parts) != 3 || parts[0] != "send" && parts[0] != "idle" && parts[0] != "close":
		return Call{}, false
	}
	n, err := strconv.ParseInt(parts[2], 10, 32)
	if err != nil || n < 0 || !IsSessionID(parts[1]) {
		return Call{}, false
	}
	return Call{Verb: parts[0], Session: parts[1], Number: n}, true
}

// IsSessionID says that an answer names a tunnel.
func IsSessionID(s string) bool {
	return len(s) > 0 && len(s) <= 64 && strings.Trim(strings.ToLower(s), "0123456789abcdefghijklmnopqrstuvwxyz_-.") == ""
}
