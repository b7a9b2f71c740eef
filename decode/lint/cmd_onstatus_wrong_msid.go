package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-onstatus-wrong-msid", Severity: session.Warning,
	Title:    "onStatus on another message stream",
	Why:      "The status of a publish or play must come on the message stream of the command. Strict clients ignore it elsewhere and wait for ever.",
	Fix:      "Let the server answer on the message stream of the command.",
	Source:   "RTMP 1.0 §7.2.2; ZLMediaKit/ZLMediaKit#4002",
	Explains: emptiness,
	Bad:      script.Example{script.Connected, script.Created, script.PublishKey, script.Call(server, 0, str("onStatus"), num(0), nul, script.Status("status", "NetStream.Publish.Start", "x"))},
	Good:     script.Example{script.Publishing},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			q := v.reply
			if e.Message.Command != "onStatus" || q == nil || q.name != "publish" && q.name != "play" || q.streamID == e.StreamID {
				return
			}
			r.report(session.SideOf(e.From), rows(q.row, e.Number), "%s came on message stream %d; %s was sent on %d", e.Message.Code, e.StreamID, q.name, q.streamID)
		})
	},
})
