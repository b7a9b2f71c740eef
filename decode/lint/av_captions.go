package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-captions", Severity: session.Note,
	Title:  "The stream carries captions",
	Why:    "Captions are in the video (SEI messages with CEA-608/708 data) or in data messages (onCaptionInfo, onTextData).",
	Fix:    "Nothing.",
	Source: "ANSI/SCTE 128 §8.1, A/53 part 4; szatmary/libcaption#70",
	Chance: "2^-64 for each place in an SEI unit: eight bytes have to fit",
	Bad:    script.Example{script.Publishing, script.Metadata(client), script.Data(client, 1, str("onCaptionInfo"), obj(prop("type", str("708")), prop("data", str("tQAxR0E5NA=="))))},
	Good:   script.Example{script.Flowing, script.Data(client, 1, str("onCuePoint"), obj(prop("name", str("ad"))))},
	watch: func(v *view, r *reporter) {
		v.on(onNAL, func(e *session.Entry) {
			if v.nal.captions && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "captions (CEA-608/708) in the %s stream", v.track.codec)
			}
		})
		v.on(onData, func(e *session.Entry) {
			switch e.Message.Command {
			case "onCaption", "onCaptionInfo", "onTextData":
				if r.first() {
					r.report(session.SideOf(e.From), rows(e.Number), "captions in %s messages", e.Message.Command)
				}
			}
		})
	},
})
