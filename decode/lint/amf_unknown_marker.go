package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-unknown-marker", Severity: session.Warning,
	Title:    "A value of unknown type",
	Why:      "A type marker is unknown, so nothing after it can be read. Small parsers report the same of strict arrays, which are valid.",
	Fix:      "Correct the sender; the bytes of the message are kept as they are.",
	Source:   "AMF0 §2.1; bluenviron/mediamtx#3188, KallDrexx/rust-media-libs#29",
	Explains: append([]string{"cmd-app-empty", "cmd-tcurl-invalid"}, refusals...),
	Bad:      script.Example{script.Connected, script.Send(client, script.Out(3, 20, 0, append(script.Values(str("call"), num(7)), 0x42, 1, 2)))},
	Good:     script.Example{script.Connected, script.Call(client, 0, str("call"), num(7), amf.List(num(1), num(2)))},
	watch: func(v *view, r *reporter) {
		v.onAMF(func(e *session.Entry, p *amf.Problem) {
			r.report(session.SideOf(e.From), rows(e.Number), "%s: %s (offset %d)", nameOf(e), p.Text, p.Offset)
		}, amf.UnknownMarker, amf.ReservedMarker)
	},
})
