package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-first-not-key", Severity: session.Warning,
	Title:  "The first frame is not a key frame",
	Why:    "A decoder shows nothing, or rubbish, until the next key frame. Servers without a cache of the last group of pictures send players what comes next; that is a note.",
	Fix:    "Publisher: begin with a key frame. Server: gop_cache (SRS), wait_key (nginx-rtmp).",
	Source: "arut/nginx-rtmp-module#1118, #371",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.InterFrame)},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onFirst, func(e *session.Entry) {
			if !v.track.video || e.Flags&session.KeyFrame != 0 || reservedFrame(&e.Message.Tag) || v.blindness() != "" {
				return
			}
			severity := session.Warning
			if e.From == server {
				severity = session.Note
			}
			r.as(severity, session.SideOf(e.From), rows(e.Number), "the first %s frame is not a key frame; nothing can be shown until one comes", v.track.codec)
		})
	},
})
