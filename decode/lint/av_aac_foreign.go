package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-aac-adts", Severity: session.Error,
	Title:  "AAC with ADTS headers inside",
	Why:    "Every frame begins with an ADTS header, as in a raw .aac file or MPEG-TS (or with a LOAS header). FLV carries raw AAC, which the sequence header describes: decoders play noise or nothing, and servers reject the stream.",
	Fix:    "Let the sender strip the 7 or 9 bytes of ADTS from every frame and send an AudioSpecificConfig (ffmpeg: -bsf:a aac_adtstoasc).",
	Source: "FLV 10.1 §E.4.2.2; ISO 14496-3 §1.A.2.2",
	Chance: "2^-48 a message: 24 bits (LOAS) or 27 bits (ADTS) have to fit, and those of the next frame too",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Audio(client, 0, adtsFrame), script.Audio(client, 23, adtsFrame)},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Audio(client, 0, adtsFrame), script.Audio(client, 23, script.AACFrame)},
	watch: func(v *view, r *reporter) {
		before := map[*track]uint32{}
		v.on(onForeign, func(e *session.Entry) {
			if t := v.track; t.codec == media.AAC && r.firstOf(t.stream) {
				if before[t] == 0 || t.foreignRun < 2 {
					before[t] = e.Number
					return
				}
				form := "an ADTS header, which belongs into files and MPEG-TS"
				if v.foreign == media.LOAS {
					form = "a LOAS header, which belongs into MPEG-TS and broadcasts"
				}
				r.of(t.stream).report(session.SideOf(e.From), rows(t.configAt.row, before[t], e.Number), "the AAC frames begin with %s; raw AAC belongs here, and players decode noise or nothing", form)
			}
		})
	},
})

// adtsFrame is an AAC frame of 3 bytes behind an ADTS header: LC, 44.1 kHz, stereo.
var adtsFrame = []byte{0xaf, 1, 0xff, 0xf1, 0x50, 0x80, 0x01, 0x5f, 0xfc, 0x21, 0x10, 4}
