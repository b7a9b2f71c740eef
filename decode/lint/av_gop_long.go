package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// defaultGOP is what x264 does when nobody says otherwise, in ffmpeg and OBS, with
// fewer frames where it sees a cut: worth a note, not a warning.
const defaultGOP = 250

var _ = register(Rule{
	ID: "av-gop-long", Severity: session.Warning,
	Title:      "Keyframes are far apart",
	Why:        "A player that joins waits for the next keyframe, and segments of HLS are at least this long. Platforms ask for two seconds. Up to 250 frames, the default of x264, are only a note.",
	Fix:        "Set the keyframe interval of the encoder to 2 s (ffmpeg: -g twice the frame rate).",
	Source:     "AirenSoft/OvenPlayer#348",
	Thresholds: []string{"gop.long", "gop.note"},
	Bad:        script.Example{script.Publishing, script.Headers(client), longGOP(300), script.Video(client, 12000, script.KeyFrame)},
	Good:       script.Example{script.Publishing, script.Headers(client), longGOP(50), script.Video(client, 2000, script.KeyFrame)},
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
			case frames > defaultGOP && beyond(gop, long, t):
				severity = session.Warning
			}
			if beyond(gop, some, t) && severity > told[t] {
				told[t] = severity
				r.as(severity, session.SideOf(e.From), rows(t.key.row, e.Number), "%s between two keyframes (%s frames%s)", gop, count(frames), words)
			}
		})
	},
})

// beyond reports whether a distance of keyframes is longer than a limit, by more than
// the frame to which encoders round it: 4 s at 29.97 frames a second are 4.004 s.
func beyond(gop, limit time.Duration, t *track) bool {
	return gop > limit+max(limit/20, time.Duration(t.cadence)*time.Millisecond)
}

// longGOP is a keyframe and what follows it, n frames of 40 ms.
func longGOP(n int) script.Act {
	return script.Repeat(n, func(i int) script.Act {
		body := script.InterFrame
		if i == 0 {
			body = script.KeyFrame
		}
		return script.Do(script.After(40*time.Millisecond), script.Video(client, uint32(i)*40, body))
	})
}
