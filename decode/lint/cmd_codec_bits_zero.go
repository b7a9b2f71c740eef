package lint

import (
	"math"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-codec-bits-zero", Severity: session.Warning,
	Title:      "The player announced that it does not support this codec",
	Why:        "audioCodecs or videoCodecs of connect is missing or 0, which means \"none\". Adobe Media Server filters by it, and here the metadata names a track that does not come.",
	Fix:        "Let the player send audioCodecs 4071 and videoCodecs 252.",
	Source:     "RTMP Errata and Addenda §7.1.4",
	Thresholds: []string{"track.dead"},
	Absence:    true,
	Bad: script.Example{script.Playing, script.Metadata(server), script.Video(server, 0, script.AVCConfig), script.Repeat(150, func(i int) script.Act {
		return script.Do(script.After(40*time.Millisecond), script.Video(server, uint32(i)*40, script.KeyFrame))
	})},
	Good: script.Example{script.Playing, script.Metadata(server), script.Headers(server), script.Frames(server, 0, 150)},
	watch: func(v *view, r *reporter) {
		zero := func(name string) bool { n := number(&v.connect.object, name); return math.IsNaN(n) || n == 0 }
		v.on(onTrack, func(e *session.Entry) {
			if e.From != server {
				return
			}
			s := v.stream
			v.after(v.duration("track.dead"), func() {
				audio, video := s.pair()
				switch {
				case s.role != session.Play || !s.metadata.yes() || !r.first() || !v.isOpen():
				case audio == nil && s.meta.own[0].codec.made && zero("audioCodecs"):
					r.report(session.ClientSide, rows(v.connect.asked.row, s.metadata.row), "connect names no audio codecs, and the server sends no audio though the metadata has it")
				case video == nil && s.meta.own[1].codec.made && zero("videoCodecs"):
					r.report(session.ClientSide, rows(v.connect.asked.row, s.metadata.row), "connect names no video codecs, and the server sends no video though the metadata has it")
				}
			})
		})
	},
})
