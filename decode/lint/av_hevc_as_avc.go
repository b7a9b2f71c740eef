package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-hevc-as-avc", Severity: session.Error,
	Title:  "HEVC that says it is AVC",
	Why:    "The tag says AVC and the configuration is one of HEVC. Receivers fail, or show nothing.",
	Fix:    "Update the encoder (OBS before 29.1 wrote HEVC like this).",
	Source: "bluenviron/mediamtx#1621",
	Chance: "never for a record that names a profile of H.264",
	Bad:    script.Example{script.Publishing, script.Video(client, 0, hevcAsAVC)},
	Good:   script.Example{script.Publishing, script.Video(client, 0, script.AVCConfig)},
	watch: func(v *view, r *reporter) {
		v.on(onConfig, func(e *session.Entry) {
			if t := v.track; e.Message.Tag.Codec == media.AVC && t.known && t.facts.Codec == media.HEVC && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "the tag says AVC, but the configuration is %s", t.facts)
			}
		})
	},
})

// hevcAsAVC is an HEVC configuration in an AVC tag: Main profile, with the
// sequence parameter set that x265 writes for 320x240.
var hevcAsAVC = append([]byte{0x17, 0, 0, 0, 0}, hevcRecord...)

// hevcRecord is an HEVCDecoderConfigurationRecord with one parameter set.
var hevcRecord = []byte{
	1, 0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0x5d, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, 1,
	0x21, 0, 1, 0, 0x29, 0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x3c, 0xa0, 0x0a, 0x08, 0x0f, 0x16, 0x59, 0x59, 0x5e, 0x49, 0x30, 0xbc, 0x05, 0xa0, 0x20, 0x00, 0x00, 0x03, 0x00, 0x20, 0x00, 0x00, 0x03, 0x03, 0x21,
}
