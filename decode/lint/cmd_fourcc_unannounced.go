package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-fourcc-unannounced", Severity: session.Note,
	Title:  "Enhanced RTMP media without an offer",
	Why:    "The client sends Enhanced RTMP media without having offered it in connect, as OBS does. A server without support cannot say so beforehand; it closes.",
	Fix:    "Nothing when the server supports it.",
	Source: "source of OBS; Enhanced RTMP v2, connect",
	Bad:    script.Example{script.Publishing, script.Video(client, 0, []byte{0x90, 'h', 'v', 'c', '1', 1})},
	Good:   script.Example{script.Hi, script.ConnectTo("live", script.LiveURL, prop("fourCcList", script.List("hvc1"))), script.Accept(), script.Created, script.PublishKey, script.Started, script.Video(client, 0, []byte{0x90, 'h', 'v', 'c', '1', 1})},
	watch: func(v *view, r *reporter) {
		v.on(onTrack, func(e *session.Entry) {
			tag := &e.Message.Tag
			if e.From != client || !tag.Enhanced || !r.first() || !v.connect.asked.yes() {
				return
			}
			for _, name := range enhancedProperties {
				if v.connect.object.Get(name) != nil {
					return
				}
			}
			r.report(session.ClientSide, rows(v.connect.asked.row, e.Number), "%s as Enhanced RTMP, which connect did not offer", tag.Codec)
		})
	},
})
