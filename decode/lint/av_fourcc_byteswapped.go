package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-fourcc-byteswapped", Severity: session.Error,
	Title:  "A FourCC written backwards",
	Why:    "The codec code makes sense only when its bytes are reversed: a little-endian writer. In the metadata (Prism) it is a warning, in the media nobody can read it.",
	Fix:    "Write FourCCs with the first letter first.",
	Source: "Enhanced RTMP v2, FourCC; bluenviron/mediamtx#3971",
	Chance: "never: a FourCC or codec ID that is defined is not suspected",
	Bad:    script.Example{script.Publishing, script.Video(client, 0, []byte{0x90, '1', 'c', 'v', 'h', 1})},
	Good:   script.Example{script.Publishing, script.Video(client, 0, []byte{0x90, 'h', 'v', 'c', '1', 1}), script.Metadata(client, prop("videocodecid", num(7)))},
	watch: func(v *view, r *reporter) {
		v.on(onOddTag, func(e *session.Entry) {
			if tag := &e.Message.Tag; byteSwapped(tag) && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "FourCC \"%s\" is \"%s\" written backwards", tag.FourCC.String(), tag.FourCC.Reversed().String())
			}
		})
		v.on(onData, func(e *session.Entry) {
			found, o := metadataOf(e)
			if !found || o == nil {
				return
			}
			for _, name := range []string{"videocodecid", "audiocodecid"} {
				n := number(o, name)
				if f := media.FourCC(n); n > 255 && n < 1<<32 && f.Codec() == media.UnknownCodec && f.Reversed().Codec() != media.UnknownCodec {
					r.as(session.Warning, session.SideOf(e.From), rows(e.Number), "%s %.0f is FourCC \"%s\" written backwards", name, n, f.Reversed().String())
				}
			}
		})
	},
})
