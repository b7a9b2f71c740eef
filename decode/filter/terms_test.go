package filter

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	tree "github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// met checks that a row meets a condition, and not its opposite.
func met(t *testing.T, at string, term Term, match func(filter string) bool) {
	t.Helper()
	if !match(term.Is()) {
		t.Errorf("%s does not meet %s", at, term.Is())
	}
	if match(term.IsNot()) {
		t.Errorf("%s meets %s", at, term.IsNot())
	}
}

// TestTermsAreMet: of real captures each row meets what RowTerms says of it, each session
// what SessionTerms says, and each message what its fields can be asked for.
func TestTermsAreMet(t *testing.T) {
	for _, name := range []string{"obs29__srs__publish", "amf3synthetic__nginx__publish", "ffmpeg5__nginx__play_missing", "ffmpeg7__srs__publish_play_hevc"} {
		t.Run(name, func(t *testing.T) {
			src, err := capture.File(filepath.Join("../../testdata/captures", name+".pcapng"))
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			entries := map[uint32]*session.Entry{}
			a := analyst.New(src, analyst.Options{Consumers: []analyst.Consumer{func(e *session.Entry) {
				kept := *e
				entries[e.Number] = &kept
			}}})
			if err := a.Run(context.Background()); err != nil {
				t.Fatal(err)
			}
			tl, asked := a.Snapshot(), 0
			for n := 1; n <= min(tl.Len(), 120); n++ {
				at := tl.Text(n).Name
				for _, term := range RowTerms(tl, n) {
					met(t, at, term, func(text string) bool { return compiled(t, text).MatchRow(tl, n) })
				}
				if r := tl.Row(n); r.Kind == session.Message && !r.IsMedia() {
					d, err := a.Detail(n)
					if err != nil {
						t.Fatal(err)
					}
					asked += askFields(t, at, d.Fields, entries[uint32(n)])
				}
			}
			for _, info := range tl.Sessions() {
				about := &Session{Info: info}
				for _, term := range SessionTerms(about) {
					met(t, "session", term, func(text string) bool {
						f, err := CompileSessions(text)
						if err != nil {
							t.Fatalf("%s: %v", text, err)
						}
						return f.Match(about)
					})
				}
			}
			if asked < 20 {
				t.Errorf("only %d fields could be asked for", asked)
			}
		})
	}
}

func compiled(t *testing.T, text string) *Filter {
	t.Helper()
	f, err := Compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

// askFields asks for all fields that can be asked for, and counts them.
func askFields(t *testing.T, at string, fields []tree.Field, e *session.Entry) (asked int) {
	for _, f := range fields {
		if term, ok := FieldTerm(f.Ask, f.Value); ok {
			asked++
			met(t, at+": "+f.Name, term, func(text string) bool { return compiled(t, text).Match(e) })
		}
		asked += askFields(t, at, f.Children, e)
	}
	return asked
}

// TestFieldTerm: quotes and backslashes of a value are escaped, and numbers are not.
func TestFieldTerm(t *testing.T) {
	for value, want := range map[text.Marked]string{
		text.Plain(`"live"`): `x == "live"`, text.Plain(`29.97`): `x == 29.97`, text.Plain(`true`): `x == true`,
		text.Plain(`"a "b" c"`): `x == "a \"b\" c"`, text.Marked(`"` + text.Plain("\\\n") + `"`): `x == "\\\\\\n"`, text.Plain(`"`): `x == "`,
	} {
		term, ok := FieldTerm("x", value)
		if !ok || term.Is() != want || term.Secret {
			t.Errorf("%s gives %s, want %s", value.Show(true), term.Is(), want)
		}
	}
	if term, _ := FieldTerm("x", text.Secret("hunter2")); !term.Secret || !strings.Contains(term.Is(), "hunter2") {
		t.Errorf("%+v", term)
	}
	if _, ok := FieldTerm("", text.Plain("1")); ok {
		t.Error("a term of what cannot be asked for")
	}
}

// TestAnd: whatever a filter is, words, an expression or names, what is added narrows it.
func TestAnd(t *testing.T) {
	saved := map[string]string{"slow": "rtt > 1s", "words": "live stream"}
	for one, want := range map[string]string{
		"": "type == 9", "  ": "type == 9",
		"live":                `"live" and type == 9`,
		`"two words" ~cmd`:    `"two words" and ~cmd and type == 9`,
		"rtt > 1 or refused":  `(rtt > 1 or refused) and type == 9`,
		"@slow":               `(@slow) and type == 9`,
		"@words":              `"live" and "stream" and type == 9`,
		"@slow play":          `((rtt > 1s) and "play") and type == 9`,
		"@slow and type == 8": `(@slow and type == 8) and type == 9`,
	} {
		got, err := And(one, "type == 9", saved)
		if err != nil || got != want {
			t.Errorf("%q gives %s, want %s (%v)", one, got, want, err)
		}
		full, err := Expand(got, saved)
		if err != nil {
			t.Errorf("%s: %v", got, err)
			continue
		}
		if _, err := Compile(full); err != nil {
			t.Errorf("%s: %v", full, err)
		}
	}
	if _, err := And("@none", "type == 9", saved); err == nil {
		t.Error("a name of nothing")
	}
}
