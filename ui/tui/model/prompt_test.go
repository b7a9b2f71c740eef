package model

import (
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// TestPromptEdits types, deletes and moves at random: text and cursor are those of a
// line of characters that is edited the same way.
func TestPromptEdits(t *testing.T) {
	keys := []string{"a", "é", "日", "Space", "Backspace", "Delete", "Left", "Right", "Home", "End", "Ctrl-U", "F5"}
	for seed := range int64(60) {
		r := rand.New(rand.NewSource(seed))
		p := &Prompt{Text: "né"}
		p.begin()
		line, at := []rune("né"), 2
		for range 80 {
			k := keys[r.Intn(len(keys))]
			if end := p.key(k); end != nil {
				t.Fatalf("seed %d: %s ends the question", seed, k)
			}
			line, at = edited(line, at, k)
			if p.Text != string(line) || p.Cursor != len(string(line[:at])) {
				t.Fatalf("seed %d: %s gives %q at byte %d, want %q at character %d", seed, k, p.Text, p.Cursor, string(line), at)
			}
		}
	}
}

func edited(line []rune, at int, key string) ([]rune, int) {
	switch key {
	case "Backspace":
		if at > 0 {
			return slices.Delete(line, at-1, at), at - 1
		}
	case "Delete":
		if at < len(line) {
			return slices.Delete(line, at, at+1), at
		}
	case "Left":
		return line, max(at-1, 0)
	case "Right":
		return line, min(at+1, len(line))
	case "Home":
		return line, 0
	case "End":
		return line, len(line)
	case "Ctrl-U":
		return slices.Clone(line[at:]), 0
	case "F5":
	case "Space":
		return slices.Insert(line, at, ' '), at + 1
	default:
		return slices.Insert(line, at, []rune(key)...), at + 1
	}
	return line, at
}

// TestPromptEnds: what ends a question, and what it answers.
func TestPromptEnds(t *testing.T) {
	answered, dropped := "", false
	line := func() *Prompt {
		answered, dropped = "", false
		p := &Prompt{done: func(text string) Effect { answered = text; return Effect{Export: text} }, dropped: func() { dropped = true }}
		p.begin()
		return p
	}
	press := func(p *Prompt, keys ...string) (end func() Effect) {
		for _, k := range keys {
			if end = p.key(k); end != nil {
				end()
				return end
			}
		}
		return nil
	}
	if press(line(), "o", "k", "Enter"); answered != "ok" || dropped {
		t.Errorf("Enter answers %q, dropped %v", answered, dropped)
	}
	if press(line(), "o", "k", "Esc"); answered != "" || !dropped {
		t.Errorf("Esc answers %q, dropped %v", answered, dropped)
	}
	if end := press(line(), "Ctrl-C"); end == nil || !end().Quit || answered != "" {
		t.Errorf("Ctrl-C answers %q", answered)
	}
	letters := line()
	letters.Letters, letters.YesNo = "yn", true
	if press(letters, "x", "Enter", "5"); answered != "" {
		t.Errorf("another key answers %q", answered)
	}
	if press(letters, "Y"); answered != "y" {
		t.Errorf("Y answers %q", answered)
	}
	if press(letters, "q"); answered != "n" {
		t.Errorf("q answers %q, which is no for yes and no", answered)
	}
	refusal := line()
	refusal.Refusal = true
	if press(refusal, "q", "y", "1"); answered != "" || refusal.Text != "" {
		t.Errorf("what is typed after a refusal goes to %q, %q", answered, refusal.Text)
	}
	if press(refusal, "Enter"); answered != "" || !dropped {
		t.Error("Enter does not end a refusal")
	}
}

// TestPromptChecks: text that will not do is not taken, and Enter says why.
func TestPromptChecks(t *testing.T) {
	p := &Prompt{Text: "ab9", done: func(string) Effect { return Effect{} },
		check: func(text string) (string, int) {
			if at := strings.IndexByte(text, '9'); at >= 0 {
				return "no 9", at
			}
			return "", 0
		}}
	if p.begin(); p.Problem != "no 9" || p.At != 2 {
		t.Errorf("problem %q at %d", p.Problem, p.At)
	}
	if p.key("Enter") != nil {
		t.Error("it was taken")
	}
	if p.key("Backspace"); p.Problem != "" || p.key("Enter") == nil {
		t.Errorf("it was not taken: %q", p.Problem)
	}
}

// TestPromptRecalls: Up and Down go through what was typed before and back to what is
// being typed; what is empty or said twice is kept once.
func TestPromptRecalls(t *testing.T) {
	var h History
	for _, s := range []string{"one", "", "two", "two", "three"} {
		h.add(s)
	}
	p := &Prompt{Text: "draft", history: &h}
	p.begin()
	for _, c := range []struct{ key, text string }{{"Up", "three"}, {"Ctrl-P", "two"}, {"Up", "one"}, {"Up", "one"}, {"Down", "two"}, {"Down", "three"}, {"Ctrl-N", "draft"}, {"Down", "draft"}} {
		if p.key(c.key); p.Text != c.text || p.Cursor != len(c.text) {
			t.Errorf("%s gives %q at %d, want %q", c.key, p.Text, p.Cursor, c.text)
		}
	}
	for range 2 * maxHistory {
		h.add("x")
		h.add("y")
	}
	if len(h) != maxHistory || h[len(h)-1] != "y" {
		t.Errorf("%d are kept, the last %q", len(h), h[len(h)-1])
	}
}

// TestPromptCompletes: Tab goes through the choices forward and back, each in place of
// the word before the cursor; typing asks for choices anew.
func TestPromptCompletes(t *testing.T) {
	asked := 0
	p := &Prompt{Text: "see p rest", complete: func(text string, at int) (int, []Choice) {
		asked++
		return strings.LastIndex(text[:at], " ") + 1, []Choice{{Text: "play"}, {Text: "publish"}}
	}}
	p.begin()
	for range len(" rest") {
		p.key("Left")
	}
	for _, c := range []struct{ key, text string }{{"Tab", "see play rest"}, {"Tab", "see publish rest"}, {"Tab", "see play rest"}, {"Shift-Tab", "see publish rest"}} {
		if p.key(c.key); p.Text != c.text || p.Text[:p.Cursor] != strings.TrimSuffix(c.text, " rest") {
			t.Fatalf("%s gives %q at %d, want %q", c.key, p.Text, p.Cursor, c.text)
		}
	}
	before := asked
	if p.key("x"); asked != before+1 || p.Chosen != -1 {
		t.Errorf("asked %d times, choice %d", asked-before, p.Chosen)
	}
}
