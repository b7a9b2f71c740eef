package export

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// canary is a stream key that must not get out. It holds a character that URLs
// encode.
const canary = "Cän4ry_k3y+77"

// traces are the ways in which the canary may be recognised in an artefact.
func traces() map[string]string {
	units := utf16.Encode([]rune(canary))
	le, be := make([]byte, 0, 2*len(units)), make([]byte, 0, 2*len(units))
	for _, u := range units {
		le, be = append(le, byte(u), byte(u>>8)), append(be, byte(u>>8), byte(u))
	}
	out := map[string]string{
		"plain":           canary,
		"its plain end":   canary[5:],
		"percent-encoded": url.QueryEscape(canary),
		"hex":             hex.EncodeToString([]byte(canary)),
		"UTF-16LE":        string(le), "UTF-16BE": string(be),
	}
	for before := range 3 {
		s := base64.StdEncoding.EncodeToString([]byte("abc"[:before] + canary))
		out[fmt.Sprintf("base64 at %d", before)] = s[4 : len(s)-6]
	}
	return out
}

// leaky puts the canary wherever one has been seen, across chunk boundaries too,
// with what repeats it before what names it.
func leaky(t *testing.T) source.Source {
	wide := string([]byte{})
	for _, u := range utf16.Encode([]rune(canary)) {
		wide += string([]byte{byte(u >> 8), byte(u)})
	}
	pad := strings.Repeat("p", 100) // moves the canary onto the end of a chunk
	k := newTalk(t).greet()
	k.call(client, 0, amf.Str("connect"), amf.Num(1), obj(
		"app", "live?key="+canary, "swfUrl", "http://u:"+canary+"@h/p.swf?k="+canary, "pageUrl", "http://h/page/"+canary+"/index", "flashVer", "FMLE/3.0",
		"tcUrl", "rtmp://h/live?key="+canary+"&x="+url.QueryEscape(canary)), amf.Str(canary))
	k.call(server, 0, amf.Str("_result"), amf.Num(1), obj("fmsVer", "FMS/3"), obj("level", "status", "code", "NetConnection.Connect.Success", "description", pad+canary))
	k.call(server, 0, amf.Str("_error"), amf.Num(1), amf.Nul(), obj("level", "error", "code", "NetConnection.Connect.Rejected", "description", "AccessManager.Reject : [ authmod=adobe ] : ?reason=needauth&challenge="+canary))
	k.call(client, 0, amf.Str("secureTokenResponse"), amf.Num(0), amf.Nul(), amf.Str(canary))
	k.call(client, 0, amf.Str("releaseStream"), amf.Num(2), amf.Nul(), amf.Str(canary))
	k.call(client, 0, amf.Str("FCPublish"), amf.Num(3), amf.Nul(), amf.Str(canary))
	k.call(client, 1, amf.Str("publish"), amf.Num(4), amf.Nul(), amf.Str(pad+"?auth="+canary), amf.Str("live"))
	k.call(client, 1, amf.Str("play"), amf.Num(5), amf.Nul(), amf.Str(canary))
	k.call(server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), obj("level", "status", "code", "NetStream.Play.Start", "description", "playing "+canary+".", "details", canary))
	k.call(server, 1, amf.Str(canary), amf.Num(0), amf.Nul())
	k.data(client, 1, amf.Str("@setDataFrame"), amf.Str("onMetaData"), amf.ECMA(
		amf.Prop("title", amf.Str("from "+canary)), amf.Prop("b64", amf.Str(base64.StdEncoding.EncodeToString([]byte("x"+canary)))),
		amf.Prop("hex", amf.Str(hex.EncodeToString([]byte(canary)))), amf.Prop("wide", amf.Str(wide)),
		amf.Prop("enc", amf.Str(url.QueryEscape(canary))), amf.Prop(canary, amf.Num(1))))
	k.call(client, 1, amf.Str("publish"), amf.Num(6), amf.Nul(), amf.Value{Kind: amf.Opaque, Text: "\x02\x00\xff" + canary}) // a string past the end
	k.say(client, 9, 1, 0, []byte{0x17, 0, 0, 0, 0, 1, 0x42, 0xc0, 0x0d, 0xff, 0xe1, 0, 2, 0x67, 0x42, 1, 0, 2, 0x68, 0xce})
	k.say(client, 8, 1, 0, []byte{0xaf, 0, 0x12, 0x10})
	k.say(client, 9, 1, 0, append([]byte{0x17, 1, 0, 0, 0, 0, 0, 0, 15, 6, 5}, canary...))
	k.say(client, 8, 1, 0, []byte{0xaf, 1, 1, 2, 3})
	k.bytes(server, append([]byte{3, 0, 0, 0, 0, 1, 0, 20, 1, 0, 0, 0}, encode(amf.Str("onStatus"), amf.Num(0), amf.Str("cut "+canary[:9]))...))
	k.must(k.rec.Reset(k.id, true, k.now, "read: "+canary))
	k.must(k.rec.Fin(k.id, false, k.now, ""))
	k.open()
	k.bytes(client, []byte("GET /live/"+canary+".m3u8 HTTP/1.1\r\nHost: h\r\n\r\n"))
	k.bytes(server, []byte("HTTP/1.1 404 no such key as Unkn0wn_key_9"))
	return k.end()
}

func TestCanary(t *testing.T) {
	src := leaky(t)
	for _, f := range Formats() {
		if !f.Redacts {
			continue
		}
		notes := []Note{{Text: "about " + canary}, {Session: 1, Row: 8, Text: canary}}
		p := written(t, src, f.Name, Options{Judge: &rules{}, Title: "why " + canary + " fails", Notes: notes})
		for how, trace := range traces() {
			if at := bytes.Index(p, []byte(trace)); at >= 0 {
				t.Errorf("%s: the canary shows (%s) in …%q…", f.Name, how, p[max(at-60, 0):min(at+40, len(p))])
			}
		}
		shown := written(t, src, f.Name, Options{ShowSecrets: true})
		if !bytes.Contains(shown, []byte("k3y")) {
			t.Errorf("%s: ShowSecrets does not show the canary, so this test proves nothing", f.Name)
		}
	}
}

// TestRedactedCaptureIsTheSame: but for the canary, every row and body is what
// it was, and the tools that other people use still read it.
func TestRedactedCaptureIsTheSame(t *testing.T) {
	src := leaky(t)
	redacted := inMemory(t, written(t, src, "pcapng", Options{}))
	before, after := rowsOf(t, src), rowsOf(t, redacted)
	if len(before) != len(after) {
		t.Fatalf("%d rows became %d", len(before), len(after))
	}
	changed := 0
	for i := range before {
		if diff := cmp.Diff(before[i].head, after[i].head); diff != "" {
			t.Errorf("row %d: %s", i+1, diff)
		}
		if len(before[i].body) != len(after[i].body) {
			t.Errorf("row %d: the length of the body changed", i+1)
		}
		if before[i].body == after[i].body {
			continue
		}
		changed++
		if hidden := (strings.Contains(before[i].body, "C") || strings.Contains(before[i].body, "\xc3")); !hidden {
			t.Errorf("row %d changed and held no canary: %q became %q", i+1, before[i].body, after[i].body)
		}
	}
	if changed < 12 {
		t.Errorf("only %d bodies changed", changed)
	}
	if bytes.Contains(written(t, src, "pcapng", Options{}), []byte("Unkn0wn_key_9")) {
		t.Error("text that nobody decodes is kept")
	}
	if diff := cmp.Diff(written(t, src, "pcapng", Options{}), written(t, src, "pcapng", Options{})); diff != "" {
		t.Error("the same capture is redacted in two ways")
	}
}

// rowOf is a row without what redaction may change.
type rowOf struct {
	head string
	body string
}

func rowsOf(t *testing.T, src source.Source) (out []rowOf) {
	t.Helper()
	_, err := fold.Timeline(src, session.Options{}, func(e *session.Entry) error {
		r := e.Row
		out = append(out, rowOf{fmt.Sprintf("%d %d %v %s %v %d-%d type %d cs %d ms %d ts %d len %d chunks %d flags %d reply %d after %v %d %s %s",
			e.Number, r.Session, e.Elapsed, r.Kind, r.From, r.Offset, e.End, r.Type, r.ChunkStream, r.StreamID, r.Timestamp, r.Length,
			r.Chunks, r.Flags, r.ReplyTo, e.RTT, e.Missing, e.Reason.Token, r.At().UTC()), string(e.Body)})
		return nil
	})
	if err != nil && !fold.IsTorn(err) {
		t.Fatal(err)
	}
	return out
}

// TestCapturesAgain: every real capture, written again in full, decodes to the
// same rows and bodies; redacted, to the same rows.
func TestCapturesAgain(t *testing.T) {
	eachCapture(t, func(t *testing.T, src source.Source, _ string) {
		want := rowsOf(t, src)
		again := inMemory(t, written(t, src, "pcapng", Options{ShowSecrets: true}))
		if diff := cmp.Diff(want, rowsOf(t, again), cmp.AllowUnexported(rowOf{})); diff != "" {
			t.Fatal(diff)
		}
		got := rowsOf(t, inMemory(t, written(t, src, "pcapng", Options{})))
		if len(got) != len(want) {
			t.Fatalf("%d rows became %d", len(want), len(got))
		}
		secrets, err := look(src, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if want[i].head != got[i].head {
				t.Fatalf("row %d: %s", i+1, cmp.Diff(want[i].head, got[i].head))
			}
			if want[i].body != got[i].body && !strings.Contains(want[i].head, "aborted") && !holds(want[i], secrets.secrets) {
				t.Fatalf("row %d changed and holds no credential:\n%q\n%q", i+1, want[i].body, got[i].body)
			}
		}
	})
}

// holds reports whether a body may hold a credential: one that its session names, or
// one that its shape gives away.
func holds(r rowOf, secrets []*mask.Set) bool {
	for _, set := range secrets {
		if len(set.Finder().FindKnown(r.body, mask.InEcho)) > 0 {
			return true
		}
	}
	return len(message.InText(r.body)) > 0
}

func TestReplacement(t *testing.T) {
	a, b := replacement("abcdef?token=s3cret&x=1"), replacement("s3cret")
	if len(a) != len("abcdef?token=s3cret&x=1") || a[6] != '?' || a[12] != '=' || a[19] != '&' || a[21] != '=' {
		t.Errorf("the structure of a name with a query is not kept: %q", a)
	}
	if a[13:19] != b {
		t.Errorf("the same token has two replacements: %q in %q", b, a)
	}
	for n := range 70 {
		s := strings.Repeat("e", n)
		if r := letters(s, n); len(r) != n || n > 0 && r == s || strings.Trim(r, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q gives %q", s, r)
		}
	}
}

func TestNamesAreReplacedInText(t *testing.T) {
	for _, c := range []struct{ s, secret, want string }{
		{"the k1, k1x and ak1 k1", "k1", "the RR, k1x and ak1 RR"},
		{"a stream-1, stream-1b", "stream-1", "a RRRRRRRR, RRRRRRRRb"},
		{"nothing", "k1", "nothing"},
		{"k1", "k1", "RR"},
	} {
		r := redactor{(*mask.Set)(nil).With(c.secret).Finder()}
		want := strings.ReplaceAll(c.want, strings.Repeat("R", len(c.secret)), replacement(c.secret))
		if got := r.text("onStatus", 0, "description", c.s); got != want {
			t.Errorf("%q: %q, want %q", c.s, got, want)
		}
	}
}

// TestShortNamesAreReplacedByPlace: a name that is a common word must not break
// the words of the protocol.
func TestShortNamesAreReplacedByPlace(t *testing.T) {
	k := newTalk(t).greet()
	k.call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
	k.call(client, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("Stream"), amf.Str("live"))
	k.call(client, 1, amf.Str("play"), amf.Num(3), amf.Nul(), amf.Str("k1"))
	k.call(server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), obj("level", "status", "code", "NetStream.Publish.Start", "description", "k1 and Stream start"))
	got := string(written(t, inMemory(t, written(t, k.end(), "pcapng", Options{})), "jsonl", Options{ShowSecrets: true}))
	for _, kept := range []string{`"createStream"`, `"NetStream.Publish.Start"`, `"live"`} {
		if !strings.Contains(got, kept) {
			t.Errorf("%s is gone", kept)
		}
	}
	for _, gone := range []string{`"Stream"`, `"k1"`, "k1 and", "Stream start"} {
		if strings.Contains(got, gone) {
			t.Errorf("%s is still there", gone)
		}
	}
	if !strings.Contains(got, letters("k1", 2)+" and "+letters("Stream", 6)+" start") {
		t.Error("the same name is not replaced by the same letters")
	}
}

func TestGapsStay(t *testing.T) {
	k := newTalk(t).greet()
	body := encode(amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("my-secret-key-and-its-tail"), amf.Str("live"))
	header := []byte{3, 0, 0, 0, 0, 0, byte(len(body)), 20, 1, 0, 0, 0}
	k.bytes(client, append(header, body[:34]...))
	k.must(k.rec.Gap(k.id, false, k.now, 6))
	k.bytes(client, body[40:])
	src := k.end()
	p := written(t, src, "pcapng", Options{})
	if len(rowsOf(t, src)) != len(rowsOf(t, inMemory(t, p))) {
		t.Error("the rows differ")
	}
	for _, part := range []string{"my-sec", "its-tail"} {
		if bytes.Contains(p, []byte(part)) {
			t.Errorf("a part of a credential beside a gap is kept: %q", part)
		}
	}
}

func TestWild(t *testing.T) {
	var w wild
	w.look(0, []byte("GET /abcd\x00\x01"))
	w.begin(0)
	w.look(11, []byte("xyz"))
	w.look(14, []byte("w\x00ab\x00"))
	w.look(19, []byte("later-decoded"))
	w.end(24)
	want := []patch{{at: 4, n: 5}, {at: 11, n: 4}, {at: 19, n: 5}}
	if diff := cmp.Diff(want, w.patches(), cmp.AllowUnexported(patch{})); diff != "" {
		t.Error(diff)
	}
}

func TestApply(t *testing.T) {
	patches := []patch{{at: 2, n: 3, data: []byte("ABC")}, {at: 6, n: 4}}
	var got string
	for at := 0; at < 12; at += 3 {
		p := []byte("............"[at : at+3])
		patches = apply(patches, int64(at), p)
		got += string(p)
	}
	if got != "..ABC.xxxx.." || len(patches) != 0 {
		t.Errorf("%q, %d left", got, len(patches))
	}
}

// FuzzWrite: whatever peers send, no format fails and a redacted capture has the
// same length in both directions.
func FuzzWrite(f *testing.F) {
	body := encode(amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("key?token=abc"))
	f.Add(append([]byte{3, 0, 0, 0, 0, 0, byte(len(body)), 20, 1, 0, 0, 0}, body...), []byte{2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 1}, int64(0))
	f.Add([]byte{4, 0, 0, 0, 0, 0, 7, 9, 1, 0, 0, 0, 0x17, 0, 0, 0, 0, 1, 0x42}, []byte("text"), int64(5))
	f.Fuzz(func(t *testing.T, c, s []byte, gap int64) {
		k := newTalk(t).greet().bytes(client, c).bytes(server, s)
		k.must(k.rec.Gap(1, false, k.now, gap&0xffff))
		src := k.bytes(client, c).end()
		for _, format := range Formats() {
			if err := Write(discard{}, src, format.Name, Options{}); err != nil && !errors.Is(err, ErrNothing) && format.Name != "aac" {
				t.Errorf("%s: %v", format.Name, err)
			}
		}
		sizes := func(src source.Source) (n [2]int64) {
			_, err := fold.Records(src, func(r *capture.Record) error { n[fold.Sender(r)] += max(r.Length, 0); return nil })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if a, b := sizes(src), sizes(inMemory(t, written(t, src, "pcapng", Options{}))); a != b {
			t.Errorf("%v bytes became %v", a, b)
		}
	})
}

// TestPeersTsharkReadsRedacted: tshark finds nothing wrong with what is written.
func TestPeersTsharkReadsRedacted(t *testing.T) {
	t.Parallel()
	need.Program(t, "tshark")
	file := filepath.Join(t.TempDir(), "x.pcapng")
	p := written(t, openCapture(t, "ffmpeg5__nginx__publish_and_play"), "pcapng", Options{})
	if err := os.WriteFile(file, p, 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(filter string) string {
		out, err := exec.Command("tshark", "-r", file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
			"-Y", filter, "-T", "fields", "-e", "_ws.col.Info").Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if out := ask("_ws.malformed || tcp.analysis.flags"); out != "" {
		t.Errorf("tshark complains: %s", out)
	}
	if bad, good := ask("tcp.checksum.status != 1 || ip.checksum.status != 1"), ask("tcp.checksum.status == 1"); bad != "" || good == "" {
		t.Errorf("checksums are wrong: %s", bad)
	}
	if out := ask("rtmpt"); !strings.Contains(out, "publish('") || !strings.Contains(out, "play('") {
		t.Errorf("tshark finds no publish and play: %s", out)
	}
}

// TestCaptureBySession: rows choose the sessions they belong to.
func TestCaptureBySession(t *testing.T) {
	k := publisher(t, "stream-key-1")
	k.must(k.rec.Fin(k.id, false, k.now, ""))
	k.must(k.rec.Fin(k.id, true, k.now, ""))
	src := k.open().greet().end()
	all := rowsOf(t, src)
	count := func(o Options) int { return len(rowsOf(t, inMemory(t, written(t, src, "pcapng", o)))) }
	second := len(all) - count(Options{Sessions: []uint32{1}})
	if second != 9 || count(Options{Sessions: []uint32{2}}) != second {
		t.Errorf("session 2 has %d rows, want 9", second)
	}
	if n := count(Options{Keep: func(e *session.Entry) bool { return e.Message.Command == "publish" }}); n != len(all)-second {
		t.Errorf("the session with a publish has %d rows", n)
	}
	if n := count(Options{Rows: [2]uint32{uint32(len(all)), 0}}); n != second {
		t.Errorf("the session with the last row has %d rows", n)
	}
}

func TestAggregateIsRedacted(t *testing.T) {
	data := encode(amf.Str("onCuePoint"), obj("streamName", "k1"))
	body := append([]byte{18, 0, 0, byte(len(data)), 0, 0, 0, 0, 0, 0, 0}, data...)
	body = append(body, 0, 0, 0, byte(len(data)+11))
	k := newTalk(t).greet()
	k.say(server, 22, 1, 0, body)
	k.say(server, 22, 1, 0, append([]byte{8, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0xaf, 1, 0, 0, 0, 13}, body...))
	for _, format := range []string{"pcapng", "flv"} {
		if p := written(t, inMemory(t, k.copy()), format, Options{}); bytes.Contains(p, []byte("k1")) {
			t.Errorf("%s: a name inside an aggregate is kept", format)
		}
	}
}

// copy returns the capture so far.
func (k *talk) copy() []byte {
	k.t.Helper()
	k.must(k.rec.Flush())
	return k.mem.Bytes()
}

func TestWildForgetsOldText(t *testing.T) {
	var w wild
	const step = 1 << 10
	for at := int64(0); at < 10*maxBehind; at += step {
		w.look(at, []byte("text that is decoded\x00"))
	}
	if most := 2 * maxBehind / step * 4; len(w.runs) > most+pruneAt {
		t.Errorf("%d runs are kept, at most %d wanted", len(w.runs), most)
	}
	w.begin(10*maxBehind - step)
	if p := w.patches(); len(p) != 3 || p[0].at != 10*maxBehind-step {
		t.Errorf("%v", p[:min(len(p), 3)])
	}
}
