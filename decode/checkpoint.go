package decode

// AtRest reports whether the last byte that events account for ends a chunk,
// with no message in assembly: the moments at which the decoder can be cloned.
// Bytes after that may already have been given to Write.
func (d *Decoder) AtRest() bool {
	return d.phase == inHeader && d.streams.inAssembly == 0 && len(d.stash) == 0 && d.head == len(d.events)
}

// Read is the number of bytes that events account for: where a Clone goes on.
func (d *Decoder) Read() int64 { return d.offset }

// Clone returns a decoder that goes on by itself from offset Read, for decoding
// the same bytes again later. It may be called only when AtRest; the clone
// shares nothing with d.
func (d *Decoder) Clone() *Decoder {
	c := *d
	c.stash, c.store, c.in, c.events, c.head = nil, nil, nil, nil, 0
	c.buffers = buffers{}
	c.cur = current{}
	c.counting, c.touched, c.tallies = 0, nil, nil
	c.streams = d.streams.clone()
	return &c
}
