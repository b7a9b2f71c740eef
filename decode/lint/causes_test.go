package lint

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// verdictOf is what is said of the first session of a conversation in one line.
func verdictOf(x script.Example) string {
	var said []session.Finding
	j := New(Config{})
	tl := session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
		switch {
		case e.Kind != session.Found || e.Row.Session != 1:
		case e.Finding.Over:
			i := slices.IndexFunc(said, func(f session.Finding) bool { return f.Rule == e.Finding.Rule })
			if i >= 0 {
				said = slices.Delete(said, i, i+1)
			}
			said = append(said, *e.Finding)
		default:
			said = append(said, *e.Finding)
		}
	}})
	x.Play(tl, began)
	r, _ := j.Report(1)
	info := tl.Snapshot().Sessions()[0]
	return r.Verdict(&info, said, func(m text.Marked) string { return m.Show(false) })
}

func failing(code string) script.Act {
	return script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", code))
}

func publishOf(name string, after ...script.Act) script.Act {
	return script.Do(append([]script.Act{script.Call(client, 1, str("publish"), num(3), nul, str(name), str("live"))}, after...)...)
}

// closing is a server that closes, and the client behind it.
var closing2 = script.Do(script.After(10*time.Millisecond), script.Fin(server), script.Fin(client))

// TestTheCauseComesFirst: where one finding explains the other, the verdict begins with
// the cause and its row, and is as grave as the consequence.
func TestTheCauseComesFirst(t *testing.T) {
	for _, x := range []struct {
		name  string
		x     script.Example
		begin string
		names string
	}{
		{"a slash before the key", script.Example{script.Connected, script.Created, publishOf("/key-of-mine", closing2)},
			"error: the name of this publish, ", "cmd-name-slash, cmd-publish-silent-close"},
		{"a tcUrl that is none", script.Example{script.Hi, script.ConnectTo("live", "rtmp://10.0.0.2:1935live"), closing2},
			"error: tcUrl rtmp://10.0.0.2:1935live is no URL", "cmd-tcurl-invalid, cmd-connect-silent-close"},
		{"publish without its type", script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("key-of-mine")), closing2},
			"error: publish has no type", "cmd-publish-no-type, cmd-publish-silent-close"},
		{"an answer with another transaction", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL),
			script.Call(server, 0, str("_result"), num(0), nul, script.Status("status", "NetConnection.Connect.Success", "")), script.Silence(10 * time.Second), script.Fin(client), script.Fin(server)},
			"error: _result for transaction 0", "cmd-result-unmatched, cmd-connect-no-answer"},
		{"a name that is nearly published", script.Example{script.Connected, script.Created, script.Call(client, 1, str("play"), num(3), nul, str("Key-of-mine"), num(-2000)), script.PlayStart,
			script.Again, script.Flowing, script.Silence(5 * time.Second), script.Fin(client), script.Fin(server)},
			"error: nobody publishes ", "cmd-name-near, av-no-media"},
		{"a slash that was accepted", script.Example{script.Connected, script.Created, publishOf("/key-of-mine", script.Started), script.Headers(client), script.Frames(client, 0, 50), script.Goodbye},
			"warning: the name of this publish, ", "(cmd-name-slash"},
	} {
		got := verdictOf(x.x)
		if !strings.HasPrefix(got, x.begin) || !strings.Contains(got, x.names) {
			t.Errorf("%s: %s", x.name, got)
		}
	}
}

// TestWhatAClientWaitsFor: what is not answered is named, and it is an error that the
// client left without a stream.
func TestWhatAClientWaitsFor(t *testing.T) {
	leaves := script.Do(script.Silence(15*time.Second), script.Fin(client), script.Fin(server))
	call := func(name string, args ...amf.Value) script.Act {
		return script.Call(client, 0, append([]amf.Value{str(name), num(4), nul}, args...)...)
	}
	for _, x := range []struct {
		name string
		x    script.Example
		want string
	}{
		{"FCPublish", script.Example{script.Connected, call("releaseStream", str("k")), call("FCPublish", str("k")), leaves},
			"its releaseStream and FCPublish were not answered: it probably waited for that (cmd-fcpublish-unanswered)"},
		{"_checkbw", script.Example{script.Connected, call("_checkbw"), leaves}, "its _checkbw was not answered"},
		{"createStream, not FCPublish", script.Example{script.Connected, call("FCPublish", str("k")), script.Call(client, 0, str("createStream"), num(5), nul), leaves},
			"error: the server has not answered createStream for 10 s (cmd-call-unanswered"},
		{"connect", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), leaves}, "error: the server had not answered connect for 15 s when the client closed"},
		{"connect, and the server gives up", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.After(3 * time.Second), script.Fin(server), script.Fin(client)},
			"error: the server had not answered connect for 3 s when the server closed"},
		{"publish, answered by a _result", script.Example{script.Connected, script.Created, script.PublishKey, script.Call(server, 1, str("_result"), num(3), nul, nul), leaves},
			"its _result in row 13 is not the answer that clients wait for"},
		{"a message stream that was deleted", script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 20), script.Stopping, script.PublishKey, closing2},
			"publish on message stream 1, which the client had deleted and not created again"},
		{"S2", script.Example{script.Greet(script.Random1(1), script.Random1(3), script.Random1(5), script.Random1(3)), script.Fin(client), script.Fin(server)},
			"error: S2 does not repeat the random bytes of C1, and the client closed"},
		{"a login", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), failing("[ AccessManager.Reject ] : [ code=403 need auth; authmod=llnw ]"), closing2},
			"nothing wrong; 1 note"}, // the first time it is normal
	} {
		if got := verdictOf(x.x); !strings.Contains(got, x.want) {
			t.Errorf("%s: %s", x.name, got)
		}
	}
}

// TestLoginNeverBegun: a client that comes again without having begun a login never will.
func TestLoginNeverBegun(t *testing.T) {
	knock := func(app string) script.Act {
		return script.Do(script.Hi, script.ConnectTo(app, script.LiveURL), failing("[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : "), script.Fin(server), script.Fin(client))
	}
	for name, x := range map[string]struct {
		x    script.Example
		want int
	}{
		"the same again": {script.Example{knock("live"), script.Again, knock("live")}, 1},
		"it begins":      {script.Example{knock("live"), script.Again, knock("live?authmod=adobe&user=u")}, 0},
		"another app":    {script.Example{knock("live"), script.Again, knock("other")}, 0},
	} {
		all, _ := judged(x.x, Config{})
		n := 0
		for _, f := range all {
			if f.Rule == "cmd-auth-challenge" && f.Severity == session.Error {
				n++
			}
		}
		if n != x.want {
			t.Errorf("%s: %d errors", name, n)
		}
	}
}

// TestUnits: by how much timestamps advance, against what the configuration says of a
// frame; 1,024 samples and 40 ms are computed by hand.
func TestUnits(t *testing.T) {
	flow := func(step func(i int) uint32, video bool) script.Example {
		return script.Example{script.Publishing, script.Headers(client), script.Repeat(120, func(i int) script.Act {
			frame := script.Audio(client, step(i), script.AACFrame)
			if video {
				frame = script.Video(client, step(i), script.InterFrame)
			}
			return script.Do(script.After(25*time.Millisecond), frame)
		})}
	}
	for _, x := range []struct {
		name  string
		step  func(i int) uint32
		video bool
		want  string
	}{
		{"ms", func(i int) uint32 { return uint32(i) * 40 }, true, ""},
		{"ms of AAC", func(i int) uint32 { return uint32(i * 10240 / 441) }, false, ""},
		{"HE-AAC", func(i int) uint32 { return uint32(i * 20480 / 441) }, false, ""},
		{"half the rate", func(i int) uint32 { return uint32(i) * 80 }, true, ""},
		{"samples", func(i int) uint32 { return uint32(i) * 1024 }, false, "count samples, not milliseconds: 1,024 from frame to frame, at 44,100 Hz"},
		{"90 kHz", func(i int) uint32 { return uint32(i) * 3600 }, true, "count ticks of 90 kHz"},
		{"microseconds", func(i int) uint32 { return uint32(i) * 40_000 }, true, "count microseconds, not milliseconds: 40,000 from frame to frame, at 25 frames a second; receivers take one second for 1000 s"},
		{"nothing", func(int) uint32 { return 7 }, true, "stand still: each of "},
	} {
		all, _ := judged(flow(x.step, x.video), Config{})
		said := of(all, "ts-unit")
		if (x.want == "") != (len(said) == 0) || x.want != "" && (len(said) != 1 || !strings.Contains(said[0], x.want)) {
			t.Errorf("%s: %q", x.name, said)
		}
	}
}

// TestOldChunksNearTheEnd: headers that were counted as body push as many bytes out of
// it, so that its last value is cut short; the body is recognised all the same.
func TestOldChunksNearTheEnd(t *testing.T) {
	body := script.Values(str("@setDataFrame"), str("onMetaData"), amf.ECMA(prop("encoder", str(long200)), prop("width", num(640))))
	cut := slices.Concat(body[:128], []byte{0xc4}, body[128:256], []byte{0xc4}, body[256:])[:len(body)]
	wire := append([]byte{4, 0, 0, 0, 0, byte(len(body) >> 8), byte(len(body)), 18, 1, 0, 0, 0}, cut...)
	all, _ := judged(script.Example{script.Publishing, script.Control(client, 1, 0, 0, 0x10, 0), script.Raw(client, wire...)}, Config{})
	if len(of(all, "chunk-size-late")) != 1 {
		t.Errorf("%d of %d bytes: %v", len(cut), len(body), all)
	}
}

// TestWhatComesOfIt are causes that were found beside the end that they explain.
func TestWhatComesOfIt(t *testing.T) {
	flow := func(more ...script.Act) script.Example {
		return append(script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 100)}, more...)
	}
	for _, x := range []struct {
		name string
		x    script.Example
		want []string
	}{
		{"a port in app", script.Example{script.Hi, script.ConnectTo("1935/live", "rtmp://10.0.0.2/1935/live"), closing2},
			[]string{"error: app \"1935/", "begins with what looks like a port", "cmd-tcurl-mangled, cmd-connect-silent-close"}},
		{"a port where it belongs", script.Example{script.Hi, script.ConnectTo("1935", "rtmp://10.0.0.2:1935/1935"), closing2}, []string{"(cmd-connect-silent-close)"}},
		{"a connect that cannot be read", script.Example{script.Hi, script.Send(client, script.Out(3, 20, 0, append(script.Values(str("connect"), num(1)), 3, 0, 3, 'a', 'p', 'p', 0x2b, 1))), closing2},
			[]string{"error: connect: ", "amf-unknown-marker, cmd-connect-silent-close"}},
		{"a second connect", script.Example{script.Connected, script.ConnectTo("live", script.LiveURL), closing2}, []string{"it is a second connect, and the first was accepted"}},
		{"app in the name", script.Example{script.Connected, script.Created, publishOf("live/key-of-mine", closing2)}, []string{"begins with app \"live\": a part of the URL stands in both", "cmd-key-misplaced, cmd-publish-silent-close"}},
		{"nothing after the handshake", script.Example{script.Hi, script.Silence(12 * time.Second), script.Fin(server), script.Fin(client)}, []string{"the client had not sent connect (flow-idle-drop"}},
		{"localhost in tcUrl", script.Example{script.Hi, script.ConnectTo("live", "rtmp://localhost/live"), closing2},
			[]string{"names host localhost, but the server is 10.0.0.2:1935", "cmd-tcurl-mismatch, cmd-connect-silent-close"}},
		{"connect as AMF3", script.Example{script.Hi, script.Send(client, script.Out(3, 17, 0, append([]byte{0}, script.Values(str("connect"), num(1), obj(prop("app", str("live"))))...))), closing2},
			[]string{"connect was sent as Command (AMF3), message type 17"}},
		{"an app in upper case", script.Example{script.Hi, script.ConnectTo("Live", "rtmp://10.0.0.2/Live"), script.After(time.Second), script.Fin(server), script.Fin(client)},
			[]string{"(cmd-connect-silent-close)"}}, // nobody else is known
		{"SWF verification", script.Example{script.Connected, script.Control(server, 4, 0, 26), script.Created, script.PlayKey, closing2},
			[]string{"error: the server asked for SWF verification", "cmd-swf-verification, cmd-play-closed"}},
		{"a chunk size in the wrong order", script.Example{script.Publishing, script.ChunkSize(client, 0x00100000), closing2},
			[]string{"error: the client sets a chunk size of 1,048,576; that is 4,096 with its bytes reversed"}},
		{"a large chunk size in the right order", script.Example{script.Publishing, script.ChunkSize(client, 100_001), closing2}, []string{"100,001 bytes from here on"}},
		{"media on a big-endian stream", script.Example{script.Publishing, script.Send(client, script.Out(6, 9, 1<<24, script.KeyFrame)), script.Silence(6 * time.Second), script.Fin(server), script.Fin(client)},
			[]string{"error: message stream 16777216 is 1 written big-endian"}},
		{"another configuration", flow(script.Video(client, 4000, append(append([]byte(nil), script.AVCConfig[:8]...), append([]byte{0x28}, script.AVCConfig[9:]...)...)), closing2),
			[]string{"av-config-change, cmd-abrupt-end"}},
		{"play is not answered", script.Example{script.Connected, script.Created, script.PlayKey, script.Silence(8 * time.Second), script.Fin(client), script.Fin(server)},
			[]string{"warning: the server has not answered play for 5 s; the client waits"}},
		{"play is not answered but heard", script.Example{script.Connected, script.Created, script.PlayKey, script.Headers(server), script.Frames(server, 0, 200), script.Fin(client), script.Fin(server)},
			[]string{"cmd-abrupt-end"}},
		{"a player without a picture", script.Example{script.Playing, script.Video(server, 0, script.AVCConfig), script.Repeat(300, func(i int) script.Act {
			return script.Do(script.After(40*time.Millisecond), script.Video(server, uint32(i)*40, script.InterFrame))
		}), script.Video(server, 12_000, script.KeyFrame), script.Goodbye},
			[]string{"warning: the player gets no keyframe for the first 12 s of video (300 frames)"}},
		{"Opus without Enhanced RTMP", script.Example{script.Publishing, script.Repeat(100, func(i int) script.Act {
			return script.Do(script.After(20*time.Millisecond), script.Audio(client, uint32(i)*20, []byte{0xdf, 1, 2, 3}))
		}), script.Goodbye}, []string{"nothing wrong; 1 note"}},
	} {
		got := verdictOf(x.x)
		for _, want := range x.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s", x.name, got)
				break
			}
		}
	}
}

// TestNearApp: an application that differs in a letter from one that was accepted.
func TestNearApp(t *testing.T) {
	all, _ := judged(script.Example{script.Flowing, script.Again, script.Hi, script.ConnectTo("Live", "rtmp://10.0.0.2/Live"), closing2}, Config{})
	said := of(all, "cmd-connect-silent-close")
	if len(said) != 1 || !strings.Contains(said[0], "session 1 was accepted with one that differs in upper and lower case") {
		t.Errorf("%q", said)
	}
}

// TestNearWaiting: the publisher comes when the player already waits for another name.
func TestNearWaiting(t *testing.T) {
	waits := func(name string) script.Act {
		return script.Do(script.Connected, script.Created, script.Call(client, 1, str("play"), num(3), nul, str(name), num(-2000)), script.PlayStart)
	}
	for name, want := range map[string]int{"Key-of-mine": 1, "key-of-mine": 0, "another-name": 0} {
		all, _ := judged(script.Example{waits(name), script.Again, script.Publishing}, Config{})
		n := 0
		for _, f := range all {
			if f.Rule == "cmd-name-near" && f.Session == 2 && f.Severity == session.Warning {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: %d findings in the publisher's session", name, n)
		}
	}
}
