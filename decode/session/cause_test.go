package session

import (
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
)

// TestEnds: who ended a side, in a token for rules and in words for people.
func TestEnds(t *testing.T) {
	const target = "live.example.com:1935"
	for _, tt := range []struct {
		end   End
		cause Cause
		row   string
		brief string
	}{
		{End{}, PeerClosed, "the server closed its side (FIN)", ""},
		{End{How: Reset}, PeerReset, "the server reset the connection (RST)", "reset by the server"},
		{End{How: Reset, Cause: PeerReset, Words: "server: connection reset by peer"}, PeerReset, "the server reset the connection (RST)", "reset by the server"},
		{End{How: Reset, Cause: Vanished, Words: "x"}, Vanished, "the server vanished: it answered nothing any more and sent neither FIN nor RST", "the server vanished"},
		{End{How: Reset, Cause: Truncated}, Truncated, "the server cut the connection off: its TLS ended without close_notify, so bytes may be missing", "its TLS ended without close_notify, so bytes may be missing"},
		{End{How: Reset, Cause: PeerBroke, Detail: "no buffer space"}, PeerBroke, "the connection to the server broke: no buffer space", "no buffer space"},
		{End{How: Reset, Cause: PeerGone}, PeerGone, "the server is gone", "the server is gone"},
		{End{Cause: HalfCloseSilent, Detail: "1m0s"}, HalfCloseSilent, "the proxy ended the server's side: the server sent nothing for 1m0s after the client had closed", ""},
		{End{How: Reset, Cause: HalfCloseSilent}, HalfCloseSilent, "the proxy reset the connection: the server sent nothing after the client had closed", "the server sent nothing after the client had closed"},
		{End{Cause: HalfCloseStalled, Detail: "1m0s"}, HalfCloseStalled, "the proxy ended the server's side: the client had closed and took nothing for 1m0s", ""},
		{End{Cause: ShutDown}, ShutDown, "the proxy ended the server's side: the proxy was shutting down", ""},
		{End{How: Reset, Cause: ShutDownStalled}, ShutDownStalled, "the proxy reset the connection: the proxy was shutting down, and the client did not take what was on its way", "the proxy was shutting down, and the client did not take what was on its way"},
		{End{Cause: CutShort}, CutShort, "the proxy ended the server's side: the proxy was told to end at once", ""},
		{End{Cause: EndElsewhere}, EndElsewhere, "the end of this side is in segments of the recording that are not here", ""},
		{End{How: Reset, Cause: FrontFailed, Detail: "bad certificate"}, FrontFailed, "the proxy reset the connection: what the client said before RTMP failed: bad certificate", "what the client said before RTMP failed: bad certificate"},
		{End{How: Reset, Cause: FrontTimeout, Detail: "10s"}, FrontTimeout, "the proxy reset the connection: the client did not say in time what comes before RTMP (10s)", "the client did not say in time what comes before RTMP (10s)"},
		{End{Words: "a tunnel ended"}, InWords, "the server's side was ended: a tunnel ended", ""},
		{End{Cause: "of-tomorrow", Words: "a new way"}, "of-tomorrow", "the server's side was ended: a new way", ""},
		{End{How: Reset, Cause: DialFailed, Target: target, Detail: "EOF"}, DialFailed,
			"upstream live.example.com:1935: connection failed (EOF), so the proxy ended the client's connection: check the upstream address", "connection failed"},
	} {
		var last Entry
		tl := New(Options{OnEntry: func(e *Entry) { last = *e }})
		at := time.Unix(1_800_000_000, 0)
		tl.Open(Connection{ID: 1, At: at, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935"})
		tl.Close(1, decode.FromServer, at, tt.end)
		if last.Cause != tt.cause || last.Reason.Token != string(tt.cause) || string(last.Summary) != tt.row {
			t.Errorf("%+v:\n got %s %q\nwant %s %q", tt.end, last.Cause, last.Summary, tt.cause, tt.row)
		}
		if got := tl.Snapshot().Sessions()[0].Cause; got != tt.brief {
			t.Errorf("%+v: brief is %q, want %q", tt.end, got, tt.brief)
		}
	}
}

// TestCauses: each cause is somebody's, and none is the act of two.
func TestCauses(t *testing.T) {
	for c, about := range causes {
		dial := strings.HasPrefix(string(c), "dial-") || strings.HasPrefix(string(c), "tls-")
		if c.Unreached() != dial || (about.words != "") != dial || (about.advice != "") != dial || (c.Words() != "") != dial {
			t.Errorf("%s: unreached %v, words %q, advice %q", c, c.Unreached(), about.words, about.advice)
		}
		if c.ByRelay() && c.ByPeer() || !c.Known() {
			t.Errorf("%s is by both", c)
		}
	}
	ours := []Cause{HalfCloseSilent, HalfCloseStalled, ShutDown, CutShort, DialRefused, DialSelfLoop}
	theirs := []Cause{PeerClosed, PeerReset, Vanished, Truncated, PeerBroke, PeerGone}
	for _, c := range ours {
		if !c.ByRelay() {
			t.Errorf("%s is not ours", c)
		}
	}
	for _, c := range theirs {
		if !c.ByPeer() {
			t.Errorf("%s is not theirs", c)
		}
	}
	for _, c := range []Cause{EndElsewhere, InWords, "", "of-tomorrow"} {
		if c.ByPeer() || c.ByRelay() || c.Unreached() {
			t.Errorf("%q is somebody's", c)
		}
	}
}

// TestFacts: what is known of a connection stands on its first row and with its session,
// in order and made safe.
func TestFacts(t *testing.T) {
	var first Entry
	tl := New(Options{OnEntry: func(e *Entry) { first = *e }})
	tl.Open(Connection{ID: 1, At: time.Unix(1_800_000_000, 0), Client: "10.0.0.1:5000", Server: "10.0.0.2:1935",
		Facts: Facts{{"upstream", "live.example.com:1935"}, {"client.note", "a\x1b[31m"}}})
	for where, facts := range map[string]Facts{"row": first.Facts, "session": tl.Snapshot().Sessions()[0].Facts} {
		if len(facts) != 2 || facts[0] != (Fact{"upstream", "live.example.com:1935"}) || facts[1].Key != "client.note" || strings.Contains(facts[1].Value, "\x1b") {
			t.Errorf("%s: %q", where, facts)
		}
		if v, ok := facts.Get("upstream"); !ok || v != "live.example.com:1935" {
			t.Errorf("%s: upstream is %q, %v", where, v, ok)
		}
		if v, ok := facts.Get("target"); ok || v != "" {
			t.Errorf("%s: target is %q", where, v)
		}
	}
	if first.Client != "10.0.0.1:5000" || first.Server != "10.0.0.2:1935" {
		t.Errorf("ends are %q and %q", first.Client, first.Server)
	}
}
