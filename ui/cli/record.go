package cli

import (
	"fmt"
	"sync/atomic"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/sirupsen/logrus"
)

// recording moves what the relay offers into the capture: the one goroutine
// that owns the recorder.
type recording struct {
	queue *proxy.Queue
	rec   *capture.Recorder
	log   logrus.FieldLogger
	done  chan struct{}

	failed  atomic.Pointer[string] // why recording stopped, if it did
	missing atomic.Int64           // relayed bytes that are not in the capture
}

// startRecording begins to take items from the queue. The recording ends, and
// closes the recorder, when the queue is closed and empty.
func startRecording(q *proxy.Queue, rec *capture.Recorder, log logrus.FieldLogger) *recording {
	r := &recording{queue: q, rec: rec, log: log, done: make(chan struct{})}
	go r.run()
	return r
}

// run outlives a panic in the recorder: the relay must not notice, so the queue
// is drained to the end in any case.
func (r *recording) run() {
	defer close(r.done)
	r.guard(r.record)
	r.guard(func() {
		if err := r.rec.Close(); err != nil {
			r.fail(err)
		}
	})
	r.rec.Source().Finish()
	r.drop()
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

// record writes items and flushes whenever the queue is momentarily empty, so
// that followers are just behind.
func (r *recording) record() {
	for {
		it, ok := r.queue.TryNext()
		if !ok {
			r.check(r.rec.Flush())
			if it, ok = r.queue.Next(); !ok {
				return
			}
		}
		r.check(r.put(&it))
		it.Release()
	}
}

// drop empties the queue after a failure; what comes is relayed all the same.
func (r *recording) drop() {
	for {
		it, ok := r.queue.Next()
		if !ok {
			return
		}
		r.missing.Add(int64(len(it.Bytes())) + it.Lost)
		it.Release()
	}
}

// put writes one item.
func (r *recording) put(it *proxy.Item) error {
	id, fromServer := uint64(it.ID), it.Dir == proxy.FromServer
	switch it.Kind {
	case proxy.ItemOpened:
		return r.rec.Open(id, it.Info.Accepted, it.Info.Connected, it.Info.Client, it.Info.Server)
	case proxy.ItemData:
		return r.rec.Data(id, fromServer, it.At, it.Bytes())
	case proxy.ItemGap:
		r.missing.Add(it.Lost)
		return r.rec.Gap(id, fromServer, it.At, it.Lost)
	}
	return r.end(it, id, fromServer)
}

// end writes how a direction ended. A direction that was cut because of the
// other one has no end of its own on the wire.
func (r *recording) end(it *proxy.Item, id uint64, fromServer bool) error {
	switch it.How {
	case proxy.Fin:
		return r.rec.Fin(id, fromServer, it.At, "") // the flag says it all
	case proxy.Reset:
		return r.rec.Reset(id, fromServer, it.At, it.Reason)
	case proxy.Timeout, proxy.Shutdown:
		return r.rec.Fin(id, fromServer, it.At, it.Reason)
	}
	return nil
}

// check notes the first error of the recorder, which stays failed after it.
func (r *recording) check(err error) {
	if err != nil && r.rec.Err() != nil {
		r.fail(err)
	} else if err != nil {
		r.log.WithError(err).Debug("a record was not written")
	}
}

func (r *recording) fail(err error) {
	words := err.Error()
	if r.failed.CompareAndSwap(nil, &words) {
		r.log.Errorf("recording has stopped; relaying goes on: %s", words)
	}
}

// incomplete says in words what the capture lacks, or "".
func (r *recording) incomplete() string {
	if why := r.failed.Load(); why != nil {
		return "recording stopped: " + *why
	}
	if n := r.missing.Load(); n > 0 {
		return fmt.Sprintf("%d bytes were relayed but not recorded, because recording could not keep up; --tap-budget gives it more memory, --lossless makes the relay wait", n)
	}
	return ""
}
