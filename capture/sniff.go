package capture

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Limits on what is held before it is clear what a connection carries.
const (
	// maxHeldRecords is how many records wait until it is known what they carry.
	maxHeldRecords = 4096
	maxHead        = 256 << 10
	// silence is how long, by the clock of the capture, a connection to an RTMP
	// port that says nothing is held back. Then it is told: that it says nothing
	// is what somebody will want to know.
	silence = 2 * time.Second
)

// sniffer holds the records of a connection until it is clear what they are.
// Whatever it decides depends on the connection alone, never on others, so that
// reading it again comes to the same decision.
type sniffer struct {
	reader *Reader
	flow   *flow
	origin Mark
	note   string     // how these bytes were come by, for the Opened record
	place  func(sink) // puts what follows in the sniffer's place

	heard
	held    []Record
	bytes   int
	since   time.Time
	decided bool
}

// heard is what is known of a connection from its first bytes.
type heard struct {
	begun bool // the first bytes are the first that were sent
	told  bool // whatever it carries
	ended bool
	head  [2][]byte
	chunk chunkScan
}

// sniff begins to find out what a connection carries.
func (r *Reader) sniff(f *flow, origin Mark, begun bool) {
	port := f.server.Port()
	if r.settings.excludes(port) {
		f.to = nobody{}
		r.leave(f, "connections to other ports")
		return
	}
	s := &sniffer{reader: r, flow: f, origin: origin, since: f.time}
	s.begun, s.told = begun, r.settings.includes(port)
	s.place = func(next sink) { f.to = next }
	f.to = s
	if s.told {
		r.waiting = append(r.waiting, s)
	}
}

// hurry decides on connections that have been silent for long enough.
func (r *Reader) hurry() {
	for len(r.waiting) > 0 && (r.waiting[0].decided || r.packet.Time.Sub(r.waiting[0].since) > silence) {
		s := r.waiting[0]
		r.waiting = r.waiting[1:]
		if !s.decided {
			s.keep()
		}
	}
}

// leave leaves a connection out.
func (r *Reader) leave(f *flow, what string) {
	r.leftOut[what]++
	f.left = true
	f.half[0].Queue, f.half[1].Queue = wire.Queue{}, wire.Queue{}
}

// take holds a record and decides when it can.
func (s *sniffer) take(rec Record) {
	if rec.Data != nil {
		rec.Data = slices.Clone(rec.Data)
		s.bytes += len(rec.Data)
		i := index(rec.FromServer)
		if len(s.head[i]) < maxHead {
			s.head[i] = append(s.head[i], rec.Data...)
		}
	}
	s.held = append(s.held, rec)
	switch {
	case rec.Kind == Gap && rec.Offset == 0:
		s.begun = false
	case rec.Kind == Gap, rec.Kind == Reset:
		s.ended = true // nothing that follows here can be put together
	}
	s.decide()
}

// end decides with what there is.
func (s *sniffer) end() {
	s.ended = true
	s.decide()
}

func (s *sniffer) decide() {
	if s.bytes > maxHead || len(s.held) > maxHeldRecords {
		s.ended = true
	}
	switch v, what := s.verdict(); {
	case s.decided:
	case v == isTLS:
		s.become(newTLSStream(s))
	case v == isTunnel:
		s.become(s.reader.newExchange(s))
	case v == isRTMP, v == isOther && s.told:
		s.keep()
	case v == isOther:
		s.decided = true
		s.place(nobody{})
		s.reader.leave(s.flow, what)
	}
}

// keep tells the connection as it is.
func (s *sniffer) keep() {
	r := s.reader
	f := s.flow
	if s.note != "" {
		f = nil // what is told is not what TCP carried
	}
	c := r.newConnection(f, s.origin, -1)
	if f != nil {
		f.conn = c
	}
	r.keepFlow(s.flow)
	s.become(c)
}

// keepFlow notes that something of a TCP connection is told.
func (r *Reader) keepFlow(f *flow) {
	if !f.kept {
		f.kept = true
		r.bound(f)
	}
}

// become hands everything held, and what is to come, to another sink.
func (s *sniffer) become(next sink) {
	s.decided = true
	held := s.held
	s.held, s.head = nil, [2][]byte{}
	s.place(next)
	for _, rec := range held {
		if rec.Kind == Opened && s.note != "" {
			rec.Reason = joinReasons(s.note, rec.Reason)
		}
		next.take(rec)
	}
}

func joinReasons(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
