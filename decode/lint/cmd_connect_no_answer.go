package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-connect-no-answer", Severity: session.Warning,
	Title:      "connect is never answered",
	Why:        "The client has sent connect and waits for its _result; nothing can be published or played before. A hook that the server asks hangs, its answer names another transaction, or it waits for bytes of a connect that it reads in another way. It is an error when one side closes over it.",
	Fix:        "Read the server's log at this moment, and look at what its hook on connect does.",
	Source:     "RTMP 1.0 §7.2.1.1; ossrs/srs#1794",
	Thresholds: []string{"connect.answer", "connect.close"},
	Absence:    true,
	Bad:        script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Silence(20 * time.Second), script.Fin(client), script.Fin(server)},
	Good:       script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.After(4 * time.Second), script.Accept(), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		c := &v.connect
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command != "connect" || e.From != client {
				return
			}
			asked := c.asked
			v.after(v.duration("connect.answer"), func() {
				if c.asked == asked && !c.answered.yes() && v.isOpen() {
					r.report(session.ServerSide, rows(asked.row), "the server has not answered connect for %s; the client waits", time.Duration(v.clock-asked.at))
				}
			})
		})
		v.on(onClose, func(e *session.Entry) {
			waited := v.since(c.asked)
			long := waited > v.duration("connect.answer") || e.From == server && waited > v.duration("connect.close")
			if v.first == e.From && c.asked.yes() && !c.answered.yes() && long {
				r.inShort("connect not answered").overAs(session.Error, session.ServerSide, rows(c.asked.row, e.Number), "the server had not answered connect for %s when the %s closed", text.Figures(waited), e.From)
			}
		})
	},
})
