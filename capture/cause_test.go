package capture

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
)

// TestFactsOfOthersAreNotBelieved: a packet comment in somebody else's capture is
// no word of a recorder.
func TestFactsOfOthersAreNotBelieved(t *testing.T) {
	f := &flow{reader: &Reader{}}
	f.reader.packet.end = &meta.Cause{Token: "dial-refused"}
	if c := f.cause(Reset); c != (Cause{}) {
		t.Errorf("%+v", c)
	}
}

// TestOldWords: recordings made before ends had causes give the same ones, as far as their
// words tell. The words are those that those programs wrote.
func TestOldWords(t *testing.T) {
	for _, tt := range []struct {
		kind  Kind
		words string
		want  Cause
	}{
		{Fin, "", Cause{}},
		{Reset, "", Cause{}},
		{Reset, "upstream [::1]:1935: connection refused: is the server running, and is this its RTMP port (usually 1935)?", Cause{"dial-refused", "[::1]:1935", ""}},
		{Reset, "upstream a.example:1935: connection reset: the server ended it at once; it may have a limit, or refuse this machine", Cause{"dial-reset", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: no answer in time: a firewall may drop the packets, or the address is wrong", Cause{"dial-timeout", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: no such host: check the spelling of the host name", Cause{"dial-no-such-host", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: name lookup failed: check the network and its DNS server", Cause{"dial-lookup-failed", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: no route to host: check the address, the network and the VPN", Cause{"dial-no-route", "a.example:1935", ""}},
		{Reset, "upstream a.example:1935: out of file descriptors: raise the limit (ulimit -n) or lower the number of connections", Cause{"dial-out-of-files", "a.example:1935", ""}},
		{Reset, "upstream 127.0.0.1:1936: the upstream is this proxy itself: listen on another port, or name the real server as upstream", Cause{"dial-self-loop", "127.0.0.1:1936", ""}},
		{Reset, "upstream a.example:1935: connection failed: check the upstream address (dial tcp: unknown port)", Cause{"dial-failed", "a.example:1935", "dial tcp: unknown port"}},
		{Reset, "upstream refused the connection", Cause{}},
		{Reset, "client: connection reset by peer", Cause{Token: "reset"}},
		{Reset, "server: broken pipe", Cause{Token: "reset"}},
		{Reset, "server: connection timed out", Cause{Token: "vanished"}},
		{Reset, "client: no buffer space available", Cause{Token: "broken", Detail: "no buffer space available"}},
		{Reset, "somebody wrote this: connection refused", Cause{}},
		{Fin, "the proxy is shutting down", Cause{Token: "shutdown"}},
		{Fin, "the proxy was told to end at once", Cause{Token: "cut"}},
		{Fin, "half-closed, and server sent nothing for 1m0s", Cause{Token: "half-close-silent", Detail: "1m0s"}},
		{Fin, "half-closed, and client took nothing for 1m0s", Cause{Token: "half-close-stalled", Detail: "1m0s"}},
		{Fin, "upstream a:1: connection refused: x", Cause{Token: EndInWords}},
	} {
		if got := wordsToCause(tt.kind, tt.words); got != tt.want {
			t.Errorf("%v %q: %+v, want %+v", tt.kind, tt.words, got, tt.want)
		}
	}
}
