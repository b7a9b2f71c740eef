package session_test

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestRefusals tells a refusal from an error that comes later, and both from a call
// that fails beside them.
func TestRefusals(t *testing.T) {
	const server, client = decode.FromServer, decode.FromClient
	failed := script.Status("error", "NetConnection.Call.Failed", "no such call")
	for name, x := range map[string]struct {
		x                script.Example
		refusal, trouble string
	}{
		"a call": {script.Example{script.Connected, script.Call(client, 0, amf.Str("_checkbw"), amf.Num(2), amf.Nul()),
			script.Call(server, 0, amf.Str("_error"), amf.Num(2), amf.Nul(), failed)}, "", ""},
		"createStream": {script.Example{script.Connected, script.Call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul()),
			script.Call(server, 0, amf.Str("_error"), amf.Num(2), amf.Nul(), failed)},
			"NetConnection.Call.Failed", "the server refused: NetConnection.Call.Failed"},
		"publish": {script.Example{script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.Denied", "no")},
			"NetStream.Publish.Denied", "the server refused: NetStream.Publish.Denied"},
		"later on": {script.Example{script.Flowing, script.OnStatus("error", "NetStream.Publish.Denied", "no")},
			"", "the server reported: NetStream.Publish.Denied"},
	} {
		line := session.New(session.Options{})
		x.x.Play(line, time.Unix(1_800_000_000, 0))
		if i := line.Snapshot().Sessions()[0]; i.Refusal != x.refusal || i.Trouble != x.trouble {
			t.Errorf("%s: refusal %q, trouble %q; want %q, %q", name, i.Refusal, i.Trouble, x.refusal, x.trouble)
		}
	}
}

// TestLateStatusKeepsItsStream ties a status to the publish of its own message
// stream, also while another one waits.
func TestLateStatusKeepsItsStream(t *testing.T) {
	const server, client = decode.FromServer, decode.FromClient
	var replies []uint32
	line := session.New(session.Options{OnEntry: func(e *session.Entry) {
		if e.Message.Command == "onStatus" {
			replies = append(replies, e.ReplyTo)
		}
	}})
	script.Example{script.Publishing, script.Call(client, 2, amf.Str("publish"), amf.Num(0), amf.Nul(), amf.Str("two")),
		script.OnStatus("error", "NetStream.Publish.Denied", "no")}.Play(line, time.Unix(1_800_000_000, 0))
	if i := line.Snapshot().Sessions()[0]; i.Streams != 2 || i.Stream.Show(true) != "key-of-mine" {
		t.Errorf("%d streams, the first is %s", i.Streams, i.Stream.Show(true))
	}
	if len(replies) != 2 || replies[0] == 0 || replies[1] != 0 {
		t.Errorf("the statuses answer rows %d; the second answers nothing", replies)
	}
}
