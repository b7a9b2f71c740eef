package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-csid-too-large", Severity: session.Warning,
	Title:  "A chunk stream ID that receivers reject",
	Why:    "IDs above 63 need headers of two or three bytes, which small parsers do not read. nginx-rtmp rejects IDs of 32 and more unless max_streams is raised. The specification allows them up to 65599, so this is a note unless the receiver closes right after the first one.",
	Fix:    "Use chunk streams 3 to 31, or raise max_streams in nginx-rtmp.",
	Source: "RTMP 1.0 §5.3.1.1; arut/nginx-rtmp-module#246, #241, #576, bluenviron/mediamtx#2806",
	Bad:    script.Example{script.Connected, script.Send(client, script.Out(64, 20, 0, script.Values(str("createStream"), num(2), nul))), script.Fin(server)},
	Good:   script.Example{script.Connected, script.Send(client, script.Out(63, 20, 0, script.Values(str("createStream"), num(2), nul)))},
	watch: func(v *view, r *reporter) {
		var first [2]rowAt
		v.on(onHeader, func(e *session.Entry) {
			id := e.ChunkStream
			limit := uint32(63)
			if e.From == client && v.who[server].is(nginx) {
				limit = 31
			}
			if id <= limit || first[e.From].yes() {
				return
			}
			first[e.From] = rowAt{e.Number, e.Time}
			if limit == 31 {
				r.as(session.Note, session.SideOf(e.From), rows(e.Number), "chunk stream %d: nginx-rtmp rejects IDs of 32 and more unless max_streams is raised", id)
				return
			}
			r.as(session.Note, session.SideOf(e.From), rows(e.Number), "chunk stream %d needs a header of more than one byte, which small parsers do not read", id)
		})
		v.on(onClose, func(e *session.Entry) {
			if at := first[e.From.Peer()]; at.yes() && v.first == e.From && v.since(at) < v.duration("close.soon") {
				r.report(session.SideOf(e.From.Peer()), rows(at.row, e.Number), "the %s closed %s after the first message on a chunk stream whose ID it may not read", e.From, v.since(at))
			}
		})
	},
})
