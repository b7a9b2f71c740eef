package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-length-overflow", Severity: session.Error,
	Title:      "A message longer than receivers accept",
	Why:        "nginx-rtmp closes above 1 MiB (max_message), MediaMTX above 10 MiB, Red5 above 3 MiB. Either a keyframe is that large, or the length is not a length because the framing was lost.",
	Fix:        "Raise max_message in nginx-rtmp, or lower the bit rate of keyframes.",
	Source:     "Freescale/gstreamer-imx#84; sources of nginx-rtmp and gortmplib",
	Thresholds: []string{"message.huge", "message.nginx"},
	Bad:        script.Example{script.Publishing, script.Raw(client, 6, 0, 0, 0, 0xb0, 0, 0, 9, 1, 0, 0, 0, 0x17), script.Fin(client), script.Fin(server)},
	Good:       script.Example{script.Publishing, script.Raw(client, 6, 0, 0, 0, 0x20, 0, 0, 9, 1, 0, 0, 0, 0x17), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		most, small := uint32(v.limit("message.huge")), uint32(v.limit("message.nginx"))
		v.on(onHeader, func(e *session.Entry) {
			switch {
			case e.Length > most:
				r.report(session.SideOf(e.From), rows(e.Number), "a message of type %d declares %s bytes; receivers refuse more than %s, and the framing may be lost", e.Type, count(e.Length), count(most))
			case e.Length > small && e.From == client && v.who[server].is(nginx):
				r.report(session.SideOf(e.From), rows(e.Number), "a message of %s bytes; nginx-rtmp closes above %s unless max_message is raised", count(e.Length), count(small))
			}
		})
	},
})
