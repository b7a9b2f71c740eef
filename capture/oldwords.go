package capture

import "strings"

// oldDials are the words of older recordings for why a server was not reached.
var oldDials = map[string]string{
	"connection refused":                "dial-refused",
	"connection reset":                  "dial-reset",
	"no answer in time":                 "dial-timeout",
	"no such host":                      "dial-no-such-host",
	"name lookup failed":                "dial-lookup-failed",
	"no route to host":                  "dial-no-route",
	"out of file descriptors":           "dial-out-of-files",
	"the upstream is this proxy itself": "dial-self-loop",
	"connection failed":                 "dial-failed",
}

// oldEnds are their words for ends by the proxy.
var oldEnds = map[string]string{
	"the proxy is shutting down":        "shutdown",
	"the proxy was told to end at once": "cut",
}

// wordsToCause is for recordings that were made before ends had causes: it is the
// one place where words that were written for people are read. Those programs wrote
// "upstream HOST:PORT: WHY: ADVICE" for a server that was not reached, "client: WHY"
// and "server: WHY" for a connection that broke, and whole sentences for what they
// did themselves. A FIN with other words is [EndInWords], a RST
// with other words has no cause.
func wordsToCause(kind Kind, words string) Cause {
	who, why, _ := strings.Cut(words, ": ")
	target, dialled := strings.CutPrefix(who, "upstream ")
	switch {
	case words == "":
		return Cause{}
	case kind == Reset && dialled:
		return oldDial(target, why)
	case kind == Reset && (who == "client" || who == "server"):
		return oldBreach(why)
	case kind != Fin:
		return Cause{}
	case oldEnds[words] != "":
		return Cause{Token: oldEnds[words]}
	}
	return oldTimeout(words)
}

func oldDial(target, why string) Cause {
	why, advice, _ := strings.Cut(why, ": ")
	c := Cause{Token: oldDials[why], Target: target}
	if c.Token == "" {
		return Cause{}
	}
	if at := strings.LastIndex(advice, " ("); c.Token == "dial-failed" && at >= 0 {
		c.Detail = strings.TrimSuffix(advice[at+2:], ")")
	}
	return c
}

func oldBreach(why string) Cause {
	switch why {
	case "connection reset by peer", "broken pipe":
		return Cause{Token: "reset"}
	case "connection timed out":
		return Cause{Token: "vanished"}
	}
	return Cause{Token: "broken", Detail: why}
}

// oldTimeout reads "half-closed, and client took nothing for 1m0s".
func oldTimeout(words string) Cause {
	_, limit, _ := strings.Cut(words, " nothing for ")
	switch rest, half := strings.CutPrefix(words, "half-closed, and "); {
	case half && strings.Contains(rest, " sent nothing"):
		return Cause{Token: "half-close-silent", Detail: limit}
	case half && strings.Contains(rest, " took nothing"):
		return Cause{Token: "half-close-stalled", Detail: limit}
	}
	return Cause{Token: EndInWords}
}
