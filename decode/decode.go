// Package decode turns the bytes of one direction of an RTMP connection into
// events: handshake parts, chunks, messages, and what went wrong.
//
// It is deterministic and has no I/O, clock, goroutine, lock or log inside: the
// caller gives it bytes and drains events.
//
//	d := decode.New(decode.FromClient, decode.DefaultLimits())
//	d.Write(p)
//	for e := d.Next(); e != nil; e = d.Next() {
//		…
//	}
//
// However the bytes are cut into writes, the events are the same. Whatever the
// bytes are, the decoder goes on: what it cannot read is an event, never an
// error and never a panic.
//
// The decoder frames; it does not interpret bodies, except for Set Chunk Size
// and Abort, which change the framing itself. Bodies are read by decode/message,
// and decode/session puts both directions together.
//
// Source: RTMP 1.0 §5.2 to §5.4, and for what real peers do instead, the
// implementations named beside each choice.
package decode

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
)

// phase is what the next unread byte is part of.
type phase uint8

const (
	inVersion phase = iota // C0 or S0
	inPart1                // C1 or S1
	inPart2                // C2 or S2
	inHeader               // a chunk header
	inPayload              // a chunk payload
	inLost                 // bytes whose framing is unknown
)

// Decoder decodes one direction. It is not safe for concurrent use. Create it
// with New.
type Decoder struct {
	dir     Direction
	lim     Limits
	phase   phase
	version byte

	// Unread bytes: stash (copied, from earlier writes), then in (borrowed).
	// store is the memory that the stash begins in when it is filled anew.
	stash  []byte
	store  []byte
	in     []byte
	offset int64 // of the first unread byte

	events []Event // of the last step; head counts those already returned
	head   int

	streams   streams
	chunkSize uint32
	wholeUpTo uint32 // chunkSize is inferred, from bodies of up to this length; 0: it is sure
	cur       current
	unknown   int    // messages of unknown type in a row
	latest    uint32 // timestamp of the last message on any chunk stream
	choices   choices
	search    search
	buffers   buffers
	forced    bool   // no more bytes will come before a choice is needed
	ended     bool   // a Finish was called and has not been reported
	ending    Reason // of what that leaves unfinished

	counting uint32 // see Count
	touched  []*stream
	tallies  []Tally
}

// current is the chunk that is being read.
type current struct {
	stream *stream
	start  int64  // offset of its header
	left   uint32 // payload bytes still to come
	header uint8  // header bytes
	format uint8
	ext    bool
}

// New returns a decoder for a direction whose first byte is C0 or S0.
func New(dir Direction, lim Limits) *Decoder {
	return &Decoder{dir: dir, lim: lim, chunkSize: chunk.DefaultSize}
}

// Offset is the number of bytes given so far that events account for, gaps
// included, plus those still waiting for the rest of a header.
func (d *Decoder) Offset() int64 { return d.offset + int64(len(d.stash)+len(d.in)) }

// ChunkSize is the chunk size in force at the first unread byte.
func (d *Decoder) ChunkSize() uint32 { return d.chunkSize }

// Write gives the decoder the next bytes. It keeps p until Next has returned
// nil; the caller must drain all events before it reuses p or writes again.
func (d *Decoder) Write(p []byte) {
	d.spill() // nothing, when the caller has drained the events
	d.in = p
}

// Next returns the next event, or nil when more bytes are needed. The event is
// valid until the next call of Next, Write, Gap or Finish.
func (d *Decoder) Next() *Event {
	for d.head == len(d.events) {
		d.events, d.head = d.events[:0], 0
		d.buffers.reclaim()
		if !d.step() && !d.end() {
			return nil
		}
	}
	d.head++
	return &d.events[d.head-1]
}

// step reads one unit and reports whether it made progress.
func (d *Decoder) step() bool {
	switch d.phase {
	case inHeader:
		return d.countShort() || d.readHeader()
	case inPayload:
		return d.readPayload()
	case inVersion:
		return d.readVersion()
	case inPart1, inPart2:
		return d.readPart()
	}
	return d.readLost()
}

// Gap tells the decoder that the next n bytes were not captured. It must be
// called when Next has returned nil. Inside a chunk payload the framing
// survives; the message that lost bytes is reported as Aborted. It also survives
// inside the handshake, whose length is fixed. A negative n is a gap of unknown
// length, which takes no room in the offsets.
func (d *Decoder) Gap(n int64) {
	d.settle()
	start := d.offset
	if d.phase == inPayload && n >= 0 && n <= int64(d.cur.left) {
		d.cur.left -= uint32(n)
		d.cur.stream.missing += uint32(n)
		d.offset += n
		d.emit(Event{Kind: Gap, Offset: start, End: d.offset})
		return
	}
	d.cut()
	start = d.offset
	d.offset += max(n, 0)
	d.emit(Event{Kind: Gap, Offset: start, End: d.offset})
	switch {
	case d.phase == inLost:
	case n >= 0 && d.inHandshake() && d.offset <= handshakeEnd:
		d.goOnInHandshake()
	case n < 0 && start == 0:
		d.lose(0, TokenMidStream, "the capture begins in the middle of the connection; no handshake was seen")
	default:
		d.lose(d.offset, TokenGap, "bytes are missing from the capture, so the next chunk header cannot be found")
	}
}

// Finish tells the decoder that the direction has ended. Unfinished parts,
// chunks and messages become events; drain them with Next. The decoder must not
// be written to afterwards.
func (d *Decoder) Finish() {
	d.finish(Reason{TokenEnd, "the connection ended in the middle of the message"})
}

// FinishOpen is Finish for a direction that was still open when the capture
// ended: what is unfinished is not the sender's doing.
func (d *Decoder) FinishOpen() {
	d.finish(Reason{TokenCaptureEnd, "the capture ended in the middle of the message"})
}

func (d *Decoder) finish(why Reason) {
	d.settle()
	d.ended, d.ending = true, why
}

// settle reads all it can from bytes that nothing will follow: a choice that
// waits for more evidence is taken now.
func (d *Decoder) settle() {
	d.spill()
	d.forced = true
	for d.step() {
	}
	d.forced = false
}

// end reports, once, what Finish left unfinished.
func (d *Decoder) end() bool {
	if !d.ended {
		return false
	}
	d.ended = false
	d.cut()
	d.abortAll(d.ending.Token, d.ending.Text)
	d.phase = inLost
	return len(d.events) > 0
}

// cut reports the bytes of an unfinished handshake part or chunk as they are.
func (d *Decoder) cut() {
	switch n := len(d.stash); {
	case d.phase == inPayload:
		d.emitChunk(true)
		d.phase = inHeader
	case n == 0 || d.phase == inLost:
	case d.phase == inHeader:
		d.emit(Event{Kind: Chunk, Cut: true, HeaderLen: uint8(n), Offset: d.offset, End: d.offset + int64(n), Body: d.stash})
	default:
		d.emit(Event{Kind: Handshake, Cut: true, Part: d.part(), Offset: d.offset, End: d.offset + int64(n), Body: d.stash})
	}
	if len(d.stash) > 0 {
		d.offset += int64(len(d.stash))
		d.stash, d.store = nil, nil // events point into them
	}
}

func (d *Decoder) emit(e Event) { d.events = append(d.events, e) }

// anomaly reports a choice at the start of the current unit.
func (d *Decoder) anomaly(at int64, token, text string) {
	d.emit(Event{Kind: Anomaly, Offset: at, End: at, Reason: Reason{token, text}})
}

// lose gives up framing at an offset. Messages in assembly are aborted.
func (d *Decoder) lose(at int64, token, text string) { d.loseTo(nil, at, token, text) }

// loseTo is lose with the bytes that show it.
func (d *Decoder) loseTo(proof []byte, at int64, token, text string) {
	d.abortAll(token, "framing was lost before the message was complete")
	d.emit(Event{Kind: Lost, Offset: at, End: at, Reason: Reason{token, text}, Body: proof})
	d.phase = inLost
	d.search = search{since: at}
	if token != TokenGap {
		d.streams = streams{} // what was read last may never have been headers
	}
	for _, s := range d.streams.all {
		s.stale = true
	}
}

// Where the parts of the handshake end, in bytes of the direction: C0 has one
// byte, C1 and C2 have 1536 each (RTMP 1.0 §5.2.2 to §5.2.4).
const (
	part1End     = 1 + handshake.Size
	handshakeEnd = part1End + handshake.Size
)
