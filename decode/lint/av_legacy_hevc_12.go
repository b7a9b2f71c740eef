package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-legacy-hevc-12", Severity: session.Warning,
	Title:    "HEVC as codec 12",
	Why:      "An unofficial extension of Chinese networks. Receivers that know only the FLV table, or only Enhanced RTMP, refuse it. From a server it is a note: Node-Media-Server and others write it for players that did not offer Enhanced RTMP.",
	Fix:      "Use an encoder with Enhanced RTMP (FourCC hvc1).",
	Source:   "CDN-Union/Document#7; ant-media/Ant-Media-Server#6585, mpv-player/mpv#13827",
	Explains: []string{"cmd-start-then-close", "cmd-closed-after-message", "cmd-abrupt-end"},
	Bad:      script.Example{script.Publishing, script.Video(client, 0, []byte{0x1c, 0, 0, 0, 0, 1})},
	Good:     script.Example{script.Publishing, script.Video(client, 0, []byte{0x90, 'h', 'v', 'c', '1', 1})},
	watch: func(v *view, r *reporter) {
		v.on(onOddTag, func(e *session.Entry) {
			if tag := &e.Message.Tag; tag.Video && !tag.Enhanced && tag.CodecID == 12 && r.first() {
				severity := session.Warning
				if e.From == server {
					severity = session.Note
				}
				r.as(severity, session.SideOf(e.From), rows(e.Number), "HEVC as codec ID 12; receivers that follow FLV or Enhanced RTMP refuse it")
			}
		})
	},
})
