package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
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
			if e.Message.Code == "NetStream.Publish.Start" && v.rival() != "" {
				r.as(session.Note, session.NoSide, rows(v.askedRow(), e.Number), "the server accepted %s although it is being published%s; one of the two will lose", v.mainName(), v.rival())
			}
			if e.Message.Code != "NetStream.Publish.BadName" {
				return
			}
			r.inShort("NetStream.Publish.BadName").report(session.NoSide, rows(v.askedRow(), e.Number), "the server refused to publish %s: NetStream.Publish.BadName “%s”%s", v.mainName(), e.Mark(1, "description", e.Message.Description), v.rival())
		})
	},
})

// rival tells of another session that publishes the same stream.
func (v *view) rival() string {
	if v.main == nil {
		return ""
	}
	o := v.judge.attempts.other(v, v.main)
	if o == nil {
		return ""
	}
	last := o.view.seen[client].last
	return "; session " + count(o.view.number) + " publishes it, last heard of " + span(v.since(last)) + " ago"
}

// askedRow is the row of the first publish or play, or 0.
func (v *view) askedRow() uint32 {
	if v.main == nil {
		return 0
	}
	return v.main.asked.row
}
