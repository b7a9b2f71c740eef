package lint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

func TestPageOfRules(t *testing.T) {
	golden(t, filepath.Join("..", "..", "docs", "rules.md"), Markdown())
}

// reportOf plays a conversation and reports on its first session.
func reportOf(t *testing.T, x script.Example) Report {
	t.Helper()
	_, j := judged(x, Config{})
	r, ok := j.Report(1)
	if !ok {
		t.Fatal("no report")
	}
	return r
}

func states(steps []Step) (out []string) {
	for _, s := range steps {
		out = append(out, s.String())
	}
	return out
}

func TestProcedureOfAPublisher(t *testing.T) {
	r := reportOf(t, script.Example{script.Flowing, script.Goodbye})
	want := []string{
		"done C0 and C1 (client)", "done S0 and S1 (server) 2 ms", "done S2 (server) 2 ms", "done C2 (client) 2 ms",
		"done connect (client) 2 ms", "skipped Window Acknowledgement Size (server)", "skipped Set Peer Bandwidth (server)",
		"skipped Window Acknowledgement Size (client)", "skipped Stream Begin (server)", "done connect answered (server) 2 ms",
		"skipped releaseStream (client)", "skipped FCPublish (client)",
		"done createStream (client) 2 ms", "done createStream answered (server) 2 ms",
		"done publish (client) 2 ms", "skipped Stream Begin (server)", "done Publish.Start (server) 2 ms",
		"skipped Set Chunk Size (client)", "skipped Set Chunk Size (server)", "done metadata (client) 2 ms",
		"done video sequence header (client) 4 ms", "done audio sequence header (client) 6 ms", "done first media (client) 4 ms",
		"done first keyframe (client) 44 ms", "done FCUnpublish (client) 3.01 s", "done deleteStream (client) 3.01 s",
	}
	if diff := cmp.Diff(want, states(r.Steps)); diff != "" {
		t.Error(diff)
	}
	if r.Stall.Words != "" {
		t.Errorf("a stall where none is: %+v", r.Stall)
	}
	total := time.Duration(0)
	for _, s := range r.Waterfall {
		if s.From != total {
			t.Errorf("the waterfall has a hole before %+v", s)
		}
		total = s.To
	}
	if last := r.Waterfall[len(r.Waterfall)-1]; last.Name != "first keyframe" {
		t.Errorf("the waterfall ends with %+v", last)
	}
}

func TestProcedureOutOfOrderAndRefused(t *testing.T) {
	r := reportOf(t, script.Example{script.Connected, script.Call(client, 1, str("publish"), num(3), nul, str("k"), str("live")), script.Created,
		script.OnStatus("error", "NetStream.Publish.Denied", "no")})
	got := strings.Join(states(r.Steps), "\n")
	for _, want := range []string{"out of order publish (client)", "refused Publish.Start (server)", "never reached first media (client)"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// TestProcedureOfWhatEnded: after a refusal or an end nothing is waited for;
// what was waited for until then says so, and what could not be seen is not
// called missing.
func TestProcedureOfWhatEnded(t *testing.T) {
	refused := script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.InvalidApp", "no"))}
	for name, c := range map[string]struct {
		x    script.Example
		want []string
	}{
		"connect refused, still open": {refused, []string{"refused connect answered (server) 2 ms", "never reached createStream (client)", "never reached createStream answered (server)"}},
		"closed after connect":        {script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.After(time.Second), script.Fin(server), script.Fin(client)}, []string{"never came connect answered (server) 1 s", "never reached createStream (client)"}},
		"still waiting":               {script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.After(4 * time.Second), acknowledge(1)}, []string{"waiting connect answered (server) 4 s", "ahead createStream (client)"}},
		"media behind the server's end": {script.Example{script.Publishing, script.After(10 * time.Millisecond), script.Fin(server), script.Metadata(client), script.Headers(client), script.Frames(client, 0, 5), script.Stopping},
			[]string{"done Publish.Start (server) 2 ms", "too late metadata (client)", "too late first media (client)", "too late first keyframe (client)", "done deleteStream (client) 222 ms"}},
		"media behind a refusal": {script.Example{script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.BadName", "taken"), script.Headers(client), script.Frames(client, 0, 5), script.Fin(client)},
			[]string{"refused Publish.Start (server) 2 ms", "too late first media (client)", "too late first keyframe (client)"}},
		"encrypted": {script.Example{script.Raw(client, 22, 3, 1, 2, 0, 1, 0, 1, 0xfc), script.After(time.Second), script.Fin(client), script.Fin(server)}, []string{"not seen C0 and C1 (client)", "not seen connect (client)"}},
	} {
		got := states(reportOf(t, c.x).Steps)
		for _, want := range c.want {
			if !slices.Contains(got, want) {
				t.Errorf("%s: %q is not in %q", name, want, got)
			}
		}
	}
	late := reportOf(t, script.Example{script.Publishing, script.Fin(server), script.Headers(client), script.Frames(client, 0, 5)})
	if last := late.Waterfall[len(late.Waterfall)-1]; last.Name != "Publish.Start" {
		t.Errorf("what came too late ends the waterfall: %+v", last)
	}
	if i := slices.IndexFunc(late.Steps, func(s Step) bool { return s.Name == "first media" }); late.Steps[i].After != "the server had closed" || late.Steps[i].Row == 0 {
		t.Errorf("%+v", late.Steps[i])
	}
	if s := reportOf(t, append(refused, script.Fin(server), script.Fin(client))).Steps[9]; s.Name != "connect answered" || s.Code != "NetConnection.Connect.InvalidApp" {
		t.Errorf("%+v", s)
	}
}

func TestStalls(t *testing.T) {
	for name, c := range map[string]struct {
		x    script.Example
		side session.Side
		want string
	}{
		"no status":          {script.Example{script.Connected, script.Created, script.PublishKey, script.After(4 * time.Second), acknowledge(1)}, session.ServerSide, "the server is silent on publish, for 4 s"},
		"play missing":       {script.Example{script.Playing, script.After(4 * time.Second), acknowledge(1)}, session.ServerSide, "the server accepted play and sends no media (does anybody publish this stream?), for 4 s"},
		"FCPublish":          {script.Example{script.Connected, fcPublish, script.Created, script.After(4 * time.Second), acknowledge(1)}, session.NoSide, "the client has its stream and sends neither publish nor play (does it wait for the answer to FCPublish?), for 4 s"},
		"no connect":         {script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.After(4 * time.Second), acknowledge(1)}, session.ServerSide, "the server has not answered connect: it is still deciding (a hook?), or waits for more bytes, for 4 s"},
		"no createStream":    {script.Example{script.Connected, script.After(4 * time.Second), acknowledge(1)}, session.ClientSide, "the client is connected and has not sent createStream, for 4 s"},
		"no message stream":  {script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul), script.After(4 * time.Second), acknowledge(1)}, session.ServerSide, "the server has not answered createStream, for 4 s"},
		"nothing asked":      {script.Example{script.Connected, script.Created, script.After(4 * time.Second), acknowledge(1)}, session.ClientSide, "the client has its stream and sends neither publish nor play, for 4 s"},
		"no media":           {script.Example{script.Publishing, script.After(4 * time.Second), acknowledge(1)}, session.ClientSide, "the server accepted publish and the client sends no media, for 4 s"},
		"no C2":              {script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3), script.Random1(1))...), script.After(4 * time.Second), script.Raw(client, 1, 2), script.Fin(client)}, session.ClientSide, "the client has S0, S1 and S2 and does not send C2: it rejects or cannot read S1 or S2, for 4 s, until the client closed"},
		"the window is full": {script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0x40, 0, 2), script.Bulk(client, 50, 1000), script.After(4 * time.Second), script.Control(server, 4, 0, 0, 0, 0, 0, 1)}, session.ServerSide, "the client has stopped with 53,815 bytes unacknowledged; the window is 16,384, for 4 s"},
		"quick answer":       {script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), acknowledge(1)}, session.NoSide, ""},
		"did not wait":       {script.Example{script.Connected, script.Created, script.PublishKey, script.Headers(client), script.Frames(client, 0, 50)}, session.NoSide, ""},
		"nothing wrong":      {script.Example{script.Flowing}, session.NoSide, ""},
	} {
		got := reportOf(t, c.x).Stall
		if got.Words != c.want || got.Side != c.side && c.want != "" {
			t.Errorf("%s: %+v, want %q by the %s", name, got, c.want, c.side)
		}
	}
}

func TestStallInTheHandshake(t *testing.T) {
	j := New(Config{})
	tl := session.New(session.Options{Judge: j})
	tl.Open(session.Connection{ID: 1, At: began, Client: "a", Server: "b"})
	tl.Data(1, client, began, script.Version(3, script.Random1(1)))
	tl.Tick(began.Add(5 * time.Second)) // fires the deadline of hs-no-server-answer
	r, _ := j.Report(1)
	if want := "the server accepts TCP but does not speak RTMP, or waits for TLS, for 5 s"; r.Stall.Words != want || r.Stall.Side != session.ServerSide {
		t.Errorf("%+v, want %q", r.Stall, want)
	}
}

func TestReportTellsTracksAndWindows(t *testing.T) {
	r := reportOf(t, script.Example{script.Flowing, acknowledge(5000), script.Goodbye})
	if len(r.Tracks) != 2 || !r.Tracks[0].Video || r.Tracks[0].Codec != media.AVC || r.Tracks[0].Config.Width != 640 ||
		r.Tracks[0].Frames != 75 || r.Tracks[0].Keys != 2 || r.Tracks[0].Last != 2960 || r.Tracks[0].Step != 40*time.Millisecond {
		t.Errorf("%+v", r.Tracks)
	}
	if w := r.Windows[decode.FromClient]; w.Acknowledged != 5000 || w.Sent < 5000 || w.Acknowledgements != 1 {
		t.Errorf("%+v", w)
	}
	if len(r.Streams) != 1 || r.Streams[0].Role != session.Publish || r.Streams[0].Messages != 152 || !r.Streams[0].Name.HasSecret() {
		t.Errorf("%+v", r.Streams)
	}
	if _, ok := New(Config{}).Report(1); ok {
		t.Error("a report on a session that does not exist")
	}
}

func TestUnjudged(t *testing.T) {
	whole := reportOf(t, script.Example{script.Flowing, script.Goodbye}).Unjudged
	if _, j := judged(script.Example{script.Flowing}, Config{}); len(j.Procedure(1)) != 25 || len(j.Unjudged(1)) != 0 || j.Procedure(2) != nil || j.Unjudged(0) != nil {
		t.Errorf("%v, %v", j.Procedure(1), j.Unjudged(1))
	}
	if len(whole) != 0 {
		t.Errorf("%v", whole)
	}
	encrypted := fmt.Sprint(reportOf(t, script.Example{script.Raw(client, script.Version(6, script.Random1(1))...), script.Raw(server, script.Version(6, script.Random1(3), script.Random1(1))...), script.Raw(client, script.Random1(3)...)}).Unjudged)
	if !strings.Contains(encrypted, "av-no-keyframe: the client's bytes could not be read from offset 3,073 on: RTMPE") {
		t.Error(encrypted)
	}
}

// TestAbsenceIsNotInvented: what a lost direction did not show is not reported
// as missing.
func TestAbsenceIsNotInvented(t *testing.T) {
	found, _ := judged(script.Example{script.Connected, script.Created, script.PublishKey, script.Gap(server, 500), script.Silence(60 * time.Second), script.Fin(server)}, Config{})
	for _, f := range found {
		if r, _ := Find(f.Rule); r.Absence {
			t.Error(line(f))
		}
	}
}

func TestFingerprints(t *testing.T) {
	for name, want := range map[string][2]string{
		"ffmpeg5__lal__publish_badname":                       {ffmpeg, lal},
		"ffmpeg5__mediamtx__publish_badname":                  {ffmpeg, mediamtx},
		"ffmpeg5__nginx__play_missing":                        {ffmpeg, nginx},
		"ffmpeg5__srs__publish_and_play":                      {ffmpeg, srs},
		"ffmpeg7__nms4__publish_vp9":                          {ffmpeg, nms},
		"gst-rtmp2sink__nginx__publish":                       {gstreamer, nginx},
		"obs29__srs__publish":                                 {obs, srs},
		"rtmpdump__crtmpserver__vod_play_seek":                {librtmp, crtmpserver},
		"ffmpeg5__nms2-chunk128__publish_play_ts_gt_0xFFFFFF": {ffmpeg, nms},
	} {
		_, j := foldCapture(t, name)
		r, _ := j.Report(1)
		if got := [2]string{r.Client.Name, r.Server.Name}; got != want || len(r.Client.Evidence) == 0 || len(r.Server.Evidence) == 0 {
			t.Errorf("%s: %v, want %v (%q, %q)", name, got, want, r.Client.Evidence, r.Server.Evidence)
		}
	}
	_, j := foldCapture(t, "nginx-push-relay__srs__relay")
	if r, _ := j.Report(2); r.Client.Name != nginx || r.Server.Name != srs {
		t.Errorf("relay: %q to %q", r.Client.Name, r.Server.Name)
	}
	_, j = foldCapture(t, "gst-rtmp2src__srs__play")
	if r, _ := j.Report(2); r.Client.Name != gstreamer {
		t.Errorf("player: %q", r.Client.Name)
	}
}

// TestFingerprintsBySaying: servers that no capture here shows.
func TestFingerprintsBySaying(t *testing.T) {
	for engine, want := range map[string]string{
		"FMS/3,5,7,7009": wowza, "FMS/5,0,17,0": adobe, "RED5/1,0,9,0": red5, "LNX 9,0,124,2": mediamtx, "FMS/9,9": "", "rtmpscope/1": own,
	} {
		r := reportOf(t, script.Example{connectAs(engine, script.Random1(3))})
		if r.Server.Name != want || r.Server.Version.Show(false) != engine || len(r.Server.Evidence) == 0 {
			t.Errorf("%s: %+v, want %q", engine, r.Server, want)
		}
	}
	for agent, want := range map[string]string{
		"WIN 32,0,0,465": flash, "FMLE/3.0 (compatible; Lal0.37.4)": lal, "FMLE/3.0 (compatible; FMSc/1.0)": fmle, "LNX rtmpscope": own, "x": "",
	} {
		r := reportOf(t, script.Example{script.Hi, script.Call(client, 0, str("connect"), num(1), obj(prop("app", str("live")), prop("flashVer", str(agent))))})
		if r.Client.Name != want {
			t.Errorf("%s: %+v, want %q", agent, r.Client, want)
		}
	}
	r := reportOf(t, script.Example{script.Connected, script.Metadata(client, prop("encoder", str("obs-output module (libobs version 30.0.2)")))})
	if r.Client.Name != obs {
		t.Errorf("%+v", r.Client)
	}
}

func TestExplain(t *testing.T) {
	for what, want := range map[string]string{
		"cmd-badname":               "The stream name is taken",
		"NetStream.Publish.BadName": "already being published",
		"createStream":              "RTMP 1.0 §7.2.1.3",
		"20":                        "Command (AMF0) is message type 20",
		"Set Chunk Size":            "RTMP 1.0 §5.4.1",
		"tcUrl":                     "servers may check it",
		"header-mid-message":        "not complete",
		"ecma-count":                "approximate",
		"ts-jump.gap":               "3s by default",
	} {
		if words, ok := Explain(what); !ok || !strings.Contains(words, want) {
			t.Errorf("%s: %q, want %q in it", what, words, want)
		}
	}
	if words, ok := Explain("no such thing"); ok || words != "" {
		t.Errorf("%q", words)
	}
}

// TestReportIsACopy: a report may be read elsewhere while the fold goes on; the
// race detector watches.
func TestReportIsACopy(t *testing.T) {
	j := New(Config{})
	tl := session.New(session.Options{Judge: j})
	done := make(chan string)
	var first Report
	for i, e := range (script.Example{script.Flowing, script.Goodbye}).Events() {
		playEvent(tl, e, began.Add(e.At))
		if i == 40 {
			first, _ = j.Report(1)
			go func() { done <- strings.Join(states(first.Steps), "\n") + string(first.Client.Version) }()
		}
	}
	before := <-done
	if after := strings.Join(states(first.Steps), "\n") + string(first.Client.Version); before != after {
		t.Errorf("the report changed from\n%s\nto\n%s", before, after)
	}
}

// TestBuiltInServerIsKnown: it gives a version that Adobe's servers gave, and its
// own name beside it.
func TestBuiltInServerIsKnown(t *testing.T) {
	for name, want := range map[string]string{"rtmpscope": own, "another": ""} {
		j := New(Config{})
		tl := session.New(session.Options{Judge: j})
		script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_result"), num(1), obj(prop("fmsVer", str("FMS/3,0,1,124"))),
			obj(prop("code", str("NetConnection.Connect.Success")), prop("data", obj(prop("server", str(name))))))}.Play(tl, began)
		if r, ok := j.Report(1); !ok || r.Server.Name != want {
			t.Errorf("%s is taken for %q, want %q", name, r.Server.Name, want)
		}
	}
}
