package lint

import (
	"math"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-rate-mismatch", Severity: session.Warning,
	Title:  "AAC frames come at another sampling rate than their header says",
	Why:    "A frame of AAC has 1,024 samples, so that the distance of the timestamps gives the sampling rate, and it is another one than the sequence header's: 44.1 and 48 kHz are taken for each other, mostly. Sound plays too high or too low, or drifts from the picture.",
	Fix:    "Let encoder and muxer take the sampling rate from one place; resample where capture and encoder differ.",
	Source: "ISO/IEC 14496-3 (1,024 samples a frame); derived from the timestamps",
	Bad:    framesAt(48_000),
	Good:   framesAt(44_100),
	watch: func(v *view, r *reporter) {
		v.on(onSecond, func(e *session.Entry) {
			for _, t := range v.stream.tracks {
				if t.video || t.codec != media.AAC || !t.known || t.even.n < steadyFrames || t.gone || !r.firstOf(v.stream) || v.clock < v.stream.muted {
					continue
				}
				if rate := t.measuredRate(); rate > 0 {
					r.of(v.stream).inShort("AAC of %d, not %d Hz", rate, t.facts.SampleRate).report(session.SideOf(t.from), rows(t.configAt.row, t.last.row), "the AAC sequence header says %s Hz, and the timestamps of %s frames are those of %s Hz", count(uint32(t.facts.SampleRate)), count(uint32(t.even.n)), count(rate))
				}
			}
		})
	},
})

// steadyFrames is how many frames show a rate to a thousandth: milliseconds are rounded.
const steadyFrames = 200

// measuredRate is the sampling rate that the timestamps give, where it is a usual one and
// neither the header's nor half or twice that (SBR); 0 otherwise. Only steps of about the usual length
// count, so that pauses and frames that were dropped change nothing.
func (t *track) measuredRate() uint32 {
	step := float64(t.even.ms) / float64(t.even.n)
	said := float64(t.facts.SampleRate)
	if step <= 0 || said < 8000 {
		return 0
	}
	near := func(rate, tolerance float64) bool { return math.Abs(1024e3/step-rate) < tolerance*rate }
	for _, by := range []float64{1, 2, 0.5} {
		if near(said*by, 0.03) {
			return 0
		}
	}
	for _, rate := range []float64{96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000} {
		if near(rate, 0.002) {
			return uint32(rate)
		}
	}
	return 0
}

// framesAt are frames behind a header of 44.1 kHz at the distance of another rate.
func framesAt(rate int) script.Example {
	return script.Example{script.Publishing, script.Headers(client), script.Repeat(260, func(i int) script.Act {
		return script.Do(script.After(21*time.Millisecond), script.Audio(client, uint32(i*1024*1000/rate), script.AACFrame))
	})}
}

// even adds up the steps of a track that are about as long as usual.
type even struct{ ms, n int64 }

// add takes a step, in ms; usual is 0 before there is one.
func (s *even) add(step, usual int64) {
	if usual > 0 && step*2 > usual && step*2 < 3*usual {
		s.ms, s.n = s.ms+step, s.n+1
	}
}
