package export

import (
	"errors"
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// writeCapture writes whole sessions as a new capture. Without ShowSecrets each
// credential is replaced by as many letters, the same ones everywhere; all
// other bytes, offsets and times stay, so that it decodes to the same rows. What
// cannot be decoded may hold credentials nobody can find: there every run of
// printable characters is overwritten. The notes about these sessions and about
// the capture stand at its end, as they do in a recording.
//
// When Options.Rows or Options.Keep is set, the sessions that have such a row
// are written.
func writeCapture(j *job) error {
	c := copier{job: j, conns: map[uint32]*copied{}}
	if err := c.plan(); err != nil {
		return err
	}
	if len(c.conns) == 0 {
		return fmt.Errorf("%w: the capture has none of the chosen sessions", ErrNothing)
	}
	return c.write()
}

// copier writes records again.
type copier struct {
	*job
	conns map[uint32]*copied
	out   *record.Recorder
}

// redactedNotice is what a capture without credentials says of itself.
const redactedNotice = "The credentials that could be recognised (stream keys, tokens) were replaced by other letters of the same number."

// copied is a connection that is written again.
type copied struct {
	number   uint32 // in the copy
	answered bool   // the server was reached
	find     [2]*patcher
	patches  [2][]patch
}

// plan finds out what to write and what to replace.
func (c *copier) plan() error {
	wanted, err := c.sessions()
	if err != nil {
		return err
	}
	opened := uint32(0)
	_, err = fold.Records(c.src, func(rec *capture.Record) error {
		if rec.Kind == capture.Opened {
			if opened++; wanted(opened) {
				c.conns[rec.Conn] = newCopied(c.job.redactor(opened))
				c.conns[rec.Conn].number = uint32(len(c.conns))
			}
		}
		if conn := c.conns[rec.Conn]; conn != nil && rec.Kind != capture.Noted {
			conn.learn(rec)
		}
		return nil
	})
	for _, conn := range c.conns {
		conn.finish()
	}
	if fold.IsTorn(err) {
		return nil
	}
	return err
}

// sessions returns which sessions are wanted, which takes a fold when the
// choice is by row.
func (c *copier) sessions() (func(uint32) bool, error) {
	if !c.opts.partial() {
		return c.opts.wantsSession, nil
	}
	some := map[uint32]bool{}
	_, err := c.fold(func(e *session.Entry) error {
		some[e.Session] = true
		return nil
	})
	return func(n uint32) bool { return some[n] }, err
}

func newCopied(clean *redactor) *copied {
	conn := &copied{}
	if clean != nil {
		conn.find = [2]*patcher{newPatcher(clean, decode.FromClient), newPatcher(clean, decode.FromServer)}
	}
	return conn
}

func (c *copied) learn(rec *capture.Record) {
	if rec.FromServer && rec.Kind != capture.Reset {
		c.answered = true
	}
	if p := c.find[fold.Sender(rec)]; p != nil {
		p.record(rec)
	}
}

func (c *copied) finish() {
	for i, p := range c.find {
		if p != nil {
			p.finish()
			c.patches[i] = p.all()
			c.find[i] = nil
		}
	}
}

// write copies the records.
func (c *copier) write() (err error) {
	o := record.Options{Version: c.opts.Version}
	if !c.opts.ShowSecrets {
		o.Notice = redactedNotice
	}
	if c.out, err = record.New(c.w, o); err != nil {
		return err
	}
	_, err = fold.Records(c.src, func(rec *capture.Record) error {
		err := c.record(rec)
		if errors.Is(err, record.ErrUnknown) {
			return nil // a side that has ended sends no more
		}
		return err
	})
	if err != nil && !fold.IsTorn(err) {
		return err
	}
	if err := c.notes(); err != nil {
		return err
	}
	return c.out.Close()
}

// notes writes the notes, of each the latest version.
func (c *copier) notes() error {
	for _, n := range c.seen.notes {
		if n.Conn > 0 {
			conn := c.conns[n.Conn]
			if conn == nil {
				continue
			}
			n.Conn = conn.number
		}
		n.Text, n.Author = c.opts.mask.text(n.Text), c.opts.mask.text(n.Author)
		if err := c.out.Note(n); err != nil {
			return err
		}
	}
	return nil
}

// record writes one record, if it is of a connection that is wanted.
func (c *copier) record(rec *capture.Record) error {
	if rec.Kind == capture.Beat {
		return c.out.Beat(rec.Time)
	}
	conn := c.conns[rec.Conn]
	if conn == nil {
		return nil
	}
	id, reason := uint64(rec.Conn), c.opts.mask.text(rec.Reason)
	switch rec.Kind {
	case capture.Opened:
		connected := rec.Time
		if rec.Waits || !conn.answered {
			connected = time.Time{} // there was no server
		}
		return c.out.Begin(id, record.Opening{Accepted: rec.Time, Connected: connected, Client: rec.Client, Server: rec.Server,
			Reason: reason, Facts: c.facts(rec.Facts), Waits: rec.Waits})
	case capture.Connected:
		return c.out.Reached(id, record.Opening{Connected: rec.Time, Client: rec.Client, Server: rec.Server, Reason: reason, Facts: c.facts(rec.Facts)})
	case capture.Data:
		data := append([]byte(nil), rec.Data...)
		dir := fold.Sender(rec)
		conn.patches[dir] = apply(conn.patches[dir], rec.Offset, data)
		return c.out.Data(id, rec.FromServer, rec.Time, data)
	case capture.Gap:
		return c.out.GapCopy(id, rec.FromServer, rec.Time, rec.Length, reason)
	case capture.Held:
		return c.out.Held(id, rec.FromServer, rec.Time, rec.Hold)
	case capture.Paced:
		return c.out.Paced(id, rec.FromServer, rec.Time, *rec.Pace)
	case capture.Edited:
		return c.out.Edited(id, rec.FromServer, rec.Time, c.edit(*rec.Edit))
	case capture.Outer:
		return c.out.OuterCopy(id, rec.FromServer, rec.Time, rec.Around)
	case capture.Fin, capture.Reset:
		return c.out.End(id, rec.FromServer, rec.Time, record.End{Kind: rec.Kind, Cause: c.cause(rec.Cause), Reason: reason, Facts: c.facts(rec.Facts)})
	}
	return nil // notes follow at the end
}

// facts and cause are what stands in them without credentials.
func (c *copier) facts(facts capture.Facts) capture.Facts {
	masked := make(capture.Facts, len(facts))
	for i, f := range facts {
		masked[i] = capture.Fact{Key: f.Key, Value: c.opts.mask.text(f.Value)}
	}
	return masked
}

// edit is a change without what was put in, which may hold a credential that nobody
// has found: the copy keeps its length.
func (c *copier) edit(e capture.Edit) capture.Edit {
	if !c.opts.ShowSecrets {
		e.Inserted = make([]byte, len(e.Inserted))
	}
	return e
}

func (c *copier) cause(x capture.Cause) capture.Cause {
	x.Target, x.Detail = c.opts.mask.text(x.Target), c.opts.mask.text(x.Detail)
	return x
}
