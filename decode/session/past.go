package session

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// settledAfter is how long after its end, by the time of the capture, a session
// is kept whole: records that are late still belong to it. After that it is a
// summary, and further records of the connection are dropped.
const settledAfter = 10 * time.Second

// summary is what is kept of a session.
type summary interface {
	info() Info
}

// whole is a session that may still change.
type whole struct{ Info }

func (w *whole) info() Info { return w.Info }

// past is a session that has ended: all that Info says, in some 250 bytes. There
// may be a hundred thousand of them.
type past struct {
	*likeness
	number, rows, first uint32
	client              string
	facts               Facts
	known               *mask.Set
	opened, last        int64 // Unix nanoseconds
	bytes, messages     [2]int64
	audio, video        int64
	findings            [Error + 1]uint32
	stages              []pastStage
	pending             *[]Pending // nil for none
}

// pastStage is a Stage, smaller.
type pastStage struct {
	at    int64 // Unix nanoseconds
	row   uint32
	phase Phase
}

// likeness is what many sessions have in common: those of one program that comes
// back, or of a health check. They share one.
type likeness struct {
	server                            string
	app, tcURL, stream, agent, engine text.Marked
	ended, trouble, cause, refusal    string
	login, failed                     string
	redirect                          text.Marked
	role                              Role
	streams                           int
	phase                             Phase
	open, accepted                    bool
	closed                            [2]bool
	worst                             Severity
	ender                             Side
	zone                              *time.Location
}

// maxLikenesses bounds how many are remembered to be shared.
const maxLikenesses = 1024

// likenesses are those that sessions may share.
type likenesses map[likeness]*likeness

func (l likenesses) of(i *Info) *likeness {
	is := likeness{server: i.Server, app: i.App, tcURL: i.TCURL, stream: i.Stream, agent: i.Agent, engine: i.Engine,
		ended: i.Ended, trouble: i.Trouble, cause: i.Cause, refusal: i.Refusal, login: i.Login, failed: i.Failed, redirect: i.Redirect,
		role: i.Role, streams: i.Streams, phase: i.Phase, open: i.Open, accepted: i.Accepted, closed: i.Closed, worst: i.Worst, ender: i.Ender, zone: i.OpenedAt.Location()}
	if known := l[is]; known != nil {
		return known
	}
	if len(l) == maxLikenesses {
		clear(l)
	}
	l[is] = &is
	return &is
}

// settle makes a summary of a session.
func (l likenesses) settle(i *Info, first uint32) *past {
	p := &past{likeness: l.of(i), number: i.Number, rows: i.Rows, first: first, client: i.Client, facts: i.Facts, known: i.known,
		opened: i.OpenedAt.UnixNano(), last: i.LastAt.UnixNano(), bytes: i.Bytes, messages: i.Messages,
		audio: i.Audio, video: i.Video, stages: make([]pastStage, len(i.Stages))}
	for k, s := range i.Stages {
		p.stages[k] = pastStage{s.At.UnixNano(), s.Row, s.Phase}
	}
	if pending := i.Pending; len(pending) > 0 {
		p.pending = &pending
	}
	for s, n := range i.Findings {
		p.findings[s] = uint32(n)
	}
	return p
}

// info tells again what was settled.
func (p *past) info() Info {
	i := Info{Number: p.number, Client: p.client, Server: p.server, Facts: p.facts, known: p.known, App: p.app, TCURL: p.tcURL, Stream: p.stream,
		OpenedAt: time.Unix(0, p.opened).In(p.zone), LastAt: time.Unix(0, p.last).In(p.zone),
		Role: p.role, Streams: p.streams, Agent: p.agent, Engine: p.engine, Phase: p.phase, Stages: make([]Stage, len(p.stages)), Open: p.open, Accepted: p.accepted, Closed: p.closed,
		Ended: p.ended, Trouble: p.trouble, Cause: p.cause, Refusal: p.refusal, Login: p.login, Failed: p.failed, Redirect: p.redirect,
		Bytes: p.bytes, Messages: p.messages, Audio: p.audio, Video: p.video, Rows: p.rows, Worst: p.worst, Ender: p.ender}
	for k, s := range p.stages {
		i.Stages[k] = Stage{Phase: s.phase, Row: s.row, At: time.Unix(0, s.at).In(p.zone)}
	}
	if p.pending != nil {
		i.Pending = *p.pending
	}
	for s, n := range p.findings {
		i.Findings[s] = int(n)
	}
	return i
}

// changed notes that a session is not what the last snapshot says of it.
func (t *Timeline) changed(c *conn) {
	if !c.changed {
		c.changed = true
		t.news = append(t.news, c)
	}
}

// over notes that a session has ended, which will be settled.
func (t *Timeline) over(c *conn) {
	if !c.info.Open && !c.settling {
		c.settling = true
		t.ended = append(t.ended, c)
		c.release()
		t.open = slices.DeleteFunc(slices.Clone(t.open), func(n uint32) bool { return n == c.info.Number })
	}
}

// release drops what only a connection needs on which bytes may still come.
func (c *conn) release() {
	for d := range c.dec {
		c.ends[d], c.dec[d] = c.dec[d].Offset(), nil
	}
	c.scratch = Entry{}
}

// offset is how far a direction has been decoded.
func (c *conn) offset(dir decode.Direction) int64 {
	if c.dec[dir] == nil {
		return c.ends[dir]
	}
	return c.dec[dir].Offset()
}

// settleOld makes summaries of sessions that ended a while ago.
func (t *Timeline) settleOld(now time.Time) {
	for len(t.ended) > 0 && now.Sub(t.ended[0].info.LastAt) >= settledAfter {
		c := t.ended[0]
		t.ended[0] = nil
		t.ended = t.ended[1:]
		t.settle(c)
	}
}

func (t *Timeline) settle(c *conn) {
	c.info.Pending = c.pairs.waiting()
	i := int(c.info.Number - 1)
	t.infos.Set(i, t.alike.settle(&c.info, c.firstRow))
	t.sessions[i], c.settled = nil, true
	delete(t.conns, c.id)
	if c.id != c.info.Number {
		t.strange[c.id] = c.info.Number
	}
}

// recall returns a connection by its ID, also one that was settled, for what is
// said of it afterwards; nil when there was none.
func (t *Timeline) recall(id uint32) *conn {
	if c := t.conns[id]; c != nil {
		return c
	}
	number, strange := t.strange[id]
	if !strange {
		number = id
	}
	if number == 0 || int(number) > len(t.sessions) || t.sessions[number-1] != nil {
		return nil
	}
	return t.revive(number, id)
}

// numbered returns a session by its number, also one that was settled.
func (t *Timeline) numbered(number uint32) *conn {
	if number == 0 || int(number) > len(t.sessions) {
		return nil
	}
	if c := t.sessions[number-1]; c != nil {
		return c
	}
	id := number
	for strange, n := range t.strange {
		if n == number {
			id = strange
		}
	}
	return t.revive(number, id)
}

// revive is a settled session for a moment: enough of it for a note or a finding.
func (t *Timeline) revive(number, id uint32) *conn {
	p := t.infos.At(int(number - 1)).(*past)
	c := &conn{t: t, id: id, info: p.info(), firstRow: p.first, done: [2]bool{true, true}, settled: true}
	c.now, c.secrets = c.info.LastAt, &secrets{c.info.known, c.info.known.Finder()}
	return c
}
