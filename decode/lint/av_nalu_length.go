package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-nalu-length", Severity: session.Error,
	Title:  "NAL unit lengths do not fit",
	Why:    "The lengths in the frame do not add up to its size: the frame is cut, or the length size in the configuration is wrong (it can be 1, 2 or 4).",
	Fix:    "Correct the muxer of the encoder.",
	Source: "ISO 14496-15 §5.3; pedroSG94/RootEncoder#692",
	Chance: "never: the lengths of a frame in order add up; without a captured configuration, which says how long they are, nothing is judged",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, []byte{0x17, 1, 0, 0, 0, 0, 0, 0, 99, 0x65, 0x88, 0x84, 0})},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onNAL, func(e *session.Entry) {
			if v.track.known && !v.nal.fits && !v.nal.annexB {
				r.report(session.SideOf(e.From), rows(v.track.configAt.row, e.Number), "the NAL unit lengths of this %s frame do not add up to its %d bytes", v.track.codec, e.Message.Tag.PayloadLen)
			}
		})
		v.on(onConfig, func(e *session.Entry) {
			if n := v.track.facts.LengthSize; v.track.known && n == 3 && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "the configuration says that lengths have %d bytes; 1, 2 and 4 are possible", n)
			}
		})
	},
})
