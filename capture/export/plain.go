package export

import (
	"bufio"
	"fmt"
	"io"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// titleWidth is the column of what happened, in characters.
const titleWidth = 27

// plain writes one line of text a row.
type plain struct {
	w     *bufio.Writer
	opts  Options
	begun bool
}

// NewPlain returns a sink that writes one line of text a row:
//
//	#1   0.004512 → C1        1 time 0, version 9.0.124.2
//
// that is session, seconds since it was opened, who sent it, what, on which
// message stream and at which timestamp for messages, and a summary.
func NewPlain(w io.Writer, o Options) Sink {
	return &plain{w: bufio.NewWriterSize(w, 64<<10), opts: o}
}

// begin names the file once, when there are several.
func (p *plain) begin() {
	if !p.begun && p.opts.Among != "" {
		fmt.Fprintf(p.w, "==> %s <==\n", text.Safe(p.opts.Among)) // the buffer remembers a failure
	}
	p.begun = true
}

// Row writes one line.
func (p *plain) Row(e *session.Entry) error {
	p.begin()
	where := ""
	if e.HasTimestamp() {
		where = fmt.Sprintf("ms %d @%d", e.StreamID, e.Timestamp)
	}
	_, err := fmt.Fprintf(p.w, "%6s #%-3d %11.6f %s %-*s %-14s %s%s%s\n",
		rowNumber(e), e.Session, e.Elapsed.Seconds(), arrow(e), titleWidth, p.opts.title(e), where, alarm(e),
		p.opts.show(e.Summary), reply(e))
	return err
}

// Flush writes out complete lines.
func (p *plain) Flush() error {
	p.begin()
	return p.w.Flush()
}

// arrow points from the sender: the client stands on the left.
func arrow(e *session.Entry) string {
	switch {
	case e.Kind.AboutConnection():
		return " + "
	case e.Finding != nil, e.Kind == session.Noted:
		return " * "
	case e.From == decode.FromServer:
		return "<--"
	}
	return "-->"
}

// title is the command, or the message name with its kind when it is not whole.
func (o *Options) title(e *session.Entry) string {
	switch {
	case e.Finding != nil:
		return e.Finding.Severity.String() + " " + e.Name
	case e.Kind == session.Aborted, e.Kind == session.Lost, e.Kind == session.Anomaly:
		return e.Kind.String() + " " + e.Name
	case e.Message.Command != "":
		return text.Clip(o.safe(e.Message.Command), titleWidth)
	}
	return e.Name
}

// alarm is a mark in front of what went wrong, so that it is found by eye and
// by grep.
func alarm(e *session.Entry) string {
	switch e.Kind {
	case session.Aborted, session.Lost, session.Gap, session.Anomaly:
		return "! "
	}
	if e.Flags&session.Refused != 0 || e.Finding != nil && e.Finding.Severity > session.Note {
		return "! "
	}
	return ""
}

func reply(e *session.Entry) string {
	switch {
	case e.ReplyTo == 0:
		return ""
	case e.Finding != nil, e.Kind == session.Noted:
		return fmt.Sprintf(" (see row %d)", e.ReplyTo)
	}
	return fmt.Sprintf(" (answers row %d after %s)", e.ReplyTo, session.Duration(e.RTT))
}
