package check

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestSeveralStreams wants a line for each stream, and every track to say whose it
// is; a session with one stream has neither.
func TestSeveralStreams(t *testing.T) {
	one := lint.StreamReport{ID: 1, Role: session.Publish, Name: "ev1", Messages: 3, Code: "NetStream.Publish.Start"}
	two := lint.StreamReport{ID: 2, Role: session.Publish, Name: "ev2", Code: "NetStream.Publish.BadName", Refused: 24}
	s := Session{Info: session.Info{Number: 1, Role: session.Publish, App: "live", Stream: "ev1"},
		Report: lint.Report{Streams: []lint.StreamReport{one, two}, Tracks: []lint.TrackReport{{StreamID: 1}}}}
	for name, write := range map[string]func(*strings.Builder){
		"text":     func(b *strings.Builder) { s.text(b, Options{}) },
		"markdown": func(b *strings.Builder) { s.markdown(b, Options{}) },
	} {
		var b strings.Builder
		write(&b)
		for _, words := range []string{"live/ev1 and another stream", "1: publish ev1, 3 messages of media, went on to the end",
			"2: publish ev2, 0 messages of media, refused with NetStream.Publish.BadName", "stream 1: audio"} {
			if !strings.Contains(b.String(), words) {
				t.Errorf("%s does not say %q:\n%s", name, words, &b)
			}
		}
	}
	if j := s.json(Options{}); len(j.Streams) != 2 || j.Streams[1].Refused != 24 || j.Media[0].Stream != 1 {
		t.Errorf("JSON has streams %+v, media %+v", j.Streams, j.Media)
	}
	s.Report.Streams = s.Report.Streams[:1]
	if s.streams(false) != nil || s.streamOf(s.Report.Tracks[0]) != "" || strings.Contains(s.title(false), "another") {
		t.Error("a session with one stream tells it from others")
	}
}
