package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// stem is in every canary: a credential without the shape of a key, so that place or
// memory must give it away. shaped is one with that shape, for where nothing else can.
const (
	stem   = "Zeb+ra/q7"
	shaped = "zk29fh38dk10sj47"
)

// saying is one way in which a session may say its canary.
type saying struct {
	name string
	say  func(p *party, canary string)
}

// placed are the places that give a credential away by themselves: nothing else in the
// session names it.
var placed = []saying{
	{"publish", func(p *party, c string) { p.call(0, "publish", amf.Nul(), amf.Str(c), amf.Str("live")) }},
	{"publish, object left out", func(p *party, c string) { p.call(0, "publish", amf.Str(c), amf.Str("live")) }},
	{"play", func(p *party, c string) { p.call(0, "play", amf.Nul(), amf.Str(c)) }},
	{"publish, query", func(p *party, c string) { p.call(0, "publish", amf.Nul(), amf.Str("x?token="+c), amf.Str("live")) }},
	{"releaseStream", func(p *party, c string) { p.call(0, "releaseStream", amf.Nul(), amf.Str(c)) }},
	{"FCUnpublish", func(p *party, c string) { p.call(0, "FCUnpublish", amf.Nul(), amf.Str(c)) }},
	{"app/KEY", func(p *party, c string) { p.call(0, "connect", members("app", "live/"+c)) }},
	{"app?query", func(p *party, c string) { p.call(0, "connect", members("app", "live?"+c)) }},
	{"tcUrl", func(p *party, c string) { p.call(0, "connect", members("tcUrl", "rtmp://user:"+c+"@host/live")) }},
	{"tcUrl, stream", func(p *party, c string) { p.call(0, "connect", members("app", "live", "tcUrl", "rtmp://host/live/"+c)) }},
	{"tcUrl, query", func(p *party, c string) { p.call(0, "connect", members("tcUrl", "rtmp://host/live?k="+c)) }},
	{"pageUrl", func(p *party, c string) { p.call(0, "connect", members("pageUrl", "https://u:"+c+"@h/x?y="+c)) }},
	{"connect, argument", func(p *party, c string) { p.call(0, "connect", members("app", "live"), amf.Str(c)) }},
	{"metadata, URL", func(p *party, c string) {
		p.data("onMetaData", members("source", "from rtmp://u:"+c+"@host/live/"+c+" now"))
	}},
	{"metadata, stream of a URL", func(p *party, c string) { p.data("onMetaData", members("encoder", "rtmps://host/live/"+c)) }},
	{"text, parameter", func(p *party, c string) { p.data("onTextData", members("text", "sent token="+c+"&x=1")) }},
	{"text, quoted", func(p *party, c string) { p.data("onTextData", members("text", `{"password": "`+c+`"}`)) }},
	{"authenticate", func(p *party, c string) { p.call(0, "authenticate", amf.Nul(), amf.Str("user"), amf.Str(c)) }},
	{"_checkbw", func(p *party, c string) { p.call(0, "_checkbw", amf.Nul(), amf.Str(c)) }},
	{"an unknown call", func(p *party, c string) { p.call(0, "myLoginToken", amf.Nul(), amf.Str(c)) }},
	{"a redirect", func(p *party, c string) {
		p.call(1, "_error", amf.Nul(), amf.Obj(amf.Prop("code", amf.Str("NetConnection.Connect.Rejected")), amf.Prop("level", amf.Str("error")),
			amf.Prop("ex", members("redirect", "rtmp://h/live/"+c))))
	}},
	{"a challenge", func(p *party, c string) {
		p.call(1, "_error", amf.Nul(), members("level", "error", "code", "NetConnection.Connect.Rejected", "description", "authmod=adobe : ?reason=needauth&challenge="+c))
	}},
}

// memberNames are names of members that are credentials.
var memberNames = []string{"pwd", "pass", "password", "PASSWD", "token", "accessToken", "secret", "client_secret", "auth", "authHash",
	"key", "streamKey", "stream-key", "apiKey", "signature", "X-Sig", "credentials", "pubPasswd"}

// echoes are places where a peer repeats what the session has named, or will name.
var echoes = []saying{
	{"description", func(p *party, c string) {
		p.call(1, "onStatus", amf.Nul(), members("level", "status", "code", "NetStream.Publish.Start", "description", "“"+c+"” starts"))
	}},
	{"code", func(p *party, c string) {
		p.call(1, "onStatus", amf.Nul(), members("level", "error", "code", "NetStream."+c, "description", "no"))
	}},
	{"level", func(p *party, c string) {
		p.call(1, "onStatus", amf.Nul(), members("level", c, "code", "NetStream.Publish.Start"))
	}},
	{"command", func(p *party, c string) { p.call(1, c, amf.Nul()) }},
	{"argument", func(p *party, c string) { p.call(1, "onBWDone", amf.Nul(), amf.Str(c)) }},
	{"result", func(p *party, c string) { p.call(1, "_result", amf.Nul(), amf.Str("id "+c)) }},
	{"member name", func(p *party, c string) { p.data("onMetaData", members(c, "x")) }},
	{"metadata", func(p *party, c string) { p.data("onMetaData", members("title", c, "encoder", "by "+c)) }},
	{"programs", func(p *party, c string) {
		p.call(0, "connect", members("app", "live", "flashVer", "x "+c))
		p.call(1, "_result", members("fmsVer", "y "+c))
	}},
	{"list", func(p *party, c string) {
		p.call(1, "onList", amf.Nul(), amf.Value{Kind: amf.StrictArray, Items: []amf.Value{amf.Str("a"), amf.Str(c)}})
	}},
}

// spelled are the ways in which a peer may write it.
var spelled = map[string]func(string) string{
	"as is": func(s string) string { return s }, "lower": strings.ToLower, "upper": strings.ToUpper,
	"query": url.QueryEscape, "path": url.PathEscape, "twice": func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"hex": func(s string) string { return hex.EncodeToString([]byte(s)) }, "HEX": func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }, "base64 raw": func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
	"base64 URL": func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }, "base64 URL raw": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("x:" + s)) },
}

func members(pairs ...string) amf.Value {
	var out []amf.Member
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, amf.Prop(pairs[i], amf.Str(pairs[i+1])))
	}
	return amf.Obj(out...)
}

// party records sessions of scripted peers.
type party struct {
	t       *testing.T
	rec     *record.Recorder
	id      uint64
	now     time.Time
	writers [2]chunk.Writer
}

func (p *party) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *party) session(say func(canary string)) {
	if p.id++; p.id > 1 {
		p.must(p.rec.Reset(p.id-1, true, p.now, ""))
	}
	p.writers = [2]chunk.Writer{}
	p.now = p.now.Add(time.Second)
	p.must(p.rec.Open(p.id, p.now, p.now, netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), uint16(p.id)), netip.MustParseAddrPort("10.0.0.2:1935")))
	hello := append([]byte{3}, make([]byte, 2*1536)...)
	p.must(p.rec.Data(p.id, false, p.now, hello))
	p.must(p.rec.Data(p.id, true, p.now, hello))
	say(stem + strconv.Itoa(1000+int(p.id)))
}

func (p *party) call(dir int, name string, values ...amf.Value) {
	p.say(dir, chunk.TypeCommandAMF0, append([]amf.Value{amf.Str(name), amf.Num(4)}, values...))
}

func (p *party) data(name string, values ...amf.Value) {
	p.say(0, chunk.TypeDataAMF0, append([]amf.Value{amf.Str(name)}, values...))
}

func (p *party) say(dir int, typ uint8, values []amf.Value) {
	var body []byte
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	p.now = p.now.Add(time.Millisecond)
	p.must(p.rec.Data(p.id, dir == 1, p.now, p.writers[dir].Append(nil, chunk.Out{ChunkStream: 3, Type: typ, StreamID: 1, Body: body})))
}

// everything says a canary at every place, and at every place of an echo in every
// spelling, before and after what names it.
func everything(t *testing.T, file string) *party {
	rec, err := record.Create(file, record.Options{Version: "test"})
	p := &party{t: t, rec: rec, now: time.Unix(1_800_000_000, 0)}
	p.must(err)
	for _, x := range placed {
		p.session(func(c string) { x.say(p, c) })
	}
	for _, name := range memberNames {
		p.session(func(c string) {
			p.data("onMetaData", members(name, c))
			p.call(0, "connect", members("app", "live", name, c))
		})
	}
	for _, x := range echoes {
		for _, spell := range spelled {
			p.session(func(c string) { placed[0].say(p, c); x.say(p, spell(c)) })
			p.session(func(c string) { placed[0].say(p, spell(c)); x.say(p, c) })
		}
		p.session(func(string) { x.say(p, shaped); placed[0].say(p, shaped) })
	}
	p.must(rec.Reset(p.id, true, p.now, ""))
	p.must(rec.Close())
	return p
}

// shows returns the first trace of a canary in what a sink wrote.
func shows(out string) string {
	flat := strings.ToLower(out)
	for range 3 {
		if s, err := url.PathUnescape(flat); err == nil {
			flat = strings.ToLower(s)
		}
	}
	traces := []string{stem, strings.ReplaceAll(stem, "+", " "), shaped, "zeb%2b", hex.EncodeToString([]byte(stem)), url.QueryEscape(stem)}
	for before := range 3 {
		s := base64.StdEncoding.EncodeToString([]byte("xyz"[:before] + stem))
		traces = append(traces, s[2:len(s)-5], strings.NewReplacer("+", "-", "/", "_").Replace(s[2:len(s)-5]))
	}
	for _, trace := range traces {
		for _, text := range []string{strings.ToLower(out), flat} {
			if at := strings.Index(text, strings.ToLower(trace)); at >= 0 {
				from := max(0, at-160)
				return fmt.Sprintf("%q in …%q…", trace, text[from:min(len(text), at+60)])
			}
		}
	}
	return ""
}

// TestSecretsInEverySink: positions × spellings × sinks, and a canary in none of them.
func TestSecretsInEverySink(t *testing.T) {
	dir := t.TempDir()
	file, other := filepath.Join(dir, "a.pcapng"), capturePath(t, "ffmpeg5__nginx__publish_badname")
	everything(t, file)
	look := func(sink, out string, least int) {
		t.Helper()
		if trace := shows(out); trace != "" {
			t.Errorf("%s: %s", sink, trace)
		}
		if len(out) < least {
			t.Errorf("%s: only %d bytes: %s", sink, len(out), out)
		}
	}
	for _, args := range [][]string{{"log", file}, {"log", "--jsonl", file}, {"check", file}, {"check", "--json", file}, {"check", "--junit", file}, {"check", "--md", file}} {
		out, errs, _ := program(t, args...)
		look(strings.Join(args[:len(args)-1], " "), out+errs, 1000)
	}
	step := 48 // of the sessions that are compared: each reads both files
	if testing.Short() {
		step *= 3
	}
	for _, form := range []string{"", "--md", "--json", "--html"} {
		for n := 1; n < 290; n += step {
			args := []string{"diff", "--session-a", strconv.Itoa(n), "--session-b", "1", file, other}
			if form != "" {
				args = append(args, form)
			}
			out, errs, _ := program(t, args...)
			look("diff "+form+" "+strconv.Itoa(n), out+errs, 200)
		}
	}
	for _, f := range export.Formats() {
		if !f.Redacts || f.Name == "flv" {
			continue
		}
		to := filepath.Join(dir, "out."+f.Extension)
		_, errs, code := program(t, "export", file, "--as", f.Name, "-o", to)
		out, err := os.ReadFile(to)
		if err != nil || code != 0 {
			t.Fatalf("export %s: %v, %s", f.Name, err, errs)
		}
		look("export "+f.Name, string(out)+errs, 1000)
	}
	liveSinks(t, file, look)
	screens(t, file, look)
	if out, _, _ := program(t, "log", "--show-secrets", file); shows(out) == "" {
		t.Error("--show-secrets shows no canary, so this test proves nothing")
	}
}

// liveSinks writes rows as they come, before the end is known.
func liveSinks(t *testing.T, file string, look func(sink, out string, least int)) {
	t.Helper()
	for name, make := range map[string]func(w *bytes.Buffer) export.Sink{
		"live plain": func(w *bytes.Buffer) export.Sink { return export.NewPlain(w, export.Options{}) },
		"live JSONL": func(w *bytes.Buffer) export.Sink { return export.NewJSONL(w, export.Options{}) },
	} {
		src, err := capture.File(file)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		sink := make(&out)
		if _, err := fold.Timeline(src, session.Options{Judge: lint.New(lint.Config{})}, sink.Row); err != nil {
			t.Fatal(err)
		}
		sink.Flush()
		src.Close()
		look(name, out.String(), 1000)
	}
}

// screens looks at what the screen has to show: lists, sessions, every field of every
// row with the bytes that the hex pane does not mask.
func screens(t *testing.T, file string, look func(sink, out string, least int)) {
	t.Helper()
	src, err := capture.File(file)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a := analyst.New(src, analyst.Options{Judge: lint.New(lint.Config{})})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var lists, fields strings.Builder
	s := a.Snapshot()
	for _, i := range s.Sessions() {
		fmt.Fprintln(&lists, i.App.Show(false), i.TCURL.Show(false), i.Stream.Show(false), i.Agent.Show(false), i.Engine.Show(false), i.Redirect.Show(false),
			i.Trouble, i.Cause, i.Refusal, i.Login, i.Ended, i.Pending)
	}
	for n := 1; n <= s.Len(); n++ {
		x := s.Text(n)
		fmt.Fprintln(&lists, x.Name, x.Command, x.Code, x.Summary.Show(false), x.Brief.Show(false))
		if s.Row(n).Kind != session.Message {
			continue
		}
		d, err := a.Detail(n)
		if err != nil {
			t.Fatal(err)
		}
		fieldTexts(&fields, d.Fields, d.Body)
	}
	look("lists", lists.String(), 1000)
	look("fields", fields.String(), 1000)
}

func fieldTexts(b *strings.Builder, fields []field.Field, body []byte) {
	for _, f := range fields {
		fmt.Fprintln(b, f.Name, f.Value.Show(false), f.Symbol, f.Note, f.Meaning())
		if len(f.Children) == 0 && !f.Secret {
			fmt.Fprintf(b, "%s\n", body[f.Start:f.End])
		}
		fieldTexts(b, f.Children, body)
	}
}
