package record

import (
	"errors"
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// End is how and why a direction ended; see [Recorder.End].
type End struct {
	// Kind is Fin or Reset; anything else says that the direction ended because
	// its receiver was gone, as [Recorder.Cut] does.
	Kind   capture.Kind
	Cause  capture.Cause
	Reason string // in words
	// Facts are what was learned of the connection since it was begun; those of
	// Opening stand already.
	Facts capture.Facts
}

// comments are what the packet of an end says: words, and the cause unless the
// packet says it.
func (e *ending) comments() []string {
	list := meta.Words(e.reason)
	if c := meta.Cause(e.cause).Fit(); c != (meta.Cause{}) {
		list = append(list, meta.Comment{End: &c}.String())
	}
	return append(list, factComments(e.facts)...)
}

// Fin records the orderly end of one direction; reason may be empty.
func (r *Recorder) Fin(id uint64, fromServer bool, at time.Time, reason string) error {
	return r.End(id, fromServer, at, End{Kind: capture.Fin, Reason: reason})
}

// Reset records that one side aborted the connection; reason may be empty. The
// other direction may still get records until it is ended too.
func (r *Recorder) Reset(id uint64, fromServer bool, at time.Time, reason string) error {
	return r.End(id, fromServer, at, End{Kind: capture.Reset, Reason: reason})
}

// Cut records that one direction ended because its receiver was gone. On the
// wire stands the receiver's reset alone; it is recorded now if all that was
// known of the receiver is that it would send no more. reason may be empty.
func (r *Recorder) Cut(id uint64, fromServer bool, at time.Time, reason string) error {
	return r.End(id, fromServer, at, End{Reason: reason})
}

// End records the end of one direction.
func (r *Recorder) End(id uint64, fromServer bool, at time.Time, e End) error {
	last := ending{how: e.Kind, at: at, reason: e.Reason, cause: e.Cause, facts: e.Facts}
	switch e.Kind {
	case capture.Fin:
		return r.endFin(id, fromServer, last)
	case capture.Reset:
		return r.endReset(id, fromServer, last)
	}
	return r.endCut(id, fromServer, last)
}

func (r *Recorder) endFin(id uint64, fromServer bool, e ending) error {
	c, err := r.open(id, fromServer, e.at)
	if c == nil {
		return err
	}
	err = r.end(id, c, fromServer, e, err)
	if c.cut {
		return errors.Join(err, r.endReset(id, fromServer, e))
	}
	return err
}

func (r *Recorder) endReset(id uint64, fromServer bool, e ending) error {
	c := r.conns[id]
	if r.closed {
		return r.err
	}
	if c == nil || c.ends[index(fromServer)].how == capture.Reset {
		return fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	err := r.ready(e.at)
	c.at, e.how = e.at, capture.Reset
	return r.end(id, c, fromServer, e, err)
}

func (r *Recorder) endCut(id uint64, fromServer bool, e ending) error {
	c := r.conns[id]
	if r.closed {
		return r.err
	}
	if c == nil || c.ends[index(fromServer)].how != 0 {
		return fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	c.cut = true
	if c.ends[index(!fromServer)].how == capture.Fin {
		return r.endReset(id, !fromServer, e)
	}
	r.forget(id, c)
	return nil
}

// forget forgets a connection that is over.
func (r *Recorder) forget(id uint64, c *recorded) {
	if c.over() {
		r.heads -= len(c.head.data)
		delete(r.conns, id)
		delete(r.live, c.tuple)
	}
}

// end records the end of one direction and forgets a connection that is over.
// err is why it cannot be written now.
func (r *Recorder) end(id uint64, c *recorded, fromServer bool, e ending, err error) error {
	c.ends[index(fromServer)] = e
	r.forget(id, c)
	if err == nil && e.how == capture.Fin {
		err = r.prepare(c, fromServer, e.at)
	}
	if err == nil {
		err = r.finishHalf(c, fromServer)
	}
	if err != nil {
		r.remember(c)
	}
	return err
}

// finishHalf writes the end of a direction.
func (r *Recorder) finishHalf(c *recorded, fromServer bool) error {
	e, h := &c.ends[index(fromServer)], &c.half[index(fromServer)]
	out := segmentOut{fromServer: fromServer, flags: wire.FlagFIN | wire.FlagACK, at: e.at, comments: e.comments()}
	if e.how == capture.Reset {
		out.flags = wire.FlagRST | wire.FlagACK
	}
	if err := r.segment(c, out); err != nil {
		return err
	}
	h.ended = true
	if e.how == capture.Fin {
		h.next++
	}
	return nil
}
