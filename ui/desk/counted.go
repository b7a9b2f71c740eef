package desk

import (
	"sync/atomic"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// counter counts what is read for one job, so that the screen can say how far it
// has come. Its methods may be called from any goroutine.
type counter struct {
	read, total atomic.Int64
}

// begin counts anew: a job that reads all of src so many times.
func (c *counter) begin(src source.Sized, passes int64) source.Sized {
	c.read.Store(0)
	c.total.Store(src.Size() * passes)
	return &counted{src, c}
}

// progress is how much was read, and of how much.
func (c *counter) progress() (done, total int64) {
	total = c.total.Load()
	return min(c.read.Load(), total), total
}

// counted is a source that counts.
type counted struct {
	source.Sized
	counter *counter
}

// Unwrap lets a reader find out how the capture was opened.
func (c *counted) Unwrap() source.Source { return c.Sized }

// ReadAt reads from the source.
func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.Sized.ReadAt(p, off)
	c.counter.read.Add(int64(n))
	return n, err
}
