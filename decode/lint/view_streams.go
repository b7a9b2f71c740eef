package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// asked follows what a client wants.
func (v *view) asked(e *session.Entry) {
	at := rowAt{e.Number, e.Time}
	switch e.Message.Command {
	case "connect":
		v.connected(e)
	case "publish", "play", "play2":
		v.start(e, at)
	case "deleteStream", "closeStream", "FCUnpublish":
		if s := v.stopping(e); s != nil {
			s.stopped, v.stream = at, s
		}
	case "close":
		v.stopAll(at)
	case "seek", "pause", "pauseRaw", "receiveAudio", "receiveVideo":
		v.wants(e, at)
	}
}

// stopAll ends every stream: the client ends the NetConnection.
func (v *view) stopAll(at rowAt) {
	for _, s := range v.streams {
		if !s.stopped.yes() {
			s.stopped = at
		}
	}
}

// wants follows whether a player wants media at all: pause has true when not
// (RTMP 1.0 §7.2.2.8), receiveAudio and receiveVideo false (§7.2.2.4, §7.2.2.5).
func (v *view) wants(e *session.Entry, at rowAt) {
	s := v.stream
	if s == nil || !s.wanted() {
		s = v.newest(func(s *stream) bool { return s.running() && s.role == session.Play })
	}
	if s == nil {
		return
	}
	v.stream, s.muted = s, e.Time+int64(v.duration("seek.settles"))
	a := argument(e, 1)
	if a == nil {
		return
	}
	switch e.Message.Command {
	case "pause", "pauseRaw":
		if s.paused = (rowAt{}); a.Bool {
			s.paused = at
		}
	case "receiveAudio":
		s.deaf[0] = !a.Bool
	case "receiveVideo":
		s.deaf[1] = !a.Bool
	}
}

// stopping is the stream that a command ends.
func (v *view) stopping(e *session.Entry) *stream {
	a := argument(e, 1)
	switch {
	case e.Message.Command == "deleteStream" && a != nil:
		return v.streamOf(uint32(a.Number))
	case e.Message.Command == "FCUnpublish":
		if a != nil {
			if s := v.newest(func(s *stream) bool { return s.running() && s.role == session.Publish && s.name == a.Text }); s != nil {
				return s
			}
		}
		return v.only(session.Publish)
	case v.stream != nil && v.stream.wanted():
		return v.stream
	}
	return v.only(session.RoleUnknown)
}

// only returns the one stream of that role that goes on, or of any for
// RoleUnknown; nil when there is none, or more than one.
func (v *view) only(role session.Role) (one *stream) {
	for _, s := range v.streams {
		if s.running() && (s.role == role || role == session.RoleUnknown) {
			if one != nil {
				return nil
			}
			one = s
		}
	}
	return one
}

// start follows a publish or play. On a message stream that was published or
// played before it begins a new stream.
func (v *view) start(e *session.Entry, at rowAt) {
	s := v.streamOf(e.StreamID)
	switch {
	case s == nil:
		s = v.addStream(&stream{id: e.StreamID})
	case s.wanted():
		s = v.addStream(&stream{id: s.id, create: s.create, created: s.created, again: true})
	}
	s.asked, s.role = at, session.Play
	if e.Message.Command == "publish" {
		s.role = session.Publish
	}
	if a := argument(e, 1); a != nil {
		s.name = a.Text
	}
	v.stream = s
	v.judge.attempts.join(v, s)
}

// created follows the answer to createStream. An ID that was given out before
// begins a new stream when the old one was used.
func (v *view) created(e *session.Entry) {
	a := argument(e, 1)
	if a == nil || e.Message.Command != "_result" {
		return
	}
	s := v.streamOf(uint32(a.Number))
	if s == nil || s.created.yes() && (s.wanted() || s.stopped.yes() || s.media > 0) {
		s = v.addStream(&stream{id: uint32(a.Number)})
	}
	s.create, s.created = v.reply, rowAt{e.Number, e.Time}
}

// home is the stream that audio, video or metadata belongs to. Some peers send
// it on another message stream than that of publish or play (FFmpeg as a
// listening server uses 0): then it is that of the latest stream which has
// nothing of its own. strayed says so.
func (v *view) home(e *session.Entry) (s *stream, strayed bool) {
	s = v.streamOf(e.StreamID)
	if s != nil && s.wanted() && s.direction() == e.From {
		return s, false
	}
	lost := v.newest(func(o *stream) bool {
		switch {
		case !o.wanted() || o.direction() != e.From:
			return false
		case o.stray.yes():
			return o.running() || o.strayID == e.StreamID // what was on its way when it was stopped
		}
		early := s != nil && s.created.row > o.asked.row // media may come before its publish
		return !early && o.running() && o.media == 0
	})
	if lost != nil {
		return lost, true
	}
	return s, false
}

// mediaHome is home for audio and video: there always is one, and who strays is
// noted.
func (v *view) mediaHome(e *session.Entry) *stream {
	s, strayed := v.home(e)
	switch {
	case strayed:
		v.strayed(e)
	case s == nil || !s.wanted() && s.media > 0 && s.from != e.From:
		s = v.addStream(&stream{id: e.StreamID, from: e.From})
	case !s.wanted():
		s.from = e.From
	}
	return s
}

// strayed notes media on another message stream, with every stream that it may
// belong to.
func (v *view) strayed(e *session.Entry) {
	for _, s := range v.streams {
		if s.running() && s.direction() == e.From && s.media == 0 && !s.stray.yes() {
			s.stray, s.strayID = rowAt{e.Number, e.Time}, e.StreamID
		}
	}
}

// heard reports whether media of the stream has come, on whatever message
// stream.
func (s *stream) heard() bool { return s.media > 0 || s.stray.yes() }

// dried notes a user control event that says that no more comes (RTMP 1.0
// §7.1.7).
func (v *view) dried(e *session.Entry) {
	at := rowAt{e.Number, e.Time}
	if s := v.streamOf(e.Message.Value); s != nil && s.wanted() {
		s.dry = at
		return
	}
	for _, s := range v.running() {
		if s.role == session.Play {
			s.dry = at
		}
	}
}
