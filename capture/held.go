package capture

import "time"

// Hold says how a receiver keeps its sender waiting.
type Hold struct {
	// For is how long the receiver has taken nothing, at the time of the record.
	For time.Duration
	// Waiting is how many bytes the relay has and could not get rid of; 0 says
	// that the receiver takes bytes again, after For.
	Waiting int64
}

// held tells what a packet says of the direction that its sender receives.
func (f *flow) held(fromServer bool) {
	h := &f.half[index(!fromServer)]
	if h.finSent || h.rstSent {
		return
	}
	hold := Hold(*f.reader.packet.held)
	hold.For, hold.Waiting = max(hold.For, 0), max(hold.Waiting, 0)
	f.emit(&Record{Kind: Held, FromServer: !fromServer, Offset: h.off, Hold: hold})
}
