package proxy

import (
	"sync/atomic"
	"time"
)

// gatherBytes is how much memory may come before a consumer that gathers is woken
// before its time: as much as stays in the cache of a processor until it is written.
const gatherBytes = 1 << 20

// What the consumer of a Queue does.
const (
	works   int32 = iota // it looks at what has come before it sleeps
	waits                // it sleeps until something comes
	gathers              // it sleeps for a time, or until much has come
)

// bell wakes the consumer of a Queue. Ringing costs two atomic operations, unless
// the consumer sleeps and is to be woken.
type bell struct {
	state atomic.Int32
	fresh atomic.Int64 // what has come since the consumer looked
	much  int64
	wake  chan struct{} // a token for each change from sleep to work by who rings
}

func (b *bell) init(much int64) { b.much, b.wake = much, make(chan struct{}, 1) }

// ring says that something has come.
func (b *bell) ring(cost int64) {
	fresh := b.fresh.Add(cost)
	switch s := b.state.Load(); {
	case s == waits, s == gathers && fresh >= b.much:
		if b.state.CompareAndSwap(s, works) {
			b.wake <- struct{}{}
		}
	}
}

// hurry wakes a consumer that gathers: there is no more room, or no more to come.
func (b *bell) hurry() {
	if b.fresh.Load() < b.much || b.state.Load() != works {
		b.ring(b.much)
	}
}

// looks says that the consumer is about to look at all that has come.
func (b *bell) looks() { b.fresh.Store(0) }

// sleep returns when somebody rings who has a reason to, or after d, unless that is 0.
func (b *bell) sleep(how int32, d time.Duration) {
	enough := int64(1)
	if how == gathers {
		enough = b.much
	}
	b.state.Store(how)
	if b.fresh.Load() >= enough && b.state.CompareAndSwap(how, works) {
		return
	}
	if d == 0 {
		<-b.wake
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-b.wake:
	case <-timer.C:
		if !b.state.CompareAndSwap(how, works) {
			<-b.wake
		}
	}
}
