package analyst

import (
	"fmt"
	"slices"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxCrowd is how many bytes are shown of messages that were counted: some hundred
// messages, the first ones.
const maxCrowd = 1024

// searchCrowd takes in the messages that a row counts, and fills in d when there are
// enough of them to show.
func (r *rereader) searchCrowd(d *Detail) bool {
	for e := r.dec.Next(); e != nil; e = r.dec.Next() {
		inside := e.Offset >= r.row.Offset && e.End <= r.row.Offset+min(int64(r.row.Length), maxCrowd)
		if e.Kind == decode.Message && e.Chunks == 1 && inside {
			m := *e
			m.Body = slices.Clone(e.Body)
			r.crowd = append(r.crowd, m)
		}
	}
	want := int(min(r.row.Length, maxCrowd))
	if len(r.raw) < want || r.holes {
		return false
	}
	d.Body, d.inside = r.raw[:want], r.crowd
	d.Pieces = []Piece{{Offset: r.row.Offset, Bytes: d.Body}}
	if int64(r.row.Length) > maxCrowd {
		d.Note = fmt.Sprintf("The first %d of %d bytes. The messages behind them are in the capture too.", want, r.row.Length)
	}
	return true
}

// crowd names the messages that a row counts.
func (d *Detail) crowd(mark func(command string, arg int, key, s string) text.Marked) (all []field.Field) {
	for i := range d.inside {
		e := &d.inside[i]
		start, end := int(e.Offset-d.Row.Offset), int(e.End-d.Row.Offset)
		head := end - len(e.Body)
		f := field.Field{Name: "message", Symbol: message.Name(e.Type), Start: start, End: end,
			Value: text.Marked(fmt.Sprintf("type %d, %d bytes, timestamp %d, message stream %d", e.Type, len(e.Body), e.Timestamp, e.StreamID))}
		f.Children = append([]field.Field{{Name: "chunk header", Start: start, End: head}}, shifted(message.Fields(e.Type, e.Body, message.Context{
			Limits: decode.DefaultLimits().AMF, Timestamp: e.Timestamp, Mark: mark,
		}), head)...)
		all = append(all, f)
	}
	return field.Tile(all, 0, len(d.Body))
}

// shifted moves fields up by so many bytes.
func shifted(fields []field.Field, by int) []field.Field {
	for i := range fields {
		fields[i].Start += by
		fields[i].End += by
		shifted(fields[i].Children, by)
	}
	return fields
}
