package lint

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Stall says who keeps a session from going on.
type Stall struct {
	// Words is a sentence, "" when nobody does.
	Words string
	// Brief says in a few words what is missing, for narrow places.
	Brief string
	// Side is the side that the other waits for, where that is certain.
	Side session.Side
	// Since is how long.
	Since time.Duration
}

// stall looks for the first thing that is waited for, in the order of a
// session.
func (v *view) stall() Stall {
	if v.unreached {
		return Stall{} // the client waited for nobody who could have answered
	}
	for _, look := range []func(*view) Stall{stallDial, stallHello, stallConnect, stallStream, ofStreams(stallStart), stallHeld, ofStreams(stallMedia), ofStreams(stallAck), ofStreams(stallSilence)} {
		if s := look(v); s.Words != "" {
			if s.Since < v.duration("answer.late") {
				return Stall{}
			}
			return s
		}
	}
	return Stall{}
}

// ofStreams looks at the streams that go on, one after the other.
func ofStreams(look func(*view, *stream) Stall) func(*view) Stall {
	return func(v *view) Stall {
		for _, s := range v.running() {
			if stall := look(v, s); stall.Words != "" {
				return stall
			}
		}
		return Stall{}
	}
}

// waits makes a stall with words that begin with what is waited for, and end
// with who no longer waited.
func (v *view) waits(side session.Side, since rowAt, format string, args ...any) Stall {
	d := time.Duration(v.lastWaited() - since.at)
	words := fmt.Sprintf(format, args...) + ", for " + text.Figures(d)
	if v.closing[v.first].yes() {
		words += ", until " + v.ender()
	}
	return Stall{Words: words, Brief: "no progress, " + text.Figures(d), Side: side, Since: d}
}

// inShort says in a few words what is missing.
func (s Stall) inShort(missing string) Stall {
	s.Brief = missing + ", " + text.Figures(s.Since)
	return s
}

// stallDial speaks of a client that waits for the relay to reach its server.
func stallDial(v *view) Stall {
	if v.dialled == "" {
		return Stall{}
	}
	s := v.waits(session.ServerSide, rowAt{v.openedRow, v.openedAt}, "the relay is connecting to %s, which has not answered", text.Marked(v.dialled))
	return s.inShort("connecting to " + v.dialled)
}

func stallHello(v *view) Stall {
	h := &v.hello
	if v.blindness() != "" {
		return Stall{}
	}
	switch c1 := h.parts[client][1]; {
	case !c1.yes():
		return v.waits(session.ClientSide, rowAt{1, max(v.openedAt, v.linkedAt)}, "the client has not sent C0 and C1").inShort("no C0 and C1")
	case h.bytesOf(server) == 0:
		return v.waits(session.ServerSide, c1, "the server accepts TCP but does not speak RTMP, or waits for TLS").inShort("no answer to the handshake")
	case !h.done(client) && h.done(server):
		return v.waits(session.ClientSide, h.parts[server][2], "the client has S0, S1 and S2 and does not send C2: it rejects or cannot read S1 or S2").inShort("no C2")
	case !h.done(client) && h.parts[server][1].yes():
		return v.waits(session.NoSide, h.parts[server][1], "the server has sent S1 without S2, the client no C2: both wait").inShort("no S2 and no C2")
	case !h.done(client):
		return v.waits(session.ServerSide, c1, "the server has sent only a part of its handshake").inShort("half a handshake")
	}
	return Stall{}
}

func stallConnect(v *view) Stall {
	c := &v.connect
	switch {
	case !c.asked.yes() && v.hello.done(client):
		return v.waits(session.ClientSide, v.hello.parts[client][2], "the handshake is over and the client has not sent connect").inShort("no connect")
	case c.asked.yes() && !c.answered.yes():
		return v.waits(session.ServerSide, c.asked, "the server has not answered connect: it is still deciding (a hook?), or waits for more bytes").inShort("no answer to connect")
	}
	return Stall{}
}

func stallStream(v *view) Stall {
	if len(v.wanted()) > 0 || !v.connect.accepted || v.connect.ended.yes() {
		return Stall{}
	}
	create := v.requests.named("createStream")
	switch fc := v.requests.named("FCPublish"); {
	case create == nil:
		return v.waits(session.ClientSide, v.connect.answered, "the client is connected and has not sent createStream").inShort("no createStream")
	case !create.answered.yes():
		return v.waits(session.ServerSide, create.rowAt, "the server has not answered createStream").inShort("no answer to createStream")
	case fc != nil && !fc.answered.yes():
		return v.waits(session.NoSide, create.answered, "the client has its stream and sends neither publish nor play (does it wait for the answer to FCPublish?)").inShort("no publish or play")
	}
	return v.waits(session.ClientSide, create.answered, "the client has its stream and sends neither publish nor play").inShort("no publish or play")
}

func stallStart(v *view, s *stream) Stall {
	if s.answered.yes() || s.heard() { // who sends media did not wait
		return Stall{}
	}
	return v.waits(session.ServerSide, s.asked, "the server is silent on %s%s", s.role, v.which(s)).inShort("no answer to " + s.role.String())
}

func stallMedia(v *view, s *stream) Stall {
	switch {
	case s.heard() || s.failed.yes():
		return Stall{}
	case s.role == session.Play:
		return v.waits(session.ServerSide, s.answered, "the server accepted play%s and sends no media (does anybody publish this stream?)", v.which(s)).inShort("no media after play")
	}
	return v.waits(session.ClientSide, s.answered, "the server accepted publish%s and the client sends no media", v.which(s)).inShort("no media after publish")
}

// stallHeld is a receiver that the relay cannot write to.
func stallHeld(v *view) Stall {
	for _, h := range v.holds {
		if h.yes() {
			return v.waits(session.SideOf(h.from.Peer()), rowAt{1, h.since}, "the %s has stopped reading (%s bytes waiting)", h.from.Peer(), count(h.waiting)).inShort(h.from.Peer().String() + " stopped reading")
		}
	}
	return Stall{}
}

// stallSilence is media that has stopped.
func stallSilence(v *view, s *stream) Stall {
	d := s.direction()
	last, expected := v.silence(s)
	since := time.Duration(v.lastWaited() - last.at)
	if !expected || since < v.duration("media.pause") {
		return Stall{}
	}
	words := fmt.Sprintf("no media from the %s for %s%s", d, text.Figures(since.Round(time.Second/10)), v.which(s))
	if v.closing[v.first].yes() {
		words += ", until " + v.ender()
	}
	return Stall{Words: words, Side: session.SideOf(d), Since: since}.inShort("no media")
}

func stallAck(v *view, s *stream) Stall {
	d := s.direction()
	l := &v.ledger[d]
	if limit := l.limit(); limit > 0 && l.outstanding() > 2*limit && v.lastWaited()-v.seen[d].last.at > int64(2*time.Second) && v.waitsForAcks(d) {
		return v.waits(session.SideOf(d.Peer()), v.seen[d].last, "the %s has stopped with %s bytes unacknowledged; the window is %s", d, count(l.outstanding()), count(limit)).inShort("stopped, not acknowledged")
	}
	return Stall{}
}
