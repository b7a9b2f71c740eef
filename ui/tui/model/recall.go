package model

// bySession is a row for each session, at 4 bytes a session.
type bySession []uint32

// of is the row of a session, 0 for none.
func (b bySession) of(session uint32) uint32 {
	if int(session) >= len(b) {
		return 0
	}
	return b[session]
}

func (b *bySession) set(session, row uint32) {
	for int(session) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[session] = row
}

// recalled is how many pairs a recent keeps at least; it keeps twice as many at most.
const recalled = 1 << 16

// recent are pairs of rows, of which those set long ago are forgotten. The zero value
// is ready.
type recent struct{ now, before map[uint32]uint32 }

// of is what was set for a row, 0 for none.
func (r *recent) of(row uint32) uint32 {
	if to := r.now[row]; to != 0 {
		return to
	}
	return r.before[row]
}

func (r *recent) set(row, to uint32) {
	if len(r.now) == recalled {
		r.before, r.now = r.now, nil
	}
	if r.now == nil {
		r.now = map[uint32]uint32{}
	}
	r.now[row] = to
}
