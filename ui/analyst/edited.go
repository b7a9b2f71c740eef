package analyst

import (
	"errors"
	"fmt"
	"io"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxEdited is how many bytes of an edit are shown, of those left out and of those put in.
const maxEdited = 64 << 10

// edit reads again what the relay left out and what it sent instead. Both are masked like
// credentials: a stream key is what relays change most.
func (a *Analyst) edit(d *Detail) error {
	r, err := a.reread(d.Row)
	if err != nil {
		return err
	}
	var out, in []byte
	found := false
	for !found || len(in) < maxEdited {
		rec, err := r.reader.Next()
		if errors.Is(err, io.EOF) || err == nil && found && rec.Time.After(d.Row.At()) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the capture again: %w", err)
		}
		if rec.Conn != d.Row.Session || direction(rec.FromServer) != d.Row.From {
			continue
		}
		switch {
		case rec.Kind == capture.Data && !found:
			out = append(out, overlap(rec, d.Row.Offset, min(int64(d.Row.Length), maxEdited))...)
		case rec.Kind == capture.Edited && rec.Offset == d.Row.Offset && rec.Time.Equal(d.Row.At()):
			in, found = append(in, rec.Edit.Inserted...), true
		}
	}
	in = in[:min(len(in), maxEdited)]
	d.Body = append(out, in...)
	d.Pieces = []Piece{{Offset: d.Row.Offset, Bytes: d.Body}}
	d.Fields = editFields(len(out), len(in))
	if len(d.Body) == 0 {
		d.Note = "The relay changed no bytes here."
	}
	return nil
}

// overlap is what a record has of n bytes from an offset on.
func overlap(rec *capture.Record, from, n int64) []byte {
	low, high := max(from, rec.Offset), min(from+n, rec.End())
	if low >= high {
		return nil
	}
	return rec.Data[low-rec.Offset : high-rec.Offset]
}

// editFields names the bytes of an edit.
func editFields(out, in int) (fields []field.Field) {
	add := func(name, note string, start, n int) {
		if n > 0 {
			fields = append(fields, field.Field{Name: name, Value: text.Marked(fmt.Sprintf("%d bytes", n)), Note: note,
				Source: "what the relay recorded", Start: start, End: start + n, Secret: true})
		}
	}
	add("left out", "what the sender sent and the receiver did not get", 0, out)
	add("put in", "what the receiver got from the relay in its place", out, in)
	return fields
}
