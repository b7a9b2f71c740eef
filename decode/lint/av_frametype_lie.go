package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-frametype-lie", Severity: session.Warning,
	Title:  "The keyframe flag is wrong",
	Why:    "The tag says keyframe and the NAL units hold none, or the other way round. Servers that begin at keyframes (HLS, recordings, late players) begin at the wrong place. An I frame with a recovery point is a keyframe for some encoders; that is a note.",
	Fix:    "Correct the flag in the encoder's muxer.",
	Source: "FLV 10.1 §E.4.3.1; ossrs/srs#421",
	Chance: "never: the type is read from the header of each NAL unit, at the place that the lengths lead to, and only where they fit",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, append([]byte{0x27}, script.KeyFrame[1:]...))},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.Video(client, 40, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onNAL, func(e *session.Entry) {
			key := e.Flags&session.KeyFrame != 0
			switch {
			case !v.nal.fits || !v.nal.slices || v.nal.random == key || !r.first():
			case key:
				r.as(session.Note, session.SideOf(e.From), rows(e.Number), "the tag says keyframe, but the %s frame has no IDR picture", v.track.codec)
			default:
				r.report(session.SideOf(e.From), rows(e.Number), "the %s frame is a random access picture, but the tag does not say keyframe", v.track.codec)
			}
		})
	},
})
