package lint

import (
	"slices"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// FuzzJudge feeds a session that was going well with bytes of a stranger. It
// must not panic, and findings stay bounded.
func FuzzJudge(f *testing.F) {
	for _, r := range Rules() {
		events := slices.DeleteFunc(r.Bad.Events(), func(e script.Event) bool { return e.Kind != script.EventBytes || len(e.Bytes) > 400 })
		for _, e := range events[max(len(events)-2, 0):] {
			f.Add(e.Bytes, uint8(e.From))
		}
	}
	f.Fuzz(func(t *testing.T, p []byte, who uint8) {
		perRule := map[string]int{}
		j := New(Config{})
		tl := session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
			if e.Kind == session.Found {
				perRule[e.Finding.Rule]++
				checkProof(t, *e.Finding)
			}
		}})
		now := began
		for _, e := range (script.Example{script.Publishing, script.Headers(client)}).Events() {
			now = began.Add(e.At)
			playEvent(tl, e, now)
		}
		from := client
		if who&1 == 1 {
			from = server
		}
		for i := 0; i < len(p); i += 50 {
			now = now.Add(400 * time.Millisecond)
			tl.Data(1, from, now, p[i:min(i+50, len(p))])
		}
		tl.Tick(now.Add(time.Minute))
		if _, ok := j.Report(1); !ok {
			t.Error("no report")
		}
		tl.Close(1, server, now.Add(time.Minute), session.End{})
		tl.Finish()
		for rule, n := range perRule {
			if n > maxFindings+1 {
				t.Errorf("%s reported %d times", rule, n)
			}
		}
	})
}
