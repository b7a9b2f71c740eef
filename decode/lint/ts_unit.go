package lint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-unit", Severity: session.Error,
	Title:    "Timestamps that do not count milliseconds",
	Why:      "The timestamps of a track advance by another number from frame to frame than its codec says: by samples (1,024 a frame of AAC), by ticks of 90 kHz as in MPEG-TS, by microseconds, or not at all. Receivers take them for milliseconds: the picture freezes or races, and audio and video drift apart from the first frame on.",
	Fix:      "Divide by the clock rate before writing: milliseconds = samples × 1000 / sampling rate, or ticks / 90.",
	Source:   "RTMP 1.0 §5.3.1 (milliseconds); ISO/IEC 14496-3 for 1,024 samples a frame; ISO/IEC 13818-1 for 90 kHz",
	Explains: []string{"av-drift", "ts-jump", "ts-same-start", "ts-backwards", "av-gop-long", "av-one-track-dead", "flow-rate-deficit", "cmd-abrupt-end", "cmd-start-then-close"},
	Bad: script.Example{script.Publishing, script.Headers(client), script.Repeat(100, func(i int) script.Act {
		return script.Do(script.After(23*time.Millisecond), script.Audio(client, uint32(i)*1024, script.AACFrame))
	})},
	Good: script.Example{script.Publishing, script.Headers(client), script.Repeat(100, func(i int) script.Act {
		return script.Do(script.After(23*time.Millisecond), script.Audio(client, uint32(i)*1024*10/441, script.AACFrame))
	})},
	watch: func(v *view, r *reporter) {
		v.on(onSecond, func(e *session.Entry) {
			s := v.stream
			for _, t := range s.tracks {
				if t.frames < enoughFrames || t.gone || v.since(t.firstFrame) < 2*time.Second || v.clock < s.muted || !r.firstOf(s) {
					continue
				}
				if words := t.unit(); words != "" {
					r.of(s).inShort("%s's timestamps are no milliseconds", t.what()).report(session.SideOf(e.From), rows(t.firstFrame.row, t.last.row), "the timestamps of %s %s", t.what(), words)
				}
			}
		})
	},
})

// enoughFrames is how many frames show by how much the timestamps advance. A healthy
// track misses every unit below by a factor of eight and more, so that no number of
// frames can be mistaken.
const enoughFrames = 40

// unit says in what a track counts its time, "" when in milliseconds or when that is not
// known. A codec that is not timed by its configuration says nothing of it.
func (t *track) unit() string {
	step := float64(t.moved) / float64(t.frames-1)
	if t.moved == 0 {
		return "stand still: each of " + count(uint32(t.frames)) + " frames has " + count(t.time)
	}
	usual, what := t.usualStep()
	if usual == 0 {
		return ""
	}
	for _, u := range t.units() {
		if r := step / (usual * u.each); r > 0.95 && r < 1.05 {
			return fmt.Sprintf("count %s, not milliseconds: %s from frame to frame, at %s; receivers take one second for %s s",
				u.name, count(uint32(step+0.5)), what, strconv.FormatFloat(u.each, 'g', 4, 64))
		}
	}
	return ""
}

// timeUnit is a wrong unit, and how many of it a millisecond has.
type timeUnit struct {
	name string
	each float64
}

// units are those that senders take for milliseconds.
func (t *track) units() []timeUnit {
	out := []timeUnit{{"microseconds", 1000}, {"ticks of 90 kHz", 90}}
	if !t.video && t.facts.SampleRate > 0 {
		out = slices.Insert(out, 0, timeUnit{"samples", float64(t.facts.SampleRate) / 1000})
	}
	return out
}

// usualStep is how many milliseconds the configuration gives a frame, 0 when it does not
// say, and what it says.
func (t *track) usualStep() (ms float64, what string) {
	f := &t.facts
	switch {
	case !t.known:
	case t.video && f.FrameRate >= 5 && f.FrameRate <= 240:
		return 1000 / f.FrameRate, strconv.FormatFloat(f.FrameRate, 'g', 4, 64) + " frames a second"
	case t.codec == media.AAC && f.SampleRate >= 8000:
		return 1024e3 / float64(f.SampleRate), count(uint32(f.SampleRate)) + " Hz"
	}
	return 0, ""
}
