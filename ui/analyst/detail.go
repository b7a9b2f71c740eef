package analyst

import (
	"errors"
	"fmt"
	"io"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// maxProof is how many bytes are shown of a place where something went wrong.
const maxProof = 1024

// maxSearch is how far behind a row's first byte its end is looked for: the
// longest message with as many bytes of others between its chunks, twice.
const maxSearch = 64 << 20

// Detail is everything about one row, read again from the capture. It belongs
// to the caller.
type Detail struct {
	Number int
	Row    session.Row
	Text   session.Text
	// Body is the message body or handshake part; of an aborted message what
	// arrived of it; of an anomaly or loss the bytes that follow.
	Body []byte
	// Fields tile Body.
	Fields []field.Field
	// Pieces are the bytes on the wire in order: each chunk of the message, or
	// the handshake part. Their payloads, joined, are Body.
	Pieces []Piece
	// Note says in words why there is no body, when there is none.
	Note string
	// inside are the messages of a row that counts some, as many as are shown.
	inside []decode.Event
}

// Piece is one chunk of a message as it stood on the wire.
type Piece struct {
	Offset    int64  // of its first byte in the direction
	Header    int    // how many of Bytes are chunk header
	Bytes     []byte // header and payload
	BodyStart int    // where the payload stands in the body
}

// Detail reads row number n again. It may read a few MiB of the capture; call
// it away from a user interface's goroutine. An error means that the capture
// could not be read any more.
func (a *Analyst) Detail(n int) (*Detail, error) {
	s := a.Snapshot()
	if n < 1 || n > s.Len() {
		return nil, fmt.Errorf("there is no row %d; rows run from 1 to %d", n, s.Len())
	}
	d := &Detail{Number: n, Row: s.Row(n), Text: s.Text(n)}
	switch d.Row.Kind {
	case session.Secured:
		d.secured(s.Session(d.Row.Session).Facts)
		return d, nil
	case session.Opened, session.Connected, session.Closed, session.Gap, session.Found:
		d.Note = "This row has no bytes of its own."
		return d, nil
	}
	if d.Row.Kind == session.Edited {
		return d, a.edit(d)
	}
	if err := a.bytesOf(d); err != nil {
		return nil, err
	}
	d.Fields = s.Mask(d.Row.Session, d.fields(a.configs.before(n, d.Row, d.Body), s))
	return d, nil
}

// Message reads the message of row number n again, with its arguments; the zero
// value for a row that is no message. It costs what Detail costs.
func (a *Analyst) Message(n int) (p message.Parsed, err error) {
	s := a.Snapshot()
	if n < 1 || n > s.Len() {
		return p, fmt.Errorf("there is no row %d; rows run from 1 to %d", n, s.Len())
	}
	d := &Detail{Row: s.Row(n)}
	if d.Row.Kind != session.Message {
		return p, nil
	}
	if err := a.bytesOf(d); err != nil || d.Body == nil {
		return p, err
	}
	return message.Parse(d.Row.Type, d.Body, decode.DefaultLimits().AMF), nil
}

// bytesOf finds the bytes of a row again.
func (a *Analyst) bytesOf(d *Detail) error {
	r, err := a.reread(d.Row)
	if err != nil {
		return err
	}
	return r.run(d)
}

// fields names the bytes of the body; config is the codec configuration in force.
func (d *Detail) fields(config *media.Config, s *session.Snapshot) []field.Field {
	switch d.Row.Kind {
	case session.Handshake:
		return handshake.Fields(part(d.Row), d.Body, d.Row.From == decode.FromServer)
	case session.Tallied:
		return d.crowd(s.Marker(d.Row.Session))
	case session.Message:
		return message.Fields(d.Row.Type, d.Body, message.Context{
			Limits: decode.DefaultLimits().AMF, Timestamp: d.Row.Timestamp, Config: config, Mark: s.Marker(d.Row.Session),
		})
	}
	return field.Tile(nil, 0, len(d.Body))
}

// part tells C0, C1 and C2 apart by where they stand.
func part(r session.Row) handshake.Part {
	switch {
	case r.Offset == 0:
		return handshake.Part0
	case r.Offset <= handshake.Size:
		return handshake.Part1
	}
	return handshake.Part2
}

// rereader decodes one direction again, up to the row it looks for.
type rereader struct {
	reader *capture.Reader
	dec    *decode.Decoder
	from   int64 // bytes before this offset were decoded before the checkpoint
	row    session.Row
	raw    []byte // bytes from row.Offset on, as far as they have come
	holes  bool   // raw has no longer every byte
	pieces map[uint32][]decode.Event
	crowd  []decode.Event // messages of a row that counts them
}

// reread prepares to decode again from the checkpoint before a row.
func (a *Analyst) reread(row session.Row) (*rereader, error) {
	p, ok := a.places.find(lane{row.Session, row.From}, row.Offset)
	var reader *capture.Reader
	var err error
	if ok {
		reader, err = capture.NewReaderFrom(a.src, p.mark)
	} else { // it is long past, or its beginning was out of order in the capture
		p.dec = decode.New(row.From, decode.DefaultLimits())
		reader, err = capture.NewReader(a.src)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the capture again: %w", err)
	}
	return &rereader{reader: reader, dec: p.dec, from: p.offset, row: row, pieces: map[uint32][]decode.Event{}}, nil
}

// run reads on until the row has been found.
func (r *rereader) run(d *Detail) error {
	for {
		rec, err := r.reader.Next()
		if err != nil {
			return r.ended(d, err)
		}
		if rec.Conn != r.row.Session || direction(rec.FromServer) != r.row.From || rec.End() <= r.from && rec.Length >= 0 {
			continue
		}
		switch rec.Kind {
		case capture.Data:
			p := rec.Data[max(r.from-rec.Offset, 0):]
			r.keep(rec.End()-int64(len(p)), p)
			r.dec.Write(p)
		case capture.Gap:
			r.holes = r.holes || rec.Length > 0 && rec.Offset >= r.row.Offset
			r.dec.Gap(rec.Length)
		default:
			continue
		}
		if r.search(d) {
			return nil
		}
		if len(r.raw) > maxSearch {
			return r.ended(d, io.EOF)
		}
	}
}

// ended looks among what the end of the direction leaves unfinished.
func (r *rereader) ended(d *Detail, err error) error {
	var torn *pcapng.TornError
	if !errors.Is(err, io.EOF) && !errors.As(err, &torn) {
		return fmt.Errorf("reading the capture again: %w", err)
	}
	r.dec.Finish()
	if !r.search(d) {
		d.Note = "The bytes of this row could not be found again in the capture."
	}
	return nil
}

// keep remembers raw bytes from the row's first one on.
func (r *rereader) keep(at int64, p []byte) {
	if end := at + int64(len(p)); end > r.row.Offset {
		r.raw = append(r.raw, p[max(r.row.Offset-at, 0):]...)
	}
}

// search drains the decoder and fills in d when the row is found. Of an anomaly,
// a loss or a dialect nothing is decoded: the raw bytes are the proof.
func (r *rereader) search(d *Detail) bool {
	if r.row.Kind == session.Tallied {
		return r.searchCrowd(d)
	}
	if _, decoded := kindOf[r.row.Kind]; !decoded {
		for r.dec.Next() != nil {
		}
		d.Body = r.raw[:min(len(r.raw), maxProof)]
		d.Pieces = []Piece{{Offset: r.row.Offset, Bytes: d.Body}}
		return len(r.raw) >= maxProof
	}
	for e := r.dec.Next(); e != nil; e = r.dec.Next() {
		if e.Kind == decode.Chunk {
			if e.Chunks == 1 {
				r.pieces[e.ChunkStream] = nil
			}
			chunk := *e
			r.pieces[e.ChunkStream] = append(r.pieces[e.ChunkStream], chunk)
		}
		if r.matches(e) {
			r.fill(d, e)
			return true
		}
	}
	return false
}

// kindOf are the rows that a decoder's event stands behind.
var kindOf = map[session.Kind]decode.Kind{
	session.Handshake: decode.Handshake, session.Message: decode.Message, session.Aborted: decode.Aborted,
}

func (r *rereader) matches(e *decode.Event) bool {
	return kindOf[r.row.Kind] == e.Kind && e.Offset == r.row.Offset && e.ChunkStream == r.row.ChunkStream
}

// fill copies what the event and the raw bytes hold.
func (r *rereader) fill(d *Detail, e *decode.Event) {
	d.Body = append([]byte(nil), e.Body...)
	if r.holes {
		d.Note = "Bytes of this message are missing from the capture, so the chunks cannot be shown."
		return
	}
	if e.Kind == decode.Handshake {
		d.Pieces = []Piece{{Offset: e.Offset, Bytes: d.Body}}
		return
	}
	body := 0
	for _, c := range r.pieces[e.ChunkStream] {
		bytes := r.raw[c.Offset-r.row.Offset : c.End-r.row.Offset]
		d.Pieces = append(d.Pieces, Piece{Offset: c.Offset, Header: int(c.HeaderLen), Bytes: bytes, BodyStart: body})
		body += len(bytes) - int(c.HeaderLen)
	}
}
