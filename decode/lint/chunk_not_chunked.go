package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-not-chunked", Severity: session.Error,
	Title:  "A long message was not split into chunks",
	Why:    "The framing was lost exactly where a chunk of a long message should end: the bytes go on without a continuation header. The sender ignores the chunk size.",
	Fix:    "Cut messages at the chunk size (128 until Set Chunk Size), or announce a size that holds the whole message.",
	Source: "RTMP 1.0 §5.3.1; Red5/red5-server#266, jgh-/VideoCore-Inactive#190",
	Chance: "never: it is asked only where the framing has been lost",
	Bad:    script.Example{script.Publishing, script.Raw(client, cutShort(400, 128)...), script.Raw(client, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99)},
	Good:   script.Example{script.Publishing, script.Raw(client, cutShort(400, 100)...), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		var cut [2]rowAt
		var length, have [2]uint32
		v.on(onAborted, func(e *session.Entry) {
			n := uint32(len(e.Body))
			if s := &v.seen[e.From]; n == s.chunkSize && n < e.Length && s.messages == 0 && s.anomaly.yes() && r.first() {
				r.report(session.SideOf(e.From), rows(v.hello.parts[e.From][2].row, s.anomaly.row, e.Number), "the first message, %s of %s bytes%s, is not cut at the chunk size of %s: what follows is no chunk header. The sender seems to keep the chunk size of an earlier connection", e.Name, count(e.Length), commandIn(e), count(n))
				return
			}
			if n > 0 && n < e.Length && n%v.seen[e.From].chunkSize == 0 {
				cut[e.From], length[e.From], have[e.From] = rowAt{e.Number, e.Time}, e.Length, n
			}
		})
		v.on(onLost, func(e *session.Entry) {
			if d := e.From; cut[d].row == e.Number-1 && cut[d].yes() && framing(e.Reason.Token) {
				r.report(session.SideOf(d), rows(cut[d].row, e.Number), "%s of %s bytes of a message had come, a whole number of chunks, and what follows is no chunk header: the sender seems not to cut messages at the chunk size of %s%s", count(have[d]), count(length[d]), count(v.seen[d].chunkSize), v.othersSize(d, length[d]))
			}
		})
	},
})

// framing reports whether a loss means that chunk headers made no sense.
func framing(token string) bool {
	switch token {
	case decode.TokenNotRTMP, decode.TokenEncrypted, decode.TokenMidStream, decode.TokenGap:
		return false
	}
	return true
}

// commandIn names the command that an aborted message begins with, ": connect", or "".
func commandIn(e *session.Entry) string {
	if !chunk.IsCommand(e.Type) {
		return ""
	}
	if m := message.Parse(e.Type, e.Body, inAggregates); m.Command != "" {
		return " (" + m.Command + ")"
	}
	return ""
}

// othersSize says that the other side has announced a chunk size that would hold the
// message: its size is for its own direction (RTMP 1.0 §5.4.1), and is taken for both by mistake.
func (v *view) othersSize(d decode.Direction, length uint32) string {
	o := &v.seen[d.Peer()]
	if o.chunkSize < length || o.chunkRow == 0 {
		return ""
	}
	return "; it may take the " + d.Peer().String() + "'s " + count(o.chunkSize) + " (row " + count(o.chunkRow) + ") for its own"
}
