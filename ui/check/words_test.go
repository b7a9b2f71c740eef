package check

import (
	"testing"

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
