package render

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// script is what somebody with a question presses, and what must then stand on
// the screen, whatever its size.
type script struct {
	question string
	capture  string
	keys     string // separated by blanks
	see      []string
}

// TestScripts answers the questions for which people open a capture.
func TestScripts(t *testing.T) {
	const refused = "ffmpeg5__nginx__publish_badname"
	for _, s := range []script{
		{"why was the publish refused?", refused, "}", []string{"REFUSED NetStream.P", "▌✗ 177"}},
		{"… in which bytes does it say so?", refused, "} Enter", []string{"Detail · #177 onStatus", "NetStream.Publish.BadName", "command name"}},
		{"what did the client ask for that was refused?", refused, "} r", []string{"▌• 176", "publish"}},
		{"which commands were never answered?", refused, "1 g 2 u", []string{"▌   14", "releaseStream", "never answered"}},
		{"… and the next one?", refused, "1 g 2 u u", []string{"▌   15", "FCPublish", "never answered"}},
		{"where do the timestamps jump?", "jump", ") Enter", []string{"ts-jump", "leaps from"}},
		{"… which frame is it?", "jump", ") r r", []string{"▌", "Video"}},
		{"what differs from the session that worked?", refused, "1 g m j m d", []string{"First difference", "✗ answer", "decisive", "NetStream.Publish.Start"}},
		{"… where does the other one say it?", refused, "1 g m j m d Right Enter", []string{"▌✗ 177"}},
		{"where is the first keyframe?", refused, "1 g 2 >", []string{"keyframe"}},
	} {
		name := s.capture
		if name == "jump" {
			name = jumping(t)
		}
		for _, size := range sizes {
			g := newStage(t, name, size.w, size.h).press(strings.Fields(s.keys)...).draw()
			for _, want := range s.see {
				if text := g.text(); !strings.Contains(text, want) {
					t.Errorf("%s (%s at %dx%d): %q is not on the screen\n%s", s.question, s.keys, size.w, size.h, want, text)
				}
			}
		}
	}
}

// jumping writes a capture of a publish whose video leaps by a minute.
func jumping(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "jump")
	rec, err := record.Create(path, record.Options{})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	must(rec.Open(1, now, now, netip.MustParseAddrPort("10.0.0.1:5000"), netip.MustParseAddrPort("10.0.0.2:1935")))
	say := func(server bool, p []byte) {
		now = now.Add(40 * time.Millisecond)
		must(rec.Data(1, server, now, p))
	}
	var w [2]chunk.Writer
	command := func(server bool, side int, stream uint32, values ...amf.Value) {
		var body []byte
		for _, v := range values {
			body = amf.Append0(body, v)
		}
		say(server, w[side].Append(nil, chunk.Out{ChunkStream: 3, Type: 20, StreamID: stream, Body: body}))
	}
	hello := append([]byte{3}, make([]byte, 2*1536)...)
	say(false, hello[:1537])
	say(true, hello)
	say(false, hello[1537:])
	code := func(level, code string) amf.Value {
		return amf.Obj(amf.Prop("level", amf.Str(level)), amf.Prop("code", amf.Str(code)))
	}
	command(false, 0, 0, amf.Str("connect"), amf.Num(1), amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("tcUrl", amf.Str("rtmp://10.0.0.2/live"))))
	command(true, 1, 0, amf.Str("_result"), amf.Num(1), amf.Nul(), code("status", "NetConnection.Connect.Success"))
	command(false, 0, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
	command(true, 1, 0, amf.Str("_result"), amf.Num(2), amf.Nul(), amf.Num(1))
	command(false, 0, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("night"), amf.Str("live"))
	command(true, 1, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), code("status", "NetStream.Publish.Start"))
	for i := range 100 {
		at, kind := uint32(i)*40, byte(0x22) // Sorenson H.263 needs no configuration
		if i >= 50 {
			at += 60_000
		}
		if i%25 == 0 {
			kind = 0x12
		}
		say(false, w[0].Append(nil, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: at, Body: []byte{kind, 0, 0, 0x84, 0}}))
	}
	must(rec.Fin(1, false, now, ""))
	must(rec.Fin(1, true, now, ""))
	must(rec.Close())
	return path
}
