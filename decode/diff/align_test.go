package diff

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

func TestAlign(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want [][2]int
	}{
		{"", "", nil},
		{"abc", "", nil},
		{"abc", "abc", [][2]int{{0, 0}, {1, 1}, {2, 2}}},
		{"abcd", "acd", [][2]int{{0, 0}, {2, 1}, {3, 2}}},
		{"xabc", "abcy", [][2]int{{1, 0}, {2, 1}, {3, 2}}},
		{"abXcd", "abYcd", [][2]int{{0, 0}, {1, 1}, {3, 3}, {4, 4}}},
		{"aab", "ab", [][2]int{{0, 0}, {2, 1}}},
	} {
		if got := align(strings.Split(c.a, ""), strings.Split(c.b, "")); !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// The pairs ascend, match, and are as many as the best of all subsequences.
func TestAlignIsLongest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a, b := random(r), random(r)
		pairs := align(a, b)
		for i, p := range pairs {
			if a[p[0]] != b[p[1]] || i > 0 && (p[0] <= pairs[i-1][0] || p[1] <= pairs[i-1][1]) {
				t.Fatalf("%v %v: %v", a, b, pairs)
			}
		}
		if want := best(a, b); len(pairs) != want {
			t.Fatalf("%v %v: %d pairs, the best is %d", a, b, len(pairs), want)
		}
	}
}

func random(r *rand.Rand) []string {
	out := make([]string, r.IntN(9))
	for i := range out {
		out[i] = string('a' + byte(r.IntN(3)))
	}
	return out
}

// best tries every subsequence of a.
func best(a, b []string) (n int) {
	for set := range 1 << len(a) {
		j, k := 0, 0
		for i := range a {
			if set>>i&1 == 0 {
				continue
			}
			for j < len(b) && b[j] != a[i] {
				j++
			}
			if j == len(b) {
				k = 0
				break
			}
			j, k = j+1, k+1
		}
		n = max(n, k)
	}
	return n
}

func sessions(of ...Session) (out []*Session) {
	for i := range of {
		of[i].Number = uint32(i + 1)
		out = append(out, &of[i])
	}
	return out
}

func TestChoose(t *testing.T) {
	pub, play, none := session.Publish, session.Play, session.RoleUnknown
	for _, c := range []struct {
		name       string
		a, b       []*Session
		fromA      uint32
		wantA      uint32
		wantB      uint32
		why, wrong string
	}{
		{name: "one each", a: sessions(Session{Role: pub}), b: sessions(Session{Role: play}), wantA: 1, wantB: 1},
		{name: "by role", a: sessions(Session{Role: play}), b: sessions(Session{Role: pub, Messages: 900}, Session{Role: play, Messages: 5}),
			wantA: 1, wantB: 2, why: "the only one of 2 to play"},
		{name: "publishers before players", a: sessions(Session{Role: play}, Session{Role: pub}), b: sessions(Session{Role: pub}, Session{Role: play}), wantA: 2, wantB: 1,
			why: "the only one of 2 to publish"},
		{name: "by far the most", a: sessions(Session{Role: pub}), b: sessions(Session{Role: pub, Messages: 12}, Session{Role: pub, Messages: 500}), wantA: 1, wantB: 2,
			why: "by far the most messages of 2"},
		{name: "no role", a: sessions(Session{Role: none}), b: sessions(Session{Role: play}, Session{Role: pub}), wantA: 1, wantB: 2, why: "the only one of 2 to publish"},
		{name: "ambiguous", a: sessions(Session{Role: pub}), b: sessions(Session{Role: pub, Messages: 400}, Session{Role: pub, Messages: 500}), wrong: "several sessions"},
		{name: "asked for", a: sessions(Session{Role: pub, Messages: 9}, Session{Role: play}), fromA: 2, b: sessions(Session{Role: pub}, Session{Role: play}), wantA: 2, wantB: 2,
			why: "the only one of 2 to play"},
		{name: "not there", a: sessions(Session{}), fromA: 7, b: sessions(Session{}), wrong: "no session 7"},
		{name: "empty", a: sessions(Session{}), b: nil, wrong: "b has no RTMP session"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, y, err := Choose(File{Name: "a", Sessions: c.a, Wanted: c.fromA}, File{Name: "b", Sessions: c.b})
			if c.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), c.wrong) {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || x.Number != c.wantA || y.Number != c.wantB || y.Chosen != c.why || y.Of != len(c.b) {
				t.Errorf("%+v, %+v, %v", x, y, err)
			}
		})
	}
}

func TestAmbiguousListsSessions(t *testing.T) {
	_, _, err := Choose(File{Name: "a", Sessions: sessions(Session{Role: session.Play})},
		File{Name: "b", Sessions: sessions(Session{Role: session.Play, Messages: 400}, Session{Role: session.Play, Messages: 500})})
	var ambiguous *AmbiguousError
	if !errors.As(err, &ambiguous) || !strings.Contains(err.Error(), "\n  session 1: play, 400 messages, ") || !strings.Contains(err.Error(), "\n  session 2: play, 500 messages, ") {
		t.Errorf("%v", err)
	}
}
