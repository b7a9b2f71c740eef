package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

var (
	_ = register(Type{ID: chunk.TypeDataAMF0, Name: "Data (AMF0)", Source: "RTMP 1.0 §7.1.2", Note: "metadata and other data for whoever plays the stream: onMetaData", Parse: parseData, Fields: dataFields})
	_ = register(Type{ID: chunk.TypeDataAMF3, Name: "Data (AMF3)", Source: "RTMP 1.0 §7.1.2", Note: "metadata and other data for whoever plays the stream: onMetaData", Parse: parseData, Fields: dataFields})
)

// parseData reads a data message: a name and values (RTMP 1.0 §7.1.2).
func parseData(typ uint8, body []byte, lim amf.Limits) (p Parsed) {
	if len(body) == 0 {
		p.problem(ShortBody, 0, "an empty data message")
		return p
	}
	e := encodingOf(typ, body)
	e.note(&p)
	res := e.decode(body, lim)
	p.Problems = append(p.Problems, res.Problems...)
	p.Args, _ = p.takeName(res.Values, len(body))
	p.status()
	return p
}

// dataFields shows a data message value by value.
func dataFields(b *field.Builder, typ uint8, ctx Context) {
	p := Parse(typ, b.Body, ctx.Limits)
	e := encodingOf(typ, b.Body)
	e.field(b)
	res := e.decode(b.Body, ctx.Limits)
	args := len(res.Values) - len(p.Args)
	for i := range res.Values {
		arg := i - args
		b.Out = append(b.Out, amf.FieldsMarked(dataName(&p, arg), &res.Values[i], ctx.mark(&p, arg)))
		f := b.Last()
		annotate(f, &res.Values[i], &p)
		address(f, &res.Values[i], &p, arg)
		if arg < 0 {
			f.Note = Commands[p.Command].Note
			if source := commandSource(p.Command); source != "" {
				f.Source = source
			}
		}
	}
	b.At = b.End
}

func dataName(p *Parsed, arg int) string {
	names := Commands[p.Command].Args
	switch {
	case arg < 0:
		return "data name"
	case arg < len(names):
		return names[arg]
	}
	return fmt.Sprintf("value %d", arg)
}
