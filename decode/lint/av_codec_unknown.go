package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-codec-unknown", Severity: session.Warning,
	Title:  "Unknown codec",
	Why:    "The codec ID or FourCC is in neither FLV nor Enhanced RTMP, so receivers refuse the track or drop it.",
	Fix:    "Choose another codec in the encoder; H.264 and AAC are read everywhere.",
	Source: "bluenviron/mediamtx#1102, #2217, #2232, AirenSoft/OvenMediaEngine#1704",
	Bad:    script.Example{script.Publishing, script.Audio(client, 0, []byte{0xcf, 1, 2, 3})},
	Good:   script.Example{script.Publishing, script.Audio(client, 0, []byte{0x2f, 1, 2, 3})},
	watch: func(v *view, r *reporter) {
		told := map[uint32]bool{}
		v.on(onOddTag, func(e *session.Entry) {
			tag := &e.Message.Tag
			if borrowed(tag) && !told[borrowedIDs+uint32(tag.CodecID)] {
				told[borrowedIDs+uint32(tag.CodecID)] = true
				r.as(session.Note, session.SideOf(e.From), rows(e.Number), "%s with codec ID %d, which FLV reserves and some networks use for %s; others do not know it", v.track.what(), tag.CodecID, tag.Codec)
			}
			if tag.Codec != media.UnknownCodec || tag.Kind == media.Empty || tag.Kind == media.Command || tag.Short || byteSwapped(tag) {
				return
			}
			code := uint32(tag.FourCC) + uint32(tag.CodecID)
			if told[code] || len(told) > maxFindings {
				return
			}
			told[code] = true
			if tag.Enhanced {
				r.report(session.SideOf(e.From), rows(e.Number), "%s with FourCC \"%s\" (0x%08x), which Enhanced RTMP does not name", v.track.what(), tag.FourCC.String(), uint32(tag.FourCC))
				return
			}
			r.report(session.SideOf(e.From), rows(e.Number), "%s with codec ID %d, which FLV does not name", v.track.what(), tag.CodecID)
		})
	},
})

// byteSwapped reports whether a FourCC is known only when it is reversed.
func byteSwapped(tag *media.Tag) bool {
	return tag.Enhanced && tag.FourCC.Codec() == media.UnknownCodec && tag.FourCC.Reversed().Codec() != media.UnknownCodec
}

// borrowedIDs keeps codec IDs that are borrowed apart from FourCCs, which are larger.
const borrowedIDs = 1 << 8

// borrowed reports whether a tag has a reserved codec ID that is known from practice: 13
// for Opus and AV1, 14 for VVC. 12, for HEVC, is av-legacy-hevc-12.
func borrowed(tag *media.Tag) bool {
	return !tag.Enhanced && (tag.CodecID == 13 || tag.Video && tag.CodecID == 14) && tag.Codec != media.UnknownCodec && !tag.Short
}
