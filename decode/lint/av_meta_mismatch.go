package lint

import (
	"math"

	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-meta-mismatch", Severity: session.Warning,
	Title:      "The metadata says something else than the stream",
	Why:        "Codec, size, frame rate or sampling rate of onMetaData differ from the stream's configuration. Players that lay out by the metadata show a distorted picture.",
	Fix:        "Let the encoder write what it encodes.",
	Source:     "ossrs/srs#2615, #2539",
	Thresholds: []string{"meta.fps"},
	Bad:        script.Example{script.Publishing, script.Metadata(client, prop("width", num(1920))), script.Data(client, 1, str("@setDataFrame"), str("onMetaData"), obj(prop("width", num(1920)), prop("height", num(1088)))), script.Headers(client)},
	Good:       script.Example{script.Publishing, script.Metadata(client), script.Headers(client)},
	watch: func(v *view, r *reporter) {
		fps := v.limit("meta.fps")
		v.on(onFirst, func(e *session.Entry) { v.compareCodec(r, e) })
		v.on(onConfig, func(e *session.Entry) {
			t, s := v.track, v.stream
			if !t.known || s == nil || !s.metadata.yes() || t.id != 0 || t.changed {
				return
			}
			m, at := &s.meta, rows(s.metadata.row, e.Number)
			switch f := &t.facts; {
			case f.Width > 0 && differs(m.width, float64(f.Width), 0.01) || f.Height > 0 && differs(m.height, float64(f.Height), 0.01):
				r.report(session.SideOf(e.From), at, "the metadata says %.0fx%.0f, the configuration %dx%d", m.width, m.height, f.Width, f.Height)
			case f.FrameRate > 5 && f.FrameRate < 240 && differs(m.rate, f.FrameRate, fps) && differs(m.rate, f.FrameRate/2, fps):
				r.report(session.SideOf(e.From), at, "the metadata says %.4g frames a second, the configuration %.4g", m.rate, f.FrameRate)
			case !t.video && f.SampleRate > 0 && differs(m.sampleRate, float64(f.SampleRate), 0.01) && differs(2*m.sampleRate, float64(f.SampleRate), 0.01) && differs(m.sampleRate, 2*float64(f.SampleRate), 0.01):
				r.report(session.SideOf(e.From), at, "the metadata says %.0f Hz, the configuration %d Hz", m.sampleRate, f.SampleRate)
			}
		})
	},
})

// compareCodec compares the codec that metadata names with that of a track's first
// frame.
func (v *view) compareCodec(r *reporter, e *session.Entry) {
	t, s := v.track, v.stream
	c := &s.meta.codecs[0]
	if t.video {
		c = &s.meta.codecs[1]
	}
	if !c.announced() || c.codec == media.UnknownCodec || t.codec == media.UnknownCodec || t.id != 0 || v.blindness() != "" || related(c.codec) == related(t.codec) {
		return
	}
	r.report(session.SideOf(e.From), rows(s.metadata.row, e.Number), "the metadata says %s (%s), the %s is %s", c.String(), c.codec, t.what(), t.codec)
}

// related is a codec, or that of which it is a form.
func related(c media.Codec) media.Codec {
	switch c {
	case media.MP38k:
		return media.MP3
	case media.PCMLE:
		return media.PCM
	case media.Nellymoser8k, media.Nellymoser16k:
		return media.Nellymoser
	case media.VP6Alpha:
		return media.VP6
	case media.ScreenVideo2:
		return media.ScreenVideo
	}
	return c
}

// differs compares a claim with a fact; a claim that is not made, or is 0, says
// nothing.
func differs(claim, fact, share float64) bool {
	return claim > 0 && math.Abs(claim-fact) > share*fact
}
