package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-config-change", Severity: session.Warning,
	Title:    "The codec configuration changes",
	Why:      "A second sequence header differs from the first: a phone was turned, a source or encoder was switched. Many players and recorders do not follow.",
	Fix:      "Keep size and rate of the encoder fixed during a session.",
	Source:   "begeekmyfriend/yasea#840, arut/nginx-rtmp-module#890",
	Explains: []string{"cmd-abrupt-end", "cmd-closed-after-message"},
	Bad:      script.Example{script.Flowing, script.Audio(client, 3000, []byte{0xaf, 0, 0x11, 0x90})},
	Good:     script.Example{script.Flowing, script.Audio(client, 3000, script.AACConfig)},
	watch: func(v *view, r *reporter) {
		v.on(onConfig, func(e *session.Entry) {
			if t := v.track; t.changed && t.frames > 0 {
				r.report(session.SideOf(e.From), rows(t.configAt.row, e.Number), "the %s configuration changes after %s frames, to %s", t.what(), count(t.frames), t.facts)
			}
		})
	},
})
