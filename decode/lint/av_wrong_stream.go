package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-wrong-stream", Severity: session.Warning,
	Title:  "Media arrives on another message stream",
	Why:    "Audio and video must come on the message stream of their publish or play. Some peers use another, mostly 0 (FFmpeg as a listening server does, for which it is a note). Strict receivers drop the media and wait for ever.",
	Fix:    "Let the sender use the message stream ID that createStream gave, for metadata and media alike.",
	Source: "RTMP 1.0 §7.1.1 to §7.1.3, §7.2.2; FFmpeg's rtmpproto.c",
	Bad:    script.Example{script.Publishing, onStream(client, 0), onStream(client, 0)},
	Good:   script.Example{script.Publishing, onStream(client, 1), onStream(client, 1)},
	watch: func(v *view, r *reporter) {
		v.on(onTrack, func(e *session.Entry) {
			s := v.stream
			if s == nil || !s.stray.yes() || !s.wanted() || s.id == e.StreamID || !r.firstOf(s) {
				return
			}
			severity := session.Warning
			if v.who[e.From].is(ffmpeg) {
				severity = session.Note
			}
			r.of(s).inShort("media on message stream %d, not %d", e.StreamID, s.id).as(severity, session.SideOf(e.From), rows(s.asked.row, e.Number),
				"%s of %s is on message stream %d, and the %s sends its media on %d; strict receivers drop it", s.role, s.marked(), s.id, e.From, e.StreamID)
		})
	},
})

// onStream sends a keyframe on a message stream.
func onStream(from decode.Direction, id uint32) script.Act {
	return script.Send(from, chunk.Out{ChunkStream: 6, Type: chunk.TypeVideo, StreamID: id, Body: script.AVCConfig})
}
