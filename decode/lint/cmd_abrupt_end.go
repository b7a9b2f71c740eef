package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-abrupt-end", Severity: session.Note,
	Title:      "Ended in the middle of the media",
	Why:        "The connection ended while media flowed, without deleteStream or a status from the server: a program was killed or crashed, or the network failed. Start with the side that ended first. A server that disappears in the middle of a publish is an error.",
	Fix:        "Read the log of the side that ended first.",
	Source:     "observed",
	Thresholds: []string{"end.silence", "complaint.lasts"},
	Bad:        script.Example{script.Flowing, script.Reset(client)},
	Good:       script.Example{script.Flowing, script.Goodbye},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			s := v.newest(func(s *stream) bool { return s.running() && s.media > 0 && !s.failed.yes() })
			if v.first != e.From || v.closing[e.From.Peer()].yes() || s == nil || v.blamed(e.From) != nil || v.waitedFor(e) {
				return
			}
			if v.closedAtStart(s) || v.since(v.seen[s.direction()].last) > v.duration("end.silence") {
				return
			}
			how := "closed"
			if e.How == session.Reset {
				how = "reset"
			}
			last := v.seen[s.direction()].last
			if e.From == server && s.role == session.Publish {
				r.inShort("server went away mid-stream").as(session.Error, session.ServerSide, rows(last.row, v.nearRow(e.From), v.complainedIn(), e.Number), "the server went away in the middle of the stream: it %s the connection %s after the client's last message%s%s%s%s", how, v.since(last), v.behind(e.From, last.row), v.complained(), v.rival(s), v.company())
				return
			}
			if e.From == client && s.role == session.Play && e.How == session.Reset {
				r.inShort("client left (RST)").report(session.ClientSide, rows(last.row, e.Number), "the client left (RST), %s after the last message of the server, without deleteStream%s", v.since(last), v.behind(e.From, last.row))
				return
			}
			r.report(session.SideOf(e.From), rows(last.row, v.nearRow(e.From), e.Number), "the %s %s the connection first, %s after the last message of the %s, without deleteStream%s%s", e.From, how, v.since(last), s.direction(), v.behind(e.From, last.row), v.company())
		})
	},
})

// waitedFor reports whether the server closed while it owed the answer to another
// publish: then that one is what it closed about, and its rule tells.
func (v *view) waitedFor(e *session.Entry) bool {
	return slices.ContainsFunc(v.closedOn(e, session.Publish), func(s *stream) bool { return !s.answered.yes() })
}

// complained says that the server had reported an error shortly before: then it did
// not go without a word.
func (v *view) complained() text.Marked {
	c := &v.complaint
	if !c.yes() || v.since(c.rowAt) > v.duration("complaint.lasts") {
		return ""
	}
	return text.Marked(", "+text.Figures(v.since(c.rowAt))+" after it had reported ") + c.code
}

// complainedIn is the row of that error, or 0.
func (v *view) complainedIn() uint32 {
	if v.complained() == "" {
		return 0
	}
	return v.complaint.row
}

// together is how close two ends are that have one cause, and neighbours how
// many sessions are asked.
const together = time.Second

// company names a session that the same server ended just before this one: then
// it is the server that goes down.
func (v *view) company() string {
	if v.first != server {
		return ""
	}
	for _, o := range slices.Backward(v.judge.neighbours()) {
		if end := o.closing[server]; o != v && o.serverAddr == v.serverAddr && end.yes() && o.first == server && o.connect.accepted &&
			v.clock-end.at < int64(together) {
			return "; it closed session " + count(o.number) + " " + text.Figures(time.Duration(v.clock-end.at)) + " before: it seems to have gone down"
		}
	}
	return ""
}
