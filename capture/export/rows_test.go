package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

func linesOf(p []byte) []string { return strings.Split(strings.TrimRight(string(p), "\n"), "\n") }

// TestJSONLLines compares lines with what docs/jsonl.md says of them, written by
// hand.
func TestJSONLLines(t *testing.T) {
	src := publisher(t, "stream-key-1").end()
	got := linesOf(written(t, src, "jsonl", Options{Judge: &rules{}}))
	want := map[int]string{
		1: `{"row":1,"session":1,"time":"2027-01-15T08:00:00.000000000Z","elapsed":0,"kind":"opened","from":"client","name":"Connection","summary":"10.0.0.1:5001 to 10.0.0.2:1935"}`,
		2: `{"row":2,"session":1,"time":"2027-01-15T08:00:00.001000000Z","elapsed":0.001,"kind":"handshake","from":"client","offset":0,"name":"C0","length":1,"summary":"version 3"}`,
		8: `{"row":8,"session":1,"time":"2027-01-15T08:00:00.004000000Z","elapsed":0.004,"kind":"message","from":"client","offset":3073,"type":20,"name":"Command (AMF0)",` +
			`"chunk_stream":3,"message_stream":0,"timestamp":0,"length":79,"chunks":1,"command":"connect","transaction":1,"args":[{"app":"live","tcUrl":"rtmp://h/live","flashVer":"FMLE/3.0"}],` +
			`"summary":"connect to app \"live\" at rtmp://h/live as FMLE/3.0"}`,
		11: `{"row":11,"session":1,"time":"2027-01-15T08:00:00.007000000Z","elapsed":0.007,"kind":"message","from":"server","offset":3200,"type":20,"name":"Command (AMF0)",` +
			`"chunk_stream":3,"message_stream":0,"timestamp":0,"length":29,"chunks":1,"command":"_result","transaction":2,"args":[null,1],"reply_to":10,"rtt":0.001,"summary":"_result of createStream: 1"}`,
		12: `{"row":12,"session":1,"time":"2027-01-15T08:00:00.008000000Z","elapsed":0.008,"kind":"message","from":"client","offset":3197,"type":20,"name":"Command (AMF0)",` +
			`"chunk_stream":3,"message_stream":1,"timestamp":0,"length":42,"chunks":1,"command":"publish","transaction":3,"args":[null,"••••4865","live"],"summary":"publish(\"••••4865\", \"live\")"}`,
		13: `{"row":13,"session":1,"time":"2027-01-15T08:00:00.008000000Z","elapsed":0.008,"kind":"finding","name":"a-rule","rule":"a-rule","severity":"warning","side":"client","rows":[8,12],"confidence":0.75,"summary":"the words of the rule"}`,
	}
	for row, line := range want {
		if diff := cmp.Diff(line, got[row-1]); diff != "" {
			t.Errorf("row %d: %s", row, diff)
		}
	}
	media := got[16]
	for _, part := range []string{`"name":"Audio"`, `"timestamp":0`, `"length":4,`, `"summary":"AAC sequence header, 4 bytes"`} {
		if !strings.Contains(media, part) {
			t.Errorf("%s is not in %s", part, media)
		}
	}
}

func TestJSONLIsValidForEveryCapture(t *testing.T) {
	eachCapture(t, func(t *testing.T, src source.Source, _ string) {
		n := 0
		for _, line := range linesOf(written(t, src, "jsonl", Options{})) {
			var v struct {
				Row     int
				Session int
				Kind    string
				Summary *string
			}
			dec := json.NewDecoder(strings.NewReader(line))
			if err := dec.Decode(&v); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			if n++; v.Row != n || v.Session == 0 || v.Kind == "" || v.Summary == nil {
				t.Fatalf("line %d: %s", n, line)
			}
		}
	})
}

// TestSinkIsWrite: what a live timeline writes is what its file gives.
func TestSinkIsWrite(t *testing.T) {
	src := publisher(t, "stream-key-1").end()
	for name, sink := range map[string]func(*bytes.Buffer) Sink{
		"jsonl": func(b *bytes.Buffer) Sink { return NewJSONL(b, Options{}) },
		"csv":   func(b *bytes.Buffer) Sink { return NewCSV(b, Options{}) },
		"plain": func(b *bytes.Buffer) Sink { return NewPlain(b, Options{}) },
	} {
		var b bytes.Buffer
		s := sink(&b)
		if _, err := fold.Timeline(src, session.Options{}, s.Row); err != nil {
			t.Fatal(err)
		}
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(written(t, src, name, Options{})), b.String()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestPlainLines(t *testing.T) {
	got := linesOf(written(t, publisher(t, "stream-key-1").end(), "plain", Options{}))
	want := []string{
		`    10 #1      0.006000 --> createStream                ms 0 @0        createStream()`,
		`    11 #1      0.007000 <-- _result                     ms 0 @0        _result of createStream: 1 (answers row 10 after 1.0 ms)`,
		`    12 #1      0.008000 --> publish                     ms 1 @0        publish("••••4865", "live")`,
		`    13 #1      0.009000 <-- onStatus                    ms 1 @0        NetStream.Publish.Start “••••4865 is published” (answers row 12 after 1.0 ms)`,
	}
	if diff := cmp.Diff(want, got[9:13]); diff != "" {
		t.Error(diff)
	}
}

func TestCSVRecords(t *testing.T) {
	p := written(t, publisher(t, "stream-key-1").end(), "csv", Options{Judge: &rules{}})
	if !bytes.HasPrefix(p, []byte("row,session,time,")) || bytes.Count(p, []byte("\r\n")) != bytes.Count(p, []byte("\n")) {
		t.Fatal("no header, or lines that do not end in CRLF (RFC 4180 §2)")
	}
	records, err := csv.NewReader(bytes.NewReader(p)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"11", "1", "2027-01-15T08:00:00.007000000Z", "0.007", "message", "server", "3200", "20", "Command (AMF0)", "3", "0", "0", "29", "1", "_result", "", "", "10", "0.001", "_result of createStream: 1"},
		{"12", "1", "2027-01-15T08:00:00.008000000Z", "0.008", "message", "client", "3197", "20", "Command (AMF0)", "3", "1", "0", "42", "1", "publish", "", "", "", "", `publish("••••4865", "live")`},
		{"13", "1", "2027-01-15T08:00:00.008000000Z", "0.008", "finding", "", "", "", "a-rule", "", "", "", "", "", "", "", "warning", "", "", "the words of the rule"},
	}
	if diff := cmp.Diff(want, records[11:14]); diff != "" {
		t.Error(diff)
	}
}

func TestCSVFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "plain": "plain", "1": "1", "a=b": "a=b",
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "  =1": "'  =1", "＝1": "'＝1", "'=1": "''=1",
	} {
		if got := inert(cell); got != want {
			t.Errorf("inert(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestSelection(t *testing.T) {
	k := publisher(t, "stream-key-1")
	src := k.open().greet().end()
	count := func(o Options) int { return len(linesOf(written(t, src, "jsonl", o))) }
	all := count(Options{})
	second := count(Options{Sessions: []uint32{2}})
	switch {
	case second != 9:
		t.Errorf("session 2 has %d rows, want 9: opened, six parts, two ends", second)
	case count(Options{Sessions: []uint32{1, 2}}) != all:
		t.Error("both sessions are not all rows")
	case count(Options{Rows: [2]uint32{3, 5}}) != 3 || count(Options{Rows: [2]uint32{0, 5}}) != 5 || count(Options{Rows: [2]uint32{3, 0}}) != all-2:
		t.Error("row ranges are inclusive, 0 is open")
	case count(Options{Keep: func(e *session.Entry) bool { return e.Message.Command == "publish" }}) != 1:
		t.Error("Keep keeps one publish")
	}
}

func TestTornCapture(t *testing.T) {
	k := publisher(t, "stream-key-1")
	k.end()
	p := k.mem.Bytes()
	src := inMemory(t, p[:len(p)-150])
	for _, f := range Formats() {
		var b bytes.Buffer
		err := Write(&b, src, f.Name, Options{})
		var torn *pcapng.TornError
		if !errors.As(err, &torn) || b.Len() == 0 {
			t.Errorf("%s: %v and %d bytes; want a TornError and what there was", f.Name, err, b.Len())
		}
	}
}

func TestErrors(t *testing.T) {
	src := newTalk(t).greet().end()
	if err := Write(&bytes.Buffer{}, src, "xlsx", Options{}); err == nil || !strings.Contains(err.Error(), "jsonl, csv") {
		t.Errorf("an unknown format gives %v", err)
	}
	for _, f := range []string{"flv", "h264", "aac"} {
		if err := Write(&bytes.Buffer{}, src, f, Options{}); !errors.Is(err, ErrNothing) {
			t.Errorf("%s of a session without media gives %v", f, err)
		}
	}
	if err := Write(&bytes.Buffer{}, src, "pcapng", Options{Sessions: []uint32{7}}); !errors.Is(err, ErrNothing) {
		t.Errorf("pcapng of no session gives %v", err)
	}
	if err := Write(&bytes.Buffer{}, inMemory(t, []byte("not a capture at all, but text")), "jsonl", Options{}); err == nil {
		t.Error("text is taken for a capture")
	}
	broken := errors.New("disk full")
	for _, f := range Formats() {
		if err := Write(failing{broken}, publisher(t, "k").end(), f.Name, Options{}); !errors.Is(err, broken) {
			t.Errorf("%s: a failed write gives %v", f.Name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestFormatsTable(t *testing.T) {
	names := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Extension == "" || f.Describe == "" || names[f.Name] {
			t.Errorf("%+v", f)
		}
		names[f.Name] = true
	}
	if len(names) != 10 {
		t.Errorf("%d formats", len(names))
	}
}

func BenchmarkJSONL(b *testing.B) {
	src := openCapture(b, "obs29__srs__publish")
	var entries int
	b.ResetTimer()
	for b.Loop() {
		s := NewJSONL(discard{}, Options{})
		entries = 0
		if _, err := fold.Timeline(src, session.Options{}, func(e *session.Entry) error { entries++; return s.Row(e) }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(entries)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// TestDocumentedExamples: the examples of the schema are what the program
// writes, and every key it writes is in the schema.
func TestDocumentedExamples(t *testing.T) {
	doc, err := os.ReadFile("../../docs/jsonl.md")
	if err != nil {
		t.Fatal(err)
	}
	got := linesOf(written(t, publisher(t, "stream-key-1").end(), "jsonl", Options{Judge: &rules{}}))
	for _, line := range got[11:13] {
		if !strings.Contains(string(doc), "\n"+line+"\n") {
			t.Errorf("docs/jsonl.md has no example %s", line)
		}
	}
	for _, line := range got {
		var keys map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &keys); err != nil {
			t.Fatal(err)
		}
		for key := range keys {
			if !strings.Contains(string(doc), "`"+key+"`") {
				t.Errorf("docs/jsonl.md does not name the key %q", key)
			}
		}
	}
	for kind := session.Opened; kind <= session.Found; kind++ {
		if !strings.Contains(string(doc), "| `"+kind.String()+"` |") {
			t.Errorf("docs/jsonl.md does not name the kind %q", kind)
		}
	}
}
