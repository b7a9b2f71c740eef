package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// TestPublishedCast replays the recording that the README links to and wants on
// the screen what it is there to show.
func TestPublishedCast(t *testing.T) {
	all := lines(t, "../../docs/pictures/demo.cast")
	var head struct{ Version, Width, Height int }
	if err := json.Unmarshal([]byte(all[0]), &head); err != nil || head.Version != 2 {
		t.Fatalf("%v: %s", err, all[0])
	}
	s := terminal.NewScreen(head.Width, head.Height)
	wanted := []string{"_result", "cmd-play-refused", "command name", "Procedure", "StreamNotFound"}
	var end float64
	size := 0
	for _, line := range all[1:] {
		var text string
		end, text = event(t, line)
		size += len(line)
		s.Write([]byte(text)) // never fails
		if len(wanted) > 0 && strings.Contains(s.String(), wanted[0]) {
			wanted = wanted[1:]
		}
	}
	if len(wanted) > 0 {
		t.Errorf("never shows %q and what follows", wanted[0])
	}
	if len(s.Strange) > 0 {
		t.Errorf("strange output: %q", s.Strange)
	}
	if end < 15 || end > 40 || size > 300_000 {
		t.Errorf("%.0f s, %d bytes", end, size)
	}
}
