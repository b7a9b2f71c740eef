package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// JSONLVersion is the version of the schema in docs/jsonl.md. Adding a key or a
// kind does not change it; changing or removing one does.
const JSONLVersion = 1

// timeFormat is RFC 3339 in UTC, to the nanosecond.
const timeFormat = "2006-01-02T15:04:05.000000000Z07:00"

// jsonl writes one JSON object a row. Keys stand in the documented order, which
// is why the object is written by hand and not by encoding/json.
type jsonl struct {
	w     *bufio.Writer
	buf   []byte
	quote bytes.Buffer
	enc   *json.Encoder // writes strings to quote
	opts  Options
}

// NewJSONL returns a sink that writes one JSON object a line; see docs/jsonl.md.
func NewJSONL(w io.Writer, o Options) Sink {
	j := &jsonl{w: bufio.NewWriterSize(w, 64<<10), opts: o}
	j.enc = json.NewEncoder(&j.quote)
	j.enc.SetEscapeHTML(false) // "&" in a URL stays readable
	return j
}

// Row writes one line.
func (j *jsonl) Row(e *session.Entry) error {
	j.buf = append(j.buf[:0], '{')
	j.place(e)
	if e.HasTimestamp() {
		j.message(e)
	}
	j.command(e)
	switch e.Kind {
	case session.Opened, session.Connected, session.Secured:
		j.facts(e.Facts)
	case session.Edited:
		j.num("length", e.Edit.Removed)
		j.num("inserted", e.Edit.Inserted)
		j.seconds("wait", e.Edit.Wait)
	case session.Closed:
		j.str("cause", j.opts.safe(string(e.Cause)))
	}
	if e.Kind == session.Found {
		j.finding(e.Finding)
	} else {
		j.answer(e)
	}
	j.str("summary", j.opts.show(e.Summary))
	j.buf = append(j.buf, '}', '\n')
	_, err := j.w.Write(j.buf)
	return err
}

// Flush writes out complete lines.
func (j *jsonl) Flush() error { return j.w.Flush() }

// place says where and when.
func (j *jsonl) place(e *session.Entry) {
	if j.opts.Among != "" {
		j.str("file", text.Safe(j.opts.Among))
	}
	if e.Kind != session.Noted {
		j.num("row", int64(e.Number))
	}
	j.num("session", int64(e.Session))
	j.str("time", e.At().Format(timeFormat))
	j.seconds("elapsed", e.Elapsed)
	j.str("kind", e.Kind.String())
	if e.Kind != session.Found {
		j.str("from", e.From.String())
	}
	if !e.Kind.AboutConnection() && e.Kind != session.Found {
		j.num("offset", e.Offset)
	}
}

// facts writes what is known of a connection besides, each key once.
func (j *jsonl) facts(facts session.Facts) {
	if len(facts) == 0 {
		return
	}
	j.key("facts")
	j.buf = append(j.buf, '{')
	told := map[string]bool{}
	for _, f := range facts {
		if told[f.Key] {
			continue
		}
		if len(told) > 0 {
			j.buf = append(j.buf, ',')
		}
		told[f.Key] = true
		j.text(f.Key)
		j.buf = append(j.buf, ':')
		j.text(j.opts.mask.text(f.Value))
	}
	j.buf = append(j.buf, '}')
}

// finding writes a rule's verdict.
func (j *jsonl) finding(f *session.Finding) {
	j.str("rule", f.Rule)
	j.str("severity", f.Severity.String())
	if f.Side != session.NoSide {
		j.str("side", f.Side.String())
	}
	j.key("rows")
	j.buf = append(j.buf, '[')
	for i, r := range f.Rows {
		if i > 0 {
			j.buf = append(j.buf, ',')
		}
		j.buf = strconv.AppendUint(j.buf, uint64(r), 10)
	}
	j.buf = append(j.buf, ']')
	j.key("confidence")
	j.buf = strconv.AppendFloat(j.buf, f.Confidence, 'g', 3, 64)
	if f.Over {
		j.key("over")
		j.buf = append(j.buf, "true"...)
	}
}

// message writes the header fields of a message.
func (j *jsonl) message(e *session.Entry) {
	j.num("type", int64(e.Type))
	j.str("name", e.Name)
	j.num("chunk_stream", int64(e.ChunkStream))
	j.num("message_stream", int64(e.StreamID))
	j.num("timestamp", int64(e.Timestamp))
	j.num("length", int64(e.Length))
	j.num("chunks", int64(e.Chunks))
}

// command writes what a command says, and for other kinds the name and length.
func (j *jsonl) command(e *session.Entry) {
	if !e.HasTimestamp() {
		j.str("name", e.Name)
		j.length(e)
		return
	}
	m := &e.Message
	if m.Command != "" {
		j.str("command", j.opts.safe(m.Command))
	}
	if m.HasTransaction {
		j.key("transaction")
		j.buf = amf.AppendJSON(j.buf, amf.Num(m.Transaction), nil)
	}
	if len(m.Args) > 0 {
		j.args(e)
	}
	if m.Code != "" {
		j.str("code", j.opts.safe(m.Code))
	}
}

// length writes how many bytes a handshake part, a gap or what was counted has.
func (j *jsonl) length(e *session.Entry) {
	switch e.Kind {
	case session.Handshake:
		j.num("length", int64(e.Length))
	case session.Gap:
		j.num("length", e.Missing)
	case session.Tallied:
		j.num("length", e.End-e.Offset)
		j.tallies(e)
	}
}

// tallies writes how many messages of which type were counted.
func (j *jsonl) tallies(e *session.Entry) {
	j.key("counted")
	j.buf = append(j.buf, '{')
	for i, t := range e.Tallies {
		if i > 0 {
			j.buf = append(j.buf, ',')
		}
		j.buf = strconv.AppendInt(append(strconv.AppendUint(append(j.buf, '"'), uint64(t.Type), 10), '"', ':'), t.Count, 10)
	}
	j.buf = append(j.buf, '}')
	if e.Odd > 0 {
		j.num("anomalies", e.Odd)
	}
	j.seconds("took", e.Took)
}

// args writes the AMF values with their key order.
func (j *jsonl) args(e *session.Entry) {
	j.key("args")
	j.buf = append(j.buf, '[')
	for i, v := range e.Message.Args {
		if i > 0 {
			j.buf = append(j.buf, ',')
		}
		j.buf = amf.AppendJSON(j.buf, v, func(key, s string) string {
			return j.opts.show(e.Mark(i, key, s))
		})
	}
	j.buf = append(j.buf, ']')
}

func (j *jsonl) answer(e *session.Entry) {
	if e.ReplyTo == 0 {
		return
	}
	j.num("reply_to", int64(e.ReplyTo))
	if e.Kind != session.Noted {
		j.seconds("rtt", e.RTT)
	}
}

func (j *jsonl) key(k string) {
	if len(j.buf) > 1 {
		j.buf = append(j.buf, ',')
	}
	j.buf = append(append(append(j.buf, '"'), k...), '"', ':')
}

func (j *jsonl) num(k string, v int64) {
	j.key(k)
	j.buf = strconv.AppendInt(j.buf, v, 10)
}

// str writes a string that is already fit to show.
func (j *jsonl) str(k, s string) {
	j.key(k)
	j.text(s)
}

// text writes a string without a key.
func (j *jsonl) text(s string) {
	if isBare(s) {
		j.buf = append(append(append(j.buf, '"'), s...), '"')
		return
	}
	j.quote.Reset()
	j.enc.Encode(s) //nolint:errcheck // a string into memory never fails
	j.buf = append(j.buf, bytes.TrimSuffix(j.quote.Bytes(), []byte("\n"))...)
}

// isBare reports whether s is a JSON string as it stands.
func isBare(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// seconds writes a duration in seconds, to the nanosecond and without exponent.
func (j *jsonl) seconds(k string, d time.Duration) {
	j.key(k)
	j.buf = strconv.AppendFloat(j.buf, math.Round(d.Seconds()*1e9)/1e9, 'f', -1, 64)
}
