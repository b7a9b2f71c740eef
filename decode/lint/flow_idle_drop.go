package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "flow-idle-drop", Severity: session.Warning,
	Title:      "The server closed an idle connection",
	Why:        "The client sent nothing for a while and then the server closed: an idle timeout. A publisher that pauses, or a client that never sends publish, ends like this.",
	Fix:        "Let the encoder go on sending (black, silence), or raise the server's timeout.",
	Source:     "kaltura/media-framework#168, AirenSoft/OvenMediaEngine#2275, HaishinKit/GPUHaishinKit.swift#2",
	Thresholds: []string{"idle.silence"},
	Absence:    true,
	Bad:        script.Example{script.Flowing, script.Silence(12 * time.Second), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Flowing, script.Silence(8 * time.Second), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		wait := v.duration("idle.silence")
		v.on(onClose, func(e *session.Entry) {
			last := v.seen[client].last
			if e.From != server || v.first != server || !last.yes() || v.since(last) < wait || v.allStopped() || v.connect.ended.yes() {
				return
			}
			switch s := v.lead(); {
			case s == nil:
				r.report(session.ClientSide, rows(last.row, e.Number), "the server closed %s after the client's last message; the client had not sent %s", v.since(last), v.notSent())
			case s.role == session.Publish:
				r.report(session.NoSide, rows(last.row, e.Number), "the server closed after the publisher had been silent for %s", v.since(last))
			}
		})
	},
})

// notSent is what a client that never published or played would have had to send next.
func (v *view) notSent() string {
	if !v.connect.asked.yes() {
		return "connect"
	}
	return "publish or play"
}
