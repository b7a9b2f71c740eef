package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "chunk-zero-length", Severity: session.Note,
	Title:  "A message without a body",
	Why:    "Wowza and nginx-rtmp send empty audio messages for silence; brpc and others stumble over them. An empty command is an encoder's error and a warning.",
	Fix:    "Nothing for audio. For commands, correct the sender.",
	Source: "bluenviron/gortmplib#128, HaishinKit/HaishinKit.swift#52, apache/brpc#3366",
	Bad:    script.Example{script.Publishing, script.Audio(client, 0, nil)},
	Good:   script.Example{script.Publishing, script.Audio(client, 0, script.AACFrame)},
	watch: func(v *view, r *reporter) {
		var told [256]bool
		v.on(onHeader, func(e *session.Entry) {
			if e.Kind != session.Message || e.Length > 0 || told[e.Type] {
				return
			}
			told[e.Type] = true
			severity := session.Note
			if chunk.IsCommand(e.Type) {
				severity = session.Warning
			}
			r.as(severity, session.SideOf(e.From), rows(e.Number), "%s without a body", e.Name)
		})
	},
})
