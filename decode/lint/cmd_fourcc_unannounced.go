package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-fourcc-unannounced", Severity: session.Note,
	Title:    "Enhanced RTMP media without an offer",
	Why:      "The client sends Enhanced RTMP media without having offered it in connect, as OBS does. A server without support cannot say so beforehand; it closes.",
	Fix:      "Nothing when the server supports it.",
	Source:   "source of OBS; Enhanced RTMP v2, Enhancing NetConnection connect Command",
	Explains: []string{"cmd-start-then-close", "cmd-closed-after-message"},
	Bad:      script.Example{script.Publishing, script.Video(client, 0, []byte{0x90, 'h', 'v', 'c', '1', 1})},
	Good:     script.Example{script.Hi, script.ConnectTo("live", script.LiveURL, prop("fourCcList", script.List("hvc1"))), script.Accept(), script.Created, script.PublishKey, script.Started, script.Video(client, 0, []byte{0x90, 'h', 'v', 'c', '1', 1})},
	watch: func(v *view, r *reporter) {
		v.on(onTrack, func(e *session.Entry) {
			tag := &e.Message.Tag
			if e.From != client || !tag.Enhanced || !r.first() || !v.connect.asked.yes() {
				return
			}
			offer := enhancedIn(&v.connect.object)
			switch {
			case offer == "":
				r.report(session.ClientSide, rows(v.connect.asked.row, e.Number), "%s as Enhanced RTMP, which connect did not offer", tag.Codec)
			case tag.FourCC != 0 && !offers(&v.connect.object, tag.FourCC.String()):
				r.report(session.ClientSide, rows(v.connect.asked.row, e.Number), "%s, though the codecs that connect offers do not include \"%s\"", tag.Codec, tag.FourCC.String())
			}
		})
	},
})

// offers reports whether a connect offers a FourCC: in the list or a map, by name or
// by "*". One that offers abilities alone offers any.
func offers(o *amf.Value, code string) bool {
	named := false
	if list := o.Get("fourCcList"); list != nil {
		named = true
		for i := range list.Items {
			if m := &list.Items[i]; m.Text == code || m.Text == "*" {
				return true
			}
		}
	}
	for _, name := range []string{"videoFourCcInfoMap", "audioFourCcInfoMap"} {
		if m := o.Get(name); m != nil {
			named = true
			if m.Get(code) != nil || m.Get("*") != nil {
				return true
			}
		}
	}
	return !named
}
