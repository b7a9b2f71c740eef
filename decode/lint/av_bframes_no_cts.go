package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-bframes-no-cts", Severity: session.Warning,
	Title:      "B frames without composition times",
	Why:        "The stream has pictures that are shown in another order than they are decoded, and every composition time is 0: the sender puts decoding times, or presentation times, in both places. Players show the pictures in the wrong order or at the wrong time: it judders.",
	Fix:        "Let the muxer write presentation minus decoding time, or switch B frames off in the encoder (x264: --bframes 0; tune zerolatency).",
	Source:     "FLV 10.1 §E.4.3.1, CompositionTime; H.264 §7.4.3, H.265 §7.4.2.2",
	Thresholds: []string{"reorder.frames", "reorder.enough"},
	Chance:     "never: a slice type is read from the header that the NAL unit's length leads to",
	Bad:        script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), bFrames(0, 10)},
	Good:       script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), bFrames(40, 10)},
	watch: func(v *view, r *reporter) {
		// A slice type is read from the header that the NAL unit's length leads to, so
		// that nothing is a matter of chance.
		v.on(onReordered, func(e *session.Entry) {
			t := v.track
			r.of(t.stream).report(session.SideOf(e.From), rows(t.configAt.row, t.firstFrame.row, e.Number), "%s of the first %s %s frames are B frames, and every composition time is 0: decoding and presentation order cannot both be right", count(t.shown.later), count(t.frames), t.codec)
		})
	},
})

// bFrames sends n B frames with a composition time of so many milliseconds.
func bFrames(cts byte, n int) script.Act {
	return script.Repeat(n, func(i int) script.Act {
		return script.Video(client, uint32(i+1)*40, []byte{0x27, 1, 0, 0, cts, 0, 0, 0, 4, 0x01, 0xa8, 0x84, 0})
	})
}

// shown is what is known of the order of a track's pictures: looked at until a
// composition time tells, or until enough frames have told nothing.
type shown struct {
	later  int64 // frames that are shown before an earlier one
	closed bool
}

// reorder follows the order of pictures, frame by frame.
func (v *view) reorder(e *session.Entry, t *track) {
	if t.shown.closed || !t.known {
		return
	}
	if e.Message.Tag.CompositionTime != 0 || float64(t.frames) > v.limit("reorder.frames") {
		t.shown.closed = true
		return
	}
	if !v.nal.later {
		return
	}
	if t.shown.later++; float64(t.shown.later) >= v.limit("reorder.enough") {
		t.shown.closed = true
		v.emit(onReordered, e)
	}
}
