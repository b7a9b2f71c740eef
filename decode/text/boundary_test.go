package text

import (
	"strings"
	"testing"
	"unicode"
)

// TestCharactersAreSafeOrEscaped holds code points to what they are: shown alone
// only what is printable and neither a format character, a private one, a blank but
// the blank, a mark with nothing below it, nor the backslash. Tried are the first
// 12,288, both sides of each edge of those classes, and every 509th of the rest.
func TestCharactersAreSafeOrEscaped(t *testing.T) {
	tried := map[rune]bool{}
	for r := rune(0); r < 0x3000; r++ {
		tried[r] = true
	}
	for r := rune(0); r <= unicode.MaxRune; r += 509 {
		tried[r] = true
	}
	for _, table := range []*unicode.RangeTable{unicode.Cf, unicode.Co, unicode.Zs} {
		for _, x := range table.R16 {
			tried[rune(x.Lo)-1], tried[rune(x.Lo)], tried[rune(x.Hi)], tried[rune(x.Hi)+1] = true, true, true, true
		}
		for _, x := range table.R32 {
			tried[rune(x.Lo)-1], tried[rune(x.Lo)], tried[rune(x.Hi)], tried[rune(x.Hi)+1] = true, true, true, true
		}
	}
	tried[unicode.ReplacementChar] = true
	n := 0
	for r := range tried {
		if r > unicode.MaxRune || r >= 0xd800 && r < 0xe000 {
			continue // the last have no UTF-8
		}
		s := string(r)
		harmless := unicode.IsPrint(r) && !unicode.In(r, unicode.M, unicode.Cf, unicode.Co) && r != '\\' && r != unicode.ReplacementChar
		if got := Safe(s); (got == s) != harmless {
			t.Errorf("%U is shown as %q", r, got)
		}
		if got := Safe("a" + s); (got == "a"+s) != (harmless || unicode.Is(unicode.M, r)) {
			t.Errorf("%U behind a letter is shown as %q", r, got)
		}
		n++
	}
	if n < 14000 {
		t.Errorf("only %d were tried", n)
	}
}

// TestNeedsNoChange: text that is returned as it is costs nothing.
func TestNeedsNoChange(t *testing.T) {
	for s, plain := range map[string]bool{
		"": true, "a b": true, " ~": true, "\x1f": false, "\x7f": false, `a\`: false, "é": false,
	} {
		if got := isPlain(s); got != plain {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// TestCombiningMarksAreCountedFromTheLetter: four are drawn and the fifth is not; a
// new letter may have four again.
func TestCombiningMarksAreCountedFromTheLetter(t *testing.T) {
	for n := range 8 {
		marks := strings.Repeat("\u0301", n)
		want := strings.Repeat("\u0301", min(n, 4)) + strings.Repeat(`\u0301`, max(n-4, 0))
		if got := Safe("é" + marks + "e" + marks); got != "é"+want+"e"+want {
			t.Errorf("%d marks: %q", n, got)
		}
	}
}

// TestClipKeepsWhatFits at every length around the bound.
func TestClipKeepsWhatFits(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"", 0, ""}, {"a", 0, "…(+1)"}, {"ab", 1, "a…(+1)"}, {"ab", 2, "ab"}, {"ab", 3, "ab"},
		{"日本", 2, "日本"}, {"日本", 1, "日…(+3)"}, {"日本a", 2, "日本…(+1)"},
	} {
		if got := Clip(c.in, c.max); got != c.want {
			t.Errorf("Clip(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
		}
	}
}

// TestClipMarkedNeverCutsACredential: at every bound the credential is there as a
// whole or not at all, and what fits is not touched.
func TestClipMarkedNeverCutsACredential(t *testing.T) {
	m := Plain("ab") + Secret("key") + Plain("cd")
	for n, want := range []string{"…", "a…", "ab<key>…", "ab<key>…", "ab<key>…", "ab<key>…", "ab<key>…", "ab<key>…", "ab<key>c…", "ab<key>cd", "ab<key>cd"} {
		got := strings.NewReplacer(spanOpen, "<", spanClose, ">").Replace(string(m.Clip(n)))
		if got != want {
			t.Errorf("at %d: %s, want %s", n, got, want)
		}
	}
}

// TestPlainParts: what stands before the first credential, and all the rest.
func TestPlainParts(t *testing.T) {
	for _, c := range []struct {
		in     Marked
		before string
		rest   Marked
	}{
		{"", "", ""}, {"ab", "ab", ""}, {Secret("k"), "", Secret("k")},
		{"a" + Secret("k") + "b" + Secret("l"), "a", Secret("k") + "b" + Secret("l")},
	} {
		if before, rest := c.in.Plain(); before != c.before || rest != c.rest {
			t.Errorf("%q: %q and %q", c.in, before, rest)
		}
	}
}

// TestSecretsThatAreMeantOtherwise have the pseudonym of what is meant, and are shown
// as they were spelled.
func TestSecretsThatAreMeantOtherwise(t *testing.T) {
	for _, c := range []struct{ spelled, means, known string }{
		{"6b6579", "key", "key"}, {"key", "key", "key"}, {"key", "", "key"},
	} {
		m := SecretAs(c.spelled, c.means)
		if m.Show(true) != c.spelled || m.Show(false) != Pseudonym(c.known) {
			t.Errorf("%+v: %q", c, m)
		}
		if other := c.spelled != c.known; strings.Contains(string(m), spanMeans) != other {
			t.Errorf("%+v: %q", c, m)
		}
	}
	if SecretAs("", "key") != "" {
		t.Error("nothing hides something")
	}
}
