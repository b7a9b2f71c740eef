package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// BenchmarkFold compares folding real sessions with and without all rules.
func BenchmarkFold(b *testing.B) {
	for _, name := range []string{"ffmpeg5__srs__publish_and_play", "obs29__srs__publish"} {
		calls := load(b, name)
		for _, with := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/rules=%v", strings.ReplaceAll(name, "__", "_"), with), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					o := session.Options{}
					if with {
						o.Judge = New(Config{})
					}
					tl := session.New(o)
					for _, call := range calls {
						call.do(tl)
					}
					tl.Finish()
				}
			})
		}
	}
}

// BenchmarkFrames is the same for media alone: the cost of a frame.
func BenchmarkFrames(b *testing.B) {
	events := Example{flowing, frames(client, 3000, 5000)}.Events()
	for _, with := range []bool{false, true} {
		b.Run(fmt.Sprintf("rules=%v", with), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o := session.Options{}
				if with {
					o.Judge = New(Config{})
				}
				tl := session.New(o)
				for _, e := range events {
					playEvent(tl, e, began.Add(e.At))
				}
				tl.Finish()
			}
		})
	}
}
