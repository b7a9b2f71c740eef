package export

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestJSONLTellsCausesAndFacts: programs that read rows need no words to tell who
// ended a connection and what is known of it.
func TestJSONLTellsCausesAndFacts(t *testing.T) {
	var out bytes.Buffer
	sink := NewJSONL(&out, Options{})
	tl := session.New(session.Options{OnEntry: func(e *session.Entry) {
		if err := sink.Row(e); err != nil {
			t.Fatal(err)
		}
	}})
	at := time.Unix(1_800_000_000, 0)
	tl.Open(session.Connection{ID: 1, At: at, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935",
		Facts: session.Facts{{Key: "upstream", Value: "live.example.com:1935"}, {Key: "client.note", Value: "a\"\x1b"}, {Key: "upstream", Value: "again"}}})
	tl.Close(1, decode.FromServer, at, session.End{Cause: session.ShutDown})
	tl.Close(1, decode.FromClient, at, session.End{})
	tl.Open(session.Connection{ID: 2, At: at, Client: "10.0.0.1:5001"})
	if err := sink.Flush(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	for i, want := range []string{`"facts":{"upstream":"live.example.com:1935","client.note":"a\"\\e"}`, `"cause":"shutdown"`, `"cause":"fin"`} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d lacks %s:\n%s", i, want, lines[i])
		}
	}
	if strings.Contains(lines[3], "facts") {
		t.Errorf("facts of a connection without any: %s", lines[3])
	}
}
