package lint

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// speakHealthy brings a healthy session, made from a seed, to a timeline, now and then
// several one after the other, and says whether each had one stream only, and how many
// messages.
func speakHealthy(line *session.Timeline, seed uint64) (single bool, rows int) {
	w := &cable{rand: rand.New(rand.NewPCG(seed, 7)), line: line}
	single = true
	h := pick(w, hosts...)
	for range pick(w, 1, 1, 1, 1, 1, 1, 3) {
		x := w.speaker(h)
		x.speak()
		single = single && !x.twice
		w.now, rows = x.now+time.Duration(w.between(100, 20_000))*time.Millisecond, rows+x.rows
	}
	line.Finish()
	return single, rows
}

// speaker is one connection more, from the same randomness, at the time that it is.
func (w *cable) speaker(h host) *sane {
	w.conn++
	c := &cable{rand: w.rand, line: w.line, now: w.now, conn: w.conn}
	c.amf3, c.weaves = c.chance(20), c.chance(25)
	for d := range c.writers {
		c.writers[d].absolute, c.writers[d].threes = c.chance(15), c.chance(30)
	}
	return &sane{cable: c, program: pick(c, programs...), host: h, twice: c.chance(35)}
}

// speak is the session.
func (x *sane) speak() {
	x.line.Open(session.Connection{ID: x.conn, At: began.Add(x.now), Client: "10.0.0.1:50000", Server: "10.0.0.2:1935"})
	x.wait(time.Millisecond, 50*time.Millisecond)
	x.greet()
	if x.chance(25) {
		x.ping = x.now + time.Duration(x.between(3, 60))*time.Second
	}
	twice := x.twice
	if twice {
		x.several()
	} else {
		x.begin(pick(x.cable, client, server), pick(x.cable, 1, 2, 3, 3, 3, 3))
		x.live()
	}
	x.leave()
	x.twice = twice
}

// several streams come and go on one connection.
func (x *sane) several() {
	if x.chance(30) { // video on one, audio on another
		from := pick(x.cable, client, server)
		x.begin(from, 2)
		x.begin(from, 1)
	}
	for range x.between(2, 6) {
		switch {
		case len(x.feeds) > 0 && x.chance(35):
			x.end(x.rand.IntN(len(x.feeds)))
		case len(x.feeds) < 3:
			x.begin(pick(x.cable, client, server), pick(x.cable, 1, 2, 3, 3, 3))
		}
		x.flow(time.Duration(x.between(200, 15_000)) * time.Millisecond)
	}
}

// live is the life of one stream: it flows, rests, stalls, is paused and sought.
func (x *sane) live() {
	for range x.between(1, 4) {
		x.flow(time.Duration(x.between(500, pickTime(x))) * time.Millisecond)
		f := x.feeds[0]
		switch n := x.rand.IntN(10); {
		case n < 2 && f.steady():
			f.rest(float64(x.between(1000, 3000)))
			x.flow(4 * time.Second)
		case n == 2 && f.steady():
			x.now += time.Duration(x.between(500, 4500)) * time.Millisecond // the network stands still
		case n == 3 && f.from == server:
			x.want(f)
		case n == 4 && f.from == server:
			x.pause(f)
		case n == 5 && f.from == server:
			x.seek(f)
		}
	}
}

// pickTime is how long a stretch lasts, in ms: most are short.
func pickTime(x *sane) int { return pick(x.cable, 2000, 10_000, 10_000, 20_000, 60_000) }

// rest is a pause of the source: wall and media clock go on, and nothing comes.
func (f *feed) rest(ms float64) {
	for _, l := range f.lanes {
		l.forward(ms)
	}
}

// steady reports whether a frame is due all the time.
func (f *feed) steady() bool {
	return !slices.ContainsFunc(f.lanes, func(l *lane) bool { return l.rests > 0 || l.vary > 0 || l.step > 200 })
}

// want says that a player does not want audio, or video, for a while or for good.
func (x *sane) want(f *feed) {
	l := f.lanes[x.rand.IntN(len(f.lanes))]
	name := "receiveAudio"
	if l.video {
		name = "receiveVideo"
	}
	x.call(client, f.id, str(name), num(0), nul, amf.Bool(false))
	l.refused = true
	x.flow(time.Duration(x.between(100, 25_000)) * time.Millisecond)
	if x.chance(60) {
		x.call(client, f.id, str(name), num(0), nul, amf.Bool(true))
		l.refused, l.since = false, l.gop
		for behind := x.now - l.due; behind > 0; behind = x.now - l.due {
			l.forward(l.step)
		}
	}
}

// pause stops a player, and lets it go on where it was.
func (x *sane) pause(f *feed) {
	x.call(client, f.id, str("pause"), num(0), nul, amf.Bool(true), num(float64(f.stamp())))
	x.status(f.id, "NetStream.Pause.Notify")
	f.paused = true
	since := x.now
	x.flow(time.Duration(x.between(500, 20_000)) * time.Millisecond)
	x.call(client, f.id, str("pause"), num(0), nul, amf.Bool(false), num(float64(f.stamp())))
	x.wait(0, 200*time.Millisecond)
	x.status(f.id, "NetStream.Unpause.Notify")
	f.paused = false
	live := x.chance(50)
	for _, l := range f.lanes {
		if l.since = l.gop; live {
			l.ts, l.due = l.ts+float64((x.now-l.due)/time.Millisecond), x.now
		} else {
			l.due += x.now - since
		}
	}
}

// seek goes to another place of a recording.
func (x *sane) seek(f *feed) {
	to := float64(x.between(0, 600_000))
	x.call(client, f.id, str("seek"), num(0), nul, num(to))
	x.wait(0, 200*time.Millisecond)
	x.event(server, 1, f.id)
	x.status(f.id, "NetStream.Seek.Notify")
	x.status(f.id, playBegins)
	for _, l := range f.lanes {
		l.ts, l.due, l.since = to, x.now, l.gop
	}
}

// flow lets all streams go on for a while.
func (x *sane) flow(d time.Duration) {
	for end := x.now + d; ; {
		f, l := x.soonest()
		if l == nil || l.due >= end {
			x.complete()
			x.now = max(x.now, end)
			return
		}
		if x.now = max(x.now, l.due); x.chance(20) { // the network is not even
			x.wait(0, 5*time.Millisecond)
		}
		x.soon = x.due(l) < x.now+30*time.Millisecond
		f.step(x.cable, l)
		x.around(f)
	}
}

// due is when the next frame of another chunk stream of that side is due.
func (x *sane) due(but *lane) time.Duration {
	first := x.now + time.Hour
	for _, f := range x.feeds {
		for _, l := range f.lanes {
			if l.csid != but.csid && f.from == x.sender(but) && !f.paused && !l.refused && !f.bundle {
				first = min(first, l.due)
			}
		}
	}
	return first
}

// sender is who sends a lane.
func (x *sane) sender(l *lane) decode.Direction {
	for _, f := range x.feeds {
		if slices.Contains(f.lanes, l) {
			return f.from
		}
	}
	return client
}

// soonest is the frame that is due first.
func (x *sane) soonest() (of *feed, first *lane) {
	for _, f := range x.feeds {
		if l := f.next(); l != nil && (first == nil || l.due < first.due) {
			of, first = f, l
		}
	}
	return of, first
}

// around sends what else is due: data messages and pings.
func (x *sane) around(f *feed) {
	if f.data > 0 && x.now >= f.data {
		f.tell(x.cable)
	}
	if x.ping > 0 && x.now >= x.ping {
		x.ping = x.now + time.Minute
		at := uint32(x.now / time.Millisecond)
		x.event(server, 6, at)
		x.wait(0, 300*time.Millisecond)
		x.event(client, 7, at)
	}
}

// tell sends a data message: words now and then, or bytes at 64 kbit/s.
func (f *feed) tell(w *cable) {
	if !f.binary {
		f.data = w.now + time.Duration(w.between(200, 5000))*time.Millisecond
		f.say(w, str(pick(w, "onTextData", "onCuePoint", "onFI")), obj(prop("text", str("hello")), prop("tc", num(float64(w.rand.IntN(1000))))))
		return
	}
	f.data = w.now + 40*time.Millisecond
	n := w.between(100, 500)
	body := append(amf.Append0([]byte{0}, str("onAudioTrack")), 0x11, 0x0c, byte(n<<1>>7)|0x80, byte(n<<1&0x7f)|1)
	w.send(f.from, chunk.Out{ChunkStream: f.csid(), Type: chunk.TypeDataAMF3, StreamID: f.id, Timestamp: f.stamp(), Body: append(body, w.noise(n)...)})
}

// leave ends what is left, and the connection.
func (x *sane) leave() {
	x.twice = false
	for len(x.feeds) > 0 {
		f := x.feeds[0]
		if f.from == server && x.chance(20) { // the publisher has gone
			f.flush(x.cable)
			x.status(f.id, pick(x.cable, "NetStream.Play.UnpublishNotify", "NetStream.Play.Stop"))
			x.event(server, 1, f.id)
		}
		x.end(0)
	}
	x.close(pick(x.cable, client, client, client, server))
}
