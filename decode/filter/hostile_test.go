package filter

import (
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

func TestLimits(t *testing.T) {
	long := `type == 9 ` + strings.Repeat(" ", MaxText)
	refused := map[string]string{
		"a long text":            long[:MaxText+1],
		"many parts":             strings.Repeat("1<", 1500) + "2",
		"a large repetition":     `summary matches "(a{500}){20}"`,
		"many large repetitions": strings.Repeat(`summary matches ".{900}" or `, 100) + "keyframe",
		"an unbounded class":     `summary matches "` + strings.Repeat(`\\pL`, 900) + `"`,
		"chained comparisons":    strings.Repeat("1<(", 600) + "1" + strings.Repeat("<2)", 600),
		"an endless range":       `1..1000000000 == 3`,
	}
	for name, expression := range refused {
		if _, err := Compile(expression); err == nil {
			t.Errorf("%s is taken", name)
		} else if e, ok := err.(*Error); !ok || e.Offset > len(expression) {
			t.Errorf("%s: %v", name, err)
		}
	}
	taken := map[string]string{
		"the longest text":   long[:MaxText],
		"parentheses":        strings.Repeat("(", 2000) + "type == 9" + strings.Repeat(")", 2000),
		"negations":          strings.Repeat("not ", 500) + "keyframe",
		"signs":              "type == " + strings.Repeat("-", 500) + "9",
		"a range of numbers": `type in 8..1000000000`,
		"words":              strings.Repeat("a ", MaxText/2),
		"nested functions":   strings.Repeat("lower(", 300) + "command" + strings.Repeat(")", 300) + ` == "x"`,
	}
	for name, expression := range taken {
		f, err := Compile(expression)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f.Match(entries()["video"])
	}
}

// A regular expression sees a bounded part of a text, so that a megabyte in an
// argument cannot hold up a timeline.
func TestPatternsSeeABoundedText(t *testing.T) {
	e := *entries()["publish"]
	e.Message.Args[1] = str(strings.Repeat("x", maxMatched) + "end")
	if compile(t, `args[1] matches "end$"`).Match(&e) || !compile(t, `args[1] endsWith "end"`).Match(&e) {
		t.Error("the bound does not hold")
	}
}

// For fields that a row has, an expression means what it means to expr-lang's
// own machine, which is the reference for the grammar.
func TestAgainstTheReferenceMachine(t *testing.T) {
	expressions := []string{
		`type == 9 and length > 1000`, `type == 9 or keyframe and length < 10`, `not keyframe or type == 8`, `!(keyframe && type == 9)`,
		`length * 2 - 1 >= 9999`, `-length < -400`, `2 + 3 * 4 == 14`, `2 ** 3 ** 2 == 512`, `length / 4 == 75`, `length - 100 - 100 == 100`,
		`1 < chunks < 50`, `type in [8, 9]`, `type not in [8]`, `type in 1..8`, `name contains "ide"`, `name not startsWith "V"`,
		`summary matches "key|frame" and name endsWith "o"`, `kind == "message" ? false : true`, `name < "B"`, `name >= "Audio" and name <= "Audio"`,
		`lower(name) == "video" and upper(name) != "video"`, `len(name) == 5`, `abs(8 - type) == 1`, `int(length / 7) == 42`, `keyframe == (type == 9)`,
		`type == 8 == true`, `(type == 8) != keyframe`, `type in [8, 9] and name in ["Audio"] or false`,
	}
	for _, name := range []string{"video", "audio"} {
		e := entries()[name]
		s := &subject{row: e.Row, number: e.Number, entry: e}
		env := map[string]any{}
		for _, f := range fields {
			switch {
			case f.number != nil:
				env[f.name] = f.number(s)
			case f.text != nil:
				env[f.name] = f.text(s)
			default:
				env[f.name] = f.truth(s)
			}
		}
		for _, expression := range expressions {
			f, err := Compile(expression)
			if err != nil {
				if !strings.Contains(expression, "?") {
					t.Errorf("%s: %v", expression, err)
				}
				continue
			}
			want, err := expr.Eval(expression, env)
			if err != nil {
				t.Fatalf("%s: the reference says %v", expression, err)
			}
			if got := f.Match(e); got != want {
				t.Errorf("%s of %s: %t, want %v", expression, name, got, want)
			}
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, expression := range append(rowExpressions, `arg("app") == "live" && args[0].x[1] != nil`, `~video and not "x"`, "`", "200ms <", `"\u00e9" in`, "1<2<3<(4", "a..b", "日本 == 1", `summary matches "("`, "::x", "| a()", "#", "~~", `a?.b`, "\xff == 1") {
		f.Add(expression)
	}
	all := entries()
	f.Fuzz(func(t *testing.T, expression string) {
		filter, err := Compile(expression)
		if err != nil {
			e, ok := err.(*Error)
			if !ok || e.Offset < 0 || e.Offset > len(expression) || e.Message == "" {
				t.Fatalf("%#v", err)
			}
			_ = e.Error() + e.Caret()
			return
		}
		for _, e := range all {
			filter.Match(e)
		}
		filter.MatchRow(oneRow{}, 1)
		for i := range len(expression) + 1 {
			if i > 64 {
				break
			}
			for _, c := range Complete(expression, i) {
				if c.Start > c.End || c.End != i || c.Text == "" {
					t.Fatalf("%q at %d: %+v", expression, i, c)
				}
			}
		}
	})
}

// oneRow is a timeline with the same row everywhere.
type oneRow struct{}

func (oneRow) Row(int) session.Row { return entryRow }
func (oneRow) Text(int) session.Text {
	return session.Text{Name: "Video", Summary: "AVC keyframe, 5000 bytes"}
}
func (oneRow) SessionCount() int           { return 0 }
func (oneRow) Session(uint32) session.Info { return session.Info{} }

var entryRow = entries()["video"].Row
