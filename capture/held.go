package capture

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Hold says how a receiver keeps its sender waiting.
type Hold struct {
	// For is how long the receiver has taken nothing, at the time of the record.
	For time.Duration `json:"for"`
	// Waiting is how many bytes the relay has and could not get rid of; 0 says
	// that the receiver takes bytes again, after For.
	Waiting int64 `json:"waiting"`
}

// Held records that the receiver of one direction takes nothing, or takes
// something again. fromServer names the direction of the bytes that wait. In the
// file it is an acknowledgement of the receiver with a window of 0, or of the
// usual size when it is over (RFC 9293 §3.8.6), so that other programs see it too.
func (r *Recorder) Held(id uint64, fromServer bool, at time.Time, h Hold) error {
	c, err := r.open(id, fromServer, at)
	if err != nil {
		return err
	}
	receiver := !fromServer
	if err := r.prepare(c, receiver, at); err != nil {
		return err
	}
	return r.segment(c, segmentOut{fromServer: receiver, flags: wire.FlagACK, shut: h.Waiting > 0, at: at,
		comments: append(comments(prefixed(h.words(side(receiver)))), meta{Held: &h}.comment())})
}

// words say it for a person.
func (h *Hold) words(receiver string) string {
	if h.Waiting == 0 {
		return fmt.Sprintf("the %s takes bytes again; it took none for %s", receiver, h.For.Round(time.Millisecond))
	}
	return fmt.Sprintf("the %s has taken no bytes for %s; %d wait for it", receiver, h.For.Round(time.Millisecond), h.Waiting)
}

// held tells what a packet says of the direction that its sender receives.
func (f *flow) held(fromServer bool) {
	h := &f.half[index(!fromServer)]
	if h.finSent || h.rstSent {
		return
	}
	hold := *f.reader.packet.held
	hold.For, hold.Waiting = max(hold.For, 0), max(hold.Waiting, 0)
	f.emit(Record{Kind: Held, FromServer: !fromServer, Offset: h.off, Hold: hold})
}
