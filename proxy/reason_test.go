package proxy

import (
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestReasons: tokens are stable, short and have words; those of a dial have advice.
func TestReasons(t *testing.T) {
	want := []Reason{"dial-refused", "dial-reset", "dial-timeout", "dial-no-such-host", "dial-lookup-failed", "dial-no-route",
		"dial-out-of-files", "dial-self-loop", "dial-failed",
		"tls-alert", "tls-not-spoken", "tls-ended", "tls-failed", "tls-cert-expired", "tls-cert-early", "tls-cert-name", "tls-cert-self-signed", "tls-cert-incomplete",
		"tls-cert-unknown", "tls-cert-pin", "tls-cert-invalid", "front-failed", "front-timeout", "front-tls-alert", "front-tls-not-spoken", "front-tls-ended", "front-tls-failed", "fin", "reset", "vanished", "truncated", "broken", "gone",
		"half-close-silent", "half-close-stalled", "shutdown", "shutdown-stalled", "cut"}
	all := Reasons()
	if fmt.Sprint(all) != fmt.Sprint(want) {
		t.Fatalf("the tokens that stand in captures have changed:\n%v\n%v", all, want)
	}
	token := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	for _, r := range all {
		words, advice := r.Words()
		isDial := strings.HasPrefix(string(r), "dial-") || strings.HasPrefix(string(r), "tls-")
		if !token.MatchString(string(r)) || words == "" || words == string(r) || (advice != "") != isDial {
			t.Errorf("%q: words %q, advice %q", r, words, advice)
		}
	}
	if words, advice := Reason("later").Words(); words != "later" || advice != "" {
		t.Errorf("an unknown token says %q, %q", words, advice)
	}
}

// TestBreachOf: what the system says of a connection becomes a token.
func TestBreachOf(t *testing.T) {
	wrapped := func(e error) error { return &net.OpError{Op: "read", Err: os.NewSyscallError("read", e)} }
	for _, tt := range []struct {
		err    error
		want   Reason
		detail string
	}{
		{wrapped(syscall.ECONNRESET), PeerReset, ""},
		{wrapped(syscall.EPIPE), PeerReset, ""},
		{wrapped(syscall.ETIMEDOUT), Vanished, ""},
		{wrapped(syscall.EHOSTUNREACH), Vanished, "no route to host"},
		{wrapped(syscall.ENETUNREACH), Vanished, "network is unreachable"},
		{errReset, PeerReset, ""},
		{io.ErrUnexpectedEOF, PeerBroke, "unexpected EOF"},
	} {
		if got := breachOf(tt.err); got.reason != tt.want || got.detail != tt.detail {
			t.Errorf("%v: %+v, want %s (%s)", tt.err, got, tt.want, tt.detail)
		}
	}
}

// TestEndWords: one line names who did it.
func TestEndWords(t *testing.T) {
	for _, tt := range []struct {
		end  End
		dir  Direction
		want string
	}{
		{End{How: Fin, Reason: PeerClosed}, FromClient, "client: closed its side"},
		{End{How: Reset, Reason: PeerReset}, FromServer, "server: connection reset by peer"},
		{End{How: Aborted, Reason: PeerReset}, FromServer, "client: connection reset by peer"},
		{End{How: Reset, Reason: PeerBroke, Detail: "no buffer space"}, FromClient, "client: connection broken (no buffer space)"},
		{End{How: Timeout, Reason: HalfCloseSilent, Detail: "1m0s"}, FromServer, "server: sent nothing after the other side had closed (1m0s)"},
		{End{How: Shutdown, Reason: ShutDown}, FromClient, "the proxy is shutting down"},
		{(&DialError{Upstream: "a:1", Reason: NoRoute}).end(), FromServer, "upstream a:1: no route to host: check the address, the network and the VPN"},
		{(&DialError{Upstream: "a:1", Reason: OtherFailure, Err: io.EOF}).end(), FromServer, "upstream a:1: connection failed (EOF): check the upstream address"},
	} {
		if got := tt.end.Words(tt.dir); got != tt.want {
			t.Errorf("%+v %s:\n got %q\nwant %q", tt.end, tt.dir, got, tt.want)
		}
	}
}
