package diff

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// lines are the differences as "importance area: sentence", with "> " before
// those that follow.
func lines(r *Result) (out []string) {
	for _, d := range r.Differences {
		s := fmt.Sprintf("%s %s: %s", d.Importance, d.Area, d.Text.Show(false))
		if d.Follows {
			s = "> " + s
		}
		out = append(out, s)
	}
	return out
}

// expect compares the differences with the beginnings of lines.
func expect(t *testing.T, r *Result, want ...string) {
	t.Helper()
	got := lines(r)
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		ok = strings.HasPrefix(got[i], want[i])
	}
	if !ok {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestSameScriptTwice(t *testing.T) {
	expect(t, Compare(fold(t, good()), fold(t, good()), Options{Names: true}))
}

// What must differ between two sessions: clock, random bytes, addresses, names,
// stream numbers, transaction numbers that are shifted.
func TestWhatMustDiffer(t *testing.T) {
	other := good()
	c0c1, s0s1s2, c2 := parts()
	for i := 1; i < 5; i++ {
		c0c1[i], s0s1s2[i], c2[i-1] = 9, 8, 8 // times
	}
	for i := 100; i < 1500; i++ {
		c0c1[i+1] ^= 0x55
		s0s1s2[i+1] ^= 0x33
		c2[i] ^= 0x33
		s0s1s2[1537+i] ^= 0x55
	}
	copy(s0s1s2[1537:1541], c0c1[1:5])
	other = replace(other, "c0c1", said{from: client, body: c0c1})
	other = replace(other, "s0s1s2", said{from: server, body: s0s1s2, after: 70 * time.Millisecond})
	other = replace(other, "c2", said{from: client, body: c2})
	other = replace(other, "connect", call("", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(
		connect[0], connect[1], connect[2], amf.Prop("tcUrl", amf.Str("rtmp://two.example:1936/live")))))
	other = replace(other, "createStream", call("", client, 0, amf.Str("createStream"), amf.Num(4), amf.Nul()))
	other = replace(other, "created", call("", server, 0, amf.Str("_result"), amf.Num(4), amf.Nul(), amf.Num(5)))
	other = replace(other, "publish", call("", client, 5, amf.Str("publish"), amf.Num(5), amf.Nul(), amf.Str("second-key-9"), amf.Str("live")))
	other = replace(other, "started", call("", server, 5, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Publish.Start", "second-key-9 is on air")))
	other = replace(other, "deleteStream", call("", client, 0, amf.Str("deleteStream"), amf.Num(0), amf.Nul(), amf.Num(5)))
	for i := range other {
		if other[i].id == 1 {
			other[i].id = 5
		}
	}
	a, b := fold(t, good()), fold(t, other)
	got := Compare(a, b, Options{})
	// Transaction IDs 1, 4, 5 are not 1, 2, 3 shifted: that is a habit.
	expect(t, got, "notable command: The client counts transaction IDs up by one in A and leaves transaction IDs out in B")

	expect(t, Compare(a, b, Options{Names: true}),
		`notable command: The client's connect: command object.tcUrl is "rtmp://one.example/live" in A and "rtmp://two.example:1936/live" in B`,
		`notable command: The client's publish: stream name is "••••`,
		`notable command: The client counts`,
		`minor answer: The server's onStatus NetStream.Publish.Start: argument 1.description is "••••`)
}

// Each script differs from the good one in one thing.
func TestNearMisses(t *testing.T) {
	setChunkSize := said{name: "", from: client, typ: 1, csid: 2, body: []byte{0, 0, 0x10, 0}}
	profile := bytes.Replace(unhex(avcHeader), []byte{0x67, 0x64, 0x00}, []byte{0x67, 0x6e, 0x00}, 1)
	profile[6] = 0x6e
	ex := func(members ...amf.Member) said {
		return call("", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(members...))
	}
	slower := good()
	for i := range slower {
		slower[i].ts = slower[i].ts * 2
		slower[i].after *= 2
	}
	for _, c := range []struct {
		name   string
		script []said
		want   []string
	}{
		{"chunk size", replace(good(), "chunk", said{from: server, typ: 1, csid: 2, body: []byte{0, 0, 0, 200}}),
			[]string{"notable control: The server's Set Chunk Size: chunk size is 4096 in A and 200 in B"}},
		{"chunk size of the client", replace(good(), "publish", setChunkSize, good()[at(good(), "publish")]),
			[]string{"notable control: Only in B the client sends Set Chunk Size"}},
		{"window", replace(good(), "window", said{from: server, typ: 5, csid: 2, body: []byte{0, 1, 0, 0}}),
			[]string{"minor control: The server's Window Acknowledgement Size: window is 2500000 in A and 65536 in B"}},
		{"profile", replace(good(), "avc", said{from: client, typ: 9, csid: 6, id: 1, body: profile}),
			[]string{"notable codec: The client's video configuration: profile is High in A and High 10 in B"}},
		{"key misplaced", replace(good(), "connect", call("", client, 0, amf.Str("connect"), amf.Num(1),
			amf.Obj(connect[0], connect[2], connect[3]), amf.Obj(connect[1]))),
			[]string{"notable command: The client's connect: type stands in command object in A and in argument 1 in B",
				"notable command: The client's connect: only B has argument 1"}},
		{"order of keys", replace(good(), "connect", ex(connect[1], connect[0], connect[2], connect[3])),
			[]string{"minor command: The client's connect: the order of the keys differs: command object.app comes first in A and command object.type in B"}},
		{"type of a value", replace(good(), "connect", call("", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(
			connect[0], amf.Prop("type", amf.Bool(true)), connect[2], connect[3]))),
			[]string{`notable command: The client's connect: the type of command object.type is string ("nonprivate") in A and boolean (true) in B`}},
		{"transaction ID of connect", replace(good(), "connect", call("", client, 0, amf.Str("connect"), amf.Num(0), amf.Obj(connect...))),
			[]string{"notable command: The client's connect: transaction ID is 1 in A and 0 in B",
				"notable answer: The server answers connect with _result to connect NetConnection.Connect.Success in A and _result NetConnection.Connect.Success in B"}},
		{"chunk stream", replace(good(), "publish", said{from: client, typ: 20, csid: 9, id: 1, body: good()[at(good(), "publish")].body}),
			[]string{"minor chunks: The client's publish: chunk stream ID is 3 in A and 9 in B"}},
		{"message stream", replace(good(), "publish", said{from: client, typ: 20, csid: 3, id: 0, body: good()[at(good(), "publish")].body}),
			[]string{"notable command: The client's publish: message stream is the one of createStream 1 in A and 0 in B"}},
		{"refused", until(replace(good(), "started", call("refused", server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("error", "NetStream.Publish.BadName", "taken"))), "refused",
			said{from: server, close: true}),
			[]string{`decisive answer: The server answers publish with "NetStream.Publish.Start" in A and "NetStream.Publish.BadName" in B`,
				"> decisive ending: In A the client closes after deleteStream, in B the server closes after onStatus NetStream.Publish.BadName",
				"> decisive codec: Only in A the client sends video configuration, audio configuration, video frames and audio frames",
				"> notable metadata: Only in A the client sends @setDataFrame onMetaData and deleteStream"}},
		{"reset", replace(good(), "bye", said{from: client, close: true, how: session.Reset}),
			[]string{"minor ending: In A the client closes after deleteStream, in B the client resets the connection after deleteStream"}},
		{"no configuration", replace(good(), "avc"),
			[]string{"decisive codec: Only in A the client sends video configuration",
				"decisive codec: The client's video: the first frame comes after its codec configuration in A and without a codec configuration before it in B"}},
		{"half the rate", slower,
			[]string{"notable cadence: The client's video: a keyframe comes every 1000 ms in A and 2000 ms in B",
				"minor cadence: The client's audio: the rate is 25 frames/s in A and 12.5 frames/s in B",
				"minor cadence: The client's video: the rate is"}},
		{"slow answer", replace(good(), "started", func() said {
			s := good()[at(good(), "started")]
			s.after = 4 * time.Second
			return s
		}()), []string{"notable latency: The answer to publish takes 1.0 ms in A and 4.0 s in B"}},
	} {
		t.Run(c.name, func(t *testing.T) { expect(t, Compare(fold(t, good()), fold(t, c.script), Options{}), c.want...) })
	}
}

// A step that moved is one difference, not two.
func TestMoved(t *testing.T) {
	chunk := said{name: "size", from: client, typ: 1, csid: 2, body: []byte{0, 0, 0x10, 0}}
	early := replace(good(), "connect", chunk, good()[at(good(), "connect")])
	lateOne := replace(good(), "publish", chunk, good()[at(good(), "publish")])
	r := Compare(fold(t, early), fold(t, lateOne), Options{})
	if len(r.Differences) != 1 || !strings.Contains(string(r.Differences[0].Text), "after C2 in A and after createStream in B") {
		t.Errorf("%q", lines(r))
	}
}

func TestExtendedTimestamps(t *testing.T) {
	far := good()
	for i := range far {
		if far[i].typ == 8 || far[i].typ == 9 {
			far[i].ts += 0xffffff
		}
	}
	r := Compare(fold(t, good()), fold(t, far), Options{})
	all := strings.Join(lines(r), "\n")
	for _, kind := range []string{"audio", "video"} {
		if !strings.Contains(all, "notable chunks: The client's "+kind+": extended timestamps are not used in A and used in B") {
			t.Errorf("%s:\n%s", kind, all)
		}
	}
}

func TestTimestampsBackwards(t *testing.T) {
	back := good()
	n := at(back, "video") + 60
	for n%2 != at(back, "video")%2 {
		n++
	}
	back[n].ts = 10
	got := lines(Compare(fold(t, good()), fold(t, back), Options{}))
	if len(got) == 0 || !strings.HasPrefix(got[0], "notable cadence: The client's video: timestamps go backwards never in A and once in B") {
		t.Errorf("%q", got)
	}
}

// A member under another name than in A, named like a credential, stays hidden.
func TestMemberNamesAreMasked(t *testing.T) {
	info := func(arg ...amf.Value) said {
		return call("info", server, 1, append([]amf.Value{amf.Str("onInfo"), amf.Num(0), amf.Nul()}, arg...)...)
	}
	member := amf.Obj(amf.Prop("first-key-123", amf.Num(1)))
	a := until(good(), "started", info(member, amf.Obj()))
	b := until(good(), "started", info(amf.Obj(), member))
	r := Compare(fold(t, a), fold(t, b), Options{})
	if len(r.Differences) != 1 || strings.Contains(string(r.Differences[0].Text), "first-key") || !strings.Contains(string(r.Differences[0].Text), "stands in argument 1 in A and in argument 2 in B") {
		t.Errorf("%q", lines(r))
	}
}

// Swapping the files swaps the sides and changes nothing else about what is
// found.
func TestSymmetric(t *testing.T) {
	a := fold(t, good())
	b := fold(t, until(good(), "connect", said{from: server, close: true}))
	ab, ba := Compare(a, b, Options{}), Compare(b, a, Options{})
	if len(ab.Differences) != len(ba.Differences) || len(ab.Differences) == 0 {
		t.Fatalf("%q\n%q", lines(ab), lines(ba))
	}
	x, y := ab.Differences[0], ba.Differences[0]
	if x.Importance != y.Importance || x.A.Row != y.B.Row || x.B.Row != y.A.Row || ab.SameA != ba.SameB {
		t.Errorf("%+v\n%+v", x, y)
	}
	if !strings.Contains(string(x.Text), "the server closes after connect without an answer") {
		t.Errorf("%q", x.Text)
	}
}

// Whatever peers send, a collector keeps a bounded number of steps and says so.
func TestBounded(t *testing.T) {
	script := until(good(), "publish")
	for i := range 3 * maxSteps {
		script = append(script, call("", client, 1, amf.Str(fmt.Sprintf("call%d", i)), amf.Num(float64(i+9)), amf.Nul(), amf.Str(strings.Repeat("x", 1000))))
	}
	s := fold(t, script)
	if len(s.steps) != maxSteps || !s.truncated || len(s.pending) > maxPending {
		t.Errorf("%d steps, truncated %v, %d pending", len(s.steps), s.truncated, len(s.pending))
	}
	for i := range s.steps {
		for _, f := range s.steps[i].facts {
			if len(f.value) > maxString+2 {
				t.Fatalf("%s: %d bytes", f.name, len(f.value))
			}
		}
	}
	r := Compare(s, fold(t, good()), Options{})
	if len(r.Notes) == 0 || len(r.Differences) > maxDifferences {
		t.Errorf("%d differences, notes %q", len(r.Differences), r.Notes)
	}
}

func TestLongStringsCompareByHash(t *testing.T) {
	long := strings.Repeat("x", 2*maxString)
	a, b := bounded(long, text.Plain(long)), bounded(long+"y", text.Plain(long+"y"))
	if a == b || !strings.HasPrefix(string(a), "800 bytes with SHA-256 ") {
		t.Errorf("%q %q", a, b)
	}
}
