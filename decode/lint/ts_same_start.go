package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-same-start", Severity: session.Warning,
	Title:  "Two frames with the same timestamp at the start",
	Why:    "The first two video frames have the same timestamp: an encoder that gives its first frame no time of its own, often because B frames come later. Muxers refuse the second (non-monotonic DTS), segments begin with a wrong duration. From a server it is a note: a stored picture is sent before the live ones.",
	Fix:    "Let the encoder give each frame a decoding time of its own.",
	Source: "RTMP Errata and Addenda on timestamps; the error of FFmpeg's muxers",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.Video(client, 0, script.InterFrame), script.Video(client, 40, script.InterFrame)},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.Video(client, 40, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onSecondFrame, func(e *session.Entry) {
			t := v.track
			if !t.video || e.Timestamp != t.time || t.last.row == e.Number {
				return
			}
			severity := session.Warning
			if e.From == server {
				severity = session.Note
			}
			r.of(t.stream).as(severity, session.SideOf(e.From), rows(t.last.row, e.Number), "the first two video frames both have timestamp %d", e.Timestamp)
		})
	},
})
