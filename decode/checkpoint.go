package decode

// AtRest reports whether the decoder stands between two chunks with no message
// in assembly and nothing unread: the moments at which it can be cloned.
func (d *Decoder) AtRest() bool {
	if d.phase != inHeader || len(d.stash)+len(d.in) > 0 || d.buffers.held > 0 {
		return false
	}
	for _, s := range d.streams.all {
		if s.open {
			return false
		}
	}
	return true
}

// Clone returns a decoder that goes on from here by itself, for decoding the
// same bytes again later. It may be called only when AtRest; the clone shares
// nothing with d.
func (d *Decoder) Clone() *Decoder {
	c := *d
	c.stash, c.store, c.in, c.events, c.head = nil, nil, nil, nil, 0
	c.buffers = buffers{}
	c.cur = current{}
	c.streams = d.streams.clone()
	return &c
}
