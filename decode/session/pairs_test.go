package session

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// TestNoticeIsNotTheAnswer: onFCPublish ties to FCPublish and leaves it to its _result,
// in whichever order the two come. A request that was told of waits for nothing.
func TestNoticeIsNotTheAnswer(t *testing.T) {
	notice := &message.Parsed{Command: "onFCPublish"}
	result := &message.Parsed{Command: "_result", Transaction: 3, HasTransaction: true}
	var p pairs
	p.ask(request{Pending: Pending{Row: 10, Command: "FCPublish", From: decode.FromClient}, txn: 3})
	if r, ok := p.answer(notice, decode.FromServer, 0); !ok || r.Row != 10 {
		t.Errorf("onFCPublish ties to row %d, %v", r.Row, ok)
	}
	if len(p.waiting()) != 0 {
		t.Errorf("FCPublish waits although onFCPublish has come")
	}
	if _, ok := p.answer(notice, decode.FromServer, 0); ok {
		t.Error("a second onFCPublish ties to the same request")
	}
	if r, ok := p.answer(result, decode.FromServer, 0); !ok || r.Row != 10 {
		t.Errorf("_result behind onFCPublish ties to row %d, %v", r.Row, ok)
	}
	if _, ok := p.answer(result, decode.FromServer, 0); ok {
		t.Error("a second _result ties to the same request")
	}
}
