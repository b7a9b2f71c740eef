package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "chunk-abort", Severity: session.Note,
	Title:  "A message was cancelled",
	Why:    "Abort Message tells the receiver to drop an incomplete message. FFmpeg, GStreamer and nginx-rtmp ignore it and keep the fragment.",
	Fix:    "Nothing, unless the receiver complains about packet sizes right after it.",
	Source: "RTMP 1.0 §5.4.2; zenomt/rtmfp-cpp#19",
	Bad:    script.Example{script.Publishing, script.Raw(client, cutShort(200, 128)...), script.Control(client, 2, 0, 0, 0, 6)},
	Good:   script.Example{script.Publishing, script.Raw(client, cutShort(200, 128)...), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onControl, func(e *session.Entry) {
			if e.Type == chunk.TypeAbort {
				r.report(session.SideOf(e.From), rows(e.Number), "the %s cancels the message on chunk stream %d; many receivers ignore that and keep the half", e.From, e.Message.Value)
			}
		})
	},
})
