package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// defaultGOP is what x264 does when nobody says otherwise, in ffmpeg and OBS:
// worth a note, not a warning.
const defaultGOP = 250

var _ = register(Rule{
	ID: "av-gop-long", Severity: session.Warning,
	Title:      "Key frames are far apart",
	Why:        "A player that joins waits for the next key frame, and segments of HLS are at least this long. Platforms ask for two seconds. The default of x264, 250 frames, is only a note.",
	Fix:        "Set the key frame interval of the encoder to 2 s (ffmpeg: -g twice the frame rate).",
	Source:     "AirenSoft/OvenPlayer#348",
	Thresholds: []string{"gop.long", "gop.note"},
	Bad:        script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.After(5 * time.Second), script.Video(client, 5000, script.KeyFrame)},
	Good:       script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.After(2 * time.Second), script.Video(client, 2000, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		long, some := v.duration("gop.long"), v.duration("gop.note")
		told := map[*track]session.Severity{}
		v.on(onKey, func(e *session.Entry) {
			t := v.track
			if t.keys < 2 || v.clock < v.stream.muted {
				return
			}
			gop := time.Duration(int32(e.Timestamp-t.keyTime)) * time.Millisecond
			frames := t.frames - t.keyFrames
			severity, words := session.Note, ""
			switch {
			case frames == defaultGOP:
				words = ", the default of x264"
			case gop > long:
				severity = session.Warning
			}
			if gop > some && severity > told[t] {
				told[t] = severity
				r.as(severity, session.SideOf(e.From), rows(t.key.row, e.Number), "%s between two key frames (%s frames%s)", gop, count(frames), words)
			}
		})
	},
})
