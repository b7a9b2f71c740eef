package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// patience bounds the wait for the other side: for its connection, and for the
// bytes of one step.
const patience = 20 * time.Second

// end is one end of a connection that is spoken here.
type end struct {
	conn     *net.TCPConn
	received atomic.Int64
	over     chan struct{} // closed when nothing more can be received
	sent     int64
}

// drain reads until the end, so that the peer is never held up.
func (e *end) drain() {
	defer close(e.over)
	p := make([]byte, 64<<10)
	for {
		n, err := e.conn.Read(p)
		e.received.Add(int64(n))
		if err != nil {
			return
		}
	}
}

// stage is a conversation that is being spoken.
type stage struct {
	listener net.Listener // nil: the server is somebody else
	to       string       // "": the client is somebody else
	ends     map[int]*[2]*end
}

// speak plays a conversation over sockets, as slowly as it says.
func speak(ctx context.Context, events []script.Event, listen, to string) error {
	s := &stage{to: to, ends: map[int]*[2]*end{}}
	if listen != "" {
		l, err := net.Listen("tcp", listen)
		if err != nil {
			return err
		}
		defer l.Close()
		s.listener = l
		if to == "" {
			fmt.Printf("listening on %s\n", l.Addr())
		}
	}
	defer s.hangUp()
	last := time.Duration(0)
	for _, e := range events {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(e.At - last):
		}
		last = e.At
		if err := s.play(e); err != nil {
			return fmt.Errorf("%s after the beginning: %w", e.At, err)
		}
	}
	return nil
}

// play does one step and waits until the other side has seen it.
func (s *stage) play(e script.Event) error {
	if e.Kind == script.EventOpen {
		return s.open(e.Conn)
	}
	ends := s.ends[e.Conn]
	if e.Kind == script.EventTick || e.Kind == script.EventHeld || e.Kind == script.EventPaced || e.Kind == script.EventPoll || ends == nil || ends[e.From] == nil {
		return nil
	}
	speaker, hearer := ends[e.From], ends[e.From.Peer()]
	switch e.Kind {
	case script.EventFin:
		return ended(hearer, speaker.conn.CloseWrite())
	case script.EventReset:
		if err := speaker.conn.SetLinger(0); err != nil {
			return gone(err)
		}
		return ended(hearer, speaker.conn.Close())
	}
	n, err := speaker.conn.Write(e.Bytes)
	speaker.sent += int64(n)
	if err != nil || hearer == nil {
		return gone(err)
	}
	return heard(hearer, speaker.sent)
}

// gone is the error of a step; that the peer has hung up is none: a real one
// need not listen to what is wrong.
func gone(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		fmt.Println("the other side has hung up:", op.Err)
		return nil
	}
	return err
}

// heard waits until an end has received so many bytes.
func heard(e *end, n int64) error {
	for deadline := time.Now().Add(patience); e.received.Load() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d bytes came through: is the relay between the two?", e.received.Load(), n)
		}
	}
	return nil
}

// ended waits until the hearer has received the end that the other side sent with
// this outcome: who ends first is part of the conversation.
func ended(hearer *end, err error) error {
	if err != nil || hearer == nil {
		return gone(err)
	}
	select {
	case <-hearer.over:
		return nil
	case <-time.After(patience):
		return errors.New("the end did not come through: is the relay between the two?")
	}
}

// open makes the ends of a connection that are spoken here.
func (s *stage) open(conn int) error {
	ends := &[2]*end{}
	s.ends[conn] = ends
	if s.to != "" {
		c, err := net.DialTimeout("tcp", s.to, patience)
		if err != nil {
			return err
		}
		ends[decode.FromClient] = begin(c)
	}
	if s.listener == nil {
		return nil
	}
	if s.to != "" { // a relay connects at once, a person's program when it is started
		if err := s.listener.(*net.TCPListener).SetDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
	}
	c, err := s.listener.Accept()
	if err != nil {
		return fmt.Errorf("nobody connected: is the relay between the two? %w", err)
	}
	ends[decode.FromServer] = begin(c)
	return nil
}

func begin(c net.Conn) *end {
	e := &end{conn: c.(*net.TCPConn), over: make(chan struct{})}
	go e.drain()
	return e
}

// hangUp closes what the conversation left open.
func (s *stage) hangUp() {
	for _, ends := range s.ends {
		for _, e := range ends {
			if e != nil {
				e.conn.Close()
			}
		}
	}
}
