// Package record writes captures: what a relay moved, or what another capture holds, as
// one pcapng file that other programs open as it is, or as several that follow one
// another. Each record is a TCP segment with a synthetic IP and TCP header; what TCP has
// no packet for stands in comments. Package capture reads all of it back.
//
// A [Recorder] is synchronous: one goroutine owns it. It is readable after a kill at any
// moment, goes on after a full disk with gaps of exact length, and never overwrites.
package record

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

const (
	writeBuffer = 512 << 10
	// gapStep keeps a jump of the sequence number unambiguous in 32 bits.
	gapStep = 1 << 30
	// ackEvery bounds the bytes in flight for the same reason.
	ackEvery = 1 << 29
	// maxPendingNotes and maxPendingEnds bound what a recorder that cannot write
	// remembers for later.
	maxPendingNotes = 4096
	maxPendingEnds  = 1 << 14 // connections that ended, likewise
)

// ErrUnknown is returned for a connection that is not open, or an end of it
// that has already ended.
var ErrUnknown = errors.New("no such open connection")

// Recorder writes records as a pcapng file. It is synchronous and not safe for
// concurrent use: one goroutine owns it.
//
// After a failed write it is stopped: the failed call and every later one
// return the same error at once and write nothing, but the Recorder goes on to
// count. What was not written since the last successful write is taken back, so
// that the file ends with a whole block. A Recorder that Create made can go on
// in a new segment, see [Recorder.Retry]; any other stays stopped.
type Recorder struct {
	opts    Options
	out     packetWriter
	buf     buffer // blocks that are whole; see room
	sink    *segmentSink
	before  int64           // bytes in earlier segments
	removed int64           // bytes of those that were removed
	growing *source.Growing // nil when nobody can follow
	forgot  sync.Once       // of a ring: it was said that it forgets
	files   *segments       // nil when there is only one writer, which the caller closes
	err     error
	closed  bool

	base, last time.Time // the first time seen, to which all others are relative; the latest
	began      time.Time // the first time in this segment
	conns      map[uint64]*recorded
	live       map[tuple]uint64
	touched    []*recorded // changed since the last successful write
	ended      []*recorded // ended, and the file does not say so yet
	arrivals   uint64
	heads      int            // bytes kept of the beginnings of open connections
	opened     tally          // connections in the recording
	dropped    tally          // bytes in gaps in this segment
	gaps       tally          // in this segment
	told       uint64         // bytes of data
	stored     tally          // and how many of them were written
	notes      []capture.Note // that are not written yet
}

// tally is a count that a failed write takes back.
type tally struct{ now, written uint64 }

func (r *Recorder) tallies() [4]*tally {
	return [...]*tally{&r.opened, &r.dropped, &r.gaps, &r.stored}
}

// New records into w, which the caller closes after Close. When w is a
// [source.Memory], readers can follow it. Rotation needs [Create].
func New(w io.Writer, opts Options) (*Recorder, error) {
	r := newRecorder(opts)
	if m, ok := w.(*source.Memory); ok {
		r.growing = m.Growing
	}
	if err := r.begin(&segmentSink{w: w}, nil); err != nil {
		return nil, err
	}
	return r, r.Flush()
}

func newRecorder(opts Options) *Recorder {
	return &Recorder{opts: opts, buf: buffer{b: make([]byte, 0, writeBuffer)}, conns: map[uint64]*recorded{}, live: map[tuple]uint64{}}
}

// begin starts a section in sink.
func (r *Recorder) begin(sink *segmentSink, info *meta.Segment) error {
	r.sink = sink
	r.buf.reset(sink)
	r.out.packets, r.gaps, r.dropped, r.began = 0, tally{}, tally{}, time.Time{}
	r.out.to = &r.buf
	return r.out.begin(&r.opts, info)
}

// Source is what readers follow while the recorder writes, or nil when the
// recorder writes to something that cannot be read. It stays usable after Close
// until it is closed itself.
func (r *Recorder) Source() *source.Growing { return r.growing }

// Err is nil, or why recording has stopped.
func (r *Recorder) Err() error { return r.err }

// Size is how many bytes have been written out in all segments, those not yet
// flushed excluded.
func (r *Recorder) Size() int64 { return r.before + r.sink.n }

// Forgotten is how many of these bytes are gone with old segments, as Options.Keep
// says.
func (r *Recorder) Forgotten() int64 { return r.removed }

// Lost is how many relayed bytes the capture lacks because writing failed.
func (r *Recorder) Lost() int64 { return int64(r.told - r.stored.now) }

// Flush writes out what is buffered and tells the followers.
func (r *Recorder) Flush() error {
	if r.err != nil {
		return r.err
	}
	if len(r.buf.b) == 0 {
		return nil
	}
	if err := r.buf.flush(); err != nil {
		return r.fail(err)
	}
	r.commit()
	r.announce()
	return nil
}

// room makes sure that n more bytes fit the buffer, so that a block is never
// written in two parts.
func (r *Recorder) room(n int) error {
	if r.err == nil && r.buf.room() < n {
		return r.Flush()
	}
	return r.err
}

// commit notes that everything so far is in the file.
func (r *Recorder) commit() {
	for _, c := range r.touched {
		c.written, c.touched = c.state, false
	}
	r.touched = r.touched[:0]
	for _, n := range r.tallies() {
		n.written = n.now
	}
}

// fail stops the recording and goes back to what is in the file for certain.
func (r *Recorder) fail(err error) error {
	if r.err != nil {
		return r.err
	}
	r.err = fmt.Errorf("recording stopped after %d packets (%d bytes written): %w", r.out.packets, r.Size(), err)
	for _, c := range r.touched {
		c.state, c.touched = c.written, false
		r.remember(c)
	}
	r.touched = r.touched[:0]
	for _, n := range r.tallies() {
		n.now = n.written
	}
	r.announce()
	return r.err
}

// remember keeps a connection that has ended until the file says so.
func (r *Recorder) remember(c *recorded) {
	if c.over() && !c.settled() && !c.kept && len(r.ended) < maxPendingEnds {
		c.kept = true
		r.ended = append(r.ended, c)
	}
}

// Close writes the interface statistics (packets written, gaps recorded), ends
// the file and tells the followers that no more will come. A recorder that has
// stopped tries once more to go on, so that the end of the capture says what is
// missing. A second call only returns the first error again.
func (r *Recorder) Close() error {
	if r.closed {
		return r.err
	}
	if r.err != nil {
		r.Retry() //nolint:errcheck // r.err says it
	}
	r.closed = true
	if r.err == nil {
		r.finish() //nolint:errcheck // r.err says it
	}
	if r.files != nil {
		if err := r.files.close(); err != nil {
			r.fail(err) //nolint:errcheck // r.err says it
		}
	}
	r.announce()
	if r.growing != nil {
		r.growing.Finish()
	}
	if r.err != nil {
		return r.err
	}
	r.err = errors.New("the recording is closed")
	return nil
}

// finish ends a section.
func (r *Recorder) finish() error {
	if err := r.statistics(false); err != nil {
		return err
	}
	return r.Flush()
}

// statistics writes a block that says how much was recorded so far.
func (r *Recorder) statistics(beat bool) error {
	s := statistics{beat: beat, start: r.began, end: r.last, packets: r.out.packets, gaps: r.gaps.now, bytes: r.dropped.now}
	block := s.block()
	if err := r.room(len(block)); err != nil {
		return err
	}
	return r.buf.append(block)
}

func (r *Recorder) announce() {
	if r.growing != nil {
		r.growing.Advance(r.Size())
	}
}

// stamp is the time to write: the wall clock of the first time plus what has
// elapsed since, so that a step of the wall clock leaves no trace, and never
// before what the connection already holds.
func (r *Recorder) stamp(c *recorded, at time.Time) time.Time {
	if r.base.IsZero() {
		r.base = at
	}
	t := c.last
	switch {
	case !at.IsZero():
		t = r.base.Round(0).Add(at.Sub(r.base))
	case t.IsZero():
		t = time.Unix(0, 0)
	}
	if t.Before(c.last) {
		t = c.last
	}
	c.last = t
	r.seen(t)
	return t
}

// seen notes a time that is written.
func (r *Recorder) seen(t time.Time) {
	if r.began.IsZero() {
		r.began = t
	}
	if t.After(r.last) {
		r.last = t
	}
}

// tuple is the two ends of a connection as they stand in the packets.
type tuple struct{ client, server netip.AddrPort }
