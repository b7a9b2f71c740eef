package capture

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Edit is one change that the relay made between a sender and its receiver. The
// capture holds what the sender sent; the receiver was sent that with the edits
// applied in their order.
type Edit struct {
	// Offset is the position in the sender's bytes, Removed how many from there were
	// left out, and Inserted what was sent in their place.
	Offset   int64  `json:"offset"`
	Removed  int64  `json:"removed,omitempty"`
	Inserted []byte `json:"inserted,omitempty"`
	// Wait is how long the relay waited before.
	Wait time.Duration `json:"wait,omitempty"`
}

// maxInserted is how much of an insertion one packet says, as Base64 in a comment of
// at most 64 KiB; a longer one is several edits at one offset.
const maxInserted = 32 << 10

// Edited records a change to a direction. In the file it is an acknowledgement by
// the sender with a comment, because nothing that the sender sent is different.
func (r *Recorder) Edited(id uint64, fromServer bool, at time.Time, e Edit) error {
	c, err := r.open(id, fromServer, at)
	if err != nil {
		return err
	}
	if err := r.prepare(c, fromServer, at); err != nil {
		return err
	}
	for rest := e.Inserted; len(rest) > maxInserted; rest = e.Inserted {
		part := Edit{Offset: e.Offset, Inserted: rest[:maxInserted], Wait: e.Wait}
		if err := r.edited(c, fromServer, at, part); err != nil {
			return err
		}
		e.Inserted, e.Wait = rest[maxInserted:], 0
	}
	return r.edited(c, fromServer, at, e)
}

func (r *Recorder) edited(c *recorded, fromServer bool, at time.Time, e Edit) error {
	return r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at,
		comments: append(comments(prefixed(e.words(side(fromServer)))), meta{Edited: &e}.comment())})
}

// words say it for a person.
func (e *Edit) words(sender string) string {
	return fmt.Sprintf("the relay changed what the %s sent, at offset %d: waited %s, left out %d bytes, sent %d in their place",
		sender, e.Offset, e.Wait.Round(time.Millisecond), e.Removed, len(e.Inserted))
}

// edited tells what a packet says of a change to the bytes of its sender.
func (f *flow) edited(fromServer bool) {
	h := &f.half[index(fromServer)]
	if h.finSent || h.rstSent {
		return
	}
	e := *f.reader.packet.edited // kept by who reads, unlike the packet
	e.Offset, e.Removed, e.Wait = max(e.Offset, 0), max(e.Removed, 0), max(e.Wait, 0)
	f.emit(Record{Kind: Edited, FromServer: fromServer, Offset: e.Offset, Edit: &e})
}
