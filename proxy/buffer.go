package proxy

import (
	"math/bits"
	"sync"
)

// Blocks come in powers of two, so that bytes that are kept cost at most twice
// their length, or four times if they are many and to copy them would cost more. The
// largest is the largest that a copier reads into: see appetite.
const (
	minBlockBits = 7
	maxBlockBits = 20
	readSize     = 1 << maxBlockBits
	dearSize     = 64 << 10 // from here on, copying costs more than memory
)

var blocks [maxBlockBits - minBlockBits + 1]sync.Pool

// Buffer is bytes with exactly one owner. The owner may read them until it calls
// Release; nobody writes to them.
type Buffer struct {
	block []byte
	n     int
}

// Bytes returns the bytes. They are valid until Release.
func (b *Buffer) Bytes() []byte { return b.block[:b.n] }

// Release gives the memory back. The owner must not use b or its bytes after it,
// and must not call it twice. A Buffer that is never released is left to the
// garbage collector.
func (b *Buffer) Release() { blocks[classOf(len(b.block))].Put(b) }

// NewBuffer returns a Buffer with a copy of p, which has 1 byte to 1 MiB.
func NewBuffer(p []byte) *Buffer {
	b := newBuffer(len(p))
	b.n = copy(b.block, p)
	return b
}

// newBuffer returns a Buffer without bytes whose block has room for n bytes, from 1 to readSize.
func newBuffer(n int) *Buffer {
	class := classOf(n)
	if b, ok := blocks[class].Get().(*Buffer); ok {
		b.n = 0
		return b
	}
	return &Buffer{block: make([]byte, 1<<(minBlockBits+class))}
}

// keepSize is how large a block compact leaves the bytes of b in.
func (b *Buffer) keepSize() int {
	if b.n > dearSize && 4*b.n > len(b.block) {
		return len(b.block)
	}
	return blockSize(b.n)
}

// compact returns a Buffer with the bytes of b in a block that is not much larger
// than needed. It takes b over; when its own block is none it is b itself.
func (b *Buffer) compact() *Buffer {
	if b.keepSize() == len(b.block) {
		return b
	}
	small := NewBuffer(b.Bytes())
	b.Release()
	return small
}

// blockSize returns the size of the block that newBuffer uses for n bytes.
func blockSize(n int) int { return 1 << (minBlockBits + classOf(n)) }

func classOf(n int) int { return max(bits.Len(uint(n-1)), minBlockBits) - minBlockBits }
