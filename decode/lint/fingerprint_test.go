package lint

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// sayingFirst is a connect to a server that gives the version of nginx-rtmp and sends
// something before its answer.
func sayingFirst(s1 []byte, before ...script.Act) script.Act {
	return script.Do(script.Greet(script.Random1(1), s1, script.Random1(1), s1), script.ConnectTo("live", script.LiveURL), script.Do(before...),
		script.Call(server, 0, str("_result"), num(1), obj(prop("fmsVer", str("FMS/3,0,1,123"))), script.Status("status", "NetConnection.Connect.Success", "Connection succeeded.")))
}

// TestCopiesOfOneVersion: many servers give the version of nginx-rtmp, and what they
// send besides tells them apart, or does not.
func TestCopiesOfOneVersion(t *testing.T) {
	echo, own1, zero, word := script.Random1(1), script.Random1(3), make([]byte, 1536), script.Random1(5)
	copy(word[4:], nginxWord[:])
	window := script.Control(server, 5, script.BigEndian(2_500_000)...)
	tests := script.Call(server, 0, str("onBWDone"), num(0), nul, num(8192))
	for _, c := range []struct {
		about, want string
		x           script.Act
	}{
		{"the version alone", likeNginx, sayingFirst(own1)},
		{"S1 that repeats C1, as others do too", likeNginx, sayingFirst(echo)},
		{"S1 that repeats C1, and the chunk size", nginx, sayingFirst(echo, script.ChunkSize(server, 4096))},
		{"the mark in S1", nginx, sayingFirst(word)},
		{"livego, plain", livego, sayingFirst(zero, window, script.ChunkSize(server, 1024))},
		{"livego, with the mark of nginx-rtmp", livego, sayingFirst(word, window, script.ChunkSize(server, 1024))},
		{"Node-Media-Server", nms, sayingFirst(echo, script.ChunkSize(server, 60000))},
		{"crtmpserver, S1 of random bytes", crtmpserver, script.Do(sayingFirst(own1, window), tests)},
		{"crtmpserver, version 0 in S1", crtmpserver, script.Do(sayingFirst(zero, window), tests)},
		{"FFmpeg's listener", ffmpeg, script.Do(sayingFirst(zero, window, script.ChunkSize(server, 128)), tests)},
	} {
		r := reportOf(t, script.Example{c.x})
		if r.Server.Name != c.want || len(r.Server.Evidence) == 0 {
			t.Errorf("%s: %q, want %q (%q)", c.about, r.Server.Name, c.want, r.Server.Evidence)
		}
	}
}

// TestHabitsAreNoWarnings: what a known program does every day is a note at most.
func TestHabitsAreNoWarnings(t *testing.T) {
	mtx := script.Do(script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_result"), num(1), obj(prop("fmsVer", str("LNX 9,0,124,2"))), script.Status("status", "NetConnection.Connect.Success", "")),
		script.Created, script.PlayKey, script.PlayStart)
	typeless := func(i int) script.Act {
		return script.Do(script.After(1e8), script.Video(server, uint32(i)*100, append([]byte{0x83, 'h', 'v', 'c', '1'}, withLength([]byte{2, 1, 0x80})...)))
	}
	for about, x := range map[string]script.Example{
		"MediaMTX writes no frame types to players": {mtx, script.Video(server, 0, append([]byte("\x80hvc1"), vectors()["hevc-main-720p"]...)), script.Repeat(400, typeless), script.Goodbye},
		"livego says Stream Is Recorded of stream 1": {sayingFirst(make([]byte, 1536), script.Control(server, 5, script.BigEndian(2_500_000)...), script.ChunkSize(server, 1024)),
			script.Created, script.PublishKey, script.Control(server, 4, 0, 4, 0, 0, 0, 1), script.Control(server, 4, 0, 0, 0, 0, 0, 1), script.Started, script.Metadata(client), script.Headers(client), script.Frames(client, 0, 75), script.Goodbye},
	} {
		found, _ := judged(x, Config{})
		for _, f := range found {
			if f.Severity > session.Note {
				t.Errorf("%s: %s", about, line(f))
			}
		}
	}
}
