package record

import (
	"io"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// mostLent bounds the pieces of one system call: IOV_MAX of Linux is 1024, and there
// are two for each payload.
const mostLent = 256

// buffer holds blocks that are whole until they are written together. Unlike a
// bufio.Writer it takes blocks that were made in its own room without copying them, and
// payloads from where they are, until flush has returned.
type buffer struct {
	w       io.Writer
	vectors bool // w can write several pieces at once
	b       []byte
	lent    []borrowed
	extra   int // bytes in lent
	pieces  [][]byte
}

// vectorWriter can write several pieces with one system call, if it says so.
type vectorWriter interface {
	takesVectors() bool
	writeVectors(pieces [][]byte) error
}

// borrowed is a payload that stands before b[at:].
type borrowed struct {
	at int
	p  []byte
}

// reset forgets what is held, and writes to w from now on.
func (b *buffer) reset(w io.Writer) {
	b.w, b.b, b.lent, b.extra = w, b.b[:0], b.lent[:0], 0
	v, ok := w.(vectorWriter)
	b.vectors = ok && v.takesVectors()
}

// lends says that the payload of a segment is written from where it is. It is as long
// as one can be, cut out of a read of more: nobody sends that much at a time but who
// sends as fast as the machine allows, and there it matters that no payload is read
// once more, not even to sum it up. All others are copied, which costs less than to
// tell the system where they are.
func (b *buffer) lends(s *segmentOut) bool {
	return s.lent && b.vectors && len(s.data) == wire.MaxSegment
}

// held is how many bytes are held.
func (b *buffer) held() int { return len(b.b) + b.extra }

// room is how many bytes can be appended before it is time to flush.
func (b *buffer) room() int {
	if len(b.lent) >= mostLent {
		return 0
	}
	return cap(b.b) - len(b.b)
}

// rest is what is free, as an empty slice to make a block in.
func (b *buffer) rest() []byte { return b.b[len(b.b):] }

// append takes a block that was made in rest, or anywhere. One that is longer than
// the room is written at once, after what is held.
func (b *buffer) append(block []byte) error {
	n := len(b.b)
	if len(block) <= b.room() {
		b.b = b.b[:n+len(block)]
		if &b.b[n] != &block[0] {
			copy(b.b[n:], block)
		}
		return nil
	}
	if err := b.flush(); err != nil {
		return err
	}
	_, err := b.w.Write(block)
	return err
}

// appendAround takes a block, of which lent, if there is any, stands before block[head:].
func (b *buffer) appendAround(block []byte, head int, lent []byte) error {
	n := len(b.b)
	if len(lent) == 0 || len(block) > b.room() {
		return b.append(insert(block, head, lent))
	}
	if err := b.append(block); err != nil {
		return err
	}
	b.lent = append(b.lent, borrowed{n + head, lent})
	b.extra += len(lent)
	return nil
}

// insert returns a block with a payload in it.
func insert(block []byte, head int, p []byte) []byte {
	if len(p) == 0 {
		return block
	}
	return append(append(append(make([]byte, 0, len(block)+len(p)), block[:head]...), p...), block[head:]...)
}

// flush writes what is held.
func (b *buffer) flush() error {
	if len(b.b) == 0 {
		return nil
	}
	var err error
	if len(b.lent) == 0 {
		_, err = b.w.Write(b.b)
	} else {
		err = b.w.(vectorWriter).writeVectors(b.vector())
	}
	clear(b.pieces)
	if err == nil {
		b.b, b.lent, b.extra = b.b[:0], b.lent[:0], 0
	}
	return err
}

// vector lays what is held out in order.
func (b *buffer) vector() [][]byte {
	b.pieces = b.pieces[:0]
	from := 0
	for _, l := range b.lent {
		b.pieces = append(b.pieces, b.b[from:l.at], l.p)
		from = l.at
	}
	return append(b.pieces, b.b[from:])
}
