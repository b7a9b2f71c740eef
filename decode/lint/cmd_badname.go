package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-badname", Severity: session.Error,
	Title:  "The stream name is taken",
	Why:    "The server refuses to publish under this name, mostly because somebody else does: often the same encoder, whose earlier connection broke without a FIN and still lives on the server.",
	Fix:    "Wait for the server's timeout, shorten it (drop_idle_publisher, ping_timeout), or close the other publisher.",
	Source: "arut/nginx-rtmp-module#96, #1152, begeekmyfriend/yasea#402, obsproject/obs-studio#3078",
	Bad:    script.Example{script.Publishing, script.Again, script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.BadName", "Already publishing")},
	Good:   script.Example{script.Publishing, script.Again, script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("another-key"), str("live")), script.Started},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.From != server || e.Message.Command != "onStatus" {
				return
			}
			s := v.stream
			if s == nil || s.role != session.Publish {
				s = &stream{name: ""} // nobody was seen to ask
			}
			if e.Message.Code == "NetStream.Publish.Start" && v.rival(s) != "" {
				r.as(session.Note, session.NoSide, rows(s.asked.row, e.Number), "the server accepted %s although it is being published%s; one of the two will lose", s.marked(), v.rival(s))
			}
			if e.Message.Code != "NetStream.Publish.BadName" {
				return
			}
			r.of(s).inShort("NetStream.Publish.BadName").report(session.NoSide, rows(s.asked.row, e.Number), "the server refused to publish %s%s: NetStream.Publish.BadName “%s”%s", s.marked(), v.which(s), e.Mark(1, "description", e.Message.Description), v.rival(s))
		})
	},
})

// rival tells of another session that publishes the same stream.
func (v *view) rival(s *stream) string {
	o := v.judge.attempts.other(v, s)
	if o == nil {
		return ""
	}
	last := o.view.seen[client].last
	return "; session " + count(o.view.number) + " publishes it, last heard of " + text.Figures(v.since(last)) + " ago"
}
