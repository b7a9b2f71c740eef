package record

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Held records that the receiver of one direction takes nothing, or takes
// something again. fromServer names the direction of the bytes that wait. In the
// file it is an acknowledgement of the receiver with a window of 0, or of the
// usual size when it is over (RFC 9293 §3.8.6), so that other programs see it too.
func (r *Recorder) Held(id uint64, fromServer bool, at time.Time, h capture.Hold) error {
	c, err := r.open(id, fromServer, at)
	if err != nil {
		return err
	}
	receiver := !fromServer
	if err := r.prepare(c, receiver, at); err != nil {
		return err
	}
	return r.segment(c, segmentOut{fromServer: receiver, flags: wire.FlagACK, shut: h.Waiting > 0, at: at,
		comments: append(meta.Words(holdWords(&h, meta.Side(receiver))), meta.Comment{Held: (*meta.Hold)(&h)}.String())})
}

// words say it for a person.
func holdWords(h *capture.Hold, receiver string) string {
	if h.Waiting == 0 {
		return fmt.Sprintf("the %s takes bytes again; it took none for %s", receiver, h.For.Round(time.Millisecond))
	}
	return fmt.Sprintf("the %s has taken no bytes for %s; %d wait for it", receiver, h.For.Round(time.Millisecond), h.Waiting)
}

// Paced records how fast the receiver of one direction takes what it is sent.
// fromServer names the direction of the bytes. In the file it is an acknowledgement
// of the receiver.
func (r *Recorder) Paced(id uint64, fromServer bool, at time.Time, p capture.Pace) error {
	c, err := r.open(id, fromServer, at)
	if err != nil {
		return err
	}
	receiver := !fromServer
	if err := r.prepare(c, receiver, at); err != nil {
		return err
	}
	told := &meta.Pace{
		Behind: p.Behind, Over: p.Over, Span: p.Span, Came: p.Came, Taken: p.Taken, Blocked: p.Blocked, Waiting: p.Waiting, Path: (*meta.Path)(p.Path),
	}
	return r.segment(c, segmentOut{fromServer: receiver, flags: wire.FlagACK, at: at,
		comments: append(meta.Words(paceWords(&p, meta.Side(receiver))), meta.Comment{Paced: told}.String())})
}

// words say it for a person.
func paceWords(p *capture.Pace, receiver string) string {
	behind := p.Behind.Round(time.Millisecond)
	if p.Over {
		return fmt.Sprintf("the %s keeps up again; it lagged for %s", receiver, behind)
	}
	return fmt.Sprintf("the %s has lagged for %s: of %d bytes it took %d in %s; %d wait for it", receiver, behind, p.Came, p.Taken, p.Span.Round(time.Millisecond), p.Waiting)
}

// OuterCopy records what the protocol around RTMP said, for a connection out of
// another capture that is recorded without that protocol. In the file it is an
// acknowledgement with a comment.
func (r *Recorder) OuterCopy(id uint64, fromServer bool, at time.Time, a capture.Around) error {
	c, err := r.open(id, fromServer, at)
	if err != nil {
		return err
	}
	if err := r.prepare(c, fromServer, at); err != nil {
		return err
	}
	return r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at,
		comments: append(meta.Words(outerWords(&a, meta.Side(fromServer))), meta.Comment{Around: (*meta.Around)(&a)}.String())})
}

// words say it for a person.
func outerWords(a *capture.Around, sender string) string {
	if a.Poll {
		return "the " + sender + " asked for bytes through its tunnel"
	}
	return fmt.Sprintf("the %s sent TLS alert %d", sender, a.Alert)
}

// maxInserted is how much of an insertion one packet says, as Base64 in a comment of
// at most 64 KiB; a longer one is several edits at one offset.
const maxInserted = 32 << 10

// Edited records a change to a direction. In the file it is an acknowledgement by
// the sender with a comment, because nothing that the sender sent is different.
func (r *Recorder) Edited(id uint64, fromServer bool, at time.Time, e capture.Edit) error {
	c, err := r.open(id, fromServer, at)
	if err != nil {
		return err
	}
	if err := r.prepare(c, fromServer, at); err != nil {
		return err
	}
	for rest := e.Inserted; len(rest) > maxInserted; rest = e.Inserted {
		part := capture.Edit{Offset: e.Offset, Inserted: rest[:maxInserted], Wait: e.Wait}
		if err := r.edited(c, fromServer, at, part); err != nil {
			return err
		}
		e.Inserted, e.Wait = rest[maxInserted:], 0
	}
	return r.edited(c, fromServer, at, e)
}

func (r *Recorder) edited(c *recorded, fromServer bool, at time.Time, e capture.Edit) error {
	return r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at,
		comments: append(meta.Words(editWords(&e, meta.Side(fromServer))), meta.Comment{Edited: (*meta.Edit)(&e)}.String())})
}

// words say it for a person.
func editWords(e *capture.Edit, sender string) string {
	return fmt.Sprintf("the relay changed what the %s sent, at offset %d: waited %s, left out %d bytes, sent %d in their place",
		sender, e.Offset, e.Wait.Round(time.Millisecond), e.Removed, len(e.Inserted))
}
