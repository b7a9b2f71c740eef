package endpoint

import (
	"bytes"
	"context"
	_ "embed"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// ClockStream is the application and name of the generated test stream.
const ClockStream = "demo/clock"

// What testdata/gen.sh made: 320x180 H.264 at 25 pictures a second with a key
// frame every second, and AAC-LC mono at 44.1 kHz.
//
//go:embed testdata/clock.flv
var clockFLV []byte

// clockLength is the length of the loop in milliseconds: 256 pictures and 441
// AAC frames, which end at the same moment.
const clockLength = 256 * 40

// maxBehind is how far the clock may run late, after the machine has slept say,
// before it gives up to catch up.
const maxBehind = time.Second

// Clock is the test stream as a [Source] without end: metadata, the two
// sequence headers, then the loop again and again with timestamps that go on.
// Create it with [NewClock]. It is not safe for concurrent use.
type Clock struct {
	opening []Message
	frames  []Message
	next    int
	base    uint32
}

// NewClock returns the test stream from its beginning.
func NewClock() *Clock {
	c := &Clock{opening: []Message{clockMetadata()}}
	f, err := NewFLV(bytes.NewReader(clockFLV))
	for err == nil {
		var m Message
		if m, err = f.Next(); err == nil {
			c.sort(m)
		}
	}
	return c
}

func (c *Clock) sort(m Message) {
	switch what, _ := classify(m); {
	case what == config:
		c.opening = append(c.opening, m)
	case m.Type != chunk.TypeDataAMF0:
		c.frames = append(c.frames, m)
	}
}

// Next returns the next message. It never fails and never ends.
func (c *Clock) Next() (Message, error) {
	if len(c.opening) > 0 {
		m := c.opening[0]
		c.opening = c.opening[1:]
		return m, nil
	}
	m := c.frames[c.next]
	m.Timestamp += c.base
	if c.next++; c.next == len(c.frames) {
		c.next = 0
		c.base += clockLength
	}
	return m, nil
}

// clockMetadata describes the stream as encoders do (Adobe FLV 10.1, annex E.5).
// There is no duration, because it has no end.
func clockMetadata() Message {
	return data(amf.Str("onMetaData"), amf.ECMA(
		amf.Prop("title", amf.Str("rtmpscope test stream")),
		amf.Prop("width", amf.Num(320)),
		amf.Prop("height", amf.Num(180)),
		amf.Prop("framerate", amf.Num(25)),
		amf.Prop("videocodecid", amf.Num(7)),
		amf.Prop("videodatarate", amf.Num(120)),
		amf.Prop("audiocodecid", amf.Num(10)),
		amf.Prop("audiodatarate", amf.Num(32)),
		amf.Prop("audiosamplerate", amf.Num(44100)),
		amf.Prop("audiosamplesize", amf.Num(16)),
		amf.Prop("stereo", amf.Bool(false)),
		amf.Prop("encoder", amf.Str("rtmpscope")),
	))
}

// playClock is the source of [ClockStream].
func playClock(ctx context.Context, deliver func(Message)) {
	clock := NewClock()
	var p pacer
	for {
		m, _ := clock.Next() // never fails
		if p.wait(ctx, m.Timestamp) != nil {
			return
		}
		deliver(m)
	}
}

// pacer lets messages pass when it is time. The first passes at once.
type pacer struct {
	start time.Time
	first uint32
}

// wait returns when it is time for that timestamp, or with the error of ctx.
func (p *pacer) wait(ctx context.Context, timestamp uint32) error {
	now := time.Now()
	if p.start.IsZero() {
		p.start, p.first = now, timestamp
	}
	due := p.start.Add(time.Duration(timestamp-p.first) * time.Millisecond)
	if behind := now.Sub(due); behind > maxBehind {
		p.start = p.start.Add(behind)
	}
	if !due.After(now) {
		return ctx.Err()
	}
	t := time.NewTimer(due.Sub(now))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
