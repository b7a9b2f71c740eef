package lint

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-enhanced-malformed", Severity: session.Warning,
	Title:  "A malformed Enhanced RTMP header",
	Why:    "A packet type is reserved or not allowed here, a track is longer than its message, or a nanosecond offset is out of range. Receivers drop such a message, or everything from there on.",
	Fix:    "Correct the sender's muxer; compare the message's bytes with the specification in the detail pane.",
	Source: "Enhanced RTMP v2, Enhanced Audio, Enhanced Video and ModEx",
	Chance: "never: the fields of a header in order are in their ranges",
	Bad:    script.Example{script.Publishing, script.Video(client, 0, []byte{0x96, 0x10, 'h', 'v', 'c', '1', 0, 0, 0, 9, 1, 2})},
	Good:   script.Example{script.Publishing, script.Video(client, 0, []byte{0x96, 0x10, 'h', 'v', 'c', '1', 0, 0, 0, 2, 1, 2})},
	watch: func(v *view, r *reporter) {
		told := map[string]bool{}
		v.on(onOddTag, func(e *session.Entry) {
			why := malformedTag(&e.Message.Tag)
			if e.Message.Tag.Kind == media.MultichannelConfig && why == "" {
				why = malformedChannels(e.Message.Tag.Payload(e.Body))
			}
			if why != "" && !told[why] && len(told) < maxFindings {
				told[why] = true
				severity := session.Warning
				if tag := &e.Message.Tag; tag.Kind == media.UnknownKind && tag.Multitrack == 0 {
					severity = session.Note // a later version of the specification may name it
				}
				r.as(severity, session.SideOf(e.From), rows(e.Number), "%s message: %s", v.track.what(), why)
			}
		})
	},
})

// malformedChannels says what is not in order in a channel layout, or "": its order,
// its count, then a mask or a byte for each channel.
func malformedChannels(p []byte) string {
	if len(p) < 2 {
		return "the channel layout is cut"
	}
	switch order, n, rest := p[0], int(p[1]), p[2:]; {
	case order > 2:
		return fmt.Sprintf("channel order %d is reserved", order)
	case order == 1 && len(rest) < 4 || order == 2 && len(rest) < n:
		return "the channel layout is cut"
	case order == 1:
		if set := bits.OnesCount32(binary.BigEndian.Uint32(rest)); set != n {
			return fmt.Sprintf("the channel layout counts %d channels, and its mask names %d", n, set)
		}
	}
	return ""
}

// malformedTag says what is not in order in an Enhanced RTMP header, or "".
func malformedTag(tag *media.Tag) string {
	switch {
	case !tag.Enhanced || tag.Short:
		return ""
	case tag.Overrun:
		return fmt.Sprintf("track %d is longer than the message", tag.Track)
	case tag.NanoShort:
		return "a nanosecond offset has fewer than 3 bytes"
	case tag.NanoOffset > 999_999:
		return fmt.Sprintf("the nanosecond offset is %s, a millisecond or more", count(tag.NanoOffset))
	case tag.Kind == media.UnknownKind && tag.Multitrack != 0 && tag.PacketType >= 5 && tag.PacketType <= 7:
		return fmt.Sprintf("packet type %d stands inside a multitrack packet, where no multitrack or ModEx may be", tag.PacketType)
	case tag.Kind == media.UnknownKind:
		return fmt.Sprintf("packet type %d is reserved", tag.PacketType)
	case tag.Multitrack == media.UnknownMultitrack:
		return "the multitrack type is reserved"
	}
	return ""
}
