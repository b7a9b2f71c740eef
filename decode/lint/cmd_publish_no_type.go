package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-publish-no-type", Severity: session.Warning,
	Title:    "publish without its type",
	Why:      "The third value of publish says whether the server shall record: live, record or append. Without it servers that read all three (Adobe's and Red5 among them) refuse the command or fail; others take it for live.",
	Fix:      "Let the client send publish(name, \"live\").",
	Source:   "RTMP 1.0 §7.2.2.6",
	Explains: refusals,
	Bad:      script.Example{script.Connected, script.Created, script.Call(client, 1, str("publish"), num(3), nul, str("key-of-mine")), script.Started},
	Good:     script.Example{script.Publishing},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "publish" || e.From != client {
				return
			}
			switch a := argument(e, 2); {
			case a == nil:
				r.report(session.ClientSide, rows(e.Number), "publish has no type; \"live\", \"record\" or \"append\" belongs behind the name")
			case a.Kind != amf.String:
				r.report(session.ClientSide, rows(e.Number), "the type of publish is not a string; it must be \"live\", \"record\" or \"append\"")
			case !publishTypes[a.Text]:
				r.as(session.Note, session.ClientSide, rows(e.Number), "publish has type \"%s\"; the specification names live, record and append", a.Text)
			}
		})
	},
})

// publishTypes are those of RTMP 1.0 §7.2.2.6, and one of Adobe's servers.
var publishTypes = map[string]bool{"live": true, "record": true, "append": true, "appendWithGap": true}
