package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-frametype-reserved", Severity: session.Warning,
	Title:  "A reserved frame type",
	Why:    "The frame type of a video message is 0, 6 or 7, which no specification gives a meaning. Receivers do not take it for a keyframe, even where it is one, so that nothing is shown until the next; some drop it. MediaMTX writes 0 to players, which is a note.",
	Fix:    "Let the encoder write 1 for keyframes and sequence headers, 2 for other frames.",
	Source: "FLV 10.1 §E.4.3.1; Enhanced RTMP v2, VideoFrameType",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, append([]byte{0x07}, script.KeyFrame[1:]...))},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		// Whether a tag is reserved is certain. A sequence header waits for its frame,
		// which tells more.
		header := map[*stream]uint32{}
		v.on(onOddTag, func(e *session.Entry) {
			tag := &e.Message.Tag
			switch {
			case !reservedFrame(tag) || !r.firstOf(v.stream):
			case tag.Kind != media.Frame:
				header[v.stream] = e.Number
			default:
				what := ""
				if v.nalOf(e, v.track).random {
					what = "; it is a random access picture (IDR) and belongs into a keyframe (1)"
				}
				severity := session.Warning
				if v.who[e.From].is(mediamtx) {
					severity = session.Note
				}
				r.of(v.stream).as(severity, session.SideOf(e.From), rows(header[v.stream], e.Number), "the %s frame has frame type %d, which is reserved%s", tag.Codec, tag.FrameType, what)
			}
		})
		v.on(onSecondFrame, func(e *session.Entry) {
			if row := header[v.stream]; row > 0 && v.track.video && r.firstOf(v.stream) {
				r.of(v.stream).report(session.SideOf(e.From), rows(row), "the %s sequence header has a reserved frame type", v.track.codec)
			}
		})
	},
})

// reservedFrame reports whether a video message has a frame type without a meaning.
func reservedFrame(tag *media.Tag) bool {
	return tag.Video && (tag.FrameType == 0 || tag.FrameType > media.CommandFrame) &&
		(tag.Kind == media.Frame || tag.Kind == media.SequenceHeader || tag.Kind == media.MPEG2TSSequence) && !tag.Short
}
