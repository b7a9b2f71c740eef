package export

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestSeveralStreamsInReports wants every stream of a session to be told with what
// became of it.
func TestSeveralStreamsInReports(t *testing.T) {
	s := &story{opts: &Options{}}
	got := s.several([]lint.StreamReport{
		{ID: 1, Role: session.Publish, Name: "ev1", Messages: 3}, {ID: 2, Role: session.Play, Name: "ev2", Code: "NetStream.Play.Failed", Failed: 9}})
	if want := "1: publish ev1, went on to the end; 2: play ev2, ended with NetStream.Play.Failed"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if one := s.several([]lint.StreamReport{{ID: 1}}); one != "" {
		t.Errorf("one stream needs no list: %q", one)
	}
	s.Info.Role, s.Info.App, s.Info.Stream, s.Info.Streams = session.Publish, "live", "ev1", 3
	if got := s.Name(); !strings.HasSuffix(got, "publish live/ev1 and 2 other streams") {
		t.Errorf("heading %q", got)
	}
}
