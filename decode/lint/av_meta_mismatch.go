package lint

import (
	"fmt"
	"math"
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-meta-mismatch", Severity: session.Warning,
	Title:      "The metadata does not match the stream",
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
			if !t.known || s == nil || !s.metadata.yes() || t.changed {
				return
			}
			if c := s.meta.claimOf(t); c != nil {
				if said := c.compare(t, fps); said != "" {
					r.report(session.SideOf(e.From), rows(s.metadata.row, e.Number), "%s", said)
				}
			}
		})
	},
})

// compare says where the configuration of a track differs from what is claimed of it,
// or "".
func (c *trackClaim) compare(t *track, fps float64) string {
	f, of := &t.facts, t.named()
	switch {
	case f.Width > 0 && differs(c.width, float64(f.Width), 0.01) || f.Height > 0 && differs(c.height, float64(f.Height), 0.01):
		return fmt.Sprintf("the metadata says %s, the configuration%s %s", size(c.width, c.height), of, size(float64(f.Width), float64(f.Height)))
	case f.FrameRate > 5 && f.FrameRate < 240 && differs(c.rate, f.FrameRate, fps) && differs(c.rate, f.FrameRate/2, fps):
		return fmt.Sprintf("the metadata says %s frames a second, the configuration%s %.4g", strconv.FormatFloat(c.rate, 'f', -1, 64), of, f.FrameRate)
	case !t.video && f.SampleRate > 0 && differs(c.sampleRate, float64(f.SampleRate), 0.01) && differs(2*c.sampleRate, float64(f.SampleRate), 0.01) && differs(c.sampleRate, 2*float64(f.SampleRate), 0.01):
		return fmt.Sprintf("the metadata says %.0f Hz, the configuration%s %d Hz", c.sampleRate, of, f.SampleRate)
	case !t.video && t.id > 0 && f.Channels > 0 && differs(c.channels, float64(f.Channels), 0):
		return fmt.Sprintf("the metadata says %.0f channels, the configuration%s %d", c.channels, of, f.Channels)
	}
	return ""
}

// size writes a picture's size; a claim may have one half of it.
func size(w, h float64) string {
	part := func(n float64) string {
		if math.IsNaN(n) {
			return "?"
		}
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return part(w) + "x" + part(h)
}

// named says which track it is, where it is not the first: " of video track 1".
func (t *track) named() string {
	if t.id == 0 {
		return ""
	}
	return fmt.Sprintf(" of %s track %d", t.what(), t.id)
}

// compareCodec compares the codec that metadata names with that of a track's first
// frame.
func (v *view) compareCodec(r *reporter, e *session.Entry) {
	t, s := v.track, v.stream
	claims := s.meta.claimOf(t)
	if claims == nil {
		return
	}
	c := &claims.codec
	if !c.announced() || c.codec == media.UnknownCodec || t.codec == media.UnknownCodec || v.blindness() != "" || related(c.codec) == related(t.codec) {
		return
	}
	if t.id > 0 {
		r.report(session.SideOf(e.From), rows(s.metadata.row, e.Number), "the metadata says %s (%s) of %s track %d, which is %s", c.String(), c.codec, t.what(), t.id, t.codec)
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
