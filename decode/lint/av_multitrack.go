package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-multitrack", Severity: session.Note,
	Title:  "Several tracks in one stream",
	Why:    "Enhanced RTMP multitrack. Receivers without support drop the tracks, or close.",
	Fix:    "Nothing when the server supports it; otherwise switch multitrack off in the encoder.",
	Source: "Enhanced RTMP v2, multitrack; bluenviron/mediamtx#3685, ossrs/srs#4681",
	Bad:    script.Example{script.Publishing, script.Video(client, 0, []byte{0x96, 0x00, 'h', 'v', 'c', '1', 1, 1, 2, 3})},
	Good:   script.Example{script.Publishing, script.Video(client, 0, []byte{0x90, 'h', 'v', 'c', '1', 1, 1, 2, 3})},
	watch: func(v *view, r *reporter) {
		v.on(onOddTag, func(e *session.Entry) {
			if tag := &e.Message.Tag; tag.Multitrack != 0 && v.track.messages == 1 {
				r.report(session.SideOf(e.From), rows(e.Number), "%s track %d as Enhanced RTMP multitrack (%s)", v.track.what(), tag.Track, tag.Multitrack)
			}
		})
	},
})
