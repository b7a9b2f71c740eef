package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-codec-change", Severity: session.Warning,
	Title:  "A track changes its codec",
	Why:    "A sequence header, or the frames so far, were in one codec, and the next message of the same track is in another. Players and recorders set up a decoder once: they play noise, or nothing. A server that keeps the header of an earlier publisher does this too.",
	Fix:    "Send the sequence header of the new codec, or none where it has none, and end the old sequence; restart a server that keeps a stale header.",
	Source: "FLV 10.1 §E.4.2.1; Enhanced RTMP v2, Enhanced Audio and Video",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Audio(client, 0, []byte{0x8e, 1, 2, 3})},
	Good:   script.Example{script.Publishing, script.Audio(client, 0, []byte{0x8e, 1, 2, 3}), script.Audio(client, 20, []byte{0x8e, 4, 5, 6})},
	watch: func(v *view, r *reporter) {
		v.on(onCodec, func(e *session.Entry) {
			old, t := v.before, v.track
			at := rows(old.configAt.row, old.last.row, e.Number)
			if old.frames == 0 {
				r.report(session.SideOf(e.From), at, "the %s sequence header is for %s, but the frames that follow are %s", t.what(), old.codec, t.codec)
				return
			}
			r.report(session.SideOf(e.From), at, "the %s changes from %s to %s after %s frames", t.what(), old.codec, t.codec, count(old.frames))
		})
	},
})
