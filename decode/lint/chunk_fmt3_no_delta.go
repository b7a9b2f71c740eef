package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "chunk-fmt3-no-delta", Severity: session.Warning,
	Title:  "Format 3 means \"the same time again\"",
	Why:    "A message that begins with format 3 after format 0 means, by the specification, \"add the timestamp once more\". This sender means \"the same timestamp\", as nginx-rtmp and old librtmp do. Receivers that follow the specification double the time.",
	Fix:    "Nothing when sender and receiver agree. Otherwise send format 1 with difference 0.",
	Source: "RTMP 1.0 §5.3.1.2.4; ScuffleCloud/scuffle#650, membraneframework/membrane_rtmp_plugin#42",
	Bad:    script.Example{script.Flowing, script.Audio(client, 60000, script.AACFrame), script.Raw(client, append([]byte{0x06, 0, 0xea, 0x60, 0, 0, 13, 9, 1, 0, 0, 0}, script.KeyFrame...)...), script.Raw(client, append([]byte{0xc6}, script.InterFrame...)...)},
	Good:   script.Example{script.Flowing, script.Raw(client, append([]byte{0x86, 0, 0, 40}, script.InterFrame...)...), script.Raw(client, append([]byte{0xc6}, script.InterFrame...)...)},
	watch: func(v *view, r *reporter) {
		v.on(onHeader, func(e *session.Entry) {
			if e.Kind != session.Message || e.Fmt != 3 || !e.IsMedia() || e.Delta != 0 || e.Timestamp == 0 || !r.first() {
				return
			}
			if t := v.trackBefore(e); t == nil || !t.absolute {
				return
			}
			severity := session.Warning
			if v.who[e.From].is(nginx, librtmp, obs, srs) {
				severity = session.Note
			}
			r.as(severity, session.SideOf(e.From), rows(e.Number), "a message begins with format 3 after format 0 and means the same time (%d ms); by the specification it would be %d ms", e.Timestamp, 2*uint64(e.Timestamp))
		})
	},
})

// trackBefore finds the track of a media message before it is taken in.
func (v *view) trackBefore(e *session.Entry) *track {
	s, _ := v.home(e)
	if s == nil {
		return nil
	}
	for _, t := range s.tracks {
		if t.video == (e.Type == chunk.TypeVideo) && t.from == e.From {
			return t
		}
	}
	return nil
}
