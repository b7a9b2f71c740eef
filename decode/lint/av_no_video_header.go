package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-no-video-header", Severity: session.Error,
	Title:  "Video without its sequence header",
	Why:    "Frames come before the codec configuration, so nobody can decode them: an encoder's error, often after a reconnect, or a server that does not keep the header for players that join late.",
	Fix:    "Send the header first, and again after every reconnect.",
	Source: "FLV 10.1 §E.4.3.1; BasisVR/Basis#969, begeekmyfriend/yasea#538",
	Bad:    script.Example{script.Publishing, script.Audio(client, 0, script.AACConfig), script.Frames(client, 0, 3)},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 3)},
	watch: func(v *view, r *reporter) {
		v.on(onFirst, func(e *session.Entry) {
			t := v.track
			if t.video && needsHeader(t.codec) && !t.configAt.yes() && v.blindness() == "" {
				r.report(session.SideOf(e.From), rows(e.Number), "the first %s frame comes before any sequence header%s", t.codec, v.tooEarly(e, 1))
			}
		})
	},
})

// needsHeader reports whether a video codec cannot be decoded without its
// sequence header.
func needsHeader(c media.Codec) bool {
	return c == media.AVC || c == media.HEVC || c == media.VVC || c == media.AV1
}
