package mask

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// hidden replaces what is found by dots, so that what is left can be read.
func hidden(s string, spans []Span) string {
	out, at := "", 0
	for _, x := range spans {
		if x.Start < at || x.End > len(s) || x.Start >= x.End {
			return fmt.Sprintf("bad spans %v", spans)
		}
		out += s[at:x.Start] + "·"
		at = x.End
	}
	return out + s[at:]
}

func finder(credentials ...string) *Finder { return (*Set)(nil).With(credentials...).Finder() }

// TestFindsEverySpelling: what is found is told to be the credential that it spells, and
// nothing else is touched.
func TestFindsEverySpelling(t *testing.T) {
	const key = "k3y/W+th an~Edge"
	f := finder(key)
	double := url.QueryEscape(url.QueryEscape(key))
	for how, spelled := range map[string]string{
		"as is": key, "lower": strings.ToLower(key), "upper": strings.ToUpper(key), "query": url.QueryEscape(key), "path": url.PathEscape(key),
		"twice": double, "lower hex digits": strings.ToLower(url.QueryEscape(key)),
		"hex": hex.EncodeToString([]byte(key)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(key))),
		"utf16": "k\x003\x00y\x00/\x00W\x00+\x00t\x00h\x00 \x00a\x00n\x00~\x00E\x00d\x00g\x00e\x00",
	} {
		s := "say “" + spelled + "”!"
		spans := f.Find(s, Anywhere)
		if got := hidden(s, spans); got != "say “·”!" || spans[0].Secret != key {
			t.Errorf("%s: %q, %+v", how, got, spans)
		}
	}
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		for _, around := range []string{"", "u:", "ab", "xyz"} {
			s := e.EncodeToString([]byte(around + key + around))
			spans := f.Find(s, Anywhere)
			if len(spans) != 1 || spans[0].Secret != key || spans[0].How != Base64 || spans[0].End-spans[0].Start < len(key) {
				t.Errorf("base64 of %q: %q, %+v", around, s, spans)
			}
		}
	}
}

// TestKnowsTheEncodedOne: a key that was named percent-encoded is found decoded.
func TestKnowsTheEncodedOne(t *testing.T) {
	f := finder("se%63ret%2Fkey%20one")
	for _, s := range []string{"secret/key one", "SECRET/KEY%20ONE", "se%63ret%2Fkey%20one", "se%2563ret%252Fkey%2520one", "secret/key+one"} {
		if got := hidden(s, f.Find(s, Anywhere)); got != "·" {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// TestWordsStay: names that may be words are looked for as words, short ones only where
// servers repeat names.
func TestWordsStay(t *testing.T) {
	f := finder("stream", "k1", "live", "key-2024")
	for _, c := range []struct {
		s     string
		where Where
		want  string
	}{
		{"NetStream streams stream", Anywhere, "NetStream streams stream"},
		{"NetStream streams stream.", InText, "NetStream streams ·."},
		{"NetStream streams stream", InEcho, "Net· ·s ·"},
		{"live k1", InText, "live k1"},
		{"live, k1; alive k12 (k1)", InEcho, "·, ·; alive k12 (·)"},
		{"xkey-2024x", Anywhere, "x·x"},
		{"KEY-2024", Anywhere, "·"},
	} {
		if got := hidden(c.s, f.Find(c.s, c.where)); got != c.want {
			t.Errorf("%q: %q, want %q", c.s, got, c.want)
		}
	}
}

// TestPartsAreKnown: name, query, values and password are credentials of their own;
// numbers, hosts and short words are none.
func TestPartsAreKnown(t *testing.T) {
	for in, want := range map[string][]string{
		"name?token=abcdefgh&n=12345678901&s=short&vhost=example.com": {"name", "token=abcdefgh&n=12345678901&s=short&vhost=example.com", "abcdefgh"},
		"user:longpassword": {"user:longpassword", "longpassword"},
		"user:short":        {"user:short"},
		"rtmp://host.name":  {"rtmp://host.name"},
		"?q":                {"q"},
		"":                  nil,
	} {
		if got := (*Set)(nil).With(in).Known(); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestASetDoesNotChange: it is shared with whoever looks.
func TestASetDoesNotChange(t *testing.T) {
	a := (*Set)(nil).With("one-1", "two-2")
	b, c := a.With("three-3"), a.With("four-4")
	if a.With("one-1") != a || (*Set)(nil).With("") != nil {
		t.Error("nothing new makes a new set")
	}
	if fmt.Sprint(a.Known(), b.Known(), c.Known()) != "[one-1 two-2] [one-1 two-2 three-3] [one-1 two-2 four-4]" {
		t.Error(a.Known(), b.Known(), c.Known())
	}
}

// TestABoundMasksMore: a set that cannot take a credential takes every text for one, and
// keeps what it knows.
func TestABoundMasksMore(t *testing.T) {
	var many, long *Set
	for i := range maxKnown {
		if many = many.With(fmt.Sprintf("name-%d", i)); many.Full() {
			t.Fatalf("full after %d", i)
		}
	}
	if f := many.Finder(); f.Full() || hidden("name-7 and name-x", f.Find("name-7 and name-x", Anywhere)) != "· and name-x" {
		t.Error("a set that is not full masks too much")
	}
	many = many.With("one more")
	long = long.With(strings.Repeat("x", maxKnownBytes)).With("y")
	for _, s := range []*Set{many, long} {
		if f := s.Finder(); !f.Full() || hidden("anything", f.Find("anything", Anywhere)) != "·" || f.Find("", InEcho) != nil {
			t.Errorf("the set is full: %v", s.Full())
		}
	}
	if got := hidden("name-7 and name-x", many.Finder().FindKnown("name-7 and name-x", Anywhere)); got != "· and name-x" {
		t.Error(got)
	}
}

// TestOverlapsAreCovered: what begins inside another credential is masked to its end.
func TestOverlapsAreCovered(t *testing.T) {
	f := finder("abcdef-1", "def-1-ghi-2", "hi-2")
	if got := hidden("<abcdef-1-ghi-2>", f.Find("<abcdef-1-ghi-2>", Anywhere)); strings.Trim(got, "<·>") != "" {
		t.Error(got)
	}
	first := []Span{{Start: 2, End: 4}, {Start: 6, End: 8}}
	got := Union(first, []Span{{Start: 0, End: 3, Secret: "s"}, {Start: 3, End: 7, Secret: "t"}, {Start: 9, End: 10, Secret: "u"}})
	want := []Span{{Start: 0, End: 2}, {Start: 2, End: 4}, {Start: 4, End: 6}, {Start: 6, End: 8}, {Start: 9, End: 10, Secret: "u"}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

// TestKeysByShape: what nobody writes by hand, and what somebody does.
func TestKeysByShape(t *testing.T) {
	for in, want := range map[string]string{
		"live/9f8e7d6c5b4a3210 started":          "live/· started",
		"abcd-efgh-1234-ijkl-mnop":               "·",
		"live_44322889_a34ub37c8ajv98a0":         "·",
		"no-digits-in-this-long-name":            "no-digits-in-this-long-name",
		"FMLE/3.0 (compatible; Lavf60.16.100)":   "FMLE/3.0 (compatible; Lavf60.16.100)",
		"2026-11-27T21:00:00Z":                   "2026-11-27T21:00:00Z",
		"123456789012345678":                     "123456789012345678",
		"NetStream.Publish.Start":                "NetStream.Publish.Start",
		"short1a2b3c":                            "short1a2b3c",
		"b1843eaf712f4e5d6 and a1b2c3d4e5f6a7b8": "· and ·",
	} {
		if got := hidden(in, Keys(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestPoolIsNotFilled: sessions without number share what is strong, and none shares more
// than a few.
func TestPoolIsNotFilled(t *testing.T) {
	sets := []*Set{nil}
	var stranger *Set
	for i := range 5000 {
		stranger = stranger.With(fmt.Sprintf("stranger-%d", i))
		sets = append(sets, (*Set)(nil).With(fmt.Sprintf("publisher-%d", i), "livestream"))
	}
	f := Pool(append(sets, stranger))
	for i := range 5000 {
		s := fmt.Sprintf("publisher-%d!", i)
		if got := hidden(s, f.Find(s, Anywhere)); got != "·!" {
			t.Fatalf("%q: %q", s, got)
		}
	}
	if s := "stranger-15 livestream stranger-16"; hidden(s, f.Find(s, Anywhere)) != "· livestream stranger-16" && hidden(s, f.Find(s, Anywhere)) != "· livestream ·6" {
		t.Error(hidden(s, f.Find(s, Anywhere)))
	}
	if Pool(sets[:1]) != nil || Pool([]*Set{(*Set)(nil).With("word")}) != nil {
		t.Error("a pool of nothing is not nil")
	}
}

func FuzzFind(f *testing.F) {
	f.Add("k%2fy-1", "a K%2FY-1 b", "other")
	f.Add("%%25%", "%25%", "%")
	f.Fuzz(func(t *testing.T, secret, s, other string) {
		for _, where := range []Where{Anywhere, InText, InEcho} {
			last := 0
			for _, x := range Union(Keys(s), finder(secret, other).Find(s, where)) {
				if x.Start < last || x.End <= x.Start || x.End > len(s) {
					t.Fatalf("%+v in %q", x, s)
				}
				last = x.End
			}
		}
		plain, _ := fold(secret)
		if IsStrong(string(plain)) && !strings.ContainsRune(secret, '?') && hidden(secret, finder(secret).Find(secret, Anywhere)) != "·" {
			t.Errorf("%q is not found in itself: %q", secret, hidden(secret, finder(secret).Find(secret, Anywhere)))
		}
	})
}

func BenchmarkFind(b *testing.B) {
	f := finder("live_44322889_a34ub37c8ajv98a0?token=abcdefghij", "user:password-1", "stream")
	s := strings.Repeat("[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] ", 16)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		f.Find(s, InEcho)
	}
}

// TestBase64Alone: the characters that a text alone determines, computed by hand: "Man"
// is TWFu; behind one byte it takes the low bits of two characters, behind two of one.
func TestBase64Alone(t *testing.T) {
	got := inBase64("ManMan")
	if want := []string{"TWFuTWFu", "1hbk1hb", "NYW5NYW"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for before, s := range got { // what stands before and behind changes nothing
		if e := base64.StdEncoding.EncodeToString([]byte("zzz"[:before] + "ManMan" + "z")); !strings.Contains(e, s) {
			t.Errorf("%s is not in %s", s, e)
		}
	}
}
