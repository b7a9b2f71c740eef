package diff

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// told is everything that a result has to say, a thing a line.
func told(r *Result, reveal bool) string {
	var b strings.Builder
	for _, h := range []*Head{&r.A, &r.B} {
		fmt.Fprintf(&b, "%s\n%s\n%s\n", h.Title(), h.About(reveal), h.Outcome.Show(reveal))
	}
	fmt.Fprintln(&b, r.Same())
	for _, p := range r.Parts() {
		fmt.Fprintln(&b, p.Title)
		for _, d := range p.List {
			fmt.Fprintf(&b, "%s [%s, %s]\n", d.Text.Show(reveal), d.Importance, d.Area)
			for _, place := range []Place{d.A, d.B} {
				fmt.Fprintf(&b, "%s: %s\n", place.Rows(), place.Text.Show(reveal))
			}
		}
	}
	return b.String()
}

// hostile differs from good in strings that attack every form.
func hostile() []said {
	const attack = "\x1b[31m<script>alert(1)</script>|**x**`@you http://x.example\u202e\"'{{.}}"
	s := replace(good(), "connect", call("", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(
		amf.Prop("app", amf.Str(attack)), amf.Prop(attack, amf.Str("x")), connect[1], amf.Prop("flashVer", amf.Str(attack)), connect[3])))
	return replace(s, "started", call("", server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("error", attack, attack)),
		call("", server, 1, amf.Str(attack), amf.Num(0), amf.Nul()))
}

// TestHostileStringsAreSafe: what peers say is told, and holds nothing that moves a
// cursor.
func TestHostileStringsAreSafe(t *testing.T) {
	got := told(Compare(fold(t, good()), fold(t, hostile()), Options{}), true)
	if strings.ContainsAny(got, "\x1b\u202e\x02\x03") {
		t.Errorf("control characters in\n%s", got)
	}
	if !strings.Contains(got, "alert") {
		t.Errorf("the attack is not told at all:\n%s", got)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	b := replace(good(), "connect", call("", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(
		amf.Prop("app", amf.Str("live?token=tok-98765")), connect[1], connect[2], amf.Prop("tcUrl", amf.Str("rtmp://me:pass-4321@h/live?token=tok-98765")))))
	b = replace(b, "publish", call("", client, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("other-key-55"), amf.Str("record")))
	b = replace(b, "started", call("", server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Publish.Start", "other-key-55 has begun")))
	b = append(b[:len(b)-2:len(b)-2], call("", server, 1, amf.Str("onInfo"), amf.Num(0), amf.Nul(), amf.Obj(amf.Prop("other-key-55", amf.Num(1)))))
	r := Compare(fold(t, good()), fold(t, b), Options{Names: true})
	masked, shown := told(r, false), told(r, true)
	for _, secret := range []string{"98765", "4321", "key-55", "key-123"} {
		if strings.Contains(masked, secret) {
			t.Errorf("%s stands in\n%s", secret, masked)
		}
	}
	if !strings.Contains(shown, "other-key-55") {
		t.Errorf("secrets are not told when asked for:\n%s", shown)
	}
}

// TestCounted: what is one is not many.
func TestCounted(t *testing.T) {
	for n, want := range map[int64]string{0: "0 messages", 1: "1 message", 2: "2 messages"} {
		if got := counted(n, "message"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	one := fold(t, until(good(), "connect", said{from: server, close: true}))
	e := &AmbiguousError{File: "script", Sessions: []*Session{one}}
	if got := e.Error(); !strings.Contains(got, ", 1 message, ") {
		t.Errorf("%q", got)
	}
}

func TestWords(t *testing.T) {
	r := Compare(fold(t, good()), fold(t, until(good(), "connect", said{from: server, close: true})), Options{})
	want := `script, session 1
FMLE/3.0, with FMS/3, 212 messages
publish accepted, 100 audio and 100 video frames; the client closed its side (FIN)
script, session 1
FMLE/3.0, 1 message
connect was never answered; the server closed its side (FIN)
Up to row 8 of A and row 8 of B both say the same in all that matters.
First difference
The server answers connect with "NetConnection.Connect.Success" in A and not in B: the server closes after connect without an answer [decisive, answer]
row 11: server: _result: NetConnection.Connect.Success “ok”
row 9: the server closed its side (FIN)
What probably follows from these
`
	if got := told(r, false); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	same := told(Compare(fold(t, good()), fold(t, good()), Options{}), false)
	if !strings.HasSuffix(same, "\nNothing differs but what must: times, random bytes, ports, numbers.\n") {
		t.Error(same)
	}
}
