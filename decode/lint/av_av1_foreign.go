package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-av1-obu", Severity: session.Error,
	Title:  "AV1 that does not begin with an OBU",
	Why:    "The payload of an AV1 frame is a row of OBUs. Senders that treat AV1 like AVC or HEVC put three bytes of composition time before it, which AV1 does not have: decoders take them for an OBU header and fail.",
	Fix:    "Let the sender write the OBUs directly after the FourCC (and the track ID).",
	Source: "Enhanced RTMP v2, Enhanced Video; AV1 §5.3",
	Chance: "never: a frame that consists of OBUs is not suspected",
	Bad:    script.Example{script.Publishing, av1Frame(0x90, 0x0a, 1, 0), av1Frame(0x91, 0, 0, 0, 0x12, 0, 0x32, 1, 9)},
	Good:   script.Example{script.Publishing, av1Frame(0x90, 0x0a, 1, 0), av1Frame(0x91, 0x12, 0, 0x32, 1, 9)},
	watch: func(v *view, r *reporter) {
		// Frames in order always consist of OBUs, so that none is reported.
		v.on(onForeign, func(e *session.Entry) {
			if t := v.track; t.codec == media.AV1 && r.firstOf(t.stream) {
				r.of(t.stream).report(session.SideOf(e.From), rows(t.configAt.row, e.Number), "%s", av1Forms[v.foreign])
			}
		})
	},
})

// av1Forms say what there is in the place of OBUs.
var av1Forms = map[media.Foreign]string{
	media.OBUAfterTime:  "three bytes stand before the AV1 frame where its first OBU header belongs, as if they were a composition time; AV1 has none in Enhanced RTMP",
	media.TemporalUnits: "the AV1 frame begins with the length of a temporal unit (annex B of the AV1 specification) where an OBU header belongs",
	media.NoOBU:         "the AV1 frame does not consist of OBUs: where its first OBU header belongs stands something else",
}

// av1Frame sends AV1 in an Enhanced RTMP message.
func av1Frame(head byte, payload ...byte) script.Act {
	return script.Video(client, 0, append([]byte{head, 'a', 'v', '0', '1'}, payload...))
}
