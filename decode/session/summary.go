package session

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// A summary is one line: what a person wants to know of a row without opening
// it. These bound how much of a value it repeats.
const (
	summaryWidth  = 160
	summaryString = 80
)

// summary describes a message that is not audio or video.
func (c *conn) summary(dir decode.Direction, e *Entry) text.Marked {
	m := &e.Message
	if m.Command != "" {
		return c.commandSummary(e)
	}
	if s := controlSummary(m, e.Body, c.chunk[dir]); s != "" {
		return text.Marked(s)
	}
	if len(m.Args) > 0 {
		return text.Marked(strings.Join(c.argTexts(e, 0), ", "))
	}
	return text.Marked(fmt.Sprintf("%d bytes", e.Length))
}

// commandSummary writes a command or data message like a call, except for the
// few that every session has, which get the words that matter.
func (c *conn) commandSummary(e *Entry) text.Marked {
	m := &e.Message
	switch {
	case m.Command == "connect":
		return connectSummary(e)
	case m.Code != "":
		return statusSummary(e)
	case m.Command == "_result" || m.Command == "_error":
		return resultSummary(c, e)
	}
	args := c.argTexts(e, 0)
	if len(args) > 0 && args[0] == "null" && m.HasTransaction {
		args = args[1:] // the command object, which commands leave empty
	}
	return text.Marked(text.Safe(m.Command) + "(" + strings.Join(args, ", ") + ")")
}

// argTexts writes the arguments from number first on.
func (c *conn) argTexts(e *Entry, first int) (out []string) {
	for i := first; i < len(e.Message.Args); i++ {
		out = append(out, string(amf.AppendText(nil, &e.Message.Args[i], amf.TextOptions{
			Width: summaryWidth, Depth: 3, StringMax: summaryString,
			Str: func(key, s string) string { return string(e.Mark(i, key, s)) },
		})))
	}
	return out
}

// connectSummary names the application, the URL and the program.
func connectSummary(e *Entry) text.Marked {
	if len(e.Message.Args) == 0 {
		return "connect without a command object"
	}
	show := func(key string) string {
		v := e.Message.Args[0].Get(key)
		if v == nil {
			return "(none)"
		}
		return string(e.Mark(0, key, v.Text))
	}
	return text.Marked("connect to app \"" + show("app") + "\" at " + show("tcUrl") + " as " + show("flashVer"))
}

// statusSummary names the status code and the server's own words.
func statusSummary(e *Entry) text.Marked {
	m := &e.Message
	s := text.Safe(m.Code)
	if m.Command != "onStatus" {
		s = text.Safe(m.Command) + ": " + s
	}
	if m.Description != "" {
		s += " “" + string(e.Mark(0, "description", m.Description)) + "”"
	}
	return text.Marked(s)
}

// resultSummary says what an answer without a status code carries.
func resultSummary(c *conn, e *Entry) text.Marked {
	first := 0
	if args := e.Message.Args; len(args) > 1 && (args[0].Kind == amf.Null || args[0].Kind == amf.Undefined) {
		first = 1
	}
	s := text.Safe(e.Message.Command)
	if e.ReplyTo > 0 {
		s += " of " + c.t.text(e.ReplyTo).Command
	}
	return text.Marked(s + ": " + strings.Join(c.argTexts(e, first), ", "))
}

// controlSummary describes protocol control and user control messages, or
// returns "" for other types.
func controlSummary(m *message.Parsed, body []byte, chunkSize uint32) string {
	if len(m.Problems) > 0 && len(body) < 4 {
		return m.Problems[0].Text
	}
	return message.Summary(m, chunkSize)
}
