package endpoint

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// patience bounds every wait; nothing here asserts that something is fast.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	need.Overlap(6)
	goleak.VerifyTestMain(m)
}

// events collects what a server reports.
type events struct {
	mu  sync.Mutex
	all []Event
}

func (e *events) add(ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, ev)
}

// find returns the first event that has that text.
func (e *events) find(text string) (Event, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.all {
		if ev.Text == text {
			return ev, true
		}
	}
	return Event{}, false
}

// serve starts a server on loopback and closes it when the test ends.
func serve(t *testing.T, s *Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.init()
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
	})
	return l.Addr().String()
}

// eventually waits until the condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// background is a context that ends with the test at the latest.
func background(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx, cancel
}

// outcome is what Play or Publish returned.
type outcome struct {
	counts Counts
	err    error
}

// feed is what a test publishes; closing it ends the publication.
type feed chan Message

// feedSource is a Source that ends with the feed or with ctx.
type feedSource struct {
	ctx context.Context
	feed
}

func (f feedSource) Next() (Message, error) {
	select {
	case m, ok := <-f.feed:
		if ok {
			return m, nil
		}
	case <-f.ctx.Done():
	}
	return Message{}, io.EOF
}

// collector is a player that keeps what it receives.
type collector struct {
	mu   sync.Mutex
	got  []Message
	done chan outcome
}

// collect plays a stream until ctx ends.
func collect(ctx context.Context, addr, app, name string, opts Options) *collector {
	c := &collector{done: make(chan outcome, 1)}
	opts.OnMessage = func(m Message) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.got = append(c.got, m)
	}
	go func() {
		counts, err := Play(ctx, addr, app, name, opts)
		c.done <- outcome{counts, err}
	}()
	return c
}

func (c *collector) messages() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Message(nil), c.got...)
}

// media are the messages but |RtmpSampleAccess.
func (c *collector) media() []Message {
	var out []Message
	for _, m := range c.messages() {
		if string(m.Body) != string(sampleAccess.Body) {
			out = append(out, m)
		}
	}
	return out
}

// publishing starts a publisher and waits until the server has accepted it.
func publishing(t *testing.T, ctx context.Context, s *Server, addr, app, name string) (feed, chan outcome) {
	t.Helper()
	f, done := make(feed), make(chan outcome, 1)
	go func() {
		counts, err := Publish(ctx, addr, app, name, feedSource{ctx, f}, Options{Unpaced: true})
		done <- outcome{counts, err}
	}()
	eventually(t, "the stream is published", func() bool { return published(s, app+"/"+name) })
	return f, done
}

func published(s *Server, name string) bool {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	st := s.hub.streams[name]
	if st == nil {
		return false
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.owner != nil
}

// players is how many play a stream.
func players(s *Server, name string) int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	st := s.hub.streams[name]
	if st == nil {
		return 0
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.players)
}

func (f feed) send(ms ...Message) {
	for _, m := range ms {
		f <- m
	}
}
