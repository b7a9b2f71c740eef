package live

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/proxy"
)

// beat is how often what is buffered is written out while items keep coming,
// how often a recording that has stopped tries to go on, and how often a silence
// is recorded.
const beat = time.Second / 2

// gather is how long items are gathered before they are written together: long
// against what waking a goroutine and writing to a file cost, short against what a
// person notices. The first item after a silence is written at once.
const gather = 10 * time.Millisecond

// recording moves what the relay offers into the capture. One goroutine takes
// the items; a second one sees to it that nothing stays in memory for a second.
type recording struct {
	queue  *proxy.Queue
	log    Logger
	done   chan struct{}
	yields bool // to a relay that needs the processor; see rest

	mu  sync.Mutex // guards rec
	rec *record.Recorder

	learned map[uint64]proxy.Facts // of clients that waited for a server which was not reached, until they end

	batch []proxy.Item // taken and not written yet; of the goroutine that takes

	failed  atomic.Pointer[string] // why recording stopped, if it did and has not gone on
	broken  atomic.Bool            // recording stopped at some time
	missing atomic.Int64           // relayed bytes that are not in the capture
}

// startRecording begins to take items from the queue. The recording ends, and
// closes the recorder, when the queue is closed and empty.
func startRecording(q *proxy.Queue, rec *record.Recorder, yields bool, log Logger) *recording {
	r := &recording{queue: q, rec: rec, yields: yields, log: log, done: make(chan struct{}), learned: map[uint64]proxy.Facts{}}
	go r.run()
	return r
}

// run outlives a panic in the recorder: the relay must not notice, so the queue
// is drained to the end in any case.
func (r *recording) run() {
	defer close(r.done)
	stop := make(chan struct{})
	var beats sync.WaitGroup
	beats.Go(func() { r.guard(func() { r.beat(stop) }) })
	r.guard(r.record)
	close(stop)
	beats.Wait()
	r.guard(r.close)
	r.rec.Source().Finish()
	r.drop()
}

// close ends the capture.
func (r *recording) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	stopped := r.rec.Err() != nil
	r.check(r.rec.Beat(time.Now()))
	err := r.rec.Close()
	if err != nil {
		r.fail(err)
	} else if stopped {
		r.recovered()
	}
	r.missing.Add(r.rec.Lost())
}

// beat writes out what is buffered, and tries to go on after a failure, until
// stop is closed.
func (r *recording) beat(stop chan struct{}) {
	ticks := time.NewTicker(beat)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			r.tick()
		case <-stop:
			return
		}
	}
}

func (r *recording) tick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rec.Err() == nil {
		if r.queue.Stats().Held == 0 {
			r.check(r.rec.Beat(time.Now().Add(-proxy.OrderGrace)))
		}
		r.check(r.rec.Flush())
	} else if r.rec.Retry() == nil {
		r.recovered()
	}
}

// note writes what a person noted to the capture, at once. It may be called
// from any goroutine.
func (r *recording) note(n capture.Note) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rec.Note(n)
}

// guard turns a panic into a recording that has failed.
func (r *recording) guard(f func()) {
	defer func() {
		if p := recover(); p != nil {
			r.fail(fmt.Errorf("internal error: %v", p))
		}
	}()
	f()
}

// record writes what has come, and flushes, so that followers are just behind.
func (r *recording) record() {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	var loss flood
	for ok := true; ok; {
		if r.batch, ok = r.queue.Gather(r.batch[:0], gather); ok {
			began := time.Now()
			before, _ := processorTime()
			written := r.write(r.batch)
			if after, known := processorTime(); known && r.yields && loss.look(r.queue.Stats().Dropped, began) {
				time.Sleep(rest(written, time.Since(began), after-before))
			}
		}
	}
}

// write writes what was taken, and gives it back, after a panic too; r.batch is what
// was not written. It returns how many bytes were relayed.
func (r *recording) write(batch []proxy.Item) (bytes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	done, flushed := 0, false
	defer func() {
		if flushed {
			r.queue.Release(batch[:done])
		} else {
			r.queue.Abandon(batch[:done]) // the recorder has them
		}
	}()
	for ; done < len(batch); done++ {
		r.batch = batch[done:]
		bytes += len(batch[done].Bytes())
		r.check(r.put(&batch[done]))
	}
	r.batch = batch[:0]
	r.check(r.rec.Flush())
	flushed = true
	return bytes
}

// drop empties the queue after a failure; what comes is relayed all the same.
func (r *recording) drop() {
	for ok := true; ok; r.batch, ok = r.queue.Gather(r.batch[:0], gather) {
		for i := range r.batch {
			r.missing.Add(int64(len(r.batch[i].Bytes())) + r.batch[i].Lost)
		}
		r.queue.Release(r.batch)
	}
}

// put writes one item.
func (r *recording) put(it *proxy.Item) error {
	id, fromServer := uint64(it.ID), it.Dir == proxy.FromServer
	switch it.Kind {
	case proxy.ItemArrived:
		o := opening(it.Info)
		o.Waits = true
		return r.rec.Begin(id, o)
	case proxy.ItemOpened:
		return r.opened(id, it.Info)
	case proxy.ItemData:
		return r.rec.Lend(id, fromServer, it.At, it.Bytes()) // until write has flushed
	case proxy.ItemGap:
		err := r.rec.Gap(id, fromServer, it.At, it.Lost)
		r.missing.Add(it.Lost)
		return err
	case proxy.ItemEdited:
		return r.rec.Edited(id, fromServer, it.At, capture.Edit(*it.Edited))
	case proxy.ItemPaced:
		return r.rec.Paced(id, fromServer, it.At, paceOf(it.Pace))
	case proxy.ItemHeld:
		return r.rec.Held(id, fromServer, it.At, capture.Hold{For: it.Since, Waiting: it.Waiting})
	}
	return r.end(it, id, fromServer)
}

// paceOf is how fast a receiver takes what it is sent, as the capture keeps it.
func paceOf(p *proxy.Pace) capture.Pace {
	return capture.Pace{
		Behind: p.Behind, Over: p.Over, Span: p.Span, Came: p.Came, Taken: p.Taken, Blocked: p.Blocked, Waiting: p.Waiting, Path: (*capture.Path)(p.Path),
	}
}

// ends are what the recorder makes of the ways to end: who is given up on gets a
// reset. Those that are not here end with FIN, because the relay ended them in order.
var ends = map[proxy.Close]capture.Kind{proxy.Reset: capture.Reset, proxy.Timeout: capture.Reset, proxy.Aborted: 0}

// end writes how a direction ended.
func (r *recording) end(it *proxy.Item, id uint64, fromServer bool) error {
	kind, special := ends[it.End.How]
	if !special {
		kind = capture.Fin
	}
	e := record.End{Kind: kind}
	if it.End.How != proxy.Fin { // there the flag says it all
		e.Reason = it.End.Words(it.Dir)
		e.Cause = capture.Cause{Token: string(it.End.Reason), Target: it.End.Target, Detail: it.End.Detail}
	}
	e.Facts = factsOf(r.learned[id])
	delete(r.learned, id)
	err := r.rec.End(id, fromServer, it.At, e)
	if it.End.How == proxy.Aborted && errors.Is(err, record.ErrUnknown) {
		return nil // it never reached a server and is over
	}
	return err
}

// check notes the first error of the recorder, which stays failed after it.
func (r *recording) check(err error) {
	if err != nil && r.rec.Err() != nil {
		r.fail(err)
	} else if err != nil {
		r.log.Debugf("a record was not written: %v", err)
	}
}

func (r *recording) fail(err error) {
	words := err.Error()
	r.broken.Store(true)
	if r.failed.CompareAndSwap(nil, &words) {
		r.log.Errorf("recording has stopped, relaying goes on: %s", words)
	}
}

// recovered notes that recording goes on.
func (r *recording) recovered() {
	if r.failed.Swap(nil) != nil {
		r.log.Warnf("recording goes on; %d bytes that were relayed meanwhile are missing", r.rec.Lost())
	}
}

// Shortfall is what a capture lacks of what was relayed. The zero value is nothing.
type Shortfall struct {
	// Stopped is why recording stopped and did not go on, "" when it did not stop.
	Stopped string
	// Paused says that it stopped and went on.
	Paused bool
	// Missing is how many bytes were relayed and are not in the capture.
	Missing int64
}

// shortfall is what is missing by now.
func (r *recording) shortfall() Shortfall {
	s := Shortfall{Paused: r.broken.Load(), Missing: r.missing.Load()}
	if why := r.failed.Load(); why != nil {
		s.Stopped = *why
	}
	return s
}
