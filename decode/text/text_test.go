package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSafe(t *testing.T) {
	cases := []struct{ in, want string }{
		{"plain text, ascii", "plain text, ascii"},
		{"Grüße 日本語 éà", "Grüße 日本語 éà"},
		{"\x1b]0;PWNED\x07", `\e]0;PWNED\a`},
		{"a\x9b2J", `a\x9b2J`},     // a raw C1 byte is not UTF-8
		{"a\u009b2J", `a\u009b2J`}, // the same control as a code point
		{"tab\tnl\ncr\r", `tab\tnl\ncr\r`},
		{"nul\x00del\x7f", `nul\u0000del\u007f`},
		{"rtl\u202egnp.exe", `rtl\u202egnp.exe`},
		{"\u2066x\u2069", `\u2066x\u2069`},
		{"zero\u200bwidth\ufeff", `zero\u200bwidth\ufeff`},
		{"back\\slash", `back\\slash`},
		{"bad\xff\xfeutf", `bad\xff\xfeutf`},
		{"\ufffd", `\ufffd`}, // the replacement character itself is told from a bad byte
		{"tag\U000e0041", `tag\U000e0041`},
		{"private\ue000", `private\ue000`},
		{"nbsp\u00a0", `nbsp\u00a0`},
		{"line\u2028", `line\u2028`},
		{"e\u0301", "e\u0301"},
		{"\u0301first", `\u0301first`}, // a mark with nothing to stand on
		{"[red]x[:::https://x]", "[red]x[:::https://x]"},
	}
	for _, c := range cases {
		if got := Safe(c.in); got != c.want {
			t.Errorf("Safe(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSafeBoundsCombiningMarks(t *testing.T) {
	got := Safe("e" + strings.Repeat("\u0301", 10))
	if strings.Count(got, "\u0301") != maxCombining || strings.Count(got, `\u0301`) != 10-maxCombining {
		t.Errorf("%q", got)
	}
}

func TestClip(t *testing.T) {
	if got := Clip("日本語テキスト", 3); got != "日本語…(+12)" {
		t.Errorf("%q", got)
	}
	if got := Clip("short", 5); got != "short" {
		t.Errorf("%q", got)
	}
}

func TestMarked(t *testing.T) {
	m := Plain("publish ") + Secret("live_\x1bkey") + Plain(" ok")
	if got := m.Show(true); got != `publish live_\ekey ok` {
		t.Errorf("revealed: %q", got)
	}
	masked := m.Show(false)
	if masked != "publish "+Pseudonym(`live_\ekey`)+" ok" || strings.Contains(masked, "key") {
		t.Errorf("masked: %q", masked)
	}
	if Secret("") != "" || Plain("x").HasSecret() || !m.HasSecret() {
		t.Error("marks stand where there is nothing to hide, or not where there is")
	}
	// A peer cannot forge a mark: control characters do not survive.
	if forged := Plain("a\x02b\x03c"); forged.HasSecret() || forged.Show(false) != `a\u0002b\u0003c` {
		t.Errorf("%q", forged)
	}
}

// TestStreamNameWithAndWithoutQuery: the same stream has the same pseudonym.
func TestStreamNameWithAndWithoutQuery(t *testing.T) {
	for in, want := range map[string]string{
		"key":           Pseudonym("key"),
		"key?token=abc": Pseudonym("key") + "?" + Pseudonym("token=abc"),
		"key?":          Pseudonym("key") + "?",
		"?a?b":          "?" + Pseudonym("a?b"),
		"":              "",
	} {
		if got := SecretName(in).Show(false); got != want || SecretName(in).Show(true) != in {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

func TestPseudonymsTellCredentialsApart(t *testing.T) {
	again := Pseudonym("a")
	if Pseudonym("a") == Pseudonym("b") || Pseudonym("a") != again || utf8.RuneCountInString(Pseudonym("a")) != 8 {
		t.Errorf("%s %s", Pseudonym("a"), Pseudonym("b"))
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"", "live", "\x1b[31m", "\u202e", "\xff", "e\u0301\u0301\u0301\u0301\u0301\u0301", `\x1b`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Safe(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%U survives in %q", r, got)
			}
		}
		if back := unsafeText(got); back != s {
			t.Fatalf("not injective: %q became %q, which reads back as %q", s, got, back)
		}
	})
}

// unsafeText undoes Safe, which shows that two inputs never look the same.
func unsafeText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		switch c := s[i+1]; c {
		case 'x':
			b.WriteByte(byte(number(s[i+2 : i+4])))
			i += 4
		case 'u':
			b.WriteRune(rune(number(s[i+2 : i+6])))
			i += 6
		case 'U':
			b.WriteRune(rune(number(s[i+2 : i+10])))
			i += 10
		default:
			b.WriteByte(map[byte]byte{'\\': '\\', 'a': 7, 'b': 8, 't': 9, 'n': 10, 'v': 11, 'f': 12, 'r': 13, 'e': 27}[c])
			i += 2
		}
	}
	return b.String()
}

func number(hex string) (v int) {
	for _, c := range hex {
		v = v<<4 | strings.IndexRune("0123456789abcdef", c)
	}
	return v
}
