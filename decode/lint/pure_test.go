package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

func TestNamesThatNearlyAgree(t *testing.T) {
	for _, c := range [][3]string{
		{"key", "key?a=b", "its query"}, {"key?a", "key?b", "its query"}, {"Key", "kEY", "upper and lower case"}, {"key", "/key", "a slash or blank at an end"}, {"key ", "key", "a slash or blank at an end"},
		{"stream", "streem", "one character"}, {"stream", "strem", "one character"}, {"strem", "stream", "one character"}, {"stream", "streaam", "one character"}, {"stream", "streams", "one character"}, {"stream", "xstream", "one character"},
		{"stream", "straem", "one character"}, {"stream", "strema", "one character"}, {"abcde", "abced", "one character"}, {"abcde", "bacde", "one character"}, {"camera1", "camera2", ""}, {"camera1", "camera12", ""},
		{"abcd", "abce", ""}, {"abcde", "abcdx", "one character"}, {"abcdef", "abcdxy", ""}, {"abcde", "abcdefg", ""}, {"abcde", "abxxe", ""}, {"abcdef", "ghijkl", ""}, {"abcde", "edcba", ""}, {"", "", "its query"}, {"abcdef", "fbcdea", ""},
	} {
		if got := difference(c[0], c[1]); got != c[2] {
			t.Errorf("%q and %q: %q, want %q", c[0], c[1], got, c[2])
		}
		if got := difference(c[1], c[0]); got != c[2] {
			t.Errorf("%q and %q: %q, want %q", c[1], c[0], got, c[2])
		}
	}
}

func TestURLsOfServers(t *testing.T) {
	for url, want := range map[string]string{
		"rtmp://h/live": "", "rtmps://h:443/live": "", "RTMP://h": "", "rtmpt://[::1]:1935/live": "", "rtmp://[::1]/live": "", "rtmp://h:/live": "", "rtmp://h:65535/x": "", "rtmp://h:1/x": "",
		"": "it is missing or empty", "h/live": "it has no scheme", "http://h/live": "its scheme is not rtmp", "rtmp://h:1935live": "the port 1935 and what follows are glued", "rtmp://:1935/live": "it cannot be taken apart",
		"rtmp:///live": "it cannot be taken apart", "rtmp://h:0/live": "port", "rtmp://h:65536/live": "port", "rtmp://h:live/x": "port", "rtmp://h/%zz": "it cannot be taken apart",
	} {
		if got := invalidURL(url); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
	for name, want := range map[string]bool{"live": true, "LIVE": true, "app": true, "livestream": true, "key": false, "": false, "live1": false} {
		if looksLikeApp(name) != want {
			t.Errorf("%q looks like an application: %v", name, !want)
		}
	}
}

func TestClaimsOfMetadata(t *testing.T) {
	for _, c := range []struct {
		value     *amf.Value
		has       *amf.Value
		video     bool
		announced bool
		words     string
		codec     media.Codec
	}{
		{nil, nil, true, false, "has no codec", media.UnknownCodec},
		{ptr(amf.Num(7)), nil, true, true, "codec 7", media.AVC}, {ptr(amf.Num(10)), nil, false, true, "codec 10", media.AAC}, {ptr(amf.Num(0)), nil, true, false, "says codec 0", media.UnknownCodec},
		{ptr(amf.Num(0)), nil, false, true, "codec 0", media.CodecOfID(0, false)}, {ptr(amf.Str("avc1")), nil, true, true, `codec "avc1"`, media.AVC}, {ptr(amf.Str("")), nil, true, false, `says codec ""`, media.UnknownCodec},
		{ptr(amf.Nul()), nil, true, false, "says that there is none", media.UnknownCodec}, {ptr(amf.Num(7)), ptr(amf.Value{Kind: amf.Boolean}), true, false, "says codec 7", media.AVC},
		{ptr(amf.Num(7)), ptr(amf.Value{Kind: amf.Boolean, Bool: true}), true, true, "codec 7", media.AVC}, {ptr(amf.Num(7)), ptr(amf.Num(0)), true, true, "codec 7", media.AVC}, {nil, ptr(amf.Value{Kind: amf.Boolean}), true, false, "has no codec", media.UnknownCodec},
	} {
		var members []amf.Member
		if c.value != nil {
			members = append(members, amf.Prop("codec", *c.value))
		}
		if c.has != nil {
			members = append(members, amf.Prop("has", *c.has))
		}
		o := amf.Obj(members...)
		got := readClaim(&o, "codec", "has", c.video)
		if got.announced() != c.announced || got.String() != c.words || got.codec != c.codec {
			t.Errorf("%+v: announced %v, %q, %s", c, got.announced(), got.String(), got.codec)
		}
	}
	for _, c := range []struct {
		claim, fact, share float64
		want               bool
	}{{0, 100, 0.01, false}, {-1, 100, 0.01, false}, {101, 100, 0.01, false}, {101.5, 100, 0.01, true}, {99, 100, 0.01, false}, {98.5, 100, 0.01, true}, {100, 100, 0, false}} {
		if got := differs(c.claim, c.fact, c.share); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	for c, want := range map[media.Codec]media.Codec{media.MP38k: media.MP3, media.PCMLE: media.PCM, media.Nellymoser8k: media.Nellymoser, media.Nellymoser16k: media.Nellymoser, media.VP6Alpha: media.VP6, media.ScreenVideo2: media.ScreenVideo, media.AVC: media.AVC} {
		if got := related(c); got != want {
			t.Errorf("%s is a form of %s", c, got)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestOffersOfConnect(t *testing.T) {
	list := func(names ...string) amf.Member {
		v := amf.Value{Kind: amf.StrictArray}
		for _, n := range names {
			v.Items = append(v.Items, amf.Str(n))
		}
		return amf.Prop("fourCcList", v)
	}
	in := func(name string, codes ...string) amf.Member {
		var members []amf.Member
		for _, c := range codes {
			members = append(members, amf.Prop(c, amf.Num(1)))
		}
		return amf.Prop(name, amf.Obj(members...))
	}
	for i, c := range []struct {
		o    amf.Value
		want bool
	}{
		{amf.Obj(), true}, {amf.Obj(amf.Prop("capsEx", amf.Num(3))), true}, {amf.Obj(list("av01")), false}, {amf.Obj(list("av01", "hvc1")), true}, {amf.Obj(list("*")), true}, {amf.Obj(list()), false},
		{amf.Obj(in("videoFourCcInfoMap", "hvc1")), true}, {amf.Obj(in("videoFourCcInfoMap", "*")), true}, {amf.Obj(in("videoFourCcInfoMap", "vp09")), false}, {amf.Obj(in("audioFourCcInfoMap", "hvc1")), true},
		{amf.Obj(in("audioFourCcInfoMap", "Opus")), false}, {amf.Obj(list("av01"), in("videoFourCcInfoMap", "hvc1")), true},
	} {
		if got := offers(&c.o, "hvc1"); got != c.want {
			t.Errorf("case %d: %v", i, got)
		}
	}
}

// TestServersByVersion of S1.
func TestServersByVersion(t *testing.T) {
	for _, c := range []struct {
		word   [4]byte
		digest bool
		want   string
	}{
		{[4]byte{13, 14, 10, 13}, true, nginx}, {[4]byte{1, 2, 3, 4}, false, nms}, {[4]byte{5, 0, 3, 1}, true, adobe}, {[4]byte{3, 5, 1, 1}, true, adobe}, {[4]byte{4, 5, 0, 297 & 255}, false, ""}, {[4]byte{2, 0, 0, 1}, true, ""},
		{[4]byte{6, 0, 0, 1}, true, ""}, {[4]byte{}, true, ""},
	} {
		v := newView(New(Config{}), 1)
		v.hello.word[server] = c.word
		if c.digest {
			v.hello.layout[server] = handshake.NoDigest + 1
		}
		var f Fingerprint
		if v.whoSaysS1(&f); f.Name != c.want || len(f.Evidence) != min(len(c.want), 1) {
			t.Errorf("%v, digest %v: %+v", c.word, c.digest, f)
		}
	}
	long := text.Marked(strings.Repeat("x", 61))
	if got := brief(long); got == long || !strings.HasPrefix(string(got), "xxx") || brief(long[:60]) != long[:60] {
		t.Errorf("%q", got)
	}
	if secret := text.Secret(strings.Repeat("x", 61)); brief(secret) != secret {
		t.Error("a credential is cut")
	}
	for name, want := range map[string]string{nginx: "nginx", nms: "NMS", "SRS": "SRS", "": ""} {
		if got := ShortName(name); got != want {
			t.Errorf("%s is %s in short", name, got)
		}
	}
}

func TestOutcomesOfStreams(t *testing.T) {
	for want, r := range map[string]StreamReport{
		"refused with X": {Refused: 1, Failed: 1, Stopped: 1, Over: 1, Code: "X"}, "ended with X": {Failed: 1, Stopped: 1, Over: 1, Code: "X"}, "stopped by the client": {Stopped: 1, Over: 1},
		"ended by the server": {Over: 1}, "no media": {}, "went on to the end": {Messages: 1},
	} {
		if got := r.Outcome(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestVerdictsCount what more there is to say, besides what was said.
func TestVerdictsCount(t *testing.T) {
	e, w := &session.Finding{Severity: session.Error}, &session.Finding{Severity: session.Warning}
	for _, c := range []struct {
		counts  [session.Error + 1]int
		besides []*session.Finding
		want    []string
	}{
		{[4]int{}, nil, nil}, {[4]int{0, 1, 0, 0}, nil, []string{"1 note"}}, {[4]int{0, 2, 1, 3}, nil, []string{"3 errors, 1 warning, 2 notes"}}, {[4]int{0, 0, 0, 1}, []*session.Finding{e}, nil},
		{[4]int{0, 0, 1, 2}, []*session.Finding{e, w}, []string{"also 1 error"}}, {[4]int{0, 0, 0, 1}, []*session.Finding{nil}, []string{"1 error"}},
	} {
		if got := others(c.counts, c.besides...); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.counts, got, c.want)
		}
	}
	list := []session.Finding{{Rule: "a", Severity: session.Note}, {Rule: "b", Severity: session.Warning}, {Rule: "c", Severity: session.Error}, {Rule: "d", Severity: session.Error}}
	for n, want := range []string{"", "", "b", "c", "c"} {
		got := ""
		if f := gravest(list[:n]); f != nil {
			got = f.Rule
		}
		if got != want {
			t.Errorf("of the first %d the gravest is %q", n, got)
		}
	}
	abrupt := []session.Finding{{Rule: "cmd-abrupt-end", Severity: session.Note}}
	if f := gravest(abrupt); f == nil {
		t.Error("how a session broke off is not said")
	}
}

// TestCausesExplain what follows, of the same session and stream, the gravest first.
func TestCausesExplain(t *testing.T) {
	effect := session.Finding{Session: 1, Rule: "cmd-publish-refused", StreamID: 1, Severity: session.Error}
	cause := session.Finding{Session: 1, Rule: "cmd-tcurl-invalid", Severity: session.Warning, Rows: []uint32{8}}
	change := func(do func(*session.Finding)) session.Finding {
		f := cause
		do(&f)
		return f
	}
	for name, c := range map[string]struct {
		list []session.Finding
		want int
	}{
		"nothing": {nil, -1}, "it": {[]session.Finding{cause}, 0}, "of another session": {[]session.Finding{change(func(f *session.Finding) { f.Session = 2 })}, -1},
		"about another stream": {[]session.Finding{change(func(f *session.Finding) { f.StreamID = 2 })}, -1}, "about the same": {[]session.Finding{change(func(f *session.Finding) { f.StreamID = 1 })}, 0},
		"without a row": {[]session.Finding{change(func(f *session.Finding) { f.Rows = nil })}, -1}, "that explains nothing": {[]session.Finding{change(func(f *session.Finding) { f.Rule = "av-gop-long" })}, -1},
		"the graver of two": {[]session.Finding{cause, change(func(f *session.Finding) { f.Severity = session.Error })}, 1}, "the first of two": {[]session.Finding{cause, cause}, 0},
	} {
		got := -1
		if f := causeOf(&effect, c.list); f != nil {
			got = slices.IndexFunc(c.list, func(x session.Finding) bool { return &x == f })
			for i := range c.list {
				if &c.list[i] == f {
					got = i
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	whole := effect
	whole.StreamID = 0
	if causeOf(&whole, []session.Finding{change(func(f *session.Finding) { f.StreamID = 3 })}) == nil {
		t.Error("what is about no stream is explained by none")
	}
}

// TestExplainedIsSorted, without doubles, and each name is explained.
func TestExplainedIsSorted(t *testing.T) {
	names := Explained()
	if len(names) < len(Rules()) || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("%d names", len(names))
	}
	for _, want := range []string{"cmd-key-misplaced", "NetStream.Publish.Start", "publish", "tcUrl"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not among them", want)
		}
	}
	for _, n := range names {
		if words, ok := Explain(" " + n + "\n"); !ok || words == "" {
			t.Errorf("%s is not explained", n)
		}
	}
	if words, ok := Explain("no-such-thing"); ok || words != "" {
		t.Errorf("%q", words)
	}
}

// TestTableOfAPlay: each column by hand.
func TestTableOfAPlay(t *testing.T) {
	r := reportOf(t, byTheBook)
	got := r.Table(began, true)
	want := []string{
		"procedure                       from           at     after  row     what it says", "handshake",
	}
	if diff := cmp.Diff(want, got[:2]); diff != "" {
		t.Error(diff)
	}
	s := &r.Steps[4] // connect
	line := fmt.Sprintf("│ ✓ connect                     client  %9s %9s  %-8d%s", text.Lapse(s.At.Sub(began)), text.Lapse(s.Latency), s.Row, "live")
	if got[7] != line {
		t.Errorf("\n got %q\nwant %q", got[7], line)
	}
	if empty := (&Report{}).Table(began, true); empty != nil {
		t.Errorf("of nothing: %q", empty)
	}
	outline := r.Outline()
	if words := outline[len(outline)-1].Words(true); !strings.HasPrefix(words, outline[len(outline)-1].Step.Phase+" "+outline[len(outline)-1].Step.Name+" ") {
		t.Errorf("%q", words)
	}
	if words := outline[0].Words(true); words != "handshake" {
		t.Errorf("%q", words)
	}
}

// TestTablesAreShortened by what could not be seen at their end, but for one line.
func TestTablesAreShortened(t *testing.T) {
	step := func(s StepState) Line { return Line{Step: &Step{State: s}} }
	head := Line{}
	for i, c := range []struct {
		lines []Line
		want  int
	}{
		{nil, 0}, {[]Line{head, step(Done)}, 2}, {[]Line{head, step(Done), step(Unseen)}, 3}, {[]Line{head, step(Done), step(Unseen), step(Unseen)}, 3},
		{[]Line{head, step(Done), head, step(Unseen), step(Unseen)}, 4}, {[]Line{head, step(Unseen), step(Unseen)}, 2}, {[]Line{step(Unseen), step(Done), step(Unseen), head, step(Unseen)}, 3},
	} {
		if got := len(shortened(c.lines)); got != c.want {
			t.Errorf("case %d: %d lines, want %d", i, got, c.want)
		}
	}
}

// TestRequestsAreBounded: the oldest is forgotten, and that is known.
func TestRequestsAreBounded(t *testing.T) {
	var q requests
	for n := range maxRequests {
		q.add(&request{name: "r", txn: float64(n)})
	}
	if len(q.list) != maxRequests || q.dropped {
		t.Fatalf("%d, dropped %v", len(q.list), q.dropped)
	}
	q.add(&request{name: "s"})
	if len(q.list) != maxRequests || !q.dropped || q.list[0].txn != 1 || q.named("s") == nil || q.named("r").txn != maxRequests-1 || q.named("t") != nil {
		t.Errorf("%d, dropped %v, the first is %v", len(q.list), q.dropped, q.list[0])
	}
}

// TestAttemptsAreBounded by stream and in all, and go on when those that ended go.
func TestAttemptsAreBounded(t *testing.T) {
	a := attempts{}
	join := func(name string, number uint32) *view {
		v := newView(New(Config{}), number)
		a.join(v, &stream{name: name, role: session.Publish})
		return v
	}
	for n := range uint32(maxAttempts + 1) {
		join("k", n)
	}
	for key, list := range a {
		if len(a) != 1 || len(list) != maxAttempts || list[0].number != 1 {
			t.Errorf("%d attempts at %s, the first of session %d", len(list), key, list[0].number)
		}
	}
	for n := len(a); n < maxStreamsKnown; n++ {
		join(fmt.Sprint("stream ", n), 1)
	}
	if join("one more", 2); len(a) != maxStreamsKnown {
		t.Errorf("%d streams are known", len(a))
	}
	for _, list := range a {
		list[len(list)-1].ended = 1
		break
	}
	if join("and one", 3); len(a) != maxStreamsKnown {
		t.Errorf("%d streams are known after one has ended", len(a))
	}
}

// TestPausesAndDeafness: what a player says that it wants.
func TestPausesAndDeafness(t *testing.T) {
	flag := func(name string, stream uint32, v bool) script.Act {
		return script.Call(client, stream, str(name), num(0), nul, amf.Value{Kind: amf.Boolean, Bool: v})
	}
	for name, c := range map[string]struct {
		act    script.Act
		paused bool
		deaf   [2]bool
	}{
		"pause": {flag("pause", 1, true), true, [2]bool{}}, "resume": {script.Do(flag("pause", 1, true), flag("pauseRaw", 1, false)), false, [2]bool{}}, "no audio": {flag("receiveAudio", 1, false), false, [2]bool{true, false}},
		"no video": {flag("receiveVideo", 1, false), false, [2]bool{false, true}}, "video again": {script.Do(flag("receiveVideo", 1, false), flag("receiveVideo", 1, true)), false, [2]bool{}}, "on another stream": {flag("pause", 0, true), true, [2]bool{}},
	} {
		_, j := judged(script.Example{script.Connected, script.Created, script.PlayKey, script.PlayStart, script.Frames(server, 0, 5), c.act}, Config{})
		v := j.views[0]
		if v == nil || len(v.streams) == 0 {
			t.Fatalf("%s: no stream", name)
		}
		if s := v.streams[len(v.streams)-1]; s.paused.yes() != c.paused || s.deaf != c.deaf || s.muted == 0 {
			t.Errorf("%s: paused %v, deaf %v", name, s.paused.yes(), s.deaf)
		}
	}
}
