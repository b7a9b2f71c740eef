package proxy

import "sync/atomic"

// appetite is how much a copier has room for when it reads: little for who says
// little, so that thousands of quiet connections take no memory, and a mebibyte for who
// sends as fast as it can, so that each system call, time stamp and wake-up moves as
// much as possible. A read never waits for its room to fill.
type appetite struct {
	bits  int // of the size
	small int // reads in a row that needed a quarter of it at most
	table *table
}

const (
	leastAppetite = 12 // bits: a page, with which every direction begins
	freeAppetite  = 14 // bits: what a direction may have without asking
	// smallReads is after how many small reads the room shrinks: the pauses between key
	// frames have fewer.
	smallReads = 32
	// tableSize is how many bytes of room beyond freeAppetite all copiers of a Server
	// have together: enough for two dozen floods, and a bound when thousands of
	// connections are behind at once.
	tableSize = 32 << 20
)

// table is what the copiers of a Server share: bytes of room beyond freeAppetite.
type table struct{ taken atomic.Int64 }

// take takes so many bytes, if they are there; less than none are given back.
func (t *table) take(n int) bool {
	if t.taken.Add(int64(n)) <= tableSize || n <= 0 {
		return true
	}
	t.taken.Add(-int64(n))
	return false
}

func newAppetite(t *table) appetite { return appetite{bits: leastAppetite, table: t} }

// buffer returns room for the next read.
func (a *appetite) buffer() *Buffer { return newBuffer(1 << a.bits) }

// had learns from a read of n bytes, and reports whether the room is another now.
func (a *appetite) had(n int) (changed bool) {
	switch {
	case n >= 1<<a.bits:
		a.small = 0
		return a.bits < maxBlockBits && a.resize(min(a.bits+2, maxBlockBits))
	case 4*n > 1<<a.bits:
		a.small = 0
	case a.bits > leastAppetite:
		if a.small++; a.small == smallReads {
			a.small = 0
			return a.resize(a.bits - 1)
		}
	}
	return false
}

// resize changes the room, if there is enough for that.
func (a *appetite) resize(bits int) bool {
	if !a.table.take(beyond(bits) - beyond(a.bits)) {
		return false
	}
	a.bits = bits
	return true
}

// leave gives back what was taken of the table.
func (a *appetite) leave() { a.table.take(-beyond(a.bits)) }

// beyond is how much of a room counts.
func beyond(bits int) int { return max(1<<bits-1<<freeAppetite, 0) }
