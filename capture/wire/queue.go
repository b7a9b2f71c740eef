package wire

import "slices"

// Limits on what arrived before the bytes that precede it. The receiver's
// window bounds it in honest captures; a hole that lasts longer is a loss.
const (
	maxPendingBytes    = 8 << 20
	maxPendingSegments = 4096
)

// Queue is pieces that wait for others before them. The zero value is empty.
type Queue struct {
	pending      []Piece // sorted, not overlapping
	pendingBytes int
}

// Piece is bytes at an offset; after data, missing bytes were cut off.
type Piece struct {
	Off     int64
	Data    []byte
	Missing int
	// Frame is the position of the packet in its capture, which is only kept.
	Frame int64
}

// End is the offset after the last byte, missing or not.
func (p *Piece) End() int64 { return p.Off + int64(len(p.Data)) + int64(p.Missing) }

// SkipTo drops what is before off.
func (p *Piece) SkipTo(off int64) {
	n := off - p.Off
	if n <= 0 {
		return
	}
	p.Off = off
	known := min(n, int64(len(p.Data)))
	p.Data = p.Data[known:]
	p.Missing -= int(n - known)
}

// before is the part of p up to off.
func (p Piece) before(off int64) Piece {
	n := int(off - p.Off)
	if n <= len(p.Data) {
		p.Data, p.Missing = p.Data[:n], 0
		return p
	}
	p.Missing = n - len(p.Data)
	return p
}

// Hold keeps a copy of p, as far as it is new: what came first stays.
func (q *Queue) Hold(p Piece) {
	for p.Off < p.End() {
		i, _ := slices.BinarySearchFunc(q.pending, p.Off, func(held Piece, off int64) int {
			if held.End() <= off {
				return -1
			}
			return 1
		})
		next := p.End()
		if i < len(q.pending) {
			next = min(next, q.pending[i].Off)
		}
		if p.Off < next {
			fresh := p.before(next)
			fresh.Data = slices.Clone(fresh.Data)
			q.pending = slices.Insert(q.pending, i, fresh)
			q.pendingBytes += len(fresh.Data)
			p.SkipTo(next)
			continue
		}
		p.SkipTo(min(p.End(), q.pending[i].End()))
	}
}

// Pop removes the first pending piece.
func (q *Queue) Pop() Piece {
	p := q.pending[0]
	q.pending = slices.Delete(q.pending, 0, 1)
	q.pendingBytes -= len(p.Data)
	return p
}

// Waits says that there is a piece.
func (q *Queue) Waits() bool { return len(q.pending) > 0 }

// First is the offset of the first piece, which must be there.
func (q *Queue) First() int64 { return q.pending[0].Off }

// Full says that no more may wait.
func (q *Queue) Full() bool {
	return q.pendingBytes > maxPendingBytes || len(q.pending) > maxPendingSegments
}
