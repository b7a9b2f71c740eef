package check

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// forms are all forms of a verdict, by the names of their golden files.
var forms = map[string]func(io.Writer, []*Result, Options) error{"text.txt": Text, "result.json": JSON, "junit.xml": JUnit, "report.md": Markdown}

// TestForms compares every form of the example with its golden file.
func TestForms(t *testing.T) {
	for name, write := range forms {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got, made(), Options{FailOn: session.Warning}); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSecretsInForms: a stream key stands in every form exactly when it is asked
// for, and its mask when it is not.
func TestSecretsInForms(t *testing.T) {
	mask := text.Secret(key).Show(false)
	for name, write := range forms {
		var masked, shown bytes.Buffer
		if err := errors.Join(write(&masked, made(), Options{}), write(&shown, made(), Options{ShowSecrets: true})); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(masked.Bytes(), []byte(key)) || !bytes.Contains(masked.Bytes(), []byte(mask)) {
			t.Errorf("%s shows the key unasked, or no mask", name)
		}
		if !bytes.Contains(shown.Bytes(), []byte(key)) || bytes.Contains(shown.Bytes(), []byte(mask)) {
			t.Errorf("%s does not show the key that is asked for", name)
		}
		if bytes.ContainsRune(masked.Bytes(), '\x1b') {
			t.Errorf("%s holds a control character", name)
		}
	}
}

// TestJSONIsRead reads the JSON as a build server would and compares it with
// what was put in, number by number.
func TestJSONIsRead(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, made(), Options{}); err != nil {
		t.Fatal(err)
	}
	var read []struct {
		File, Worst  string
		Sessions     []map[string]any
		Together     []map[string]any
		Expectations []map[string]any
	}
	if err := json.Unmarshal(out.Bytes(), &read); err != nil || len(read) != 2 {
		t.Fatalf("%v, %d", err, len(read))
	}
	if read[1].Sessions == nil || len(read[1].Sessions) != 0 || read[1].Worst != "" {
		t.Errorf("a capture without sessions: %+v", read[1])
	}
	r := read[0]
	if r.Worst != "error" || len(r.Sessions) != 3 || len(r.Together) != 1 {
		t.Fatalf("%+v", r)
	}
	for i, want := range []map[string]any{{"text": "keyframe", "met": true, "row": 1.0}, {"text": "code == `x` within 5s", "met": false, "unmet": []any{1.0, 3.0}}} {
		if diff := cmp.Diff(want, r.Expectations[i]); diff != "" {
			t.Error(diff)
		}
	}
	first := r.Sessions[0]
	for name, want := range map[string]any{
		"session": 1.0, "role": "publish", "app": "live", "seconds": 1.5, "ended": "the client closed its side (FIN)",
		"bytes": []any{3500.0, 1.0}, "messages": []any{9.0, 1.0},
		"unjudged": []any{"a-rule: bytes are missing", "b-rule: it is off", "c-rule: bytes are missing"},
		"server":   map[string]any{"address": "10.0.0.2:1935", "program": "SRS", "version": "SRS", "evidence": []any{"fmsVer"}},
	} {
		if diff := cmp.Diff(want, first[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if findings := first["findings"].([]any); len(findings) != 3 || findings[1].(map[string]any)["confidence"] != 0.75 {
		t.Errorf("findings %v", findings)
	}
	if media := r.Sessions[2]["media"].([]any); len(media) != 3 || media[0].(map[string]any)["keyframes"] != 3.0 || media[1].(map[string]any)["from"] != "server" {
		t.Errorf("media %v", media)
	}
}

// TestJUnitCounts reads the XML: as many tests as sessions and expectations, as
// many failures as --fail-on makes of them.
func TestJUnitCounts(t *testing.T) {
	for failOn, want := range map[session.Severity]int{0: 1, session.Note: 2, session.Warning: 2, session.Error: 2} {
		var out bytes.Buffer
		if err := JUnit(&out, made(), Options{FailOn: failOn}); err != nil {
			t.Fatal(err)
		}
		var read junitSuites
		if err := xml.Unmarshal(out.Bytes(), &read); err != nil || len(read.Suites) != 2 {
			t.Fatalf("%v, %+v", err, read)
		}
		s, failures := read.Suites[0], 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
		}
		if s.Tests != 5 || len(s.Cases) != 5 || s.Failures != want || failures != want {
			t.Errorf("fail on %v: %d tests, %d and %d failures, want %d", failOn, s.Tests, s.Failures, failures, want)
		}
		if failOn == session.Error {
			if f := s.Cases[0].Failure; strings.Count(f.Text, "\n") != 0 || !strings.HasPrefix(f.Message, "error cmd-badname: ") {
				t.Errorf("failure %+v", f)
			}
		}
		if failOn == session.Note {
			if f := s.Cases[0].Failure; strings.Count(f.Text, "\n") != 2 || s.Cases[0].Out != "" {
				t.Errorf("failure %+v, beside it %q", f, s.Cases[0].Out)
			}
		}
	}
}

// TestWritersReportFailures: a verdict that could not be written is an error.
func TestWritersReportFailures(t *testing.T) {
	for name, write := range forms {
		if err := write(full{}, made(), Options{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var errFull = errors.New("no space")

// full is a disk with no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestParseExpectation(t *testing.T) {
	for _, c := range []struct {
		in     string
		within time.Duration
		wrong  string // in the error
		at     int    // where it is
	}{
		{in: "keyframe"},
		{in: "keyframe within 3s", within: 3 * time.Second},
		{in: `code == "NetStream.Publish.Start"  within  1m30s `, within: 90 * time.Second},
		{in: `"within"`},
		{in: `summary == "within 3s"`},
		{in: "", wrong: "nothing is expected"},
		{in: "  within 3s", wrong: "nothing is expected"},
		{in: "keyframe within", wrong: "a time such as 5s", at: 15},
		{in: "keyframe within 0s", wrong: "a time such as 5s", at: 15},
		{in: "keyframe within -3s", wrong: "a time such as 5s", at: 15},
		{in: "keyframe within soon", wrong: "a time such as 5s", at: 15},
		{in: "command = 3", wrong: "=", at: 8},
		{in: "keyfrme", wrong: "keyframe", at: 0},
	} {
		x, err := ParseExpectation(c.in, nil)
		if c.wrong == "" {
			if err != nil || x.Within != c.within || x.Text != c.in || x.Row != 0 {
				t.Errorf("%q: %+v, %v", c.in, x, err)
			}
			continue
		}
		var bad *filter.Error
		if !errors.As(err, &bad) || !strings.Contains(bad.Message, c.wrong) || bad.Offset != c.at || bad.Text != c.in {
			t.Errorf("%q: %+v, want %q at %d", c.in, err, c.wrong, c.at)
		}
	}
}

// collected folds a conversation into a result.
func collected(t *testing.T, x script.Example, config lint.Config, expect ...string) *Result {
	t.Helper()
	var expects []Expectation
	for _, text := range expect {
		e, err := ParseExpectation(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		expects = append(expects, e)
	}
	c := NewCollector(config, expects)
	line := session.New(session.Options{Judge: c.Judge(), OnEntry: c.Entry})
	x.Play(line, began)
	return c.Result("made.pcapng", line.Snapshot())
}

// TestCollector folds a good and a refused publish: findings, steps, tracks, and
// the first rows that meet what is expected, within their time.
func TestCollector(t *testing.T) {
	good := collected(t, script.Example{script.Flowing, script.Goodbye}, lint.Config{},
		`command == "publish"`, "keyframe within 10s", "keyframe within 1ms", `command == "play"`)
	if len(good.Sessions) != 1 || good.File != "made.pcapng" || len(good.Sessions[0].Report.Tracks) != 2 || len(good.Sessions[0].Report.Steps) < 5 {
		t.Fatalf("%+v", good)
	}
	var met []bool
	for _, x := range good.Expectations {
		met = append(met, x.Row > 0)
	}
	if !slices.Equal(met, []bool{true, true, false, false}) {
		t.Errorf("met %v", met)
	}
	var broken []string
	for _, x := range good.Broken() {
		broken = append(broken, x.Text)
	}
	if !slices.Equal(broken, []string{"keyframe within 1ms", `command == "play"`}) {
		t.Errorf("broken %q", broken)
	}
	if first, second := good.Expectations[0].Row, good.Expectations[1].Row; first >= second {
		t.Errorf("publish in row %d, the first keyframe in row %d", first, second)
	}
	refuse := script.Example{script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.BadName", "taken"), script.Goodbye}
	bad := collected(t, refuse, lint.Config{})
	if bad.Worst() != session.Error {
		t.Errorf("worst %v", bad.Worst())
	}
	found := slices.ContainsFunc(bad.Sessions[0].Findings, func(f Finding) bool { return f.Rule == "cmd-badname" && f.Row > 0 })
	if !found {
		t.Errorf("findings %+v", bad.Sessions[0].Findings)
	}
	var off lint.Config
	if err := off.Set("cmd-badname", "off"); err != nil {
		t.Fatal(err)
	}
	if r := collected(t, refuse, off); r.Worst() == session.Error {
		t.Error("a rule that is off finds something")
	}
}

// TestFindingsThatPassKeepTheirPlace: what has passed says so where it stood, and
// the next of its kind is a new line.
func TestFindingsThatPassKeepTheirPlace(t *testing.T) {
	c := NewCollector(lint.Config{}, nil)
	tell := func(row uint32, rule string, over bool) {
		c.Entry(&session.Entry{Number: row, Finding: &session.Finding{Session: 1, Rule: rule, Side: session.ClientSide, Over: over}})
	}
	tell(1, "first", false)
	tell(2, "second", false)
	tell(3, "first", true)
	tell(4, "first", false)
	var got []uint32
	for _, f := range c.findings[1] {
		got = append(got, f.Row)
	}
	if !slices.Equal(got, []uint32{3, 2, 4}) {
		t.Errorf("rows %v", got)
	}
}

// TestWithinIsInclusive: a time that is given is met at its last moment, by the
// first row that comes, and not after it.
func TestWithinIsInclusive(t *testing.T) {
	x, err := ParseExpectation(`kind == "gap" within 3s`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for elapsed, want := range map[time.Duration]uint32{0: 5, 3 * time.Second: 5, 3*time.Second + 1: 0} {
		c := NewCollector(lint.Config{}, []Expectation{x})
		for n := uint32(5); n < 7; n++ {
			c.Entry(&session.Entry{Row: session.Row{Kind: session.Gap}, Number: n, Elapsed: elapsed})
		}
		if got := c.expects[0].met[0]; got != want {
			t.Errorf("at %v: row %d, want %d", elapsed, got, want)
		}
	}
}

func TestWorstOfNothing(t *testing.T) {
	if w := (&Result{}).Worst(); w != 0 {
		t.Errorf("%v", w)
	}
	r := Result{Sessions: []Session{{Info: session.Info{Worst: session.Warning}}, {Info: session.Info{Worst: session.Note}}}}
	if r.Worst() != session.Warning {
		t.Errorf("%v", r.Worst())
	}
}
