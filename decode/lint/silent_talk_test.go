package lint

import (
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// TestCodecsThatChange: frames and headers of one track in different codecs.
func TestCodecsThatChange(t *testing.T) {
	g711 := script.Audio(client, 20, []byte{0x72, 1, 2, 3})
	checkCases(t, []ruleCase{
		{"an AAC header, then G.711", "av-codec-change", publishing(script.Headers(client), g711, g711), []string{"warning client"}},
		{"AAC frames, then G.711", "av-codec-change", publishing(script.Headers(client), script.Frames(client, 0, 5), g711), []string{"warning client"}},
		{"G.711 from the beginning", "av-codec-change", publishing(script.Video(client, 0, script.AVCConfig), g711, g711), nil},
		{"audio and video, each in its own", "av-codec-change", publishing(script.Headers(client), script.Frames(client, 0, 5)), nil},
		{"an empty message between", "av-codec-change", publishing(script.Headers(client), script.Audio(client, 0, nil), script.Frames(client, 0, 5)), nil},
		{"frame type 0", "av-frametype-reserved", publishing(script.Headers(client), script.Video(client, 0, append([]byte{0x07}, script.KeyFrame[1:]...))), []string{"warning client"}},
		{"frame type 6", "av-frametype-reserved", publishing(script.Headers(client), script.Video(client, 0, append([]byte{0x67}, script.KeyFrame[1:]...))), []string{"warning client"}},
		{"frame type 3", "av-frametype-reserved", publishing(script.Headers(client), script.Video(client, 0, script.KeyFrame), script.Video(client, 40, append([]byte{0x37}, script.InterFrame[1:]...))), nil},
	})
}

// deltaOf is an audio frame on the chunk stream of the video with a header of format 1
// whose difference is so many milliseconds, extended where it has to be.
func deltaOf(ms uint32) script.Act {
	head := []byte{0x46, byte(ms >> 16), byte(ms >> 8), byte(ms)}
	if ms >= chunk.ExtendedMark {
		head = []byte{0x46, 0xff, 0xff, 0xff}
	}
	head = append(head, 0, 0, byte(len(script.AACFrame)), chunk.TypeAudio)
	if ms >= chunk.ExtendedMark {
		head = append(head, script.BigEndian(ms)...)
	}
	return script.Raw(client, append(head, script.AACFrame...)...)
}

// TestTimesThatRunBack: differences without their sign, the ends of 31 and 32 bits, and
// two frames at one time.
func TestTimesThatRunBack(t *testing.T) {
	at := func(ts ...uint32) script.Example {
		x := publishing(script.Headers(client))
		for i, ms := range ts {
			body := script.InterFrame
			if i == 0 {
				body = script.KeyFrame
			}
			x = append(x, script.Video(client, ms, body))
		}
		return x
	}
	shared := func(ms uint32) script.Example {
		return script.Example{script.Flowing, script.Video(client, 3000, script.KeyFrame), deltaOf(ms)}
	}
	checkCases(t, []ruleCase{
		{"2^24 - 20", "ts-delta-negative", shared(1<<24 - 20), []string{"error client"}},
		{"2^32 - 20, extended", "ts-delta-negative", shared(0xffffffec), []string{"error client"}},
		{"20", "ts-delta-negative", shared(20), nil},
		{"four hours", "ts-delta-negative", shared(4 * 3600_000), nil},
		{"no leap besides", "ts-jump", shared(1<<24 - 20), nil},
		{"no drift besides", "av-drift", append(shared(1<<24-20), script.Frames(client, 3040, 200)), nil},
		{"31 bits", "ts-wrap", at(0x7fffffd8, 0), []string{"warning client"}},
		{"past 31 bits", "ts-wrap", at(0x7fffffd8, 0x80000000), []string{"note "}},
		{"32 bits", "ts-wrap", at(0xffffffd8, 0), []string{"note "}},
		{"an encoder that begins anew", "ts-wrap", at(3600_000, 0), nil},
		{"two at 0", "ts-same-start", at(0, 0, 40), []string{"warning client"}},
		{"two later", "ts-same-start", at(0, 40, 40), nil},
	})
}

// TestRatesAcross31Bits: the time that passed is what was played, not what lies between
// the first and the last number.
func TestRatesAcross31Bits(t *testing.T) {
	x := publishing(script.Headers(client), script.Repeat(50, func(i int) script.Act {
		return script.Do(script.After(40*time.Millisecond), script.Video(client, uint32(0x7fffffff-1000+i*40)&0x7fffffff, script.KeyFrame))
	}))
	for _, tr := range reportOf(t, x).Tracks {
		if tr.Frames > 1 && (tr.Moved < 1900*time.Millisecond || tr.Moved > 2000*time.Millisecond) {
			t.Errorf("%d frames of 40 ms took %s", tr.Frames, tr.Moved)
		}
	}
}

// TestNamesAndURLs: what is typed wrong, and what only looks so.
func TestNamesAndURLs(t *testing.T) {
	name := func(s string) script.Example {
		return script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str(s), str("live"))}
	}
	url := func(app, url string) script.Example {
		return script.Example{script.Hi, script.ConnectTo(app, url), script.Accept()}
	}
	near := func(s string) script.Example {
		return script.Example{script.Flowing, script.Again, playOf(s), script.Silence(5 * time.Second)}
	}
	checkCases(t, []ruleCase{
		{"no type", "cmd-publish-no-type", script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("key")), script.Started}, []string{"warning client"}},
		{"record", "cmd-publish-no-type", script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("key"), str("record")), script.Started}, nil},
		{"numbers first", "amf-data-no-name", publishing(script.Data(client, 1, num(0), num(0), str("@setDataFrame"))), []string{"warning client"}},
		{"a name first", "amf-data-no-name", publishing(script.Data(client, 1, str("onTextData"), num(0))), nil},
		{"port and path glued", "cmd-tcurl-invalid", url("live", "rtmp://10.0.0.2:1935live"), []string{"warning client"}},
		{"no scheme", "cmd-tcurl-invalid", url("live", "10.0.0.2/live"), []string{"warning client"}},
		{"IPv6", "cmd-tcurl-invalid", url("live", "rtmp://[2001:db8::1]:1935/live"), nil},
		{"rtmps with a query", "cmd-tcurl-invalid", url("live", "rtmps://a.example/live?token=x"), nil},
		{"slash first", "cmd-name-slash", name("/key-of-mine"), []string{"warning client"}},
		{"slash last", "cmd-name-slash", name("key-of-mine/"), []string{"warning client"}},
		{"two slashes", "cmd-name-slash", name("a//b"), []string{"warning client"}},
		{"a path", "cmd-name-slash", name("show/1/key"), nil},
		{"slashes of a query", "cmd-name-slash", name("key?to=http://a//b/"), nil},
		{"mp4:", "cmd-name-slash", name("mp4:show/key.f4v"), nil},
		{"an app with two slashes", "cmd-name-slash", url("live//x", "rtmp://10.0.0.2/live//x"), []string{"warning client"}},
		{"a token in the app", "cmd-app-query", url("live?token=abcdef", "rtmp://10.0.0.2/live?token=abcdef"), []string{"note client"}},
		{"a login in the app", "cmd-app-query", url("live?authmod=adobe&user=me", "rtmp://10.0.0.2/live"), nil},
		{"no query", "cmd-app-query", url("live", script.LiveURL), nil},
		{"another case", "cmd-name-near", near("Key-of-mine"), []string{"warning client"}},
		{"a letter less", "cmd-name-near", near("key-of-min"), []string{"warning client"}},
		{"two letters exchanged", "cmd-name-near", near("kye-of-mine"), []string{"warning client"}},
		{"a slash more", "cmd-name-near", near("/key-of-mine"), []string{"warning client"}},
		{"another name", "cmd-name-near", near("another-key"), nil},
		{"a number more", "cmd-name-near", near("key-of-mine2"), nil},
		{"the very name", "cmd-name-near", near("key-of-mine"), nil},
	})
}

// TestBeginningsThatFail: tunnels, handshakes, TLS and connects that come to nothing.
func TestBeginningsThatFail(t *testing.T) {
	ends := script.Do(script.Fin(client), script.Fin(server))
	open := script.Text(client, "POST /open/1 HTTP/1.1\r\nHost: x\r\n\r\n")
	answer := func(line string) script.Act {
		return script.Text(server, "HTTP/1.1 "+line+"\r\nContent-Length: 0\r\n\r\n")
	}
	hello := func(n int) script.Act { return script.Raw(client, script.Version(3, script.Random1(1))[:n]...) }
	long := script.Values(str("connect"), num(1), obj(prop("app", str("live")), prop("tcUrl", str("rtmp://10.0.0.2/live?"+strings.Repeat("a", 200)))))
	uncut := append([]byte{3, 0, 0, 0, 0, byte(len(long) >> 8), byte(len(long)), 20, 0, 0, 0, 0}, long...)
	checkCases(t, []ruleCase{
		{"404", "rtmpt-refused", script.Example{open, answer("404 Not Found"), ends}, []string{"error server"}},
		{"a page, not a tunnel", "rtmpt-refused", script.Example{script.Text(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), answer("404 Not Found"), ends}, nil},
		{"C0 and C1 stop", "hs-cut", script.Example{hello(701), ends}, []string{"error client"}},
		{"one byte less", "hs-cut", script.Example{hello(1536), ends}, []string{"error client"}},
		{"whole", "hs-cut", script.Example{hello(1537), ends}, nil},
		{"still coming", "hs-cut", script.Example{hello(701), script.Silence(time.Second)}, nil},
		{"S0 and S1 stop", "hs-cut", script.Example{hello(1537), script.Raw(server, script.Version(3, script.Random1(3))[:900]...), ends}, []string{"error server"}},
		{"a TLS alert", "plain-on-tls-port", script.Example{hello(1537), script.Raw(server, 0x15, 3, 3, 0, 2, 2, 70), ends}, []string{"error client"}},
		{"closed without a byte", "plain-on-tls-port", script.Example{hello(1537), ends}, nil},
		{"an offer, then closed", "cmd-enhanced-refused", script.Example{script.Hi, offering, script.Fin(server), script.Fin(client)}, []string{"warning "}},
		{"an offer, the client left", "cmd-enhanced-refused", script.Example{script.Hi, offering, script.Fin(client), script.Fin(server)}, nil},
		{"an offer, closed much later", "cmd-enhanced-refused", script.Example{script.Hi, offering, script.After(5 * time.Second), script.Fin(server), script.Fin(client)}, nil},
		{"no offer, then closed", "cmd-enhanced-refused", script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Fin(server), script.Fin(client)}, nil},
		{"connect in one piece at chunk size 128", "chunk-not-chunked", script.Example{script.Hi, script.Raw(client, uncut...), ends}, []string{"error client"}},
		{"media before Publish.Start", "cmd-media-before-start", script.Example{script.Connected, script.Created, script.PublishKey, script.Headers(client), script.Started}, []string{"note client"}},
		{"media behind it", "cmd-media-before-start", publishing(script.Headers(client)), nil},
	})
}
