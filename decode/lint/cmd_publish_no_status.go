package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-publish-no-status", Severity: session.Warning,
	Title:      "publish or play is never answered",
	Why:        "The server has not said NetStream.Publish.Start or NetStream.Play.Start. Publishers that wait for it send nothing, others stream on into the unknown. A player that gets media does not miss it.",
	Fix:        "Let the server send onStatus; or use a client that does not wait.",
	Source:     "RTMP 1.0 §7.2.2.6; HaishinKit/HaishinKit.swift#56",
	Thresholds: []string{"publish.status"},
	Absence:    true,
	Bad:        script.Example{script.Connected, script.Created, script.PublishKey, script.Headers(client), script.Frames(client, 0, 150)},
	Good:       script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 150)},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			s := v.stream
			if c := e.Message.Command; c != "publish" && c != "play" || e.From != client || s == nil {
				return
			}
			asked := s.asked
			v.after(v.duration("publish.status"), func() {
				if !s.answered.yes() && v.isOpen() && !s.stopped.yes() && !s.over.yes() && s.asked == asked && (s.role == session.Publish || !s.heard()) {
					words := "the client waits"
					if q := v.requests.find(func(q *request) bool { return q.row == asked.row }); q != nil && q.answered.yes() {
						words = "its _result in row " + count(q.answered.row) + " is not the answer that clients wait for, which is onStatus with NetStream.Publish.Start"
					}
					if s.media > 0 {
						words = "the client did not wait and has sent " + messages(s.media) + " of media"
					}
					r.of(s).report(session.ServerSide, rows(asked.row), "the server has not answered %s for %s; %s", s.role, time.Duration(v.clock-asked.at), words)
				}
			})
		})
	},
})
