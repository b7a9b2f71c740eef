package proxy

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"
)

// epoch is the origin of the monotonic times kept in atomics.
var epoch = time.Now()

// flow counts one direction of a connection. One copier writes, anybody reads.
type flow struct {
	bytes   atomic.Int64
	last    atomic.Int64 // when bytes were last read, ns since epoch; 0 = never
	writing atomic.Int64 // when the pending write began, ns since epoch; 0 = none
	blocked atomic.Int64 // ns spent in finished writes
	pending atomic.Int64 // bytes of the pending write
	queued  atomic.Int64 // bytes that the receiver had not got when it was looked at last
	stuck   atomic.Int64 // ns that it had taken nothing then, although some waited
	ended   atomic.Int32 // 0, or 1 + Close
	pace    atomic.Pointer[Pace]
}

// begin counts n bytes that were read at that time and are now written.
func (f *flow) begin(n int, at time.Time) {
	f.bytes.Add(int64(n))
	f.last.Store(int64(at.Sub(epoch)))
	f.writes(int64(n), at)
}

// writes notes that n bytes are being written since then.
func (f *flow) writes(n int64, at time.Time) {
	f.pending.Store(n)
	f.writing.Store(int64(at.Sub(epoch)))
}

func (f *flow) end() {
	f.blocked.Add(int64(time.Since(epoch)) - f.writing.Load())
	f.writing.Store(0)
	f.pending.Store(0)
}

func (f *flow) close(how Close) { f.ended.Store(1 + int32(how)) }

func (f *flow) status(now time.Duration) FlowStatus {
	s := FlowStatus{Bytes: f.bytes.Load(), Blocked: time.Duration(f.blocked.Load()), Queued: f.queued.Load(), Held: time.Duration(f.stuck.Load()), Pace: f.pace.Load()}
	if last := f.last.Load(); last != 0 {
		s.Last = epoch.Add(time.Duration(last))
	}
	if began := f.writing.Load(); began != 0 {
		s.Pending = max(now-time.Duration(began), 0)
	}
	if ended := f.ended.Load(); ended != 0 {
		s.Ended, s.How = true, Close(ended-1)
	}
	return s
}

// FlowStatus is the state of one direction. A receiver that stalls its sender
// shows as Pending that grows.
type FlowStatus struct {
	Bytes   int64         // read from the sender
	Last    time.Time     // when bytes were last read; zero if never
	Blocked time.Duration // spent in writes to the receiver that have finished
	Pending time.Duration // age of the write that has not finished; 0 if none
	// Queued is how many bytes waited for the receiver, in the relay and in the
	// system's send queue, when it was looked at last, at most a quarter of a second
	// ago; Held is how long it had taken none of them, 0 when it had just taken some
	// or none waited.
	Queued int64
	Held   time.Duration
	// Pace is what was measured in the latest whole span, nil before there was one;
	// its Behind is 0 when the receiver does not lag. It is not to be changed.
	Pace  *Pace
	Ended bool
	How   Close // if Ended
}

// ConnStatus is the state of one connection. While its upstream is being reached
// Info.Connected is zero.
type ConnStatus struct {
	ID         ConnID
	Info       ConnInfo
	FromClient FlowStatus
	FromServer FlowStatus
}

// Connections returns the state of the connections that are open, by ID. The
// values are read one after the other while bytes move.
func (s *Server) Connections() []ConnStatus {
	open := s.open()
	slices.SortFunc(open, func(a, b *session) int { return cmp.Compare(a.id, b.id) })
	status := make([]ConnStatus, len(open))
	now := time.Since(epoch)
	for i, c := range open {
		status[i] = ConnStatus{
			ID: c.id, Info: *c.info.Load(),
			FromClient: c.flows[FromClient].status(now),
			FromServer: c.flows[FromServer].status(now),
		}
	}
	return status
}

// Totals counts what happened since the Server began.
type Totals struct {
	Accepted     int64      // connections accepted, refused ones included
	Refused      int64      // of these, reset because of MaxConnections or a shutdown
	DialFailures int64      // of these, reset because the upstream was not reached
	LastDial     *DialError // the latest of those failures, or nil
	Unwelcome    int64      // of these, reset because what a Front expects did not come
	TapPanics    int64      // more than 0: the tap was detached, what it got is incomplete
}

// Totals returns the counts so far, also after Serve has returned.
func (s *Server) Totals() Totals {
	return Totals{
		Accepted:     s.counts.accepted.Load(),
		Refused:      s.counts.refused.Load(),
		DialFailures: s.counts.dialFailed.Load(),
		LastDial:     s.counts.lastDial.Load(),
		Unwelcome:    s.counts.unwelcome.Load(),
		TapPanics:    s.tap.panics.Load(),
	}
}
