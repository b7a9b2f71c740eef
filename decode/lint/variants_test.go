package lint

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// found lists what one rule says about a conversation, by severity.
func found(x script.Example, rule string) (out []string) {
	all, _ := judged(x, Config{})
	for _, f := range all {
		if f.Rule == rule {
			out = append(out, f.Severity.String()+" "+f.Side.String())
		}
	}
	return out
}

// captionsSEI is a frame whose SEI unit carries CEA-608/708 captions.
var captionsSEI = append([]byte{0x17, 1, 0, 0, 0, 0, 0, 0, 13, 6, 4, 10, 0xb5, 0, 0x31, 'G', 'A', '9', '4', 3, 0xc1, 0xff, 0, 0, 0, 4}, 0x65, 0x88, 0x84, 0)

// connectAs connects a program that a fingerprint knows.
func connectAs(fms string, s1 []byte) script.Act {
	return script.Do(script.Greet(script.Random1(1), s1, script.Random1(1), s1), script.ConnectTo("live", script.LiveURL),
		script.Call(server, 0, str("_result"), num(1), obj(prop("fmsVer", str(fms))), script.Status("status", "NetConnection.Connect.Success", "")))
}

// nginxServer echoes C1 and sets its chunk size, as nginx-rtmp does.
var nginxServer = sayingFirst(script.Random1(1), script.ChunkSize(server, 4096))

// knock is a connect that a server refuses by closing.
var knock = script.Do(script.Hi, script.ConnectTo("nosuchapp", "rtmp://10.0.0.2/nosuchapp"), script.Fin(server), script.Fin(client))

// TestVariants are the other ways to the verdict of a rule, and the cases next
// to them in which there is none, or a milder one.
func TestVariants(t *testing.T) {
	rtmpe := script.Raw(client, script.Version(6, script.Random1(1))...)
	name := func(s string) script.Act {
		return script.Do(script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str(s), str("live")))
	}
	app := func(app, url string, more ...amf.Member) script.Example {
		return script.Example{script.Hi, script.ConnectTo(app, url, more...), script.Accept()}
	}
	refuse := func(code, words string) script.Act {
		return script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", code, words))
	}
	hevcAt := func(body ...byte) script.Act {
		return script.Video(client, 0, append([]byte{0x1c, 1, 0, 0, 0}, body...))
	}
	for _, c := range []struct {
		about string
		rule  string
		x     script.Example
		want  []string
	}{
		{"S0 refuses RTMPE", "hs-version-unsupported", script.Example{rtmpe, script.Raw(server, script.Version(3, script.Random1(3), script.Random1(1))...)}, []string{"error "}},
		{"HTTP answer", "http-on-rtmp-port", script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Text(server, "HTTP/1.1 400 Bad Request\r\n\r\n")}, []string{"error server"}},
		{"a Flash policy request", "hs-version-unsupported", script.Example{script.Text(client, "<policy-file-request/>\x00")}, []string{"error client"}},
		{"a probe without a byte", "hs-no-server-answer", script.Example{script.Fin(client), script.Fin(server)}, []string{"note "}},
		{"closed at once after C1", "hs-no-server-answer", script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Fin(server)}, []string{"error server"}},
		{"S2 signs instead of echoing", "hs-s2-not-echo", script.Example{script.Greet(script.Digest1(1, false), script.Digest1(3, true), script.Random1(9), script.Random1(3))}, nil},
		{"S2 late", "hs-deadlock", script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3))...), script.Raw(client, script.Random1(3)...), script.Silence(5 * time.Second)}, nil},

		{"librtmp begins its control with format 1", "chunk-fresh-csid-not-fmt0", script.Example{script.Hi, script.Raw(client, 0x42, 0, 0, 0, 0, 0, 6, 4, 0, 3, 0, 0, 0, 0)}, []string{"note client"}},
		{"format 1 later", "chunk-fresh-csid-not-fmt0", script.Example{script.Flowing, script.Raw(client, 0x49, 0, 0, 0, 0, 0, 2, 8, 0xaf, 1)}, []string{"warning client"}},
		{"a full header that continues", "chunk-header-mid-message", script.Example{script.Publishing, script.Raw(client, repeatedHeader()...)}, []string{"warning client"}},
		{"nginx as server", "chunk-csid-too-large", script.Example{nginxServer, script.Send(client, script.Out(40, 20, 0, script.Values(str("createStream"), num(2), nul)))}, []string{"note client"}},
		{"nginx as server, which closes", "chunk-csid-too-large", script.Example{nginxServer, script.Send(client, script.Out(40, 20, 0, script.Values(str("createStream"), num(2), nul))), script.Fin(server)}, []string{"note client", "warning client"}},
		{"IDs that alternate", "chunk-csid-too-large", script.Example{script.Publishing, script.Send(client, script.Out(70, 9, 1, script.KeyFrame)), script.Send(client, script.Out(71, 8, 1, script.AACFrame)), script.Send(client, script.Out(70, 9, 1, script.InterFrame))}, []string{"note client"}},
		{"nginx as server, ID 31", "chunk-csid-too-large", script.Example{nginxServer, script.Send(client, script.Out(31, 20, 0, script.Values(str("createStream"), num(2), nul)))}, nil},
		{"an ID of three bytes", "chunk-csid-too-large", script.Example{script.Connected, script.Send(client, script.Out(400, 20, 0, script.Values(str("createStream"), num(2), nul)))}, []string{"note client"}},
		{"a byte that fits by chance", "chunk-c3-in-payload", script.Example{script.Connected, script.ChunkSize(client, 4096), script.Created, script.Data(client, 1, str("onTextData"), str(long200[:112]+"\xc4"+long200[113:]))}, nil},
		{"four headers in noise", "chunk-c3-in-payload", script.Example{script.Connected, script.ChunkSize(client, 4096), script.Created, script.Send(client, script.Out(4, 18, 1, noiseWithHeaders(4)))}, []string{"error client"}},
		{"three headers in noise", "chunk-c3-in-payload", script.Example{script.Connected, script.ChunkSize(client, 4096), script.Created, script.Send(client, script.Out(4, 18, 1, noiseWithHeaders(3)))}, nil},
		{"nginx and 2 MiB", "chunk-length-overflow", script.Example{nginxServer, script.Created, script.PublishKey, script.Started, script.Raw(client, 6, 0, 0, 0, 0x20, 0, 0, 9, 1, 0, 0, 0, 0x17), script.Fin(client)}, []string{"error client"}},
		{"three unknown types", "chunk-unknown-type", script.Example{script.Connected, script.Repeat(3, func(int) script.Act { return script.Send(client, script.Out(3, 23, 0, []byte{1, 2, 3})) })},
			[]string{"warning client", "warning client", "warning client", "error client"}},
		{"an empty command", "chunk-zero-length", script.Example{script.Connected, script.Send(client, script.Out(3, 20, 0, nil))}, []string{"warning client"}},
		{"a damaged aggregate", "chunk-aggregate", script.Example{script.Playing, script.Send(server, script.Out(6, 22, 1, aggregate(99)))}, []string{"warning server"}},
		{"top bit of the chunk size", "chunk-size-invalid", script.Example{script.Connected, script.Control(client, 1, 0x80, 0, 0, 128)}, []string{"error client"}},

		{"increments do not look unacknowledged", "flow-ack-missing", script.Example{script.Publishing, script.Control(client, 5, 0, 0, 0x40, 0), sentAndAcked(8000, 8000, 8000, 8000, 8000, 8000), script.After(time.Second), script.Video(client, 900, script.KeyFrame)}, nil},
		{"a wrap does not look unacknowledged", "flow-ack-stall", script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0xff, 0, 2), acknowledge(4026531839), acknowledge(5000), script.Bulk(client, 30, 100), script.Silence(9 * time.Second)}, nil},
		{"a stop on purpose", "flow-ack-stall", script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0xff, 0, 2), script.Bulk(client, 70, 1000), script.Stopping, script.Silence(9 * time.Second)}, nil},
		{"closed while the ping waits", "flow-ping-unanswered", script.Example{script.Playing, script.Control(server, 4, 0, 6, 0, 0, 1, 0), script.After(9 * time.Second), script.Fin(server)}, []string{"warning client"}},
		{"no publish", "flow-idle-drop", script.Example{script.Connected, script.After(15 * time.Second), script.Fin(server)}, []string{"warning client"}},
		{"the client left", "flow-idle-drop", script.Example{script.Flowing, script.After(15 * time.Second), script.Fin(client), script.Fin(server)}, nil},

		{"closed long after connect", "cmd-connect-silent-close", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.After(5 * time.Second), script.Fin(server)}, nil},
		{"status instead of _error", "cmd-connect-rejected", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("onStatus"), num(0), nul, script.Status("status", "NetConnection.Connect.Rejected", "no"))}, []string{"error server"}},
		{"no app at all", "cmd-app-empty", script.Example{script.Hi, script.Call(client, 0, str("connect"), num(1), obj(prop("tcUrl", str(script.LiveURL))))}, []string{"warning client"}},
		{"trailing slash", "cmd-app-empty", app("live/", "rtmp://10.0.0.2/live/"), []string{"warning client"}},
		{"trailing slash of Flash", "cmd-app-empty", script.Example{script.Hi, script.Call(client, 0, str("connect"), num(1), obj(prop("app", str("live/")), prop("flashVer", str("WIN 9,0,47,0"))))}, []string{"note client"}},
		{"key and app exchanged", "cmd-key-misplaced", script.Example{script.Hi, script.ConnectTo("live/key", "rtmp://10.0.0.2/live/key"), script.Accept(), script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("live"), str("live"))}, []string{"warning client"}},
		{"a token", "cmd-key-special", script.Example{name("key?token=abc")}, []string{"note client"}},
		{"a blank", "cmd-key-special", script.Example{name("my key")}, []string{"warning client"}},
		{"an ampersand", "cmd-key-special", script.Example{name("key&token=abc")}, []string{"warning client"}},
		{"umlauts", "cmd-key-special", script.Example{name("schlüssel")}, []string{"warning client"}},
		{"two queries", "cmd-key-special", script.Example{name("key?a=1?b=2")}, []string{"warning client"}},
		{"another port", "cmd-tcurl-mismatch", app("live", "rtmp://10.0.0.2:1936/live"), []string{"warning "}},
		{"the default port", "cmd-tcurl-mismatch", app("live", "rtmp://10.0.0.2:1935/live"), nil},
		{"a query", "cmd-tcurl-mismatch", app("live?token=a", "rtmp://10.0.0.2/live?token=a"), nil},
		{"doubled slash", "cmd-tcurl-mangled", app("live", "rtmp://10.0.0.2//live"), []string{"warning "}},
		{"a fragment", "cmd-tcurl-userinfo", app("live", "rtmp://10.0.0.2/live#x"), []string{"warning client"}},
		{"a relay on the same machine", "cmd-tcurl-mismatch", app("live", "rtmp://localhost:1936/live"), []string{"note "}},
		{"connect is refused again and again", "cmd-reconnect-loop", script.Example{knock, script.Again, knock, script.Again, knock}, []string{"warning "}},
		{"two tries", "cmd-reconnect-loop", script.Example{knock, script.Again, knock, script.Again, script.Publishing, script.Fin(client), script.Fin(server)}, nil},
		{"a server's HEVC as codec ID 12", "av-legacy-hevc-12", script.Example{script.Playing, script.Video(server, 0, []byte{0x1c, 0, 0, 0, 0, 1})}, []string{"note server"}},
		{"players that look in", "cmd-reconnect-loop", script.Example{watched, script.Fin(client), script.Fin(server), script.Again, watched, script.Fin(client), script.Fin(server), script.Again, watched, script.Fin(client), script.Fin(server)}, nil},
		{"short publishes, each ended with a FIN", "cmd-reconnect-loop", script.Example{script.Flowing, script.Fin(client), script.Fin(server), script.Again, script.Flowing, script.Fin(client), script.Fin(server), script.Again, script.Flowing, script.Fin(client), script.Fin(server)}, []string{"note "}},
		{"short publishes, each ended with a RST", "cmd-reconnect-loop", script.Example{script.Flowing, script.Reset(client), script.Again, script.Flowing, script.Reset(client), script.Again, script.Flowing, script.Reset(client)}, []string{"warning "}},
		{"a client's own ping without an answer", "flow-ping-unanswered", script.Example{script.Playing, script.Control(client, 4, 0, 6, 0, 0, 1, 0), script.After(20 * time.Second), script.Fin(server), script.Fin(client)}, nil},
		{"short publishes in order", "cmd-reconnect-loop", script.Example{script.Flowing, script.Goodbye, script.Again, script.Flowing, script.Goodbye, script.Again, script.Flowing, script.Goodbye}, nil},
		{"players that are dropped", "cmd-reconnect-loop", script.Example{watched, script.Fin(server), script.Fin(client), script.Again, watched, script.Fin(server), script.Fin(client), script.Again, watched, script.Fin(server), script.Fin(client)}, []string{"warning "}},
		{"accepted twice", "cmd-badname", script.Example{script.Publishing, script.Again, script.Publishing}, []string{"note "}},
		{"published again after the first left", "cmd-badname", script.Example{script.Flowing, script.Goodbye, script.Again, script.Publishing}, nil},
		{"Start, a word, then closed", "cmd-start-then-close", script.Example{script.Publishing, script.After(10 * time.Second), script.Fin(server)}, nil},
		{"a second answer", "cmd-result-unmatched", script.Example{script.Connected, script.Created, script.Call(server, 0, str("_result"), num(2), nul, num(1))}, []string{"warning server"}},
		{"an answer with transaction 0", "cmd-result-unmatched", script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul), script.Call(server, 0, str("_result"), num(0), nul, num(1))}, []string{"warning server"}},
		{"redirect of SRS", "cmd-redirect", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", "moved",
			prop("ex", obj(prop("code", num(302)), prop("redirect2", str("rtmp://10.0.0.3/live/key"))))))}, []string{"warning "}},
		{"redirects are no refusals", "cmd-connect-rejected", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", "moved",
			prop("ex", obj(prop("redirect", str("rtmp://10.0.0.3/live"))))))}, nil},
		{"wrong password", "cmd-auth-challenge", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), refuse("NetConnection.Connect.Rejected", "[ authmod=adobe ] : ?reason=authfailed&opaque=o")}, []string{"error "}},
		{"Limelight", "cmd-auth-challenge", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), refuse("NetConnection.Connect.Rejected", "[ code=403 need auth; authmod=llnw ]")}, []string{"note "}},
		{"objectEncoding 3 unasked", "cmd-oe-mismatch", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Accept(prop("objectEncoding", num(3)))}, []string{"warning server"}},
		{"publish again after a stop", "cmd-hung-open", script.Example{script.Flowing, script.Stopping, script.Created, script.PublishKey, script.Started, script.Silence(40 * time.Second)}, nil},
		{"the server says goodbye", "cmd-abrupt-end", script.Example{script.Watching, script.OnStatus("status", "NetStream.Play.Stop", ""), script.Fin(server)}, nil},
		{"a player that leaves", "cmd-abrupt-end", script.Example{script.Watching, script.Fin(client)}, []string{"note client"}},

		{"byte-swapped metadata", "av-fourcc-byteswapped", script.Example{script.Publishing, script.Data(client, 1, str("onMetaData"), obj(prop("videocodecid", num(0x31637661))))}, []string{"warning client"}},
		{"an unknown FourCC", "av-codec-unknown", script.Example{script.Publishing, script.Video(client, 0, []byte{0x90, 'x', 'x', 'x', 'x', 1})}, []string{"warning client"}},
		{"captions in SEI", "av-captions", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, captionsSEI)}, []string{"note client"}},
		{"HEVC without header", "av-no-video-header", script.Example{script.Publishing, hevcAt(0, 0, 0, 2, 0x26, 1)}, []string{"error client"}},
		{"MP3 needs none", "av-no-audio-header", script.Example{script.Publishing, script.Audio(client, 0, []byte{0x2f, 0xff, 0xfb})}, nil},
		{"a late player", "av-first-not-key", script.Example{script.Playing, script.Headers(server), script.Video(server, 4000, script.InterFrame)}, []string{"note server"}},
		{"two and a half seconds", "av-gop-long", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.Video(client, 2500, script.KeyFrame)}, []string{"note client"}},
		{"the default of x264", "av-gop-long", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.Repeat(249, func(i int) script.Act { return script.Video(client, uint32(i+1)*40, script.InterFrame) }), script.Video(client, 10000, script.KeyFrame)}, []string{"note client"}},
		{"a keyframe without IDR", "av-frametype-lie", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, append([]byte{0x17}, script.InterFrame[1:]...))}, []string{"note client"}},
		{"a recording is heard at 48 kHz", "av-meta-mismatch", script.Example{script.Publishing, script.Metadata(client), script.Audio(client, 0, []byte{0xaf, 0, 0x11, 0x90})}, []string{"warning client"}},
		{"a header that is repeated", "av-config-change", script.Example{script.Flowing, script.Video(client, 3000, script.AVCConfig)}, nil},
		{"a small step back", "ts-backwards", script.Example{script.Flowing, script.Video(client, 2920, script.KeyFrame)}, []string{"warning client"}},
		{"the end of 32 bits is near", "ts-limit-near", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xffff0000, script.KeyFrame)}, []string{"note client"}},
		{"one word for both tracks", "ts-limit-near", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0x7fff0000, script.KeyFrame), script.Audio(client, 0x7fff0000, script.AACFrame)}, []string{"note client"}},
		{"behind a limit", "ts-limit-near", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xffffff, script.KeyFrame), script.Video(client, 0x1000010, script.KeyFrame)}, nil},
		{"play on the number of another stream", "cmd-stream-uncreated", script.Example{script.Connected, script.Created, script.Call(client, 5, str("play"), num(3), nul, str("k"))}, []string{"warning client"}},
		{"createStream that is answered with another number", "cmd-stream-uncreated", script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul), script.PublishKey,
			script.Call(server, 0, str("_result"), num(2), nul, num(7)), script.Silence(3 * time.Second)}, []string{"warning client"}},
		{"the player leaves before", "av-no-media", script.Example{script.Playing, script.Silence(3 * time.Second), script.Goodbye}, nil},
		{"a publisher without a source", "av-no-media", script.Example{script.Publishing, script.Silence(5 * time.Second)}, []string{"warning client", "error client"}},
		{"headers without frames", "av-no-media", script.Example{script.Playing, script.Headers(server), script.Silence(5 * time.Second)}, nil},
		{"after a seek", "ts-backwards", script.Example{script.Watching, script.Call(client, 1, str("seek"), num(9), nul, num(1000)), script.Video(server, 1000, script.KeyFrame)}, nil},
		{"after a pause", "ts-jump", script.Example{script.Watching, script.Call(client, 1, str("pause"), num(9), nul, amf.Bool(false), num(3000)), script.Video(server, 9000, script.KeyFrame)}, nil},
		{"a pause of the wall clock too", "ts-jump", script.Example{script.Flowing, script.Silence(2 * time.Second), script.Video(client, 5000, script.KeyFrame)}, nil},
		{"a pause that was longer than the leap", "ts-jump", script.Example{script.Flowing, script.Silence(4 * time.Second), script.Video(client, 5000, script.KeyFrame)}, nil},
		{"ten times the usual step", "ts-jump", script.Example{script.Flowing, script.Video(client, 4500, script.KeyFrame)}, []string{"warning client"}},
		{"past 2^31", "ts-wrap", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0x7ffffff0, script.KeyFrame), script.Video(client, 0x80000010, script.KeyFrame)}, []string{"note "}},
		{"a wrap is no step back", "ts-backwards", script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xfffe0000, script.KeyFrame), script.Video(client, 0xfffffff0, script.KeyFrame), script.Video(client, 24, script.KeyFrame)}, nil},
		{"an underflow is no leap", "ts-jump", script.Example{script.Publishing, script.Headers(client), script.Video(client, 100, script.KeyFrame), script.Video(client, 0xffffffd8, script.KeyFrame)}, nil},
	} {
		got := found(c.x, c.rule)
		if diff := cmp.Diff(c.want, got); diff != "" {
			all, _ := judged(c.x, Config{})
			var lines []string
			for _, f := range all {
				lines = append(lines, line(f))
			}
			t.Errorf("%s, %s: %s\nfound %q", c.rule, c.about, diff, lines)
		}
	}
}

// repeatedHeader is a video message of 300 bytes with a full header on each of
// its chunks.
func repeatedHeader() []byte {
	body := append([]byte{0x17, 1, 0, 0, 0, 0, 0, 1, 0x23, 0x65}, make([]byte, 290)...)
	var out []byte
	for len(body) > 0 {
		n := min(128, len(body))
		out = append(append(out, 6, 0, 0, 0, 0, 1, 0x2c, 9, 1, 0, 0, 0), body[:n]...)
		body = body[n:]
	}
	return append(out, 6, 0, 0, 40, 0, 0, 2, 9, 1, 0, 0, 0, 0x27, 1)
}

// TestLedger: the ways to count, recognised before anything is judged by them.
func TestLedger(t *testing.T) {
	for name, c := range map[string]struct {
		sent, values []int64
		style        ackStyle
		total        int64
		wrapped      bool
	}{
		"cumulative":         {[]int64{1000, 2000, 3000}, []int64{900, 1900, 2900}, ackCumulative, 2900, false},
		"increments":         {[]int64{50e3, 100e3, 150e3, 200e3}, []int64{50e3, 50e3, 50e3, 50e3}, ackIncrement, 200e3, false},
		"one value twice":    {[]int64{1000, 1100}, []int64{900, 900}, ackUnknown, 900, false},
		"reset at F0000000":  {[]int64{4026000000, 4026600000}, []int64{4026500000, 30000}, ackUnknown, 4026600000 - ackSlack, true},
		"wrap at 2^32":       {[]int64{4294000000, 4296000000}, []int64{4294000000, 500000}, ackUnknown, 4296000000 - ackSlack, true},
		"a smaller count":    {[]int64{1e6, 2e6}, []int64{900e3, 100e3}, ackUnknown, 900e3, false},
		"handshake included": {[]int64{100}, []int64{3173}, ackUnknown, 3173, false},
	} {
		var l ledger
		for i := range c.sent {
			l.sent = c.sent[i]
			l.acknowledge(uint32(c.values[i]), &session.Entry{Number: uint32(i + 1)})
		}
		if l.style != c.style || l.total != c.total || l.wrapped != c.wrapped {
			t.Errorf("%s: %s, total %d, wrapped %v; want %s, %d, %v", name, l.style, l.total, l.wrapped, c.style, c.total, c.wrapped)
		}
	}
	if l := (ledger{sent: 100, total: 3173}); l.outstanding() != 0 {
		t.Errorf("outstanding %d", l.outstanding())
	}
}

func TestDeadlinesFireInOrder(t *testing.T) {
	var q deadlines
	var got []string
	add := func(at int64, name string) *deadline {
		return q.add(&deadline{at: at, do: func() { got = append(got, name) }})
	}
	add(20, "c")
	add(10, "a")
	add(10, "b")
	gone := add(15, "cancelled")
	add(30, "not yet")
	gone.cancel()
	for d := q.due(30); d != nil; d = q.due(30) {
		d.do()
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWords(t *testing.T) {
	var got []string
	for _, n := range []int{1, 2, 3, 4, 11, 21, 22, 23, 37} {
		got = append(got, ordinal(n))
	}
	if diff := cmp.Diff([]string{"first", "second", "third", "4th", "11th", "21st", "22nd", "23rd", "37th"}, got); diff != "" {
		t.Error(diff)
	}
	if s := fmt.Sprint(count(2500000), " ", count(12), " ", count(-1000), " ", count(uint32(1000))); s != "2,500,000 12 -1,000 1,000" {
		t.Error(s)
	}
	if !slices.Equal(proof([]uint32{9, 0, 3, 9}), []uint32{3, 9}) {
		t.Error(proof([]uint32{9, 0, 3, 9}))
	}
}

// noiseWithHeaders is a data message that nobody can read, with n headers of format 3
// on chunk stream 4, one after every 128 bytes.
func noiseWithHeaders(n int) (body []byte) {
	for range n {
		body = append(append(body, bytes.Repeat([]byte{0xfe}, 128)...), 0xc4)
	}
	return append(body, 0xfe)
}

// watched is a play whose media came.
var watched = script.Do(script.Playing, script.Headers(server), script.Frames(server, 0, 50))
