package lint

import (
	"math"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// fold plays records into a timeline, with all rules or with none.
func fold(play func(*session.Timeline), rules bool) {
	o := session.Options{}
	if rules {
		o.Judge = New(Config{})
	}
	tl := session.New(o)
	play(tl)
	tl.Finish()
}

// BenchmarkCost compares folding with and without all rules, one after the
// other in every round, and reports what the rules add in per cent of the
// fastest round without them: on a machine that does other work as well, slower
// rounds tell about that work. "reading" is with what every command does first:
// reading the file and putting its TCP streams together.
func BenchmarkCost(b *testing.B) {
	plays := map[string]func(*session.Timeline){
		"frames_of_1_kB": playEvents(script.Example{script.Flowing, script.Bulk(client, 5000, 1000)}),
		"tiny_frames":    playEvents(script.Example{script.Flowing, script.Frames(client, 3000, 5000)}),
	}
	for _, name := range []string{"ffmpeg5__srs__publish_and_play", "obs29__srs__publish", "gst-rtmp2sink__nginx__publish"} {
		calls := load(b, name)
		plays[name] = func(tl *session.Timeline) {
			for _, call := range calls {
				call.do(tl)
			}
		}
		plays["reading_"+name] = func(tl *session.Timeline) {
			for _, call := range load(b, name) {
				call.do(tl)
			}
		}
	}
	for name, play := range plays {
		b.Run(name, func(b *testing.B) {
			var best = [2]time.Duration{math.MaxInt64, math.MaxInt64}
			for b.Loop() {
				for i := range best {
					began := time.Now()
					fold(play, i == 1)
					best[i] = min(best[i], time.Since(began))
				}
			}
			b.ReportMetric(float64(best[0].Microseconds()), "µs-without")
			b.ReportMetric(float64(best[1].Microseconds()), "µs-with")
			b.ReportMetric(100*float64(best[1]-best[0])/float64(best[0]), "%-added")
		})
	}
}

// playEvents returns what plays a conversation, written down beforehand.
func playEvents(x script.Example) func(*session.Timeline) {
	events := x.Events()
	return func(tl *session.Timeline) {
		for _, e := range events {
			playEvent(tl, e, began.Add(e.At))
		}
	}
}

// reporting folds a conversation and returns what makes its report.
func reporting(x script.Example) func() {
	_, j := judged(x, Config{})
	return func() { _, _ = j.Report(1) }
}

// BenchmarkReport is what a screen costs once a second for a session that is open.
func BenchmarkReport(b *testing.B) {
	report := reporting(script.Example{script.Flowing, script.Bulk(client, 5000, 1000)})
	b.ReportAllocs()
	for b.Loop() {
		report()
	}
}

// TestReportIsBounded: a report costs what there is to say, not what has passed: as much
// after 5,000 frames as after 75, and no more for 5,000 streams than for the most that are kept.
func TestReportIsBounded(t *testing.T) {
	cost := func(x script.Example) float64 { return testing.AllocsPerRun(10, reporting(x)) }
	few := cost(script.Example{script.Flowing})
	if many := cost(script.Example{script.Flowing, script.Bulk(client, 5000, 100)}); many > few+5 {
		t.Errorf("%v allocations after many frames, %v after few", many, few)
	}
	streams := func(n int) script.Example {
		return script.Example{script.Connected, script.Repeat(n, func(i int) script.Act {
			return script.Do(script.Call(client, 0, str("createStream"), num(float64(i+2)), nul), script.Call(server, 0, str("_result"), num(float64(i+2)), nul, num(float64(i+1))),
				script.Call(client, uint32(i+1), str("publish"), num(0), nul, str("key-of-mine"), str("live")))
		})}
	}
	if full, over := cost(streams(maxStreams)), cost(streams(20*maxStreams)); over > 2*full {
		t.Errorf("%v allocations for the most streams, %v for many more", full, over)
	}
}
