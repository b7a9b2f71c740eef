package lint

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-size-late", Severity: session.Error,
	Title:    "The new chunk size is not used",
	Why:      "The first message after Set Chunk Size is still cut at the old size: continuation headers stand inside its body. The sender applied the size too late, or sent it at the wrong place.",
	Fix:      "Apply a new chunk size to the very next chunk of the same direction.",
	Source:   "RTMP 1.0 §5.4.1; KallDrexx/rust-media-libs#3, ossrs/srs-bench#11",
	Explains: []string{"amf-truncated", "amf-unknown-marker", "desync", "chunk-fresh-csid-not-fmt0", "chunk-unknown-type", "cmd-start-then-close", "cmd-abrupt-end"},
	Chance:   "2^-32 a command or data message, as of chunk-c3-in-payload",
	Bad:      script.Example{script.Connected, script.Control(client, 1, 0, 0, 0x10, 0), script.Raw(client, cutAt128...)},
	Good:     script.Example{script.Connected, script.ChunkSize(client, 4096), script.Call(client, 0, str("createStream"), num(2), nul, str(long200))},
	watch: func(v *view, r *reporter) {
		v.onOldChunks(func(e *session.Entry, old uint32, next bool) {
			if next && r.first() {
				r.report(session.SideOf(e.From), rows(v.seen[e.From].chunkRow, e.Number), "the message after Set Chunk Size %s is still cut every %d bytes: continuation headers stand inside its body", count(v.seen[e.From].chunkSize), old)
			}
		})
	},
})

// maxTail is how long the last value of a body may be that lacks its last bytes.
const maxTail = 64

// sureHeaders is how many continuation headers prove themselves. One byte fits by
// chance once in 256 messages, four do once in 4,000,000,000.
const sureHeaders = 4

// onOldChunks signals a command or data message, longer than an earlier chunk
// size, in whose body the headers of continuation chunks stand at every
// multiple of that size. next says that it is the first since the change.
//
// Fewer than sureHeaders need a second witness: the body makes no sense as it
// stands, and does without them. A body that can be read is never suspected on
// their account, so the probability of a false alarm is 256^-4 a message, and 0
// for one that is shorter than four chunks.
func (v *view) onOldChunks(found func(e *session.Entry, old uint32, next bool)) {
	var old, size, after [2]uint32
	old[client], old[server], size = 128, 128, old
	size[client], size[server] = 128, 128
	check := func(e *session.Entry) {
		d := e.From
		if now := v.seen[d].chunkSize; now != size[d] {
			old[d], size[d], after[d] = size[d], now, 0
		}
		after[d]++
		if old[d] >= size[d] {
			return
		}
		if n := chunkHeaders(e.Body, old[d], e.ChunkStream); n >= sureHeaders || n > 0 && readsWithout(e, old[d]) {
			found(e, old[d], after[d] <= 1)
		}
	}
	v.on(onCommand, check)
	v.on(onData, check)
}

// chunkHeaders counts the headers of format 3, of one byte each, that stand after
// every n bytes of a body; 0 when one of them is missing.
func chunkHeaders(body []byte, n, chunkStream uint32) (found int) {
	if chunkStream > 63 {
		return 0
	}
	for at := int(n); at < len(body); at += int(n) + 1 {
		if body[at] != 0xc0|byte(chunkStream) {
			return 0
		}
		found++
	}
	return found
}

// readsWithout reports whether a body that is malformed can be read when the byte
// after every n bytes is left out. The bytes that are left out were counted as part of the
// message, so that as many are missing at its end.
func readsWithout(e *session.Entry, n uint32) bool {
	if !malformed(&e.Message) {
		return false
	}
	var body []byte
	for at := 0; at < len(e.Body); at += int(n) + 1 {
		body = append(body, e.Body[at:min(at+int(n), len(e.Body))]...)
	}
	m := message.Parse(e.Type, body, decode.DefaultLimits().AMF)
	if m.Command == "" {
		return false
	}
	lacks := len(e.Body) - len(body)
	return !slices.ContainsFunc(m.Problems, func(p amf.Problem) bool {
		return p.Token != amf.ECMACount && p.Token != amf.ObjectEndMissing && p.Offset < len(body)-maxTail-lacks
	})
}

// long200 makes a message longer than 128 bytes.
const long200 = "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 " +
	"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01"

// cutAt128 is a createStream with a long argument, cut at 128 bytes, whose
// header counts the continuation header as body: as a receiver sees it that
// uses another chunk size.
var cutAt128 = func() []byte {
	body := script.Values(str("createStream"), num(2), nul, str(long200))
	body = append(body[:128:128], append([]byte{0xc3}, body[128:]...)...)
	return append([]byte{3, 0, 0, 0, 0, 0, byte(len(body)), 20, 0, 0, 0, 0}, body...)
}()
