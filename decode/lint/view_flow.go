package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// mediaFlow is whether media goes on in one direction, whatever its tracks.
type mediaFlow struct {
	last    rowAt // audio or video message
	resumed int64 // when it went on after the latest pause, or began
	paused  time.Duration
}

// pause is how long no media comes before one speaks of a pause.
const pause = time.Second

// goesOn takes in an audio or video message.
func (f *mediaFlow) goesOn(e *session.Entry) {
	if !f.last.yes() || e.Time-f.last.at > int64(pause) {
		f.resumed, f.paused = e.Time, 0
		if f.last.yes() {
			f.paused = time.Duration(e.Time - f.last.at)
		}
	}
	f.last = rowAt{e.Number, e.Time}
}

// hold is a receiver that takes nothing.
type hold struct {
	since   int64 // 0 when it takes what it gets
	from    decode.Direction
	waiting int64         // bytes; 0 when it is over
	most    int64         // bytes that waited at most
	lasted  time.Duration // so far
}

func (h *hold) yes() bool { return h.since != 0 }

// held follows what the relay tells of a receiver.
func (v *view) held(h session.Hold) {
	o := &v.holds[h.From]
	o.from, o.waiting, o.lasted = h.From, h.Waiting, h.For
	o.since, o.most = h.At.Add(-h.For).UnixNano(), max(o.most, h.Waiting)
	v.hold, v.heldUntil[h.From] = *o, h.At.UnixNano()
	h.Most = o.most
	v.told[h.From] = h
	if h.Waiting == 0 {
		*o = hold{}
	}
	v.emit(onHeld, nil)
}

// outer follows what the protocol around RTMP says.
func (v *view) outer(a session.Around) {
	v.around = a
	if a.Poll {
		v.polls++
		v.polled = a.At.UnixNano()
	}
	if a.HTTP != "" {
		v.tunnel.takes(a.HTTP, a.From == server)
	}
	if a.Greeting != session.NoGreeting {
		v.greeting[a.From] = a.Greeting
	}
	v.secret = v.secret || a.Secret
	v.rejected = v.rejected || rejection(a.Alert) != ""
	v.emit(onOuter, nil)
}

// silence is the last message of a stream's media, and whether more was to be
// expected since.
func (v *view) silence(s *stream) (last rowAt, expected bool) {
	last = s.flow.last
	dry := s.dry.yes() && s.dry.at >= last.at
	return last, last.yes() && s.running() && !s.failed.yes() && !s.paused.yes() && !dry && v.clock >= s.muted
}

// now is the latest time that is known, also in silence.
func (v *view) now() int64 { return max(v.clock, v.judge.now) }
