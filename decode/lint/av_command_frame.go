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
	Source: "FLV 10.1 §E.4.3.1; Enhanced RTMP v2, VideoCommand; bluenviron/gortmplib#128",
	Bad:    script.Example{script.Playing, script.Video(server, 0, []byte{0x57, 0})},
	Good:   script.Example{script.Playing, script.Video(server, 0, script.AVCConfig)},
	watch: func(v *view, r *reporter) {
		v.on(onOddTag, func(e *session.Entry) {
			if e.Message.Tag.Kind == media.Command && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "a video command (%d: %s) instead of a frame", e.Message.Tag.VideoCommand, commandWords(e.Message.Tag.VideoCommand))
			}
		})
	},
})

// commandWords say what a video command means.
func commandWords(c uint8) string {
	return [...]string{"a seek begins", "a seek ends", "which no specification names"}[min(c, 2)]
}
