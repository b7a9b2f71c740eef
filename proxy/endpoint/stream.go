package endpoint

import (
	"context"
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// source publishes a stream of the server's own until ctx ends.
type source func(ctx context.Context, deliver func(Message))

// hub knows the streams of a server. A stream exists while somebody publishes
// or plays it.
type hub struct {
	gopLimit int
	patience time.Duration // of players, for a publisher
	sources  map[string]source
	work     sync.WaitGroup // sources

	mu      sync.Mutex // taken before that of a stream
	streams map[string]*stream
}

// stream hands the messages of one publisher to its players.
type stream struct {
	name string
	stop context.CancelFunc // of its source, nil without one

	mu      sync.Mutex
	owner   any // who publishes, nil if nobody
	players map[*viewer]struct{}
	cache   cache
}

func newHub(gopLimit int, patience time.Duration) *hub {
	return &hub{gopLimit: gopLimit, patience: patience, sources: map[string]source{}, streams: map[string]*stream{}}
}

// get returns a stream, made if need be. The caller holds the lock.
func (h *hub) get(name string) *stream {
	s := h.streams[name]
	if s == nil {
		s = &stream{name: name, players: map[*viewer]struct{}{}, cache: cache{limit: h.gopLimit}}
		h.streams[name] = s
	}
	return s
}

// publish makes owner the publisher of a stream, or returns nil when the name is
// taken.
func (h *hub) publish(name string, owner any) *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sources[name] != nil {
		return nil
	}
	if s := h.get(name); s.open(owner) {
		return s
	}
	return nil
}

// unpublish ends a publication.
func (h *hub) unpublish(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.shut()
	h.sweep(s)
}

// play adds a player, and starts the stream's source if it is the first. A
// player that has to wait is told so when patience ends.
func (h *hub) play(name string, p *viewer) *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.get(name)
	h.startSource(s)
	if !s.join(p) {
		p.timer = time.AfterFunc(h.patience, func() { h.expire(s, p) })
	}
	return s
}

// leave removes a player.
func (h *hub) leave(s *stream, p *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	s.remove(p)
	h.sweep(s)
}

// expire tells a player that still waits that there is no such stream.
func (h *hub) expire(s *stream, p *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.giveUp(p) {
		h.sweep(s)
		p.missing()
	}
}

// sweep removes a stream that nobody publishes or plays. The caller holds the
// lock.
func (h *hub) sweep(s *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.players) > 0 || (s.owner != nil && s.stop == nil) {
		return
	}
	if s.stop != nil {
		s.stop()
	}
	if h.streams[s.name] == s {
		delete(h.streams, s.name)
	}
}

// startSource lets the server itself publish the stream, if it is one of its
// own and not yet running.
func (h *hub) startSource(s *stream) {
	run := h.sources[s.name]
	if run == nil || s.stop != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.open(h)
	h.work.Go(func() { run(ctx, s.deliver) })
}

// close ends all sources and waits for them.
func (h *hub) close() {
	h.mu.Lock()
	for _, s := range h.streams {
		if s.stop != nil {
			s.stop()
		}
	}
	h.mu.Unlock()
	h.work.Wait()
}

// open begins a publication and tells the players who waited for it.
func (s *stream) open(owner any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner != nil {
		return false
	}
	s.owner = owner
	for p := range s.players {
		p.begin(nil)
	}
	return true
}

// shut ends a publication; its players stay and wait for the next.
func (s *stream) shut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owner, s.cache = nil, cache{limit: s.cache.limit}
	for p := range s.players {
		p.unpublished()
	}
}

// join adds a player and reports whether there is something to play.
func (s *stream) join(p *viewer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.players[p] = struct{}{}
	if s.owner == nil {
		return false
	}
	p.begin(&s.cache)
	return true
}

func (s *stream) remove(p *viewer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.players, p)
}

// giveUp removes a player that has waited in vain.
func (s *stream) giveUp(p *viewer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, still := s.players[p]; !still || p.began {
		return false
	}
	delete(s.players, p)
	return true
}

// deliver hands a message of the publisher to all players. It never waits for
// one of them.
func (s *stream) deliver(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what := s.cache.add(m)
	for p := range s.players {
		p.take(m, what, &s.cache)
	}
}

// change lets a player change its wishes.
func (s *stream) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// sampleAccess allows a Flash player to read pictures and sound; every server
// sends it before the media.
var sampleAccess = data(amf.Str("|RtmpSampleAccess"), amf.Bool(true), amf.Bool(true))
