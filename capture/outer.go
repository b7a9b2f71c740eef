package capture

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Around is what the protocol around RTMP said in an Outer record. Exactly one
// of its fields is set.
type Around struct {
	// Poll is true when the client of a tunnel (RTMPT) asked the server for bytes
	// and sent none: with /open, which comes first, or with /idle.
	Poll bool `json:"poll,omitempty"`
	// Alert is the description of a TLS alert (RFC 8446 §6) that was read with a
	// key log; its sender is that of the record. Alerts in clear are among the
	// bytes of a connection that is told as it is. 0, close_notify, is not told.
	Alert uint8 `json:"alert,omitempty"`
}

// OuterCopy records what the protocol around RTMP said, for a connection out of
// another capture that is recorded without that protocol. In the file it is an
// acknowledgement with a comment.
func (r *Recorder) OuterCopy(id uint64, fromServer bool, at time.Time, a Around) error {
	c, err := r.open(id, fromServer, at)
	if err != nil {
		return err
	}
	if err := r.prepare(c, fromServer, at); err != nil {
		return err
	}
	return r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at,
		comments: append(comments(prefixed(a.words(side(fromServer)))), meta{Around: &a}.comment())})
}

// words say it for a person.
func (a *Around) words(sender string) string {
	if a.Poll {
		return "the " + sender + " asked for bytes through its tunnel"
	}
	return fmt.Sprintf("the %s sent TLS alert %d", sender, a.Alert)
}

// outer tells what a packet says of the protocol around the connection.
func (f *flow) outer(fromServer bool) {
	h := &f.half[index(fromServer)]
	if h.finSent || h.rstSent {
		return
	}
	f.emit(Record{Kind: Outer, FromServer: fromServer, Offset: h.off, Around: *f.reader.packet.around})
}
