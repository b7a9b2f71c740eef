package endpoint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// viewer is one play on one message stream of a client, as its stream sees it.
// Its fields but the first three are guarded by the stream's lock.
type viewer struct {
	out    *outbox
	id     uint32         // message stream ID
	report func(lost int) // told when messages begin (0) and end to be left out
	timer  *time.Timer    // of the wait for a publisher

	began   bool // Play.Start was sent
	skip    bool // nothing until a message that decoding can begin with
	stale   bool // headers were left out
	lost    int  // messages left out since skip
	slow    bool // they are left out because the queue was full
	paused  bool
	noAudio bool
	noVideo bool
}

// begin tells the client that the stream plays and sends what a late player
// needs. c is nil when the publisher has only just come.
func (p *viewer) begin(c *cache) {
	if p.began {
		p.out.push(userControl(eventStreamBegin, p.id),
			status(p.id, "status", "NetStream.Play.PublishNotify", "The stream is published again."))
		return
	}
	p.began = true
	p.out.push(userControl(eventStreamBegin, p.id),
		status(p.id, "status", "NetStream.Play.Reset", "Playing and resetting."),
		status(p.id, "status", "NetStream.Play.Start", "Started playing."))
	p.send(sampleAccess)
	if c == nil {
		return
	}
	for _, m := range c.opening() {
		p.send(m)
	}
	p.skip = c.video && len(c.gop) == 0
}

func (p *viewer) send(m Message) {
	m.StreamID = p.id
	p.out.push(m)
}

// unpublished tells the client that the publisher has gone.
func (p *viewer) unpublished() {
	p.skip, p.slow, p.stale, p.lost = false, false, false, 0
	p.out.push(status(p.id, "status", "NetStream.Play.UnpublishNotify", "The publisher has left."),
		userControl(eventStreamEOF, p.id))
}

// missing tells the client that nobody publishes the stream.
func (p *viewer) missing() {
	p.out.push(status(p.id, "error", "NetStream.Play.StreamNotFound", "Nobody publishes this stream."))
}

// take sends a live message, or leaves it out: while the client is paused, and
// from when its queue is full until the next keyframe for which there is room.
func (p *viewer) take(m Message, what class, c *cache) {
	switch {
	case p.paused || !p.wants(m):
		p.leaveOut(what)
	case !p.skip:
		m.StreamID = p.id
		if !p.out.offer(m) {
			p.skip, p.slow = true, true
			p.leaveOut(what)
			p.report(0)
		}
	case what == key || what == sound && !c.video:
		p.resume(m, c)
	default:
		p.leaveOut(what)
	}
}

func (p *viewer) leaveOut(what class) {
	p.lost++
	p.stale = p.stale || what == metadata || what == config
}

// resume sends again, beginning with m and the headers that were missed.
func (p *viewer) resume(m Message, c *cache) {
	batch := []Message{m}
	if p.stale {
		batch = append(c.headers(m.Timestamp), m)
	}
	for i := range batch {
		batch[i].StreamID = p.id
	}
	if !p.out.offer(batch...) {
		p.leaveOut(key)
		return
	}
	if p.slow {
		p.report(p.lost)
	}
	p.skip, p.slow, p.stale, p.lost = false, false, false, 0
}

func (p *viewer) wants(m Message) bool {
	return !(m.Type == chunk.TypeAudio && p.noAudio) && !(m.Type == chunk.TypeVideo && p.noVideo)
}

// pause stops and resumes the messages; live streams go on at the next key
// frame.
func (p *viewer) pause(on bool) {
	p.paused = on
	p.skip = p.skip || !on
}
