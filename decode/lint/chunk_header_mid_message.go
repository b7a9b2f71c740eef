package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-header-mid-message", Severity: session.Error,
	Title:  "A message breaks off and another one begins",
	Why:    "A new header appears on a chunk stream whose message is incomplete, without an Abort before it: the sender cut the message short, or the two sides disagree about the chunk size.",
	Fix:    "Compare the length that the message declares with the chunk size that was announced before.",
	Source: "RTMP 1.0 §5.3; KallDrexx/rust-media-libs#21, datarhei/restreamer#695",
	Chance: "never: a sender in order writes no header of format 0 to 2 inside a message",
	Bad:    script.Example{script.Publishing, script.Raw(client, cutShort(200, 128)...), script.Video(client, 40, script.KeyFrame)},
	Good:   script.Example{script.Publishing, script.Raw(client, cutShort(200, 128)...), script.Control(client, 2, 0, 0, 0, 6), script.Video(client, 40, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onDialect, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenHeaderRepeated {
				r.as(session.Warning, session.SideOf(e.From), rows(e.Number), "%s", e.Reason.Text)
			}
		})
		v.on(onAborted, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenMidMessage {
				r.report(session.SideOf(e.From), rows(e.Number), "%d of the %d bytes of a message of type %d had arrived on chunk stream %d when another message began there", len(e.Body), e.Length, e.Type, e.ChunkStream)
			}
		})
	},
})

// cutShort is a video message that declares a length and brings less.
func cutShort(length, have int) []byte {
	out := []byte{6, 0, 0, 0, 0, byte(length >> 8), byte(length), 9, 1, 0, 0, 0}
	return append(out, append([]byte{0x17, 1, 0, 0, 0}, make([]byte, have-5)...)...)
}
