package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-annexb", Severity: session.Error,
	Title:  "Start codes instead of NAL unit lengths",
	Why:    "The frame uses start codes (00 00 00 01), as a raw stream does, instead of the lengths that FLV requires. Most receivers show no picture.",
	Fix:    "Convert the stream in the encoder (h264_mp4toannexb the other way round).",
	Source: "ISO 14496-15 §5.3; pedroSG94/RootEncoder#2086, Bilibili/flv.js#473",
	Chance: "never: the lengths of a frame in order cover it, and then it is not suspected, whatever it begins with",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, []byte{0x17, 1, 0, 0, 0, 0, 0, 0, 1, 0x65, 0x88, 0x84, 0})},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, []byte{0x17, 1, 0, 0, 0, 0, 0, 0, 1, 0x09, 0, 0, 0, 1, 0x65})},
	watch: func(v *view, r *reporter) {
		v.on(onNAL, func(e *session.Entry) {
			if v.nal.annexB && !v.nal.fits && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "the %s frame begins with a start code; lengths belong there", v.track.codec)
			}
		})
	},
})
