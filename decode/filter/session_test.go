package filter

import (
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// crowd is three sessions, made by hand.
func crowd() []*Session {
	publisher := session.Info{Number: 1, Client: "10.0.0.5:51000", Server: "10.0.0.1:1935", App: "live", Stream: text.Secret("s3cr3t-key"), Role: session.Publish,
		Agent: "FMLE/3.0 (compatible; FMSc/1.0)", Engine: "FMS/3,0,1,123", Stages: []session.Stage{{Phase: session.PhaseConnect}, {Phase: session.PhaseMedia}}, Open: true, OpenedAt: noon, LastAt: noon.Add(10 * time.Second),
		Bytes: [2]int64{2_000_000, 500_000}, Messages: [2]int64{900, 20}, Audio: 400, Video: 480, Streams: 1}
	player := session.Info{Number: 2, Client: "10.0.0.9:40000", Server: "10.0.0.1:1935", App: "live", Stream: "show", Role: session.Play, Agent: "LNX 9,0,124,2",
		Stages: []session.Stage{{Phase: session.PhaseStart}, {Phase: session.PhaseClose}}, OpenedAt: noon, LastAt: noon.Add(90 * time.Second), Ended: "the client closed", Worst: session.Warning, Bytes: [2]int64{3000, 9000}}
	player.Findings[session.Warning], player.Findings[session.Note] = 2, 1
	refused := session.Info{Number: 3, Client: "10.0.0.7:40001", Server: "10.0.0.1:1935", App: "wrong", OpenedAt: noon, LastAt: noon.Add(50 * time.Millisecond),
		Trouble: "NetConnection.Connect.Rejected", Refusal: "NetConnection.Connect.Rejected", Worst: session.Error, Pending: []session.Pending{{Row: 9}}}
	refused.Findings[session.Error] = 1
	return []*Session{{Info: publisher, Client: "OBS Studio"}, {Info: player}, {Info: refused, Server: "nginx-rtmp"}}
}

func picked(t *testing.T, expression string) string {
	t.Helper()
	f, err := CompileSessions(expression)
	if err != nil {
		t.Errorf("%s: %v", expression, err)
		return ""
	}
	var out []string
	for i, name := range []string{"publisher", "player", "refused"} {
		if f.Match(crowd()[i]) {
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

// Every fact selects the sessions it should, written short and long.
func TestSessionFacts(t *testing.T) {
	cases := []struct{ expression, want string }{
		{"", "publisher player refused"},
		{`role == "publish"`, "publisher"}, {`role == ""`, "refused"}, {`role != "publish"`, "player refused"},
		{`number >= 2`, "player refused"}, {`app == "live"`, "publisher player"},
		{`stream == "s3cr3t-key"`, "publisher"}, // behind the mask
		{`client startsWith "10.0.0.9:"`, "player"}, {`server contains ":1935"`, "publisher player refused"},
		{`program == "OBS Studio"`, "publisher"}, {`program startsWith "LNX"`, "player"}, {`server_program == "nginx-rtmp"`, "refused"},
		{`state == "open"`, "publisher"}, {`state == "ended"`, "player refused"}, {`phase == "media"`, "publisher"}, {`phase == "publish or play"`, "player"}, {`phase == "handshake"`, "refused"},
		{`ended contains "client"`, "player"}, {`trouble != ""`, "refused"}, {`refusal endsWith "Rejected"`, "refused"},
		{`lasted > 1m`, "player"}, {`lasted < 100ms`, "refused"}, {`time == "2026-01-31T12:00:00.000000000Z"`, "publisher player refused"},
		{`bitrate == 2000000`, "publisher"}, {`bitrate == nil`, "refused"}, {`bytes == 12000`, "player"},
		{`messages > 900`, "publisher"}, {`audio == 400 and video == 480`, "publisher"}, {`streams == 1`, "publisher"}, {`unanswered > 0`, "refused"},
		{`findings == 3`, "player"}, {`errors > 0`, "refused"}, {`warnings == 2`, "player"}, {`severity == "error"`, "refused"},
		{`~err`, "player refused"}, {`role == "play" | errors > 0`, "player refused"}, {`app == "live" & role == "play"`, "player"},
		{`s3cr3t`, "publisher"}, {`obs live`, "publisher"}, {`live/show`, "player"}, {`"rejected" or "obs"`, "publisher refused"},
	}
	for _, c := range cases {
		if got := picked(t, c.expression); got != c.want {
			t.Errorf("%s selects %q, want %q", c.expression, got, c.want)
		}
		for i := range sessionFields {
			if long := strings.Replace(c.expression, sessionFields[i].name+" ", "session."+sessionFields[i].name+" ", 1); strings.HasPrefix(c.expression, sessionFields[i].name+" ") && picked(t, long) != c.want {
				t.Errorf("%s selects %q, want %q", long, picked(t, long), c.want)
			}
		}
	}
}

// Rows are selected by their session, when something is known of it.
func TestRowsBySession(t *testing.T) {
	all, about := entries(), func(n uint32) *Session {
		if n > 0 && int(n) <= len(crowd()) {
			return crowd()[n-1]
		}
		return nil
	}
	for _, c := range []struct {
		expression string
		want       bool
	}{
		{`session.role == "publish" and type == 9`, true}, {`session.role == "play"`, false}, {`session == 1`, true},
		{`session.stream == "s3cr3t-key"`, true}, {`session.bitrate > 1000000 and session.lasted == 10s`, true},
	} {
		f := compile(t, c.expression)
		if got := f.Knowing(about).Match(all["video"]); got != c.want {
			t.Errorf("%s: %t", c.expression, got)
		}
		if strings.Contains(c.expression, "session.") != f.NeedsSessions() || !f.RowOnly() {
			t.Errorf("%s: needs sessions %t, rows %t", c.expression, f.NeedsSessions(), f.RowOnly())
		}
	}
	if compile(t, `session.role != "publish"`).Knowing(about).Match(all["video"]) || compile(t, `session.lasted > 0`).Match(all["video"]) {
		t.Error("a fact that is not known compares as a missing one")
	}
	timeline := &rows{video: all["video"].Row}
	if !compile(t, `session.number == 1 and session.state == "ended"`).Scan(timeline).Match(1) {
		t.Error("the timeline was not asked")
	}
}

// What is not understood is answered with what is.
func TestSessionMistakes(t *testing.T) {
	for expression, want := range map[string]string{
		`type == 9`: "type is a field of rows", `rolle == "play"`: `did you mean "role"?`, `role == play`: `role == "play"`,
		`role == "watch"`: "role is never", `~audio`: "~audio selects rows", `session.rolle == ""`: `did you mean "role"?`, `args[0] == 1`: "args is a field of rows",
	} {
		_, err := CompileSessions(expression)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expression, err, want)
		}
	}
	for expression, want := range map[string]string{
		`role == "play"`: `did you mean "session.role"?`, `command == publish`: `command == "publish"`, `code == NetStream.Play.Start`: `code == "NetStream.Play.Start"`,
		`arg("app") == live`: `… == "live"`, `command in [publish]`: `a text needs quotes: "publish"`, `session.colour == 1`: "a filter can ask number, role",
		`summary contains key`: `summary contains "key"`, `session.role == publish`: `session.role == "publish"`,
	} {
		_, err := Compile(expression)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expression, err, want)
		}
	}
}

// One sign means what two mean.
func TestSingleSigns(t *testing.T) {
	for expression, want := range map[string]string{
		`type == 8 | type == 9`: "video audio", `type == 9 & keyframe`: "video", `~audio|~key`: "video audio", `type==8||type==9&&keyframe`: "video audio",
		`summary matches "A(V|A)C"`: "video audio",
	} {
		if got := selected(t, expression); got != want {
			t.Errorf("%s selects %q, want %q", expression, got, want)
		}
	}
}

func TestCompleteSessions(t *testing.T) {
	offered := func(list []Completion) (out string) {
		for _, c := range list {
			out += c.Text + " "
		}
		return out
	}
	if got := offered(CompleteSessions("ro", 2)); got != "role " {
		t.Error(got)
	}
	if got := offered(Complete("session.ro", 10)); got != "session.role " {
		t.Error(got)
	}
	if got := offered(Complete("session.role == ", 16)); got != `"publish" "play" ` {
		t.Error(got)
	}
	if got := offered(CompleteSessions(`role == "pl`, 11)); got != `"play" ` {
		t.Error(got)
	}
}
