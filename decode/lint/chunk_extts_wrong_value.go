package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-extts-wrong-value", Severity: session.Warning,
	Title:  "The repeated extended timestamp has another value",
	Why:    "A chunk of format 3 repeats the extended timestamp field, but not its value: a sender that writes the delta, or an old value. Readers that compare before they skip it lose the framing.",
	Fix:    "Correct the sender: every chunk of format 3 repeats the field of the header before it.",
	Source: "RTMP Errata and Addenda §4.1; KallDrexx/rust-media-libs#23",
	Chance: "never of a sender that repeats the field; one that leaves it out is told by the chunk header that has to follow",
	Bad:    script.Example{script.Publishing, script.Raw(client, longExtended(7)...), script.Video(client, 0x1000028, script.InterFrame)},
	Good:   script.Example{script.Publishing, script.Raw(client, longExtended(0x1000000)...), script.Video(client, 0x1000028, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onDialect, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenExtendedOther {
				r.report(session.SideOf(e.From), rows(e.Number), "%s", e.Reason.Text)
			}
		})
	},
})
