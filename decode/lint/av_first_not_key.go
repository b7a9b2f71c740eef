package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-first-not-key", Severity: session.Warning,
	Title:      "The first frame is not a keyframe",
	Why:        "A decoder shows nothing, or rubbish, until the next keyframe. Servers without a cache of the last group of pictures send players what comes next; that is a note, and a warning when the viewer waits for a picture for longer than keyframe.wait and 250 frames, the default of x264.",
	Fix:        "Publisher: begin with a keyframe. Server: gop_cache (SRS), wait_key (nginx-rtmp).",
	Source:     "arut/nginx-rtmp-module#1118, #371",
	Thresholds: []string{"keyframe.wait"},
	Bad:        script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.InterFrame)},
	Good:       script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onFirst, func(e *session.Entry) {
			if !v.track.video || e.Flags&session.KeyFrame != 0 || reservedFrame(&e.Message.Tag) || v.blindness() != "" {
				return
			}
			severity := session.Warning
			if e.From == server {
				severity = session.Note
			}
			s, first := v.stream, rowAt{e.Number, e.Time}
			if track := v.track; e.From == server {
				v.on(onKey, func(k *session.Entry) {
					if v.track == track && track.keys == 1 && v.since(first) > v.duration("keyframe.wait") {
						r.of(s).inShort("no picture for %s", v.since(first)).overAs(waited(track), session.ServerSide, rows(first.row, k.Number), "the player gets no keyframe for the first %s of video (%s): nothing can be shown for so long", v.since(first), session.Counted(track.frames-1, "frame"))
					}
				})
			}
			r.of(s).as(severity, session.SideOf(e.From), rows(e.Number), "the first %s frame is not a keyframe; nothing can be shown until one comes", v.track.codec)
		})
	},
})

// waited is how grave it is that so many frames came before the first keyframe.
func waited(t *track) session.Severity {
	if t.frames > defaultGOP {
		return session.Warning
	}
	return session.Note
}
