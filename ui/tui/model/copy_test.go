package model

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestCopy(t *testing.T) {
	f := listtest.Story()
	f.Infos[0].TCURL, f.Infos[0].App = text.Plain("rtmp://host/it's"), text.Plain("it's")
	f.Infos[0].Stream, f.Infos[0].Role = text.Secret("key"), session.Publish
	m := open(f, Options{})
	press(m, "]")
	if e := press(m, "y", "f"); !strings.HasPrefix(e.Copy, `ffmpeg -re -i INPUT -c copy -f flv 'rtmp://host/it'\''s/••••`) || !strings.Contains(m.Message, "masked") {
		t.Errorf("copied %q, message %q", e.Copy, m.Message)
	}
	press(m, "K", "y")
	if e := press(m, "y", "p"); e.Copy != `ffplay 'rtmp://host/it'\''s/key'` {
		t.Errorf("copied %q", e.Copy)
	}
	if e := press(m, "y", "r"); !strings.Contains(e.Copy, "--playpath 'key'") {
		t.Errorf("copied %q", e.Copy)
	}
	press(m, "K")
	e := press(m, "y", "x")
	if e.Fetch != 3 || e.Copy != "" {
		t.Fatalf("fetches %d, copies %q", e.Fetch, e.Copy)
	}
	d := detailOf(3)
	if e = m.Update(DetailRead{Row: 3, Data: d}); e.Copy != "30000000343536373839" { // bytes 1 to 3 are a credential
		t.Errorf("copied %q", e.Copy)
	}
	press(m, "y", "j")
	if e = m.Update(DetailRead{Row: 3, Data: d}); !strings.Contains(e.Copy, `"name":"a","value":"va"`) {
		t.Errorf("copied %q", e.Copy)
	}
}
