package message

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/mask"
)

// dotted replaces what is marked by a dot.
func dotted(s string, spans []mask.Span) string {
	out, at := "", 0
	for _, x := range spans {
		out += s[at:x.Start] + "·"
		at = x.End
	}
	return out + s[at:]
}

// TestSecretsByPlace: what a place gives away, and what it leaves. ·'s are computed by
// hand from what stands where in a URL, a name, a sentence.
func TestSecretsByPlace(t *testing.T) {
	for _, c := range []struct {
		command string
		arg     int
		key     string
		s, want string
	}{
		{"publish", 1, "", "name?a=1&b", "·?·"},
		{"publish", 0, "", "name", "·"},
		{"publish", 2, "", "live", "live"},
		{"publish", 3, "", "surplus", "·"},
		{"set_playlist", 3, "", "a", "·"},
		{"createStream", 1, "", "surplus", "·"},
		{"_result", 1, "", "an id", "an id"},
		{"connect", 0, "app", "live", "live"},
		{"connect", 0, "app", "/live/", "/live/"},
		{"connect", 0, "app", "live/_definst_", "live/_definst_"},
		{"connect", 0, "app", "live/key?x=1", "live/·?·"},
		{"connect", 0, "tcUrl", "rtmp://h:1935/live", "rtmp://h:1935/live"},
		{"connect", 0, "tcUrl", "rtmp://u:p@h/live/k/l?q", "rtmp://·@h/live/·?·"},
		{"connect", 0, "tcUrl", "rtmp://u:p/w@h/live", "rtmp://·@h/live"},
		{"connect", 0, "tcUrl", "rtmp://[::1]:1935/live/cam@1", "rtmp://[::1]:1935/live/·"},
		{"connect", 0, "tcUrl", "rtmp://h/live/my key) {x}", "rtmp://h/live/·"},
		{"onMetaData", 0, "note", "at (rtmp://u:p@[::1]/live/k(1)x) now", "at (rtmp://·@[::1]/live/· now"},
		{"connect", 0, "pageUrl", "http://h/a/b?c", "http://h/a/b?·"},
		{"connect", 1, "", "argument", "·"},
		{"connect", 0, "flashVer", "FMLE/3.0 (compatible; Lavf60.16.100)", "FMLE/3.0 (compatible; Lavf60.16.100)"},
		{"onStatus", 0, "description", "is it? yes", "is it?·"},
		{"onStatus", 0, "code", "NetStream.Publish.Start", "NetStream.Publish.Start"},
		{"onStatus", 0, "code", "x.9f8e7d6c5b4a3210", "x.·"},
		{"onMetaData", 0, "encoder", "Lavf58.76.100", "Lavf58.76.100"},
		{"onMetaData", 0, "keyFrameInterval", "2", "2"},
		{"onMetaData", 0, "stream-key", "2", "·"},
		{"onMetaData", 0, "X-AuthToken2", "abc", "·"},
		{"onMetaData", 0, "monkey", "abc", "abc"},
		{"onMetaData", 0, "note", "bad token: expected a name", "bad token: expected a name"},
		{"onMetaData", 0, "note", "bad token: abc-12!", "bad token: ·"},
		{"onMetaData", 0, "note", "token=word;next", "token=·;next"},
		{"onMetaData", 0, "note", "see https://u@h/x, or rtmps://h/a/b.", "see https://·@h/x, or rtmps://h/a/·"},
		{"authenticate", 2, "", "anything", "·"},
		{"", -1, "", "onBWDone", "onBWDone"},
		{"", -1, "", "call9f8e7d6c5b4a3210", "·"},
	} {
		if got := dotted(c.s, Secrets(c.command, c.arg, c.key, c.s)); got != c.want {
			t.Errorf("%s %d %s %q: %s, want %s", c.command, c.arg, c.key, c.s, got, c.want)
		}
	}
}

func TestMaskedKeepsWordsAndLines(t *testing.T) {
	got := Masked("dial rtmp://u:pw@h/live/key: refused\n  see session-2026a1b2c3d4.pcapng\x1b, password=x")
	if strings.ReplaceAll(got, "••••", "") == got || strings.Contains(got, "pw@") || strings.Contains(got, "/key") || strings.Contains(got, "=x") ||
		!strings.HasPrefix(got, "dial rtmp://••••") || !strings.Contains(got, " refused\n  see session-2026a1b2c3d4.pcapng\x1b, password=••••") {
		t.Errorf("%q", got)
	}
}

func TestWordsOfNames(t *testing.T) {
	for name, want := range map[string]string{
		"authToken": "auth token", "stream_key": "stream key", "X-Signature": "x signature", "PASSWORD": "password", "_checkbw": "checkbw",
		"onFCPublish": "on fcpublish", "a1b": "a b", "": "",
	} {
		if got := strings.Join(words(name), " "); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
