//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
)

// crowd are clients that come and go, and one player that stays.
type crowd struct {
	addr  string
	came  atomic.Int64
	kinds [len(clients)]atomic.Int64
	wg    sync.WaitGroup
}

// client is a way to come and go.
type client struct {
	name string
	do   func(ctx context.Context, addr string) error
}

// clients are all ways, the frequent ones more than once.
var clients = [...]client{
	{"scan", scan}, {"scan", scan}, {"scan", scan}, {"scan", scan},
	{"browser", browser}, {"half a handshake", halfHandshake},
	{"publisher", publisher}, {"publisher that breaks off", publisherReset},
	{"player", player}, {"player of nothing", playerOfNothing},
	{"noise", noise}, {"empty messages", emptyMessages},
}

// begin lets them come, until ctx is done.
func (c *crowd) begin(ctx context.Context, workers int) {
	c.wg.Go(func() {
		for ctx.Err() == nil {
			endpoint.Play(ctx, c.addr, "demo", "clock", endpoint.Options{}) //nolint:errcheck // it is only to be there
		}
	})
	for i := range workers {
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		c.wg.Go(func() {
			for ctx.Err() == nil {
				k := rng.IntN(len(clients))
				clients[k].do(ctx, c.addr) //nolint:errcheck // most are to fail
				c.kinds[k].Add(1)
				c.came.Add(1)
				pause(ctx, 20*time.Millisecond)
			}
		})
	}
}

func (c *crowd) wait() { c.wg.Wait() }

// String says who came.
func (c *crowd) String() string {
	count := map[string]int64{}
	var names []string
	for i, k := range clients {
		if _, known := count[k.name]; !known {
			names = append(names, k.name)
		}
		count[k.name] += c.kinds[i].Load()
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", count[name], name)
	}
	return strings.Join(names, ", ")
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// with connects, and ends with a reset when it is told to.
func with(addr string, reset bool, do func(*net.TCPConn) error) error {
	c, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return err
	}
	defer c.Close()
	tcp := c.(*net.TCPConn)
	if reset {
		if err := tcp.SetLinger(0); err != nil {
			return err
		}
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	return do(tcp)
}

func scan(_ context.Context, addr string) error {
	return with(addr, false, func(*net.TCPConn) error { return nil })
}

func browser(_ context.Context, addr string) error {
	return with(addr, false, func(c *net.TCPConn) error {
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			return err
		}
		return c.CloseWrite()
	})
}

func halfHandshake(ctx context.Context, addr string) error {
	return with(addr, true, func(c *net.TCPConn) error {
		_, err := c.Write(append([]byte{3}, make([]byte, 700)...))
		pause(ctx, 100*time.Millisecond)
		return err
	})
}

// noise is a handshake with what is no RTMP behind it.
func noise(_ context.Context, addr string) error {
	return with(addr, true, func(c *net.TCPConn) error {
		p := append([]byte{3}, make([]byte, 2*1536)...)
		rng := rand.New(rand.NewPCG(2, 3))
		for range 4096 {
			p = append(p, byte(rng.Uint32()))
		}
		_, err := c.Write(p)
		return err
	})
}

// emptyMessages is the client of whom every byte is a message.
func emptyMessages(_ context.Context, addr string) error {
	return with(addr, true, func(c *net.TCPConn) error {
		var w chunk.Writer
		p := append([]byte{3}, make([]byte, 2*1536)...)
		p = w.Append(p, chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1})
		p = append(p, strings.Repeat("\xc4", 200_000)...)
		_, err := c.Write(p)
		return err
	})
}

func publisher(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	_, err := endpoint.Publish(ctx, addr, "live", "soak", endpoint.NewClock(), endpoint.Options{})
	return err
}

// publisherReset is one whose connection breaks in the middle of a frame.
func publisherReset(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	_, err := endpoint.Publish(ctx, addr, "live", "broken", endpoint.NewClock(), endpoint.Options{Dial: dialReset})
	return err
}

func dialReset(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return c, c.(*net.TCPConn).SetLinger(0)
}

func player(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	_, err := endpoint.Play(ctx, addr, "demo", "clock", endpoint.Options{})
	return err
}

func playerOfNothing(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	_, err := endpoint.Play(ctx, addr, "live", "nobody", endpoint.Options{})
	return err
}
