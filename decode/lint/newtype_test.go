package lint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestAMessageTypeIsOneFile registers a message type that nobody has and finds it in
// everything that knows types: the decoder's idea of framing, the parser, the fields,
// the list, the rules and the explanations. Before and after, nobody knows it.
func TestAMessageTypeIsOneFile(t *testing.T) {
	const typ = 77
	look := func() string {
		return strings.Join([]string{framing(typ), row(typ), explained(), fieldName(typ)}, "\n")
	}
	unknown := "lost\nType 77: 4 bytes [chunk-unknown-type]\n\nbody"
	if got := look(); got != unknown {
		t.Fatalf("before:\n%s\nwant:\n%s", got, unknown)
	}
	undo := message.Register(message.Type{
		ID: typ, Name: "Made Up", Note: "what this test is about", Source: "this test",
		Parse: func(_ uint8, body []byte, _ amf.Limits) message.Parsed {
			return message.Parsed{Value: uint32(len(body))}
		},
		Fields:  func(b *field.Builder, _ uint8, _ message.Context) { b.Num("made up number", 4) },
		Summary: func(m *message.Parsed, _ uint32) string { return "value " + string(field.Number(m.Value)) },
	})
	defer undo()
	known := "framed\nMade Up: value 4 []\nMade Up is message type 77 (0x4d): what this test is about. Source: this test.\nmade up number"
	if got := look(); got != known {
		t.Errorf("registered:\n%s\nwant:\n%s", got, known)
	}
	undo()
	if got := look(); got != unknown {
		t.Errorf("after:\n%s\nwant:\n%s", got, unknown)
	}
}

// conversation is a client that sends five messages of the type.
func conversation(typ uint8) []byte {
	p := append([]byte{3}, make([]byte, 1536*2)...)
	var w chunk.Writer
	for i := range 5 {
		p = w.Append(p, chunk.Out{ChunkStream: 5, Type: typ, StreamID: 1, Timestamp: uint32(i), Body: []byte{1, 2, 3, 4}})
	}
	return p
}

func framing(typ uint8) string {
	d := decode.New(decode.FromClient, decode.DefaultLimits())
	d.Write(conversation(typ))
	for ev := d.Next(); ev != nil; ev = d.Next() {
		if ev.Kind == decode.Lost {
			return "lost"
		}
	}
	return "framed"
}

// row is the first message in the list, and the findings on the conversation.
func row(typ uint8) (line string) {
	var rules []string
	tl := session.New(session.Options{Judge: lint.New(lint.Config{}), OnEntry: func(e *session.Entry) {
		switch {
		case e.Kind == session.Message && line == "":
			line = e.Name + ": " + e.Summary.Show(false)
		case e.Kind == session.Found && e.Finding.Rule == "chunk-unknown-type" && len(rules) == 0:
			rules = append(rules, e.Finding.Rule)
		}
	}})
	at := time.Unix(1_800_000_000, 0)
	tl.Open(session.Connection{ID: 1, At: at})
	tl.Data(1, decode.FromClient, at, conversation(typ))
	tl.Finish()
	return fmt.Sprint(line, " ", rules)
}

func explained() string {
	words, _ := lint.Explain("made up")
	return words
}

func fieldName(typ uint8) string {
	return message.Fields(typ, []byte{1, 2, 3, 4}, message.Context{Limits: decode.DefaultLimits().AMF})[0].Name
}
