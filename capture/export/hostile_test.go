package export

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// hostile are strings that do something in at least one program.
var hostile = []string{
	"\x1b[2J\x1b]0;title\x07", "\x9b31m", "\u202egpj.exe", "\u2066x\u2069", "z\u200bw", "[red]", "[:::https://x]",
	`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "<!--", "]]>", "&lt;b&gt;", "javascript:alert(1)",
	"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "a,b\"c\r\nd",
	"```\n# heading", "`` ` ``", "![x](http://evil/x.png)", "[x](javascript:y)", "<https://evil>", "http://evil/", "www.evil.org", "@everyone", "#1", "a|b\\|c\\", "- x", "1. x", "| --- |", "$x^2$", "~~x~~",
	"\x00", "\xff\xfe", "{{.}}", "${x}", strings.Repeat("a\u0301\u0301\u0301\u0301\u0301\u0301", 3), "\u2028", "\ufeff",
}

// hostilePeers puts each string wherever text from the wire is shown.
func hostilePeers(t *testing.T) source.Source {
	k := newTalk(t).greet()
	for _, s := range hostile {
		k.call(client, 0, amf.Str("connect"), amf.Num(1), obj("app", s, "tcUrl", s, "flashVer", s, s, s))
		k.call(server, 0, amf.Str("_result"), amf.Num(1), obj("fmsVer", s), obj("level", s, "code", s, "description", s))
		k.call(client, 1, amf.Str(s), amf.Num(2), amf.Str(s))
		k.data(client, 1, amf.Str("onMetaData"), amf.ECMA(amf.Prop(s, amf.Str(s))))
		k.say(client, 9, 1, 0, []byte{0x17, 1, 0, 0, 0, 0})
		k.end1(s)
		k.open().greet()
	}
	return k.end()
}

// end1 resets the connection with a reason.
func (k *talk) end1(reason string) {
	k.t.Helper()
	k.must(k.rec.Reset(k.id, true, k.now, reason))
	k.must(k.rec.Fin(k.id, false, k.now, ""))
}

func everything(t *testing.T, format string) []byte {
	t.Helper()
	o := Options{ShowSecrets: true, Title: hostile[7], Version: hostile[8]}
	for i, s := range hostile {
		o.Notes = append(o.Notes, Note{Session: uint32(i), Row: 1, Text: s})
	}
	return written(t, hostilePeers(t), format, o)
}

// TestNoFormatMovesACursor: what people open in a terminal or an editor has no
// control characters, no overrides and nothing invisible.
func TestNoFormatMovesACursor(t *testing.T) {
	for _, format := range []string{"jsonl", "plain", "csv", "txt", "md", "html"} {
		p := everything(t, format)
		if !utf8.Valid(p) {
			t.Errorf("%s is not UTF-8", format)
		}
		for at, r := range string(p) {
			if r != '\n' && r != '\r' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == 0x2028 || r == 0x2029) {
				t.Errorf("%s holds %U in %q", format, r, p[max(at-30, 0):at+4])
				break
			}
		}
	}
}

func TestHostileHTML(t *testing.T) {
	p := everything(t, "html")
	counts := map[string]int{}
	d := xml.NewDecoder(bytes.NewReader(p))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		tok, err := d.Token()
		if tok == nil {
			if err.Error() != "EOF" {
				t.Fatal(err)
			}
			break
		}
		if e, ok := tok.(xml.StartElement); ok {
			counts[e.Name.Local]++
			for _, a := range e.Attr {
				name, value := strings.ToLower(a.Name.Local), strings.ToLower(a.Value)
				if strings.HasPrefix(name, "on") || name == "style" || name == "src" || name == "href" && !strings.HasPrefix(value, "#") {
					t.Errorf("<%s %s=%q>", e.Name.Local, name, value)
				}
			}
		}
	}
	if counts["script"] != 1 || counts["style"] != 1 || counts["img"] != 0 || counts["section"] != len(hostile)+1 {
		t.Errorf("%v", counts)
	}
	for _, part := range []string{"default-src &#39;none&#39;", "&lt;/script&gt;&lt;script&gt;alert(1)"} {
		if !bytes.Contains(p, []byte(part)) {
			t.Errorf("%s is not in the page", part)
		}
	}
}

// TestHTMLNeedsNothingElse: no address in the page itself.
func TestHTMLNeedsNothingElse(t *testing.T) {
	for _, part := range []string{reportBody, reportStyle, reportScript} {
		for _, bad := range []string{"http:", "https:", "//", "@import", "url(", "fetch(", "XMLHttp", "innerHTML", "eval("} {
			if strings.Contains(part, bad) {
				t.Errorf("the page holds %q", bad)
			}
		}
	}
}

func TestHostileCSV(t *testing.T) {
	records, err := csv.NewReader(bytes.NewReader(everything(t, "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		for i, cell := range r {
			if strings.ContainsAny(firstRune(strings.TrimSpace(cell)), "=+-@\t\r") {
				t.Errorf("%s: %q is a formula", csvColumns[i], cell)
			}
		}
	}
}

// TestHostileMarkdown takes code out of the report and looks at what is left:
// nothing from the wire.
func TestHostileMarkdown(t *testing.T) {
	for _, line := range outsideCode(t, string(everything(t, "md"))) {
		for _, bad := range []string{"<", "](", "http:", "www.", "@", "`", "~~", "$", "\\n"} {
			if strings.Contains(line, bad) {
				t.Errorf("%q outside of code: %q", bad, line)
			}
		}
		if strings.HasPrefix(line, "|") && strings.Count(strings.ReplaceAll(line, `\\`, ""), "|")-strings.Count(strings.ReplaceAll(line, `\\`, ""), `\|`) != 3 {
			t.Errorf("a table row does not have two cells: %q", line)
		}
	}
}

// outsideCode removes fenced blocks and code spans, as CommonMark finds them.
func outsideCode(t *testing.T, s string) (out []string) {
	t.Helper()
	fence := ""
	for line := range strings.SplitSeq(s, "\n") {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3 && line == ticks+"text":
			fence = ticks
		case fence != "" && len(ticks) >= len(fence) && line == ticks:
			fence = ""
		case fence == "":
			out = append(out, withoutSpans(line))
		}
	}
	if fence != "" {
		t.Error("a code block is not closed")
	}
	return out
}

func withoutSpans(line string) string {
	out := ""
	for line != "" {
		start := strings.IndexByte(line, '`')
		if start < 0 {
			break
		}
		rest := strings.TrimLeft(line[start:], "`")
		ticks := line[start : len(line)-len(rest)]
		end := closing(rest, len(ticks))
		if end < 0 {
			break
		}
		out, line = out+line[:start]+"CODE", rest[end:]
	}
	return out + line
}

// closing finds the end of the span: a run of exactly n ticks.
func closing(s string, n int) int {
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if i += run; run == n {
			return i
		}
	}
	return -1
}

func TestProse(t *testing.T) {
	for s, want := range map[string]string{
		"the server closed (row 5).": "the server closed (row 5).",
		"see www.evil.org":           "`see www.evil.org`",
		"ask @everyone":              "`ask @everyone`",
		"1. first":                   "`1. first`",
		"- x":                        "`- x`",
		"a `b` c":                    "``a `b` c``",
		"":                           "",
	} {
		if got := prose(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func chromium(t *testing.T) string {
	t.Helper()
	return need.Program(t, "chromium", "chromium-browser", "google-chrome")
}

// TestPeersChromium opens the page: the script runs under the page's policy,
// the search box filters, and hostile text stays text.
func TestPeersChromium(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "x.html")
	if err := os.WriteFile(file, everything(t, "html"), 0o600); err != nil {
		t.Fatal(err)
	}
	dump := func(hash string) string {
		out, err := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
			"--user-data-dir="+filepath.Join(dir, "profile"), "--dump-dom", "file://"+file+hash).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	all, found := dump(""), dump("#q=onmetadata%20%5Bred")
	if n := strings.Count(all, `hidden=""`); n != 0 {
		t.Errorf("%d lines are hidden without a search", n)
	}
	if !strings.Contains(found, "1 of ") || strings.Count(found, "<script") != 1 || strings.Contains(found, "<img") {
		t.Errorf("the search box does not filter to one line, or markup got in")
	}
}
