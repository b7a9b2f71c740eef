package session

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// TestStages: each phase begins with the row that a person would name, the
// handshake ends with connect and not with C2, and nothing goes back.
func TestStages(t *testing.T) {
	k := newTalk(nil).greet() // a millisecond for C1, S2 and C2 each
	k.now = k.now.Add(40 * time.Millisecond)
	k.call(client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(amf.Prop("app", amf.Str("live"))))
	k.call(server, 0, amf.Str("_result"), amf.Num(1), amf.Obj())
	k.call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
	k.call(client, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("key"), amf.Str("live"))
	k.say(client, 8, 1, []byte{0xaf, 1, 0})
	k.call(client, 0, amf.Str("createStream"), amf.Num(4), amf.Nul())
	k.now = k.now.Add(time.Second)
	k.Close(id, client, k.now, End{How: Fin})
	k.now = k.now.Add(5 * time.Millisecond)
	k.Close(id, server, k.now, End{How: Fin})

	info := k.Snapshot().Sessions()[0]
	type stage struct {
		Name   string
		Row    uint32
		Lasted time.Duration
	}
	var got []stage
	for _, s := range info.Stages {
		got = append(got, stage{info.PhaseName(s.Phase), s.Row, info.Lasted(s.Phase)})
	}
	ms := time.Millisecond
	want := []stage{{"handshake", 1, 44 * ms}, {"connect", 8, 2 * ms}, {"create stream", 10, ms}, {"publish", 11, ms},
		{"media", 12, 1001 * ms}, {"close", 14, 5 * ms}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for n, phase := range map[int]Phase{7: PhaseHandshake, 9: PhaseConnect, 13: PhaseMedia} {
		if got := k.Snapshot().Row(n).Phase; got != phase {
			t.Errorf("row %d stands under %s", n, got)
		}
	}
	if info.Lasted(PhaseClose) == 0 || (&Info{}).Lasted(PhaseMedia) != 0 {
		t.Error("a phase that was, or was not, is not told apart")
	}
}
