package check

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

func TestOneIsNotPlural(t *testing.T) {
	i := session.Info{Messages: [2]int64{1, 2}}
	for d, want := range map[decode.Direction]string{decode.FromClient: "from the client: 0 B in 1 message", decode.FromServer: "from the server: 0 B in 2 messages"} {
		if got := flow(d, i); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRowsAndSessionsInWords(t *testing.T) {
	for want, list := range map[string][]uint32{"": nil, "row 7": {7}, "rows 7, 8": {7, 8}, "rows 7, 8, 9": {7, 8, 9}} {
		if got := rows(list); got != want {
			t.Errorf("%v: %q, want %q", list, got, want)
		}
	}
	var many []uint32
	for i := range uint32(13) {
		many = append(many, i+1)
	}
	for n, want := range map[int]string{
		2: "sessions 1, 2", 12: "sessions 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12", 13: "sessions 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …, 13",
	} {
		if got := sessions(session.Story{Sessions: many[:n]}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestFirstPicture is about the step that is done, not the one that is waited for.
func TestFirstPicture(t *testing.T) {
	done, open := clean(), waiting()
	if after, ok := done.firstPicture(); !ok || after != 240*time.Millisecond {
		t.Errorf("%v, %v", after, ok)
	}
	if _, ok := open.firstPicture(); ok {
		t.Error("a picture that has not come")
	}
}
