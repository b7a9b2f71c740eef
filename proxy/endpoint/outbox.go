package endpoint

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// batchBytes is how much is put together for one write to the socket.
const batchBytes = 64 << 10

// linger is how long the last messages may take to be sent when a connection
// is to end.
const linger = 2 * time.Second

var errBacklog = errors.New("the peer does not read what is sent to it")

// outbox holds what waits to be sent to one peer, and a goroutine that sends
// it. Nobody who puts something in ever waits for the peer, unless they ask to.
type outbox struct {
	conn    net.Conn
	max     int           // bytes that media may fill
	timeout time.Duration // for one write

	wake  chan struct{} // something waits, or the end has come
	space chan struct{} // something was sent
	done  chan struct{} // the goroutine has ended

	mu       sync.Mutex
	queue    []Message
	bytes    int       // of queue, and of what is being written
	ended    bool      // nothing more is taken
	deadline time.Time // for the rest, once ended
	err      error     // why sending failed
}

func newOutbox(conn net.Conn, limit int, timeout time.Duration) *outbox {
	return &outbox{
		conn: conn, max: limit, timeout: timeout,
		wake: make(chan struct{}, 1), space: make(chan struct{}, 1), done: make(chan struct{}),
	}
}

// push takes messages that may not be left out. A peer that lets too many of
// them pile up loses its connection.
func (o *outbox) push(ms ...Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ended && o.bytes > 2*o.max {
		o.fail(errBacklog)
		return
	}
	o.add(ms)
}

// offer takes all the messages or, when they would fill the queue, none.
func (o *outbox) offer(ms ...Message) bool {
	n := 0
	for _, m := range ms {
		n += m.cost()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bytes > 0 && o.bytes+n > o.max {
		return false
	}
	o.add(ms)
	return true
}

// wait takes a message as soon as there is room, and returns an error when that
// will never be or ctx ends.
func (o *outbox) wait(ctx context.Context, m Message) error {
	for ctx.Err() == nil && !o.offer(m) {
		select {
		case <-o.space:
		case <-ctx.Done():
		case <-o.done:
			return o.failure()
		}
	}
	return cmp.Or(ctx.Err(), o.failure())
}

func (o *outbox) add(ms []Message) {
	if o.ended {
		return
	}
	for _, m := range ms {
		o.bytes += m.cost()
	}
	o.queue = append(o.queue, ms...)
	signal(o.wake)
}

// finish takes nothing more; what waits is still sent, for as long as linger.
func (o *outbox) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	o.ended = true
	o.deadline = time.Now().Add(linger)
	_ = o.conn.SetWriteDeadline(o.deadline) // fails on a closed socket only, where sending has failed
	signal(o.wake)
}

// fail ends the outbox and the connection. The caller holds the lock.
func (o *outbox) fail(err error) {
	if o.err == nil {
		o.err = err
	}
	o.ended, o.queue, o.bytes = true, nil, 0
	o.conn.Close()
	signal(o.wake)
}

func (o *outbox) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// isFinished reports whether the outbox takes nothing more.
func (o *outbox) isFinished() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended
}

// backlog is how many bytes wait to be sent.
func (o *outbox) backlog() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes
}

// run sends until the outbox is finished and empty, or sending fails.
func (o *outbox) run() {
	defer close(o.done)
	var w chunk.Writer
	var buf []byte
	for {
		batch := o.take()
		if batch == nil {
			return
		}
		waiting := 0
		for i, m := range batch {
			buf = encode(&w, buf, m)
			waiting += m.cost()
			if len(buf) < batchBytes && i < len(batch)-1 {
				continue
			}
			if !o.write(buf, waiting) {
				return
			}
			buf, waiting = reuse(buf), 0
		}
	}
}

// reuse empties a buffer, and lets go one that a large message has blown up.
func reuse(buf []byte) []byte {
	if cap(buf) > 4*batchBytes {
		return nil
	}
	return buf[:0]
}

// take waits for messages; nil says that none will come.
func (o *outbox) take() []Message {
	for {
		o.mu.Lock()
		batch, ended := o.queue, o.ended
		o.queue = nil
		o.mu.Unlock()
		if len(batch) > 0 {
			return batch
		}
		if ended {
			return nil
		}
		<-o.wake
	}
}

// encode appends the chunks of a message. A new chunk size holds for the
// messages behind the one that announces it.
func encode(w *chunk.Writer, dst []byte, m Message) []byte {
	dst = w.Append(dst, chunk.Out{
		ChunkStream: m.chunkStream(), Timestamp: m.Timestamp, Type: m.Type, StreamID: m.StreamID, Body: m.Body,
	})
	if m.Type == chunk.TypeSetChunkSize {
		w.SetSize(int(binary.BigEndian.Uint32(m.Body)))
	}
	return dst
}

// write sends bytes that stand for messages of that cost.
func (o *outbox) write(p []byte, cost int) bool {
	o.mu.Lock()
	deadline := time.Now().Add(o.timeout)
	if o.ended {
		deadline = o.deadline
	}
	_ = o.conn.SetWriteDeadline(deadline) // fails on a closed socket only, and then Write does
	o.mu.Unlock()

	_, err := o.conn.Write(p)

	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.fail(fmt.Errorf("sending: %w", err))
		return false
	}
	o.bytes = max(0, o.bytes-cost)
	signal(o.space)
	return true
}

// signal wakes the one who waits, or the next one who will.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
