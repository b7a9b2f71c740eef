package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-no-audio-header", Severity: session.Error,
	Title:  "AAC without its sequence header",
	Why:    "Audio frames come before the AudioSpecificConfig, so nobody can decode them: an encoder's error, or a server that does not keep the header for players that join late.",
	Fix:    "Send the header first, and again after every reconnect.",
	Source: "FLV 10.1 §E.4.2.2; ant-media/Ant-Media-Server#3790, ossrs/srs#538, #2944",
	Bad:    script.Example{script.Publishing, script.Video(client, 0, script.AVCConfig), script.Frames(client, 0, 3)},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 3)},
	watch: func(v *view, r *reporter) {
		v.on(onFirst, func(e *session.Entry) {
			t := v.track
			if !t.video && t.codec == media.AAC && !t.configAt.yes() && v.blindness() == "" {
				r.report(session.SideOf(e.From), rows(e.Number), "the first AAC frame comes before any sequence header%s", v.tooEarly(e, 0))
			}
		})
	},
})
