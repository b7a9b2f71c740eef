package lint

import (
	"fmt"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestEndedSessionsAreForgotten: of sessions that have ended the latest are kept, of
// the others the last report is handed out; one that goes on is kept whatever
// comes after it, and judged at its end.
func TestEndedSessionsAreForgotten(t *testing.T) {
	j := New(Config{})
	var reports []uint32
	j.Forgotten(func(r Report) { reports = append(reports, r.Session) })
	tl := session.New(session.Options{Judge: j})
	at := time.Unix(1_800_000_000, 0)
	open := func(id uint32) {
		at = at.Add(time.Second)
		tl.Open(session.Connection{ID: id, At: at, Client: fmt.Sprintf("10.0.0.%d:1", id%250), Server: "10.0.0.250:1935"})
	}
	const n = 4 * keptViews
	open(1)
	for id := uint32(2); id <= n; id++ {
		open(id)
		tl.Close(id, decode.FromClient, at, session.End{How: session.Reset})
	}
	kept := 0
	for _, v := range j.views {
		if v != nil {
			kept++
		}
	}
	if kept > keptViews+1 || len(j.leaving) > keptViews || len(reports)+kept != n {
		t.Errorf("%d views, %d leaving, %d reports", kept, len(j.leaving), len(reports))
	}
	if _, ok := j.Report(1); !ok {
		t.Error("a session that goes on is forgotten")
	}
	if _, ok := j.Report(2); ok {
		t.Error("a session that ended long ago is kept")
	}
	tl.Close(1, decode.FromClient, at, session.End{How: session.Reset})
	open(n + 1)
	if _, ok := j.Report(1); ok || reports[len(reports)-1] != 1 {
		t.Error("the first session is not forgotten after its end")
	}
	if len(j.attempts) > maxStreamsKnown {
		t.Errorf("%d streams", len(j.attempts))
	}
}
