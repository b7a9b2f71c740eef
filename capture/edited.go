package capture

import "time"

// Edit is one change that the relay made between a sender and its receiver. The
// capture holds what the sender sent; the receiver was sent that with the edits
// applied in their order.
type Edit struct {
	// Offset is the position in the sender's bytes, Removed how many from there were
	// left out, and Inserted what was sent in their place.
	Offset   int64
	Removed  int64
	Inserted []byte
	// Wait is how long the relay waited before.
	Wait time.Duration
}

// edited tells what a packet says of a change to the bytes of its sender.
func (f *flow) edited(fromServer bool) {
	h := &f.half[index(fromServer)]
	if h.finSent || h.rstSent {
		return
	}
	e := Edit(*f.reader.packet.edited) // kept by who reads, unlike the packet
	e.Offset, e.Removed, e.Wait = max(e.Offset, 0), max(e.Removed, 0), max(e.Wait, 0)
	f.emit(&Record{Kind: Edited, FromServer: fromServer, Offset: e.Offset, Edit: &e})
}
