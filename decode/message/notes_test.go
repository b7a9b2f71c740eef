package message

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// spoken is fields with what is said beside them: name from-to note (source).
func spoken(fields []field.Field) string {
	var out []string
	for _, f := range fields {
		s := fmt.Sprintf("%s %d-%d", f.Name, f.Start, f.End)
		if f.Note != "" {
			s += ": " + f.Note
		}
		if f.Source != "" {
			s += " (" + f.Source + ")"
		}
		if f.Bad {
			s += " BAD"
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// TestFieldsSaySources: where each value is defined, and what it means, by hand.
func TestFieldsSaySources(t *testing.T) {
	swf := append([]byte{0, 27, 1, 1, 0, 0, 4, 0, 0, 0, 4, 0}, make([]byte, 32)...)
	for name, c := range map[string]struct {
		typ  uint8
		body []byte
		want string
	}{
		"SWF response": {4, swf, "event type 0-2: size and HMAC of the player program (Flash Media Server, librtmp)\n" +
			"verification type 2-3 (Flash Media Server, librtmp)\nversion 3-4 (Flash Media Server, librtmp)\nsize of the program 4-8 (Flash Media Server, librtmp)\n" +
			"size of the program, again 8-12 (Flash Media Server, librtmp)\nHMAC-SHA256 12-44 (Flash Media Server, librtmp)"},
		"SWF request":            {4, []byte{0, 26, 1}, "event type 0-2: the server asks which player program this is (Flash Media Server, librtmp)\nverification type 2-3 (Flash Media Server, librtmp)"},
		"SWF request, bare":      {4, []byte{0, 26}, "event type 0-2: the server asks which player program this is (Flash Media Server, librtmp)"},
		"ping":                   {4, []byte{0, 7, 0, 0, 0, 1}, "event type 0-2: the answer repeats the timestamp of the request (RTMP 1.0 §7.1.7)\ntimestamp 2-6: milliseconds of the server's clock (RTMP 1.0 §7.1.7)"},
		"command with selector":  {17, []byte{0, 2, 0, 4, 'p', 'i', 'n', 'g', 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5}, "format selector 0-1: 0: values in AMF0, each AMF3 value behind a byte 0x11 (RTMP Errata and Addenda)\ncommand name 1-8: A ping as a command, not the user control event. (librtmp)\ntransaction id 8-17 (AMF0 §2.2)\ncommand object 17-18 (AMF0 §2.7)\nargument 1 18-19 (AMF0 §2.7)"},
		"data with a stray byte": {18, []byte{0, 2, 0, 1, 'x', 5}, "stray byte 0-1: only AMF3 messages begin with a format selector (RTMP Errata and Addenda) BAD\ndata name 1-5 (AMF0 §2.4)\nvalue 0 5-6 (AMF0 §2.7)"},
		"data of many":           {18, []byte{2, 0, 1, 'x', 5, 5}, "data name 0-4 (AMF0 §2.4)\nvalue 0 4-5 (AMF0 §2.7)\nvalue 1 5-6 (AMF0 §2.7)"},
		"data without a name":    {18, []byte{5, 5}, "value 0 0-1 (AMF0 §2.7)\nvalue 1 1-2 (AMF0 §2.7)"},
		"no name, no number":     {20, []byte{5, 5}, "value 0 0-1 (AMF0 §2.7)\nvalue 1 1-2 (AMF0 §2.7)"},
		"aggregate":              {22, []byte{9, 0, 0, 1, 0, 0, 5, 0, 0, 0, 1, 0x57, 0, 0, 0, 12}, "message 0-16 (RTMP 1.0 §7.1.6)"},
	} {
		if got := spoken(Fields(c.typ, c.body, Context{Limits: testLimits})); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
	inside := Fields(22, []byte{9, 0, 0, 1, 0, 0, 5, 0, 0, 0, 1, 0x57, 0, 0, 0, 12}, Context{Limits: testLimits, Timestamp: 100})[0]
	const want = "message type id 0-1 (RTMP 1.0 §7.1.6)\npayload length 1-4 (RTMP 1.0 §7.1.6)\ntimestamp 4-7: the lower 24 bits (RTMP 1.0 §7.1.6)\n" +
		"timestamp extension 7-8: the upper 8 bits (RTMP 1.0 §7.1.6)\nmessage stream id 8-11: the message stream id of the aggregate counts (RTMP 1.0 §7.1.6)\n" +
		"body 11-12 (RTMP 1.0 §7.1.6)\nback pointer 12-16: the length of the tag before (RTMP 1.0 §7.1.6)"
	if got := spoken(inside.Children); got != want || inside.Value != "timestamp 100" || inside.Symbol != "Video" {
		t.Errorf("%s\n%+v", got, inside)
	}
	for kind := range uint8(14) {
		known := kind >= 1 && kind <= 11
		body := []byte{0, 1, 'o', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, kind, 0, 0, 0, 0}
		event := Fields(19, body, Context{Limits: testLimits})[3].Children[0]
		if (event.Note != "") != known || event.Bad == known || (SharedEventName(kind) == fmt.Sprintf("Event %d", kind)) == known {
			t.Errorf("event %d: %+v", kind, event)
		}
	}
}

// TestEncodings by the first bytes of each type.
func TestEncodings(t *testing.T) {
	for _, c := range []struct {
		typ  uint8
		body string
		want encoding
	}{
		{17, "", encoding{}}, {20, "", encoding{}}, {17, "\x00\x02", encoding{start: 1}}, {15, "\x02", encoding{token: SelectorMissing}}, {17, "\x0c", encoding{token: SelectorMissing}},
		{17, "\x11", encoding{token: SelectorMissing}}, {17, "\x06", encoding{amf3: true, token: SelectorMissing}}, {17, "\x07", encoding{token: SelectorUnknown}}, {16, "\x01", encoding{token: SelectorUnknown}},
		{20, "\x02\x00\x01x", encoding{}}, {18, "\x00\x02\x00\x01x", encoding{start: 1, token: StrayLeadingZero}}, {20, "\x00\x02\x00\x02x", encoding{}}, {20, "\x00\x02\x00\x00", encoding{start: 1, token: StrayLeadingZero}},
		{20, "\x00\x02\x00", encoding{}}, {20, "\x00\x03\x00\x01x", encoding{}}, {20, "\x01\x02\x00\x01x", encoding{}}, {20, "\x00\x02\x01\x00x", encoding{}}, {19, "\x06", encoding{}},
	} {
		if got := encodingOf(c.typ, []byte(c.body)); got != c.want {
			t.Errorf("type %d, %q: %+v, want %+v", c.typ, c.body, got, c.want)
		}
	}
}

// TestSplitAtItsEdges: what is cut, and by how much.
func TestSplitAtItsEdges(t *testing.T) {
	tag := []byte{8, 0, 0, 2, 0, 0, 5, 0, 0, 0, 1, 0xaf, 1}
	whole := append(append([]byte{}, tag...), 0, 0, 0, 13)
	for _, c := range []struct {
		body []byte
		subs int
		want string
	}{
		{nil, 0, ""}, {tag, 1, ""}, {whole, 1, ""}, {append(whole[:17:17], tag...), 2, ""}, {tag[:10], 0, "short-body@0: 10 bytes where a tag header of 11 belongs"},
		{tag[:12], 0, "short-body@0: a message of 2 bytes runs 1 past the aggregate"}, {whole[:16], 1, "short-body@13: the back pointer is cut"},
		{append(tag[:13:13], 0, 0, 0, 12), 1, "back-pointer@13: the back pointer says 12, the tag has 13 bytes"},
		{[]byte{22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1, "nested-aggregate@0: an aggregate inside an aggregate"},
	} {
		subs, problems := SplitAggregate(0, c.body)
		got := ""
		for _, p := range problems {
			got += fmt.Sprintf("%s@%d: %s", p.Token, p.Offset, p.Text)
		}
		if len(subs) != c.subs || got != c.want {
			t.Errorf("% x: %d messages, %q", c.body, len(subs), got)
		}
	}
	subs, _ := SplitAggregate(1000, append(append([]byte{}, whole...), 9, 0, 0, 0, 0, 0, 9, 1, 0, 0, 7))
	if len(subs) != 2 || subs[0] != (Sub{Type: 8, Timestamp: 1000, StreamID: 1, Start: 11, End: 13}) || subs[1] != (Sub{Type: 9, Timestamp: 1000 + 1<<24 + 4, StreamID: 7, Tag: 17, Start: 28, End: 28}) {
		t.Errorf("%+v", subs)
	}
}

// TestInTextFindsWhatGivesItselfAway, in what programs say about themselves.
func TestInTextFindsWhatGivesItselfAway(t *testing.T) {
	for s, want := range map[string]string{
		"nothing here": "", "rtmp://h/live/k?token=abc": "k token=abc", "https://u:p@h/x?y=1": "u:p y=1", "token=abc, then": "abc", "bad token: expected": "",
	} {
		got := ""
		for _, x := range InText(s) {
			got += " " + s[x.Start:x.End]
		}
		if strings.TrimSpace(got) != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	for key, want := range map[string]bool{"description": true, "details": true, "streamName": true, "stream": true, "playpath": true, "": false, "code": false} {
		if RepeatsNames(key) != want {
			t.Errorf("%q repeats names: %v", key, !want)
		}
	}
}

// TestNamesBeforeSigns: what stands before = or : is a name of letters, digits and dashes.
func TestNamesBeforeSigns(t *testing.T) {
	for s, want := range map[string]string{
		"token": "token", "the token": "token", "a token09": "token09", `"api_key"`: "api_key", "x-Key ": "x-Key", "(key": "key", "kéy": "y", "a/b9": "b9", "": "", "?!": "", "k:": "", "@AZ[": "", "a`z": "z",
	} {
		if got := nameBefore(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	if got := nameBefore(strings.Repeat("a", 1000)); len(got) != maxWords {
		t.Errorf("a name of %d bytes", len(got))
	}
	if got := plain("key", "a\x1bb"); got != `a\eb` {
		t.Errorf("%q", got)
	}
}
