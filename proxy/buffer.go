package proxy

import (
	"math/bits"
	"sync"
)

// Blocks come in powers of two, so that bytes that are kept cost at most twice
// their length. The largest is what a copier reads into.
const (
	minBlockBits = 7
	maxBlockBits = 16
	readSize     = 1 << maxBlockBits
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

// NewBuffer returns a Buffer with a copy of p, which has 1 byte to 64 KiB.
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

// compact returns a Buffer with the bytes of b in the smallest block that holds
// them. It takes b over; when b has no larger block than needed it is b itself.
func (b *Buffer) compact() *Buffer {
	if blockSize(b.n) == len(b.block) {
		return b
	}
	small := NewBuffer(b.Bytes())
	b.Release()
	return small
}

// blockSize returns the size of the block that newBuffer uses for n bytes.
func blockSize(n int) int { return 1 << (minBlockBits + classOf(n)) }

func classOf(n int) int { return max(bits.Len(uint(n-1)), minBlockBits) - minBlockBits }
