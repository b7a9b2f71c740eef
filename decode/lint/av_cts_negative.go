package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-cts-negative", Severity: session.Warning,
	Title:  "A negative composition time",
	Why:    "The frame is to be shown before it is to be decoded. Receivers that read the field without its sign get 16,777,182 ms.",
	Fix:    "Let the encoder delay the presentation by the depth of its reordering.",
	Source: "FLV 10.1 §E.4.3.1; bluenviron/gortmplib#88, ossrs/srs#809, obsproject/obs-studio#12151",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, append([]byte{0x17, 1, 0xff, 0xff, 0xde}, script.KeyFrame[5:]...))},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, append([]byte{0x17, 1, 0, 0, 80}, script.KeyFrame[5:]...))},
	watch: func(v *view, r *reporter) {
		v.on(onOddTag, func(e *session.Entry) {
			if c := e.Message.Tag.CompositionTime; c < 0 && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "composition time %d ms; read without its sign it is %d ms", c, uint32(c)&0xffffff)
			}
		})
	},
})
