package export

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// csvColumns are the columns; cells that do not apply to a kind of row are
// empty. They mean what the keys of the same name mean in docs/jsonl.md.
var csvColumns = []string{
	"row", "session", "time", "elapsed", "kind", "from", "offset", "type", "name", "chunk_stream",
	"message_stream", "timestamp", "length", "chunks", "command", "code", "severity", "reply_to", "rtt", "summary",
}

type csvSink struct {
	w     *csv.Writer
	opts  Options
	begun bool
	cells []string
}

// NewCSV returns a sink that writes one record a row, after a header record, as
// RFC 4180 wants it. A cell that a spreadsheet would take for a formula begins
// with an apostrophe.
func NewCSV(w io.Writer, o Options) Sink {
	c := &csvSink{w: csv.NewWriter(w), opts: o, cells: make([]string, 0, len(csvColumns))}
	c.w.UseCRLF = true // RFC 4180 §2.1
	return c
}

// Row writes one record.
func (c *csvSink) Row(e *session.Entry) error {
	if err := c.begin(); err != nil {
		return err
	}
	c.cells = append(c.cells[:0], rowNumber(e), count(e.Session), e.At().Format(timeFormat),
		seconds(e.Elapsed), e.Kind.String())
	c.place(e)
	c.message(e)
	c.cells = append(c.cells, inert(c.opts.show(e.Summary)))
	return c.w.Write(c.cells)
}

// rowNumber is "" for what is no row.
func rowNumber(e *session.Entry) string {
	if e.Kind == session.Noted {
		return ""
	}
	return count(e.Number)
}

func (c *csvSink) begin() error {
	if c.begun {
		return nil
	}
	c.begun = true
	return c.w.Write(csvColumns)
}

// place adds who sent it, and where it begins.
func (c *csvSink) place(e *session.Entry) {
	from, offset := e.From.String(), strconv.FormatInt(e.Offset, 10)
	if e.Kind == session.Found {
		from = ""
	}
	if e.Kind == session.Found || e.Kind.AboutConnection() {
		offset = ""
	}
	c.cells = append(c.cells, from, offset)
}

// message adds the header fields of a message and what a command says.
func (c *csvSink) message(e *session.Entry) {
	cells := []string{"", inert(e.Name), "", "", "", length(e), "", inert(c.opts.safe(e.Message.Command)),
		inert(c.opts.safe(e.Message.Code)), "", "", ""}
	if e.HasTimestamp() {
		cells[0], cells[2], cells[3] = count(uint32(e.Type)), count(e.ChunkStream), count(e.StreamID)
		cells[4], cells[6] = count(e.Timestamp), count(e.Chunks)
	}
	switch {
	case e.Kind == session.Found:
		cells[9] = e.Severity.String()
	case e.ReplyTo > 0:
		cells[10], cells[11] = count(e.ReplyTo), seconds(e.RTT)
	}
	c.cells = append(c.cells, cells...)
}

// Flush writes out complete records; the header also when there were none.
func (c *csvSink) Flush() error {
	if err := c.begin(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

// length is the number of bytes of a message, handshake part or gap.
func length(e *session.Entry) string {
	switch {
	case e.Kind == session.Gap:
		return strconv.FormatInt(e.Missing, 10)
	case e.Kind == session.Tallied:
		return strconv.FormatInt(e.End-e.Offset, 10)
	case e.Kind == session.Handshake, e.HasTimestamp():
		return count(e.Length)
	}
	return ""
}

func count(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// seconds writes a duration in seconds, to the nanosecond and without exponent.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(math.Round(d.Seconds()*1e9)/1e9, 'f', -1, 64)
}

// inert keeps a spreadsheet from taking text for a formula. The full-width
// signs are formulas to programs that fold them.
func inert(s string) string {
	if strings.ContainsAny(firstRune(strings.TrimLeft(s, " ")), "=+-@＝＋－＠'\t\r") {
		return "'" + s
	}
	return s
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
