package decode

// peek returns the next n unread bytes without reading them, or nil when they
// have not all arrived; what has arrived is then kept. The bytes are valid
// until the next Write.
func (d *Decoder) peek(n int) []byte {
	if len(d.stash) == 0 && len(d.in) >= n {
		return d.in[:n]
	}
	if miss := n - len(d.stash); miss > 0 {
		d.keep(min(miss, len(d.in)))
	}
	if len(d.stash) < n {
		return nil
	}
	return d.stash[:n]
}

// keep moves the next n borrowed bytes into the stash.
func (d *Decoder) keep(n int) {
	if len(d.stash) == 0 {
		d.stash = append(d.store[:0], d.in[:n]...)
		d.store = d.stash
	} else {
		d.stash = append(d.stash, d.in[:n]...)
	}
	d.in = d.in[n:]
}

// skip reads n bytes that peek returned. They stay intact until the next step,
// because events may point at them: the stash moves forward, nothing is copied
// down.
func (d *Decoder) skip(n int) {
	d.offset += int64(n)
	if k := min(n, len(d.stash)); k > 0 {
		n -= k
		d.stash = d.stash[k:]
	}
	d.in = d.in[n:]
}

// take reads up to n bytes that are in one piece, or nothing when none are
// there.
func (d *Decoder) take(n int) []byte {
	from := d.in
	if len(d.stash) > 0 {
		from = d.stash
	}
	p := from[:min(n, len(from))]
	d.skip(len(p))
	return p
}

// spill keeps the rest of the borrowed bytes, so that the stash holds all that
// is unread.
func (d *Decoder) spill() {
	d.keep(len(d.in))
}
