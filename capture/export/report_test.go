package export

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// TestReportsBeginWithTheVerdict: what is wrong, and who is who, stands before
// everything else of a session, and what a finding names can be clicked.
func TestReportsBeginWithTheVerdict(t *testing.T) {
	src := openCapture(t, "ffmpeg5__nginx__publish_badname")
	for format, inOrder := range map[string][]string{
		"html": {"<h1>", `<b class="mark">✗</b> <a href="#session-2">Session 2: publish live/`, "error: the server refused to publish", `<b class="mark">✓</b> <a href="#session-1">Session 1: publish live/`, `id="session-2"`,
			`<p class="verdict error">error: the server refused to publish`, "FFmpeg FMLE/3.0", "known by: ", "nginx-rtmp FMS/3,0,1,123", "<h3>Findings</h3>", "<h3>Phases</h3>", "<svg", "<h3>Ladder</h3>"},
		"md":  {"# ", "- ✗ Session 2: publish live/", "error: the server refused to publish", "- ✓ Session 1: publish live/", "## Session 2", "**", "FFmpeg FMLE/3.0"},
		"txt": {"••••9e95 stands for one", "Session 2: ", "verdict          error: the server refused to publish", "FFmpeg FMLE/3.0", "nginx-rtmp", "Session 1: ", "verdict          nothing wrong"},
	} {
		rest := string(written(t, src, format, Options{Judge: lint.New(lint.Config{})}))
		for _, want := range inOrder {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%s: %q is not where it should be", format, want)
				break
			}
			rest = after
		}
	}
	rule, _ := lint.Find("cmd-badname")
	page := string(written(t, src, "html", Options{Judge: lint.New(lint.Config{})}))
	md := string(written(t, src, "md", Options{Judge: lint.New(lint.Config{})}))
	for text, want := range map[string]string{
		page: "<p><b>What to do:</b> " + template.HTMLEscapeString(rule.Fix) + "</p>", md: "\n  - What to do: Wait for the server's timeout, shorten it (drop\\_idle\\_publisher, ping\\_timeout), or close the other publisher.\n"} {
		if rule.Fix == "" || strings.Count(text, want) != 1 {
			t.Errorf("%q is not there once", want)
		}
	}
	links := regexp.MustCompile(`href="#(row-\d+|session-\d+)"`).FindAllStringSubmatch(page, -1)
	for _, l := range links {
		if !strings.Contains(page, `id="`+l[1]+`"`) {
			t.Errorf("%s leads nowhere", l[0])
		}
	}
	if len(links) < 4 {
		t.Errorf("%d links", len(links))
	}
}

// TestReportsSayWhatTheyLeaveOut: how much, and how to get it.
func TestReportsSayWhatTheyLeaveOut(t *testing.T) {
	k := newTalk(t).greet()
	for range maxHTMLRungs {
		k.call(client, 0, amf.Str("ping"), amf.Num(0))
	}
	for range maxMetadata + 3 {
		k.data(client, 1, amf.Str("onMetaData"), obj("title", "x"))
	}
	k.must(k.rec.Fin(k.id, false, k.now, ""))
	k.must(k.rec.Fin(k.id, true, k.now, ""))
	k.open().greet()
	for range 2 * minSteps {
		k.call(client, 0, amf.Str("ping"), amf.Num(0))
	}
	page := string(written(t, k.end(), "html", Options{}))
	first, second, _ := strings.Cut(page, `<section id="session-2">`)
	for _, c := range []struct {
		section     string
		shown, sent int
	}{{first, maxHTMLRungs, maxHTMLRungs + maxMetadata + 3}, {second, minSteps, 2 * minSteps}} {
		lines := strings.Count(c.section, `<span class="rung">`) + strings.Count(c.section, `<li class="phase">`)
		said := regexp.MustCompile(`The first (\d+) of (\d+) lines are shown\. rtmpscope export --as jsonl writes all rows`).FindAllStringSubmatch(c.section, -1)
		if lines != c.shown || len(said) != 2 || said[0][1] != fmt.Sprint(c.shown) {
			t.Fatalf("%d lines, want %d; the page says %q", lines, c.shown, said)
		}
		// Besides what was sent there are the handshake, both ends, and separators.
		var all int
		if fmt.Sscan(said[0][2], &all); all <= c.sent || all > c.sent+20 {
			t.Errorf("it says that there are %d lines, and %d messages were sent", all, c.sent)
		}
	}
	if !strings.Contains(page, "3 more onMetaData messages are in the ladder") {
		t.Error("the metadata that is left out is not mentioned")
	}
}

// TestReportsShowNotes: title and description head the report, and a note leads
// to its row; what was taken back is not there.
func TestReportsShowNotes(t *testing.T) {
	k := publisher(t, "stream-key-1")
	for _, n := range []capture.Note{
		{ID: "t", Kind: capture.Title, Text: "Encoder <7>", Offset: capture.WholeSession},
		{ID: "d", Kind: capture.Description, Text: "no picture since Monday", Offset: capture.WholeSession},
		{ID: "n", Kind: capture.PlainNote, Conn: 1, Offset: 1, Text: "look at C1"},
		{ID: "g", Kind: capture.PlainNote, Conn: 1, Offset: 1, Text: "never mind"},
		{ID: "g", Kind: capture.PlainNote, Conn: 1, Offset: 1, Deleted: true},
	} {
		n.At = k.now
		k.must(k.rec.Note(n))
	}
	src := k.end()
	page := string(written(t, src, "html", Options{}))
	notes := strings.SplitN(page, "<h3>Ladder</h3>", 2)[0]
	for _, want := range []string{"<h1>Encoder &lt;7&gt;</h1>", "<p>no picture since Monday</p>", `look at C1 <a href="#row-3">row 3</a>`, "<h3>Annotations</h3>"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	if strings.Contains(notes, "never mind") {
		t.Error("a note that was taken back is listed")
	}
	md := string(written(t, src, "md", Options{}))
	for _, want := range []string{"# `Encoder <7>`\n\nno picture since Monday\n", "### Annotations\n\n- look at C1 (row 3)\n"} {
		if !strings.Contains(md, want) {
			t.Errorf("%q is not in the Markdown", want)
		}
	}
	if got := string(written(t, src, "txt", Options{Title: "mine"})); !strings.HasPrefix(got, "mine\n  no picture since Monday\n") {
		t.Errorf("the text begins %q", got[:60])
	}
}
