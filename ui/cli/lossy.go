package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// keptLines is how many lines may wait for a standard error, or a log file, that
// takes nothing. Further ones are dropped and counted.
const keptLines = 1000

// lossy is a writer that never waits: what is written is handed to a goroutine,
// and is dropped when too much of it waits already. How much was dropped is
// written as soon as something is taken again. It is safe for concurrent use.
//
// The goroutine lives as long as there is something to write.
type lossy struct {
	to io.Writer

	mu      sync.Mutex
	waiting [][]byte
	dropped int
	writing bool
	idle    *sync.Cond // of mu: nothing waits and nothing is being written
}

func newLossy(to io.Writer) *lossy {
	l := &lossy{to: to}
	l.idle = sync.NewCond(&l.mu)
	return l
}

// Write takes p, which is a line or a few, and always succeeds.
func (l *lossy) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) >= keptLines {
		l.dropped++
		return len(p), nil
	}
	l.waiting = append(l.waiting, append([]byte(nil), p...))
	if !l.writing {
		l.writing = true
		go l.drain()
	}
	return len(p), nil
}

// drain writes what waits until there is nothing.
func (l *lossy) drain() {
	for {
		p := l.next()
		if p == nil {
			return
		}
		l.to.Write(p) //nolint:errcheck // nobody can be told where even this cannot be written
	}
}

// next takes what is to be written next, nil when there is nothing.
func (l *lossy) next() (p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.waiting) > 0:
		p, l.waiting = l.waiting[0], l.waiting[1:]
	case l.dropped > 0:
		p, l.dropped = fmt.Appendf(nil, "rtmpscope: %d lines were dropped, because nobody took them\n", l.dropped), 0
	default:
		l.writing, l.waiting = false, nil
		l.idle.Broadcast()
	}
	return p
}

// flush waits until everything is written, but no longer than patience, and says
// whether it is.
func (l *lossy) flush(patience time.Duration) bool {
	late := false
	defer time.AfterFunc(patience, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		late = true
		l.idle.Broadcast()
	}).Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.writing && !late {
		l.idle.Wait()
	}
	return !l.writing
}
