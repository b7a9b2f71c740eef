package capture

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket/pcapgo"
)

// Options are how a [Recorder] describes itself in the file.
type Options struct {
	// Version is the version of the program, for example "1.2.0".
	Version string
}

const (
	// commentPrefix begins every packet comment that a Recorder writes, so that
	// comments which a person added are not taken for its own.
	commentPrefix  = "rtmpscope: "
	ownApplication = "rtmpscope "
	ownComment     = "Written by rtmpscope "
	writeBuffer    = 256 << 10
	// gapStep keeps a jump of the sequence number unambiguous in 32 bits.
	gapStep = 1 << 30
	// ackEvery bounds the bytes in flight for the same reason.
	ackEvery = 1 << 29
)

// ErrUnknown is returned for a connection that is not open, or an end of it
// that has already ended.
var ErrUnknown = errors.New("no such open connection")

// Recorder writes records as a pcapng file. It is synchronous and not safe for
// concurrent use: one goroutine owns it.
//
// After a failed write it stays failed: every later call returns the same error
// at once and writes nothing.
type Recorder struct {
	out     packetWriter
	buf     *bufio.Writer
	sink    countingSink
	growing *Growing  // nil when nobody can follow
	closer  io.Closer // nil when the caller closes the writer
	err     error
	closed  bool

	base    time.Time // the first time seen: all others are relative to it
	last    time.Time
	conns   map[uint64]*recorded
	live    map[tuple]uint64
	opened  uint32
	dropped uint64
}

// countingSink knows how many bytes have reached the file.
type countingSink struct {
	w io.Writer
	n int64
}

func (s *countingSink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.n += int64(n)
	return n, err
}

// NewRecorder records into w, which the caller closes after Close. When w is a
// [Memory], readers can follow it.
func NewRecorder(w io.Writer, opts Options) (*Recorder, error) {
	r := &Recorder{sink: countingSink{w: w}, conns: map[uint64]*recorded{}, live: map[tuple]uint64{}}
	if f, ok := w.(followed); ok {
		r.growing = f.source()
	}
	r.buf = bufio.NewWriterSize(&r.sink, writeBuffer)
	ng, err := newNgWriter(r.buf, pcapgo.NgSectionInfo{
		Application: ownApplication + opts.Version,
		Comment: ownComment + opts.Version + ". The bytes are what was relayed; the IP and TCP headers around them are synthetic." +
			" This file holds credentials in clear (stream keys, tokens): share it with care.",
	})
	if err != nil {
		return nil, err
	}
	r.out = packetWriter{ng: ng, buf: make([]byte, 0, maxPacket+len(synOptions))}
	return r, r.Flush()
}

// Source is what readers follow while the recorder writes, or nil when the
// recorder writes to something that cannot be read. It stays usable after Close
// until it is closed itself.
func (r *Recorder) Source() *Growing { return r.growing }

// Err is nil, or why recording stopped.
func (r *Recorder) Err() error { return r.err }

// Size is how many bytes have been written out, those not yet flushed excluded.
func (r *Recorder) Size() int64 { return r.sink.n }

// Flush writes out what is buffered and tells the followers.
func (r *Recorder) Flush() error {
	if r.err != nil {
		return r.err
	}
	if err := r.out.ng.Flush(); err != nil {
		return r.fail(err)
	}
	r.announce()
	return nil
}

// Close writes the interface statistics (packets written, gaps recorded), ends
// the file and tells the followers that no more will come. A second call only
// returns the first error again.
func (r *Recorder) Close() error {
	if r.closed {
		return r.err
	}
	r.closed = true
	if r.err == nil {
		stats := pcapgo.NgInterfaceStatistics{LastUpdate: r.last, StartTime: r.base, EndTime: r.last,
			PacketsReceived: r.out.packets, PacketsDropped: r.dropped}
		if err := r.out.ng.WriteInterfaceStats(0, stats); err != nil {
			r.fail(err)
		}
		r.Flush()
	}
	if r.closer != nil {
		if err := r.closer.Close(); err != nil {
			r.fail(err)
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

func (r *Recorder) announce() {
	if r.growing != nil {
		r.growing.Advance(r.sink.n)
	}
}

// fail makes the first error stay.
func (r *Recorder) fail(err error) error {
	if r.err == nil {
		r.err = fmt.Errorf("recording stopped after %d packets (%d bytes written): %w", r.out.packets, r.sink.n, err)
		r.announce()
	}
	return r.err
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
	if t.After(r.last) {
		r.last = t
	}
	return t
}

// tuple is the two ends of a connection as they stand in the packets.
type tuple struct{ client, server netip.AddrPort }
