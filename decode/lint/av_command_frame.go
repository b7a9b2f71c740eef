package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-command-frame", Severity: session.Note,
	Title:  "A video message that is a command",
	Why:    "Frame type 5 marks the begin or end of a seek and carries no picture. Wowza sends it; parsers that expect a frame fail.",
	Fix:    "Nothing; let the receiver skip it.",
	Source: "FLV 10.1 §E.4.3.1; bluenviron/gortmplib#128",
	Bad:    script.Example{script.Playing, script.Video(server, 0, []byte{0x57, 0})},
	Good:   script.Example{script.Playing, script.Video(server, 0, script.AVCConfig)},
	watch: func(v *view, r *reporter) {
		v.on(onOddTag, func(e *session.Entry) {
			if e.Message.Tag.Kind == media.Command && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "a video command (%d: %s) instead of a frame", e.Message.Tag.VideoCommand, seekWords[e.Message.Tag.VideoCommand&1])
			}
		})
	},
})

var seekWords = [2]string{"a seek begins", "a seek ends"}
