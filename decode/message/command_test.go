package message

import (
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// command encodes a command or data message.
func command(name string, values ...amf.Value) []byte {
	body := amf.Append0(nil, amf.Str(name))
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	return body
}

// createStream is computed by hand: string "createStream", number 4, null.
var createStream = []byte("\x02\x00\x0ccreateStream\x00\x40\x10\x00\x00\x00\x00\x00\x00\x05")

func TestCommandForms(t *testing.T) {
	for _, c := range []struct {
		name     string
		typ      uint8
		body     []byte
		problems string
	}{
		{"type 20", 20, createStream, ""},
		{"type 20 with stray 00", 20, append([]byte{0}, createStream...), StrayLeadingZero},
		{"type 17 with selector", 17, append([]byte{0}, createStream...), ""},
		{"type 17 without selector", 17, createStream, SelectorMissing},
		// AMF3: string of 12 (U29 12<<1|1 = 0x19), integer 4, null.
		{"type 17 as AMF3", 17, []byte("\x06\x19createStream\x04\x04\x01"), SelectorMissing},
		// 0x11 before each AMF3 value.
		{"type 17 with switches", 17, []byte("\x00\x11\x06\x19createStream\x11\x04\x04\x11\x01"), ""},
		{"type 17 switch without selector", 17, []byte("\x11\x06\x19createStream\x11\x04\x04\x11\x01"), SelectorMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Parse(c.typ, c.body, testLimits)
			if p.Command != "createStream" || !p.HasTransaction || p.Transaction != 4 || tokens(p.Problems) != c.problems {
				t.Fatalf("%+v", p)
			}
			if len(p.Args) != 1 || p.Args[0].Kind != amf.Null {
				t.Errorf("args %+v", p.Args)
			}
			checkTiling(t, c.typ, c.body)
			f := find(t, Fields(c.typ, c.body, Context{Limits: testLimits}), "command name")
			if f.Value.Show(true) != `"createStream"` || f.Note == "" {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestCommandProblems(t *testing.T) {
	for _, c := range []struct {
		name     string
		typ      uint8
		body     []byte
		problems string
	}{
		{"empty command", 20, nil, ShortBody},
		{"empty data", 18, nil, ShortBody},
		{"name only", 20, command("onFCPublish"), TransactionMissing},
		{"number first", 20, amf.Append0(nil, amf.Num(1)), NameMissing},
		{"unknown selector", 17, append([]byte{1}, createStream...), SelectorUnknown},
		{"cut string", 20, createStream[:8], amf.StringPastEnd + " " + NameMissing},
	} {
		p := Parse(c.typ, c.body, testLimits)
		got := tokens(p.Problems)
		if c.name == "unknown selector" {
			got = p.Problems[0].Token
		}
		if got != c.problems {
			t.Errorf("%s: %q", c.name, got)
		}
		checkTiling(t, c.typ, c.body)
	}
}

func TestStatusIsFoundAnywhere(t *testing.T) {
	info := amf.Obj(amf.Prop("level", amf.Str("error")), amf.Prop("code", amf.Str("NetStream.Publish.BadName")),
		amf.Prop("description", amf.Str("taken")))
	for _, body := range [][]byte{
		command("onStatus", amf.Num(0), amf.Nul(), info),
		command("_error", amf.Num(4), info),
		command("_result", amf.Num(1), amf.Obj(amf.Prop("fmsVer", amf.Str("x"))), amf.ECMA(info.Members...)),
		command("onFCPublish", amf.Nul(), info),
		command("onStatus", amf.Num(0), amf.Nul(), amf.List(info)),
	} {
		p := Parse(20, body, testLimits)
		if p.Code != "NetStream.Publish.BadName" || p.Level != "error" || p.Description != "taken" {
			t.Errorf("%+v", p)
		}
		f := find(t, Fields(20, body, Context{Limits: testLimits}), "code")
		if f.Note != Codes["NetStream.Publish.BadName"] {
			t.Errorf("note %q", f.Note)
		}
	}
	data := Parse(18, command("onPlayStatus", amf.Obj(amf.Prop("code", amf.Str("NetStream.Play.Complete")))), testLimits)
	if data.Command != "onPlayStatus" || data.HasTransaction || data.Code != "NetStream.Play.Complete" {
		t.Errorf("%+v", data)
	}
}

func TestArgumentNames(t *testing.T) {
	for name, want := range map[string]string{
		"play":         "command name,transaction id,command object,stream name,start,duration,reset,argument 5",
		"publish":      "command name,transaction id,command object,publishing name,publishing type,argument 3,argument 4,argument 5",
		"deleteStream": "command name,transaction id,command object,stream id,argument 2,argument 3,argument 4,argument 5",
		"_result":      "command name,transaction id,properties,information,argument 2,argument 3,argument 4,argument 5",
		"whatever":     "command name,transaction id,command object,argument 1,argument 2,argument 3,argument 4,argument 5",
	} {
		body := command(name, amf.Num(1), amf.Nul(), amf.Str("a"), amf.Num(1), amf.Num(2), amf.Num(3), amf.Num(4))
		var got []string
		for _, f := range Fields(20, body, Context{Limits: testLimits}) {
			got = append(got, f.Name)
		}
		if strings.Join(got, ",") != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestTablesAreComplete(t *testing.T) {
	for name, c := range Commands {
		if !strings.HasSuffix(c.Note, ".") || c.Source == "" {
			t.Errorf("%s: %+v", name, c)
		}
		if NamesStream(name) && c.Args[1] != "stream name" && name != "publish" {
			t.Errorf("%s: argument 1 is %q", name, c.Args[1])
		}
	}
	for code, words := range Codes {
		if words == "" || !strings.Contains(code, ".") {
			t.Errorf("%s: %q", code, words)
		}
	}
}

func TestSecretsAreMarked(t *testing.T) {
	const key, query, user = "key-7f3a", "token=abcdef", "alice:pw"
	connect := amf.Obj(
		amf.Prop("app", amf.Str("live?"+query)),
		amf.Prop("tcUrl", amf.Str("rtmp://"+user+"@host/live?"+query)),
		amf.Prop("flashVer", amf.Str("FMLE/3.0")),
	)
	bodies := [][]byte{
		command("connect", amf.Num(1), connect, amf.Str(key)),
		command("secureTokenResponse", amf.Num(0), amf.Nul(), amf.Str(key)),
		command("play2", amf.Num(0), amf.Nul(), amf.Obj(amf.Prop("streamName", amf.Str(key)))),
		command("set_playlist", amf.Num(0), amf.Nul(), amf.Obj(amf.Prop("0", amf.Str(key)))),
		command("FCPublish", amf.Num(3), amf.Str(key)), // without command object
	}
	for name := range Commands {
		if NamesStream(name) {
			bodies = append(bodies, command(name, amf.Num(1), amf.Nul(), amf.Str(key+"?"+query), amf.Str("live")))
		}
	}
	for _, body := range bodies {
		p := Parse(20, body, testLimits)
		shown := ""
		var walk = func() {
			for i := range p.Args {
				shown += string(amf.AppendText(nil, &p.Args[i], amf.TextOptions{
					Str: func(k, s string) string { return Mark(p.Command, i, k, s).Show(false) },
				}))
			}
		}
		walk()
		for _, secret := range []string{key, query, user} {
			if strings.Contains(shown, secret) {
				t.Errorf("%s shows %q: %s", p.Command, secret, shown)
			}
		}
		checkTiling(t, 20, body)
	}
	if got := Mark("connect", 0, "tcUrl", "rtmp://host/live").Show(false); got != "rtmp://host/live" {
		t.Errorf("a URL without credentials became %q", got)
	}
	if got := Mark("publish", 2, "", "live").Show(false); got != "live" {
		t.Errorf("the publishing type became %q", got)
	}
}

func TestSecretArgs(t *testing.T) {
	for _, c := range []struct {
		body []byte
		want []string
	}{
		{command("publish", amf.Num(1), amf.Nul(), amf.Str("k?t=1"), amf.Str("live")), []string{"k", "t=1"}},
		{command("publish", amf.Num(1), amf.Nul(), amf.Str("k")), []string{"k"}},
		{command("createStream", amf.Num(1), amf.Nul()), nil},
		{command("connect", amf.Num(1), amf.Obj(amf.Prop("tcUrl", amf.Str("rtmp://u:p@h/a?q=1")), amf.Prop("app", amf.Str("a")))),
			[]string{"u:p", "q=1"}},
		{command("_error", amf.Num(1), amf.Nul(), amf.Obj(amf.Prop("description", amf.Str("authmod=adobe : ?reason=needauth&user=u&salt=s")))),
			[]string{"reason=needauth&user=u&salt=s"}},
	} {
		p := Parse(20, c.body, testLimits)
		if got := SecretArgs(p.Command, p.Args); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", p.Command, got, c.want)
		}
	}
}

func TestContextMarkSeesPositions(t *testing.T) {
	var seen []string
	body := command("publish", amf.Num(1), amf.Nul(), amf.Str("k"), amf.Str("live"))
	Fields(20, body, Context{Limits: testLimits, Mark: func(_ string, arg int, key, s string) text.Marked {
		seen = append(seen, string(rune('0'+arg))+key+"="+s)
		return text.Plain(s)
	}})
	slices.Sort(seen)
	if got := slices.Compact(seen); !slices.Equal(got, []string{"/=publish", "1=k", "2=live"}) {
		t.Errorf("%q", got)
	}
}

// TestKeyInTheURL: a stream key that stands behind the application in tcUrl is a
// credential; a path that is the application is not.
func TestKeyInTheURL(t *testing.T) {
	for url, want := range map[string]string{
		"rtmp://host/live/re_12_ab": "re_12_ab",
		"rtmp://host/live":          "",
		"rtmp://host/live/":         "",
		"rtmp://host/other/key":     "key",
	} {
		got := SecretArgs("connect", []amf.Value{amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("tcUrl", amf.Str(url)))})
		if strings.Join(slices.Compact(got), " ") != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}
