package proxy

// appetite is how much a copier has room for when it reads: little for who says
// little, so that thousands of quiet connections take no memory, and a mebibyte for who
// sends as fast as it can, so that each system call, time stamp and wake-up moves as
// much as possible. A read never waits for its room to fill.
type appetite struct {
	bits  int // of the size
	small int // reads in a row that needed a quarter of it at most
}

const (
	leastAppetite = 12 // bits: a page
	firstAppetite = 14 // bits: what ends a handshake and begins a session
	// smallReads is after how many small reads the room shrinks: the pauses between key
	// frames have fewer.
	smallReads = 32
)

func newAppetite() appetite { return appetite{bits: firstAppetite} }

// buffer returns room for the next read.
func (a *appetite) buffer() *Buffer { return newBuffer(1 << a.bits) }

// had learns from a read of n bytes, and reports whether the room is another now.
func (a *appetite) had(n int) (changed bool) {
	switch {
	case n >= 1<<a.bits:
		a.small = 0
		if a.bits == maxBlockBits {
			return false
		}
		a.bits = min(a.bits+2, maxBlockBits)
		return true
	case 4*n > 1<<a.bits:
		a.small = 0
	case a.bits > leastAppetite:
		if a.small++; a.small == smallReads {
			a.small = 0
			a.bits--
			return true
		}
	}
	return false
}
