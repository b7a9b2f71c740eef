package session

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var began = time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)

// TestFollows at the edges: what was wanted, and how long after.
func TestFollows(t *testing.T) {
	publish := Info{Role: Publish, Stream: "k"}
	for _, c := range []struct {
		name       string
		last, next Info
		pause      time.Duration
		want       bool
	}{
		{"at once", publish, publish, 0, true},
		{"as late as may be", publish, publish, attemptGap, true},
		{"too late", publish, publish, attemptGap + 1, false},
		{"while the last is ending", publish, publish, -attemptOverlap, true},
		{"too early", publish, publish, -attemptOverlap - 1, false},
		{"another stream", publish, Info{Role: Publish, Stream: "other"}, 0, false},
		{"another role", publish, Info{Role: Play, Stream: "k"}, 0, false},
		{"before it says what it wants", publish, Info{}, 0, true},
		{"after one that did not say", Info{}, publish, 0, true},
		{"beside one that goes on", Info{Role: Publish, Stream: "k", Open: true}, publish, 0, false},
		{"sent elsewhere, before the end", Info{Redirect: "rtmp://b/live", Open: true}, publish, -time.Hour, true},
		{"sent elsewhere, as late as may be", Info{Redirect: "rtmp://b/live"}, publish, attemptGap, true},
		{"sent elsewhere, too late", Info{Redirect: "rtmp://b/live"}, publish, attemptGap + 1, false},
		{"sent elsewhere for another thing", Info{Redirect: "rtmp://b/live", Role: Play}, publish, 0, false},
		{"after a play that worked", Info{Role: Play, Stream: "k", Video: 1, Ender: ClientSide}, Info{Role: Play, Stream: "k"}, 0, false},
		{"after a play that the server ended late", Info{Role: Play, Stream: "k", Video: 1, Ender: ServerSide, OpenedAt: began.Add(-dropSoon)}, Info{Role: Play, Stream: "k"}, 0, false},
		{"after a play that the server cut off", Info{Role: Play, Stream: "k", Video: 1, Ender: ServerSide, OpenedAt: began}, Info{Role: Play, Stream: "k"}, 0, true},
		{"after a play without media", Info{Role: Play, Stream: "k", Ender: ClientSide}, Info{Role: Play, Stream: "k"}, 0, true},
		{"after a publish that was stopped", Info{Role: Publish, Stream: "k", Audio: 1, Ender: ClientSide, OpenedAt: began.Add(-dropSoon)}, publish, 0, false},
		{"after a publish that was stopped at once", Info{Role: Publish, Stream: "k", Audio: 1, Ender: ClientSide, OpenedAt: began}, publish, 0, true},
		{"after a publish that the server ended", Info{Role: Publish, Stream: "k", Audio: 1, Ender: ServerSide, OpenedAt: began.Add(-dropSoon)}, publish, 0, true},
		{"after a publish that failed", Info{Role: Publish, Stream: "k", Audio: 1, Ender: ClientSide, Failed: "x", OpenedAt: began.Add(-dropSoon)}, publish, 0, true},
	} {
		c.last.LastAt, c.next.OpenedAt = began, began.Add(c.pause)
		if got := follows(&c.last, &c.next); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestAttemptsGoElsewhere: a client that was sent to another application comes back there;
// one that said nothing of a stream stands for whatever the same program asks for next.
func TestAttemptsGoElsewhere(t *testing.T) {
	at := func(n int, i Info) Info {
		i.OpenedAt, i.LastAt = began.Add(time.Duration(n)*time.Second), began.Add(time.Duration(n)*time.Second)
		return i
	}
	for name, c := range map[string]struct {
		list []Info
		want [][]int
	}{
		"sent to another application": {[]Info{at(0, Info{Client: "10.0.0.1:1", App: "live", Redirect: "rtmp://b/edge?x=1"}), at(1, Info{Client: "10.0.0.1:2", App: "edge", Role: Play, Stream: "k"})}, [][]int{{0, 1}}},
		"went to a third":             {[]Info{at(0, Info{Client: "10.0.0.1:1", App: "live", Redirect: "rtmp://b/edge"}), at(1, Info{Client: "10.0.0.1:2", App: "third", Role: Play, Stream: "k"})}, [][]int{{0}, {1}}},
		"another application":         {[]Info{at(0, Info{Client: "10.0.0.1:1", App: "live"}), at(1, Info{Client: "10.0.0.1:2", App: "vod"})}, [][]int{{0}, {1}}},
		"a login in the query":        {[]Info{at(0, Info{Client: "10.0.0.1:1", App: "live"}), at(1, Info{Client: "10.0.0.1:2", App: "live?authmod=adobe"}), at(2, Info{Client: "10.0.0.1:3", App: "live/"})}, [][]int{{0, 1, 2}}},
		"two streams in turn": {[]Info{at(0, Info{Client: "a", App: "live", Role: Publish, Stream: "x"}), at(1, Info{Client: "a", App: "live", Role: Publish, Stream: "y"}),
			at(2, Info{Client: "a", App: "live", Role: Publish, Stream: "x"}), at(3, Info{Client: "a", App: "live", Role: Publish, Stream: "y"})}, [][]int{{0, 2}, {1, 3}}},
	} {
		if got := Attempts(c.list); !slices.EqualFunc(got, c.want, slices.Equal[[]int]) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPartsOfNames(t *testing.T) {
	for url, want := range map[string]string{
		"rtmp://h/live": "live", "rtmp://h:1935/live/?a=b": "live", "rtmp://h/a/b": "a/b", "h/live": "live", "rtmp://h": "", "": "", "rtmps://h/live?token=/x": "live",
	} {
		if got := appOf(url); got != want {
			t.Errorf("appOf(%q) is %q, want %q", url, got, want)
		}
	}
	for addr, want := range map[string]string{"10.0.0.1:5000": "10.0.0.1", "[::1]:1935": "::1", "10.0.0.1 (through a tunnel)": "10.0.0.1", "somebody": "somebody"} {
		if got := host(addr); got != want {
			t.Errorf("host(%q) is %q, want %q", addr, got, want)
		}
	}
}

// TestRivals: who publishes one stream of one server while another does.
func TestRivals(t *testing.T) {
	at := func(from, to int) Info {
		return Info{Server: "s:1935", App: "live?x=1", Stream: "k", Role: Publish, OpenedAt: began.Add(time.Duration(from) * time.Second), LastAt: began.Add(time.Duration(to) * time.Second)}
	}
	with := func(i Info, change func(*Info)) Info {
		change(&i)
		return i
	}
	for name, c := range map[string]struct {
		list []Info
		want [][]int
	}{
		"at once":           {[]Info{at(0, 9), at(3, 5)}, [][]int{{0, 1}}},
		"three":             {[]Info{at(0, 20), at(3, 5), at(6, 7)}, [][]int{{0, 1, 2}}},
		"one behind":        {[]Info{at(0, 3), at(3, 5)}, nil},
		"the first goes on": {[]Info{with(at(0, 1), func(i *Info) { i.Open = true }), at(3, 5)}, [][]int{{0, 1}}},
		"another query":     {[]Info{at(0, 9), with(at(3, 5), func(i *Info) { i.App = "live" })}, [][]int{{0, 1}}},
		"another server":    {[]Info{at(0, 9), with(at(3, 5), func(i *Info) { i.Server = "t:1935" })}, nil},
		"another stream":    {[]Info{at(0, 9), with(at(3, 5), func(i *Info) { i.Stream = "l" })}, nil},
		"another app":       {[]Info{at(0, 9), with(at(3, 5), func(i *Info) { i.App = "vod" })}, nil},
		"a player":          {[]Info{at(0, 9), with(at(3, 5), func(i *Info) { i.Role = Play })}, nil},
		"players only":      {[]Info{with(at(0, 9), func(i *Info) { i.Role = Play }), with(at(3, 5), func(i *Info) { i.Role = Play })}, nil},
		"two pairs":         {[]Info{at(0, 9), at(3, 5), at(20, 29), at(23, 25)}, [][]int{{0, 1}, {2, 3}}},
		"beside others":     {[]Info{with(at(0, 9), func(i *Info) { i.Role = Play }), at(0, 9), with(at(1, 5), func(i *Info) { i.Stream = "l" }), at(3, 5)}, [][]int{{1, 3}}},
		"of nobody":         {nil, nil},
	} {
		if got := Rivals(c.list); !slices.EqualFunc(got, c.want, slices.Equal[[]int]) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestStories(t *testing.T) {
	at := func(n uint32, client string, from, to int) Info {
		return Info{Number: n, Client: client, Server: "s:1935", App: "live", Stream: "k", Role: Publish, Video: 1, Bytes: [2]int64{1, 1},
			OpenedAt: began.Add(time.Duration(from) * time.Second), LastAt: began.Add(time.Duration(to) * time.Second)}
	}
	list := []Info{at(1, "10.0.0.1:1", 0, 60), at(2, "10.0.0.2:1", 10, 12), at(3, "10.0.0.2:2", 14, 29)}
	list[1].Refusal = "NetStream.Publish.BadName"
	list[1].Login = "asked to log in"
	want := []Story{
		{"attempts", []uint32{2, 3}, "2 attempts in 4.0 s: asked to log in, published; a login in three connections is normal"},
		{"rivals", []uint32{1, 2, 3}, "3 publishers of live/k at once: session 1 published for 1:00, session 2 asked to log in, session 3 published for 15 s"},
	}
	if diff := cmp.Diff(want, Stories(list)); diff != "" {
		t.Error(diff)
	}
	if got := Stories(list[:1]); got != nil {
		t.Errorf("one session tells %v", got)
	}
	list[0].Stream, list[1].Stream = "", ""
	if got := Stories(list[:2]); len(got) != 1 || got[0].Words[:len("2 publishers of live at once")] != "2 publishers of live at once" {
		t.Errorf("without a name: %v", got)
	}
}

// TestOutcomes: each end in its words, the earlier cases before the later.
func TestOutcomes(t *testing.T) {
	media := func(r Role, long time.Duration) Info {
		return Info{Role: r, App: "live", Audio: 1, Bytes: [2]int64{1, 1}, Ender: ClientSide, OpenedAt: began, LastAt: began.Add(long)}
	}
	with := func(i Info, change func(*Info)) Info {
		change(&i)
		return i
	}
	byServer := func(i *Info) { i.Ender = ServerSide }
	for _, c := range []struct {
		info  Info
		last  bool
		want  text.Marked
		where string
	}{
		{Info{Redirect: "rtmp://b/live", Login: "x"}, false, "sent to rtmp://b/live", "sent elsewhere"},
		{Info{Login: "asked to log in", Refusal: "no"}, false, "asked to log in", "login"},
		{with(media(Publish, dropSoon-1), byServer), false, "accepted, then closed", "dropped"},
		{with(media(Publish, dropSoon), byServer), true, "published, then closed by the server", "later something has happened"},
		{with(media(Play, dropSoon), byServer), true, "played", "a file that was played to its end"},
		{with(media(Publish, 2*time.Second), func(i *Info) { byServer(i); i.Audio, i.Accepted = 0, true }), true, "accepted, then closed without media", "accepted, closed without media"},
		{with(media(Publish, 2*time.Second), func(i *Info) { byServer(i); i.Refusal = "no" }), true, "refused (no)", "refused, then closed"},
		{with(media(Publish, 2*time.Second), func(i *Info) { byServer(i); i.Audio = 0 }), true, "closed after publish, without media", "closed without media"},
		{with(media(RoleUnknown, 2*time.Second), byServer), true, "closed after connect", "media that nobody asked for"},
		{media(Publish, time.Minute), true, "published", "the last of several"},
		{media(Play, time.Minute), true, "played", "the last of several, played"},
		{media(Play, time.Minute), false, "played for 1:00", "one of several"},
		{with(media(Play, time.Minute), func(i *Info) { i.Audio, i.Video = 0, 1 }), false, "played for 1:00", "video alone"},
		{with(media(Play, time.Minute), func(i *Info) { i.Refusal = "no" }), false, "refused (no)", "refused in the middle"},
		{Info{Open: true}, false, "still open", "open"},
		{Info{}, false, "probe (nothing was said)", "nothing"},
		{Info{Role: Play, Bytes: [2]int64{1, 1}}, false, "closed after play, without media", "play"},
		{Info{App: "live", Bytes: [2]int64{1, 0}}, false, "closed after connect", "connect"},
		{Info{Bytes: [2]int64{1, 0}}, false, "no answer", "silence"},
		{Info{Bytes: [2]int64{1, 1}}, false, "closed in the handshake", "handshake"},
		{Info{Bytes: [2]int64{0, 1}}, false, "closed in the handshake", "server alone"},
	} {
		if got := c.info.outcome(c.last); got != c.want {
			t.Errorf("%s: %q, want %q", c.where, got, c.want)
		}
	}
}

// TestLoginSteps are what Adobe's and Limelight's servers say.
func TestLoginSteps(t *testing.T) {
	for words, want := range map[string]string{
		"[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ":                               "asked to log in",
		"[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=u&salt=s&challenge=c&opaque=": "given salt and challenge",
		"[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=x":                        "login failed: wrong password",
		"[ AccessManager.Reject ] : [ authmod=llnw ] : ?reason=nosuchuser&opaque=x":                         "login failed: no such user",
		"code=403 need auth": "asked to log in",
		"access denied":      "",
	} {
		if got, ok := LoginStep(words); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", words, got, ok)
		}
	}
}
