package session

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Entry is a row with everything that was decoded. It is valid during the call
// of OnEntry.
type Entry struct {
	Row
	Number  uint32 // of the row, from 1; 0 of a note, which is no row
	Conn    uint32 // Connection.ID
	Elapsed time.Duration
	RTT     time.Duration // from the row that this one answers; see ReplyTo
	Name    string
	Summary text.Marked
	Brief   text.Marked // of a finding; see Finding
	// Message is what was read of the body; its zero value for rows that are
	// not messages.
	Message message.Parsed
	// Body is the body of a message or handshake part, and of a Lost the bytes that
	// show it; borrowed.
	Body []byte
	// Fmt, Extended and Delta are those of the first chunk's header; End is the
	// offset after the last byte of the message or handshake part.
	Fmt      uint8
	Extended bool
	Delta    uint32
	// Late is how many milliseconds the timestamp is later than the sender means,
	// because a negative delta was cut to 24 bits; see IsNegative.
	Late uint32
	End  int64
	// Layout is where a C1 or S1 has its digest; Answer what a C2 or S2, or an
	// S1 that is a copy, repeats of the peer's part.
	Layout handshake.Layout
	Answer Answer
	// Tallies are the messages of a Tallied, by type, the most frequent first, Odd how
	// many anomalies were among them, and Took the time from the first to the last.
	Tallies []decode.Tally
	Odd     int64
	Took    time.Duration
	// Inside marks a message that has no row: it will be counted. Number is that of
	// the last row before it. See Options.Inside.
	Inside bool
	// Missing is the length of a gap.
	Missing int64
	// How and Cause are set for Closed, Target too if the server was not reached.
	How    How
	Cause  Cause
	Target string
	// Reason is why, of an Aborted, Anomaly, Lost, Resynced, Dialect or Closed.
	Reason decode.Reason
	// Client, Server, Relayed and Facts are those of an Opened or Connected, made safe.
	// Of an Opened Server is "" when it was not reached, or not yet.
	Client, Server string
	Relayed        bool
	Facts          Facts
	// Waits says of an Opened that its server was still being dialled.
	Waits bool
	// Edit is set for Edited.
	Edit Edit
	// Finding is set for Found.
	Finding *Finding
	secrets *secrets
}

// Mark makes one string of argument number index safe and marks credentials in
// it. key is the innermost member name under which it stands, "" for the
// argument itself.
func (e *Entry) Mark(index int, key, s string) text.Marked {
	return e.secrets.mark(e.Message.Command, index, key, s)
}

// HasTimestamp reports whether the row is about a message, so that Timestamp
// and its neighbours mean something.
func (e *Entry) HasTimestamp() bool { return e.Kind == Message || e.Kind == Aborted }

// reconnectRequest is the code with which a server asks a client to connect
// again (Enhanced RTMP v2).
const reconnectRequest = "NetConnection.Connect.ReconnectRequest"

// RedirectTo is the address to which this command sends the client: that of a
// refusal (SRS and Adobe: ex.redirect), or the tcUrl of a reconnect request; ""
// when there is none. It is wire text.
func (e *Entry) RedirectTo() string {
	for i := range e.Message.Args {
		a := &e.Message.Args[i]
		if e.Message.Code == reconnectRequest {
			if m := a.Get("tcUrl"); m != nil && m.Text != "" {
				return m.Text
			}
		}
		if ex := a.Get("ex"); ex != nil {
			a = ex
		}
		for _, name := range []string{"redirect", "redirect2"} {
			if m := a.Get(name); m != nil && m.Kind == amf.String && m.Text != "" {
				return m.Text
			}
		}
	}
	return ""
}
