package main

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// wordFields are the fields, variables and methods that hold sentences for people.
// What others decide by stands beside them as a token: Cause, Reason.Token, Rule.
var wordFields = []string{"Summary", "Reason", "Brief", "Trouble", "Ended", "Words", "Why", "Error",
	"words", "reason", "summary", "sentence", "short", "why", "message"}

// deciders are the functions of package strings that find something in a text.
var deciders = []string{"HasPrefix", "HasSuffix", "Contains", "ContainsAny", "Cut", "CutPrefix", "CutSuffix", "Split", "SplitN",
	"EqualFold", "Index", "LastIndex", "TrimPrefix", "TrimSuffix", "Fields"}

// allowedWords are the functions that may look into words, each with the reason.
var allowedWords = map[string]string{
	"capture: wordsToCause": "older recordings hold words alone; see there",
	"capture: oldDial":      "part of wordsToCause",
	"capture: oldBreach":    "part of wordsToCause",
	"capture: oldTimeout":   "part of wordsToCause",

	"decode/filter: grammar":       "the parser of the library gives no tokens; it chooses between sentences",
	"decode/filter: regular":       "takes the prefix of package regexp off a message that is shown",
	"decode/lint: scheme":          "the words are a server's on the wire: the challenge of its authentication",
	"decode/lint: isChallenge":     "likewise",
	"ui/cli: configure":            "leaves the directory out of a message that is shown",
	"ui/config: syntax":            "leaves the library's name out of a message that is shown",
	"ui/tui/model: columnsCommand": "the words are typed by the person",
	"ui/tui/model: diffCommand":    "the words are typed by the person",
	"ui/tui/model: find":           "the person searches for words that are shown",
	"ui/tui/model: ownName":        "the words are a program's on the wire: what it calls itself",
	"ui/tui/render: words":         "draws a label once that stands before its summary too",
	"ui/tui/render: shortCode":     "shortens what does not fit its column",
	"ui/tui/render: keepFigure":    "shortens what does not fit its column",
}

// TestInvariantWordsAreNoProtocol: no decision depends on the text of a sentence
// that we wrote for people.
func TestInvariantWordsAreNoProtocol(t *testing.T) {
	used := map[string]bool{}
	eachFile(t, func(f *source) (bad []string) {
		layer, _, _ := strings.Cut(f.dir, "/")
		if !slices.Contains([]string{"decode", "capture", "ui"}, layer) {
			return nil
		}
		for name, where := range readsWords(f) {
			key := f.dir + ": " + name
			if allowedWords[key] != "" {
				used[key] = true
				continue
			}
			bad = append(bad, where+" decides by words ("+key+")")
		}
		return bad
	})
	for key := range allowedWords {
		if !used[key] {
			t.Errorf("%s is allowed to read words and does not", key)
		}
	}
}

// readsWords returns the functions of a file that decide by words, with a place.
func readsWords(f *source) map[string]string {
	found := map[string]string{}
	for _, d := range f.ast.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if decidesByWords(n) {
				found[fn.Name.Name] = f.set.Position(n.Pos()).String()
			}
			return true
		})
	}
	return found
}

// decidesByWords reports whether a node looks for something in words, or compares
// them with other words. Whether there are any is no question of what they say.
func decidesByWords(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		pkg, named := name(f).(*ast.Ident)
		return ok && named && pkg.Name == "strings" && slices.Contains(deciders, f.Sel.Name) && slices.ContainsFunc(n.Args, isWords)
	case *ast.BinaryExpr:
		return (n.Op == token.EQL || n.Op == token.NEQ) && (isWords(n.X) && isText(n.Y) || isWords(n.Y) && isText(n.X))
	case *ast.SwitchStmt:
		return n.Tag != nil && isWords(n.Tag)
	}
	return false
}

func name(f *ast.SelectorExpr) ast.Expr {
	if f == nil {
		return nil
	}
	return f.X
}

// isWords reports whether an expression is words, or made of them.
func isWords(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return slices.Contains(wordFields, e.Name)
	case *ast.SelectorExpr:
		if inner, ok := e.X.(*ast.SelectorExpr); ok && inner.Sel.Name == "Reason" {
			return e.Sel.Name == "Text"
		}
		return slices.Contains(wordFields, e.Sel.Name)
	case *ast.CallExpr:
		return isWords(e.Fun) || slices.ContainsFunc(e.Args, isWords)
	case *ast.ParenExpr:
		return isWords(e.X)
	case *ast.BinaryExpr:
		return isWords(e.X) || isWords(e.Y)
	case *ast.SliceExpr:
		return isWords(e.X)
	}
	return false
}

// isText reports whether an expression is a text that says something.
func isText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return e.Kind == token.STRING && e.Value != `""`
	case *ast.CallExpr, *ast.BinaryExpr:
		return true
	}
	return false
}

// TestWordsAreSeen checks the checker: what decides by words is found, and what asks
// whether there are any, or looks at wire text or tokens, is not.
func TestWordsAreSeen(t *testing.T) {
	for body, want := range map[string]bool{
		`return strings.HasPrefix(e.Reason.Text, "upstream ")`:         true,
		`return strings.HasSuffix(string(e.Summary), "(FIN)")`:         true,
		`_, to, ok := strings.Cut(words, " to "); _ = to; return ok`:   true,
		`return e.Reason.Text == sniffed(0x15)`:                        true,
		`return err.Error() == "no such host"`:                         true,
		`switch e.Reason.Text { case "x": return true }; return false`: true,
		`return strings.Contains(strings.ToLower(rec.Reason), "shut")`: true,
		`return strings.EqualFold(info.Trouble, info.Ended)`:           true,
		`return e.Reason.Token == decode.TokenNotRTMP`:                 false,
		`return e.Cause == session.PeerClosed`:                         false,
		`return e.Summary == "" || rec.Reason != ""`:                   false,
		`return strings.HasPrefix(e.Message.Command, "on")`:            false,
	} {
		f, err := parse("decode/x/x.go", []byte("package x\nfunc f() bool { "+body+" }"))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(readsWords(f)) > 0; got != want {
			t.Errorf("%s: found %v", body, got)
		}
	}
}
