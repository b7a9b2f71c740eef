package lint

import (
	"math/rand/v2"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// cable carries one connection of a healthy session to a timeline: chunks, in
// pieces as TCP would bring them, and the acknowledgements that they are due.
type cable struct {
	rand    *rand.Rand
	line    *session.Timeline
	now     time.Duration
	writers [2]weaver
	sent    [2]int64 // bytes of each side
	acked   [2]int64 // how many of them the other has acknowledged
	window  [2]int64 // how often it does; 0 for never
	acks    bool     // an acknowledgement is being written
	rows    int
	amf3    bool // AMF3 was agreed upon
	type17  bool // commands are of type 17
	weaves  bool // media of several chunk streams comes interleaved
	soon    bool // the next message of media is due within a few ms
	conn    uint32
}

// chance is true n times of a hundred.
func (w *cable) chance(n int) bool { return w.rand.IntN(100) < n }

// between is a number from a to b, with both.
func (w *cable) between(a, b int) int { return a + w.rand.IntN(b-a+1) }

// pick is one of the items.
func pick[T any](w *cable, items ...T) T { return items[w.rand.IntN(len(items))] }

// noise is n random bytes.
func (w *cable) noise(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(w.rand.Uint32())
	}
	return p
}

// wait lets time pass: what the way there and back takes, or a person.
func (w *cable) wait(least, most time.Duration) {
	w.now += least + time.Duration(w.rand.Int64N(int64(most-least)+1))
}

// bytes brings what one side sends, now and then in several pieces.
func (w *cable) bytes(from decode.Direction, p []byte) {
	w.sent[from] += int64(len(p))
	for len(p) > 0 {
		n := len(p)
		if w.chance(5) {
			n = 1 + w.rand.IntN(n)
		}
		w.line.Data(w.conn, from, began.Add(w.now), p[:n])
		p = p[n:]
		w.now += time.Duration(w.between(20, 200)) * time.Microsecond
	}
}

// send sends one message and what the other side has to say to it.
func (w *cable) send(from decode.Direction, m chunk.Out) {
	w.rows++
	w.out(from, m)
	if due := w.sent[from] - w.acked[from]; w.window[from] > 0 && due >= w.window[from] && !w.acks {
		w.acked[from] = w.sent[from]
		w.acks = true
		w.control(from.Peer(), chunk.TypeAcknowledgement, script.BigEndian(uint32(w.sent[from]))...)
		w.acks = false
	}
}

// control sends a protocol or user control message.
func (w *cable) control(from decode.Direction, typ uint8, body ...byte) {
	w.send(from, chunk.Out{ChunkStream: 2, Type: typ, Body: body})
}

// event sends a user control event about a number.
func (w *cable) event(from decode.Direction, event uint16, n ...uint32) {
	w.control(from, chunk.TypeUserControl, append([]byte{byte(event >> 8), byte(event)}, script.BigEndian(n...)...)...)
}

// chunkSize announces a chunk size and keeps to it.
func (w *cable) chunkSize(from decode.Direction, n int) {
	w.complete()
	w.control(from, chunk.TypeSetChunkSize, script.BigEndian(uint32(n))...)
	w.writers[from].size = n
}

// call sends a command.
func (w *cable) call(from decode.Direction, streamID uint32, list ...amf.Value) {
	on := uint32(3)
	if streamID > 0 && from == server {
		on = 5
	}
	w.complete()
	m := chunk.Out{ChunkStream: on, Type: chunk.TypeCommandAMF0, StreamID: streamID, Body: script.Values(list...)}
	if w.type17 {
		m.Type, m.Body = chunk.TypeCommandAMF3, append([]byte{0}, m.Body...)
	}
	w.send(from, m)
}

// status sends an onStatus of the server.
func (w *cable) status(streamID uint32, code string) {
	w.call(server, streamID, str("onStatus"), num(0), nul, script.Status("status", code, "x"))
}

// close ends both directions, one shortly after the other.
func (w *cable) close(first decode.Direction) {
	w.complete()
	for _, d := range []decode.Direction{first, first.Peer()} {
		w.wait(0, 30*time.Millisecond)
		w.line.Close(w.conn, d, began.Add(w.now), session.End{})
	}
}
