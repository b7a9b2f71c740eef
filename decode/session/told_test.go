package session

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

func TestNamesOfSides(t *testing.T) {
	if SideOf(client) != ClientSide || SideOf(server) != ServerSide {
		t.Error(SideOf(client), SideOf(server))
	}
	for got, want := range map[string]string{
		NoSide.String() + "|" + ClientSide.String() + "|" + ServerSide.String():           "|client|server",
		Note.String() + "|" + Warning.String() + "|" + Error.String():                     "note|warning|error",
		RoleUnknown.String() + "|" + Publish.String() + "|" + Play.String():               "|publish|play",
		Counted(0, "row") + "|" + Counted(1, "row") + "|" + Counted(2, "row"):             "0 rows|1 row|2 rows",
		mediaName(Row{Type: 8}) + "|" + mediaName(Row{Type: 9}):                           "Audio|Video",
		(&Info{Role: Play}).PhaseName(PhaseStart) + "|" + (&Info{}).PhaseName(PhaseStart): "play|publish or play",
		(&Info{Role: Play}).PhaseName(PhaseMedia):                                         "media",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for k := Opened; k <= Noted; k++ {
		if e := (Entry{Row: Row{Kind: k}}); e.HasTimestamp() != (k == Message || k == Aborted) {
			t.Errorf("%s has a timestamp: %v", k, e.HasTimestamp())
		}
	}
}

// TestFindingsEndFindings of the same rule, session, side and stream, the latest first.
func TestFindingsEndFindings(t *testing.T) {
	f := Finding{Session: 1, Rule: "r", Side: ServerSide, StreamID: 2, Over: true}
	change := func(do func(*Finding)) Finding {
		g := f
		do(&g)
		return g
	}
	others := []Finding{change(func(g *Finding) { g.Session = 2 }), change(func(g *Finding) { g.Rule = "s" }),
		change(func(g *Finding) { g.Side = ClientSide }), change(func(g *Finding) { g.StreamID = 1 })}
	at := func(list []Finding) func(int) *Finding { return func(i int) *Finding { return &list[i] } }
	if got := EndedBy(&f, len(others), at(others)); got != -1 {
		t.Errorf("it ends finding %d", got)
	}
	list := append(append([]Finding{f, f}, others...), f)
	for n, want := range []int{-1, 0, 1, 1, 1, 1, 1, 6} {
		if got := EndedBy(&f, n, at(list)); got != want {
			t.Errorf("of the first %d it ends %d, want %d", n, got, want)
		}
	}
	news := change(func(g *Finding) { g.Over = false })
	if got := EndedBy(&news, len(list), at(list)); got != -1 {
		t.Errorf("a finding that ends nothing ends %d", got)
	}
}

// TestFindingsAreCounted: each in its session, beside its proof, with its time.
func TestFindingsAreCounted(t *testing.T) {
	w := &watcher{}
	k := newTalk(w).greet()
	at := k.now.Add(-time.Second)
	w.report(Finding{Session: 1, Rule: "a", Severity: Error, Side: ServerSide, Rows: []uint32{3, 6}, At: at})
	w.report(Finding{Session: 1, Rule: "a", Severity: Note, Side: ServerSide, Over: true, Was: Error})
	w.report(Finding{Session: 1, Rule: "b", Severity: Note, Over: true})
	w.report(Finding{Session: 0, Rule: "of nobody", Severity: Note})
	w.report(Finding{Session: 2, Rule: "of nobody", Severity: Note})
	if len(k.entries) != 10 {
		t.Fatalf("%d rows", len(k.entries))
	}
	a, over, b := k.entries[7], k.entries[8], k.entries[9]
	if a.ReplyTo != 6 || a.Offset != 1537 || a.From != server || !a.At().Equal(at) || a.Flags&Over != 0 || a.Severity != Error {
		t.Errorf("%+v", a.Row)
	}
	if over.Flags&Over == 0 || !over.At().Equal(k.now) || over.ReplyTo != 0 || b.From != client {
		t.Errorf("%+v\n%+v", over.Row, b.Row)
	}
	if i := k.Snapshot().Session(1); i.Findings != [Error + 1]int{Note: 2} || i.Worst != Error || i.Rows != 10 {
		t.Errorf("%v, worst %v, %d rows", i.Findings, i.Worst, i.Rows)
	}
}

// paced keeps what it is told of pace and holds.
type paced struct {
	watcher
	paces []Pace
	times []time.Time
}

func (p *paced) Paced(x Pace)       { p.paces = append(p.paces, x) }
func (p *paced) Time(now time.Time) { p.times = append(p.times, now) }

func TestJudgesAreTold(t *testing.T) {
	p := &paced{}
	k := newTalk(p)
	at := k.now.Add(time.Second)
	k.Paced(id, Pace{From: server, At: at, Came: 5})
	k.Paced(99, Pace{From: server, At: at, Came: 5})
	k.Held(id, server, at, time.Minute, 7)
	k.Held(99, server, at, time.Minute, 7)
	if diff := cmp.Diff([]Pace{{Session: 1, From: server, At: at, Came: 5}}, p.paces); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"held 1" + server.String() + "1m0s7"}, p.log); diff != "" && len(p.log) != 1 {
		t.Error(diff)
	}
	if diff := cmp.Diff([]time.Time{k.now, at, at}, p.times); diff != "" {
		t.Error(diff)
	}
	if i := k.Snapshot().Session(1); !i.LastAt.Equal(at) {
		t.Errorf("the last record was at %v", i.LastAt)
	}
	quiet := newTalk(nil)
	quiet.Paced(id, Pace{At: at})
	quiet.Held(id, server, at, time.Minute, 7)
}

// TestPastSaysEverything: each field of Info survives, whatever fields come.
func TestPastSaysEverything(t *testing.T) {
	var i Info
	v := reflect.ValueOf(&i).Elem()
	for n := range v.NumField() {
		if f := v.Field(n); f.CanSet() {
			fill(f, n+1)
		}
	}
	i.known, i.Dialling = (*mask.Set)(nil).With("secret"), false // what is dialled has not ended
	l := likenesses{}
	p := l.settle(&i, 77)
	if diff := cmp.Diff(i, p.info(), cmp.AllowUnexported(Info{}), cmp.Comparer(func(a, b *mask.Set) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	i.Number++
	if again := l.settle(&i, 78); again.likeness != p.likeness || len(l) != 1 {
		t.Error("what two have in common is kept twice")
	}
	for n := range maxLikenesses + 1 {
		i.Stream = text.Marked(time.Duration(n).String())
		if l.settle(&i, 78); len(l) > maxLikenesses {
			t.Fatalf("%d are remembered", len(l))
		}
	}
	if len(l) != 2 {
		t.Errorf("%d are remembered after they were too many", len(l))
	}
}

// fill sets a value that is not its zero.
func fill(v reflect.Value, n int) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = began.Add(time.Duration(n) * time.Second)
		return
	case *Facts:
		*x = Facts{{"k", "v"}}
		return
	case *Role:
		*x = Play
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("s" + time.Duration(n).String())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Array:
		for k := range v.Len() {
			fill(v.Index(k), n+k)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for k := range v.Len() {
			fill(v.Index(k), n+k)
		}
	case reflect.Struct:
		for k := range v.NumField() {
			fill(v.Field(k), n+k)
		}
	case reflect.Int, reflect.Int64, reflect.Int8:
		v.SetInt(int64(n))
	default:
		v.SetUint(uint64(n % 3))
	}
}

// TestSettledAreRecalled by their IDs and numbers, which differ.
func TestSettledAreRecalled(t *testing.T) {
	tl := New(Options{})
	for _, id := range []uint32{2, 1, 40} {
		tl.Open(Connection{ID: id, At: began, Client: "a:1", Server: "b:1"})
		tl.Data(id, client, began, []byte{3, 0, 0})
	}
	for _, id := range []uint32{2, 1} {
		tl.Close(id, client, began, End{How: Reset})
	}
	tl.Tick(began.Add(settledAfter - 1))
	if len(tl.conns) != 3 {
		t.Fatal("settled too early")
	}
	tl.Tick(began.Add(settledAfter))
	if len(tl.conns) != 1 {
		t.Fatal("not settled")
	}
	tl.Data(2, client, began, []byte{1, 2, 3}) // too late to matter
	for id, number := range map[uint32]uint32{2: 1, 1: 2, 40: 3} {
		if c := tl.recall(id); c == nil || c.info.Number != number || c.id != id || c.info.Bytes[client] != 3 {
			t.Errorf("recalled %d: %+v", id, c)
		}
		if c := tl.numbered(number); c == nil || c.info.Number != number || c.id != id {
			t.Errorf("numbered %d: %+v", number, c)
		}
	}
	for _, id := range []uint32{0, 3, 4, 41} { // 3 is a number, of a connection with another ID
		if c := tl.recall(id); c != nil {
			t.Errorf("recalled %d: session %d", id, c.info.Number)
		}
	}
	if tl.numbered(0) != nil || tl.numbered(4) != nil {
		t.Error("a number that was never given")
	}
}

// TestCheckpoints stand between messages, at the byte up to which was read.
func TestCheckpoints(t *testing.T) {
	k := newTalk(nil).greet()
	whole := k.writers[client]
	if d, at := k.Checkpoint(id, client); d == nil || at != 3073 {
		t.Fatalf("behind the handshake: %v at %d", d != nil, at)
	}
	k.writers[client] = whole
	k.bytes(client, []byte{0x03, 0, 0, 0, 0, 0, 9, 20, 0, 0, 0, 0, 1, 2})
	if d, at := k.Checkpoint(id, client); d != nil || at != 0 {
		t.Errorf("in a message: %v at %d", d != nil, at)
	}
	if d, at := k.Checkpoint(99, client); d != nil || at != 0 {
		t.Errorf("of nobody: %v at %d", d != nil, at)
	}
	k.Close(id, client, k.now, End{How: Reset})
	if d, at := k.Checkpoint(id, client); d != nil || at != 0 {
		t.Errorf("of one that has ended: %v at %d", d != nil, at)
	}
}

// TestSecretsOfSessions: what one session knows is asked for by its number, is its own,
// and can be given to a second reading.
func TestSecretsOfSessions(t *testing.T) {
	k := newTalk(nil).greet()
	k.call(client, 1, amf.Str("publish"), amf.Num(5), amf.Nul(), amf.Str("my-secret-key"), amf.Str("live"))
	k.Open(Connection{ID: 8, At: k.now, Client: "c:1", Server: "s:1"})
	s := k.Snapshot()
	secret := func(m text.Marked) bool { return m.HasSecret() }
	const words = "my-secret-key is on"
	for number, want := range map[uint32]bool{0: false, 1: true, 2: false, 3: false} {
		if got := secret(s.Marker(number)("", 1, "", words)); got != want {
			t.Errorf("session %d marks it: %v", number, got)
		}
		fields := []field.Field{{Name: "outer", Value: "2 members", Children: []field.Field{{Name: "words", Value: text.Plain(`"` + words + `"`)}, {Name: "empty", Value: `""`}, {Name: "bare", Value: words}}}}
		got := s.Mask(number, fields)
		if len(got) != 1 || len(got[0].Children) != 3 || got[0].Children[0].Secret != want || secret(got[0].Children[0].Value) != want || got[0].Children[2].Secret || got[0].Children[1].Value != `""` {
			t.Errorf("session %d: %+v", number, got)
		}
		if v := got[0].Children[0].Value; v[0] != '"' || v[len(v)-1] != '"' {
			t.Errorf("quotes are gone: %s", v)
		}
	}
	known := k.Secrets()
	if len(known) != 2 || known[0] == nil || known[0] == known[1] {
		t.Fatalf("%v", known)
	}
	again := newTalk(nil)
	again.known = known
	again.Open(Connection{ID: 1, At: again.now})
	again.Open(Connection{ID: 2, At: again.now})
	if got := again.Secrets(); len(got) != 3 || got[1] != known[1] || got[2] != nil {
		t.Errorf("a second reading knows %v", got)
	}
	first := New(Options{Known: known})
	first.Open(Connection{ID: id, At: began})
	if !secret(first.Snapshot().Marker(1)("", 1, "", words)) {
		t.Error("a second reading does not mark what the first has learnt")
	}
	k.Close(id, client, k.now, End{How: Reset})
	k.Tick(k.now.Add(settledAfter))
	if got := k.Secrets(); len(got) != 2 || got[0] != known[0] {
		t.Errorf("a session that was settled knows %v", got[0])
	}
}

// TestQuotes: text in quotes, in which nothing is marked yet.
func TestQuotes(t *testing.T) {
	for v, want := range map[text.Marked]bool{`"ab"`: true, `"a"`: true, `""`: false, `"`: false, `ab`: false, `"ab`: false, `ab"`: false,
		`"` + message.Marked("ab", []mask.Span{{Start: 0, End: 1}}) + `"`: false} {
		if got := isQuoted(v); got != want {
			t.Errorf("%q: %v", v, got)
		}
	}
}

// TestRedirects: where servers put the address.
func TestRedirects(t *testing.T) {
	in := func(names ...string) amf.Value {
		v := amf.Str("rtmp://b/live")
		for i := len(names) - 1; i >= 0; i-- {
			v = amf.Obj(amf.Prop(names[i], v))
		}
		return v
	}
	for name, c := range map[string]struct {
		code string
		arg  amf.Value
		want string
	}{
		"nginx":                   {"NetConnection.Connect.Rejected", in("redirect"), "rtmp://b/live"},
		"SRS and Adobe":           {"NetConnection.Connect.Rejected", in("ex", "redirect"), "rtmp://b/live"},
		"the second name":         {"NetConnection.Connect.Rejected", in("ex", "redirect2"), "rtmp://b/live"},
		"a reconnect request":     {reconnectRequest, in("tcUrl"), "rtmp://b/live"},
		"tcUrl of another status": {"NetConnection.Connect.Rejected", in("tcUrl"), ""},
		"empty":                   {reconnectRequest, amf.Obj(amf.Prop("tcUrl", amf.Str(""))), ""},
		"no text":                 {"x", amf.Obj(amf.Prop("redirect", amf.Num(1))), ""},
		"empty text":              {"x", amf.Obj(amf.Prop("redirect", amf.Str(""))), ""},
	} {
		e := Entry{Message: message.Parsed{Code: c.code, Args: []amf.Value{amf.Nul(), c.arg}}}
		if got := e.RedirectTo(); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, address := range []string{"", "rtmp://c/live"} {
		k := newTalk(nil).greet()
		k.call(client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("tcUrl", amf.Str("rtmp://a/live"))))
		k.call(server, 0, amf.Str("onStatus"), amf.Num(0), amf.Nul(), amf.Obj(amf.Prop("code", amf.Str(reconnectRequest)), amf.Prop("tcUrl", amf.Str(address))))
		k.call(server, 0, amf.Str("onStatus"), amf.Num(0), amf.Nul(), amf.Obj(amf.Prop("code", amf.Str(reconnectRequest)), amf.Prop("tcUrl", amf.Str("rtmp://later/"))))
		want := map[string]text.Marked{"": "rtmp://a/live", "rtmp://c/live": "rtmp://c/live"}[address]
		if got := k.Snapshot().Session(1).Redirect; got != want {
			t.Errorf("a reconnect request with address %q: %q", address, got)
		}
	}
}
