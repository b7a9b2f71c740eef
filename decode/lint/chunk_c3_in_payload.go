package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-c3-in-payload", Severity: session.Error,
	Title:    "Chunk headers inside a message body",
	Why:      "The bytes of continuation headers (0xC0 and the chunk stream ID) stand inside a body at multiples of an earlier chunk size: the sender went back to it, or copied chunked bytes as if they were a body.",
	Fix:      "Let the sender keep to the chunk size it announced last.",
	Source:   "jgh-/VideoCore-Inactive#203",
	Explains: []string{"amf-truncated", "amf-unknown-marker", "desync", "chunk-fresh-csid-not-fmt0", "chunk-unknown-type", "cmd-start-then-close", "cmd-abrupt-end"},
	Chance:   "2^-32 a command or data message: four headers have to stand in the body, or fewer in one that cannot be read as it is",
	Bad:      script.Example{script.Connected, script.ChunkSize(client, 4096), script.Created, script.Raw(client, cutAt128...)},
	Good:     script.Example{script.Connected, script.ChunkSize(client, 4096), script.Created, script.Call(client, 0, str("releaseStream"), num(9), nul, str(long200))},
	watch: func(v *view, r *reporter) {
		v.onOldChunks(func(e *session.Entry, old uint32, next bool) {
			if !next && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "continuation headers (0x%02x) stand inside the body of this message every %d bytes, though the chunk size is %s", 0xc0|e.ChunkStream, old, count(v.seen[e.From].chunkSize))
			}
		})
	},
})
