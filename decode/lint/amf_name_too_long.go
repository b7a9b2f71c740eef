package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-name-too-long", Severity: session.Warning,
	Title:      "A name longer than receivers can hold",
	Why:        "nginx-rtmp keeps 256 bytes of app and name, FFmpeg's listener 128; the rest is cut off, and a token with it.",
	Fix:        "Use a shorter token, or a server that keeps it.",
	Source:     "sources of FFmpeg and nginx-rtmp",
	Thresholds: []string{"name.long"},
	Bad:        script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("key?token="+tokenOf(300)), str("live"))},
	Good:       script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("key?token="+tokenOf(200)), str("live"))},
	watch: func(v *view, r *reporter) {
		most := int(v.limit("name.long"))
		v.on(onCommand, func(e *session.Entry) {
			if e.From != client {
				return
			}
			switch c := e.Message.Command; {
			case c == "connect" && len(v.connect.app) > most:
				r.report(session.ClientSide, rows(e.Number), "app has %d bytes; nginx-rtmp keeps 256, FFmpeg's listener 128", len(v.connect.app))
			case (c == "publish" || c == "play") && v.stream != nil && len(v.stream.name) > most:
				r.report(session.ClientSide, rows(e.Number), "the stream name has %d bytes; nginx-rtmp keeps 256, FFmpeg's listener 128", len(v.stream.name))
			}
		})
	},
})

// tokenOf is a string of n letters.
func tokenOf(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(i%26)
	}
	return string(b)
}
