package export

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// maxBuckets is how many points a curve may have; when a session lasts longer,
// two become one.
const maxBuckets = 512

// curves are what the plots of a session show, by direction.
type curves struct {
	width time.Duration // of a bucket
	rate  [2][]int64    // bytes of message bodies in each bucket
	audio [2][]stamp    // last timestamp in each bucket
	video [2][]stamp
}

// stamp is a message timestamp and when it came.
type stamp struct {
	at time.Duration
	ms uint32
	ok bool
}

// add takes one message.
func (c *curves) add(e *session.Entry) {
	if c.width == 0 {
		c.width = 100 * time.Millisecond
	}
	at := max(e.Elapsed, 0)
	for int(at/c.width) >= maxBuckets {
		c.halve()
	}
	i := int(at / c.width)
	c.rate[e.From] = grow(c.rate[e.From], i)
	c.rate[e.From][i] += int64(e.Length)
	switch e.Type {
	case chunk.TypeAudio:
		c.audio[e.From] = grow(c.audio[e.From], i)
		c.audio[e.From][i] = stamp{at, e.Timestamp, true}
	case chunk.TypeVideo:
		c.video[e.From] = grow(c.video[e.From], i)
		c.video[e.From][i] = stamp{at, e.Timestamp, true}
	}
}

// grow makes room for element i.
func grow[T any](list []T, i int) []T {
	for len(list) <= i {
		list = append(list, *new(T))
	}
	return list
}

// halve makes one bucket of two.
func (c *curves) halve() {
	c.width *= 2
	for dir := range c.rate {
		c.rate[dir] = pairs(c.rate[dir], func(a, b int64) int64 { return a + b })
		c.audio[dir] = pairs(c.audio[dir], later)
		c.video[dir] = pairs(c.video[dir], later)
	}
}

func later(a, b stamp) stamp {
	if b.ok {
		return b
	}
	return a
}

func pairs[T any](list []T, join func(a, b T) T) []T {
	for i := 0; 2*i < len(list); i++ {
		list[i] = list[2*i]
		if 2*i+1 < len(list) {
			list[i] = join(list[2*i], list[2*i+1])
		}
	}
	return list[:(len(list)+1)/2]
}

// sides are the directions in the order of the plots.
var sides = [2]decode.Direction{decode.FromClient, decode.FromServer}
