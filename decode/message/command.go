package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var (
	_ = register(Type{ID: chunk.TypeCommandAMF0, Name: "Command (AMF0)", Source: "RTMP 1.0 §7.1.1", Note: "a request or an answer: connect, createStream, publish, play, _result, onStatus", Parse: parseCommand, Fields: commandFields})
	_ = register(Type{ID: chunk.TypeCommandAMF3, Name: "Command (AMF3)", Source: "RTMP 1.0 §7.1.1", Note: "a request or an answer: connect, createStream, publish, play, _result, onStatus", Parse: parseCommand, Fields: commandFields})
)

// parseCommand reads a command message: name, transaction ID, command object,
// arguments (RTMP 1.0 §7.1.1).
func parseCommand(typ uint8, body []byte, lim amf.Limits) (p Parsed) {
	if len(body) == 0 {
		p.problem(ShortBody, 0, "an empty command message")
		return p
	}
	e := encodingOf(typ, body)
	e.note(&p)
	res := e.decode(body, lim)
	p.Problems = append(p.Problems, res.Problems...)
	values, named := p.takeName(res.Values, len(body))
	switch {
	case !named:
	case len(values) > 0 && isNumber(values[0].Kind):
		p.Transaction, p.HasTransaction = values[0].Number, true
		values = values[1:]
	default:
		p.problem(TransactionMissing, 0, "%s without a transaction ID", text.Safe(p.Command))
	}
	p.Args = values
	p.status()
	return p
}

// takeName moves the leading string to Command and returns the rest; without
// one it returns all.
func (p *Parsed) takeName(values []amf.Value, end int) (rest []amf.Value, named bool) {
	if len(values) == 0 || values[0].Kind != amf.String {
		at := end
		if len(values) > 0 {
			at = values[0].Start
		}
		p.problem(NameMissing, at, "the message does not begin with a name")
		return values, false
	}
	p.Command = values[0].Text
	return values[1:], true
}

func isNumber(k amf.Kind) bool { return k == amf.Number || k == amf.Integer }

// status finds the first object with a code. A connect may carry one that the
// client made up.
func (p *Parsed) status() {
	if p.Command == "connect" {
		return
	}
	for i := range p.Args {
		if p.statusIn(&p.Args[i], 2) {
			return
		}
	}
}

// statusIn looks depth containers deep: some servers wrap the status object.
func (p *Parsed) statusIn(v *amf.Value, depth int) bool {
	if code := v.Get("code"); code != nil && code.Kind == amf.String {
		p.Code = code.Text
		p.Level, p.Description = textOf(v, "level"), textOf(v, "description")
		return true
	}
	if depth == 0 {
		return false
	}
	for i := range v.Members {
		if p.statusIn(&v.Members[i].Value, depth-1) {
			return true
		}
	}
	for i := range v.Items {
		if p.statusIn(&v.Items[i], depth-1) {
			return true
		}
	}
	return false
}

// textOf returns a string member of v, or "".
func textOf(v *amf.Value, name string) string {
	if m := v.Get(name); m != nil && m.Kind == amf.String {
		return m.Text
	}
	return ""
}

// commandFields shows a command message value by value, each under the name
// that the specification gives to its position.
func commandFields(b *field.Builder, typ uint8, ctx Context) {
	p := Parse(typ, b.Body, ctx.Limits)
	e := encodingOf(typ, b.Body)
	e.field(b)
	res := e.decode(b.Body, ctx.Limits)
	args := len(res.Values) - len(p.Args)
	for i := range res.Values {
		v := &res.Values[i]
		arg := i - args
		b.Out = append(b.Out, amf.FieldsMarked(valueName(&p, i, arg), v, ctx.mark(&p, max(arg, -1))))
		f := b.Last()
		annotate(f, v, &p)
		address(f, v, &p, arg)
		if i == 0 && p.Command != "" {
			f.Note = Commands[p.Command].Note
			if source := commandSource(p.Command); source != "" {
				f.Source = source
			}
		}
	}
	b.At = b.End
}

// mark returns the function that makes the strings of one argument safe.
func (ctx Context) mark(p *Parsed, arg int) func(key, s string) text.Marked {
	return func(key, s string) text.Marked {
		if ctx.Mark != nil {
			return ctx.Mark(p.Command, arg, key, s)
		}
		return Mark(p.Command, arg, key, s)
	}
}

// valueName names value number i of a command, which is argument number arg.
func valueName(p *Parsed, i, arg int) string {
	switch {
	case arg < 0 && i == 0:
		return "command name"
	case arg < 0:
		return "transaction id"
	case p.Command == "":
		return fmt.Sprintf("value %d", i)
	}
	names := Commands[p.Command].Args
	if names == nil {
		names = []string{"command object"}
	}
	if arg < len(names) {
		return names[arg]
	}
	return fmt.Sprintf("argument %d", arg)
}

// address tells the fields of a value how filters reach them; arg counts as in
// Parsed.Args, below 0 are the name and, before the arguments, the transaction ID.
func address(f *field.Field, v *amf.Value, p *Parsed, arg int) {
	switch {
	case arg >= 0:
		amf.Address(f, v, fmt.Sprintf("args[%d]", arg))
	case v.Kind == amf.String && p.Command != "":
		f.Ask = "command"
	case p.HasTransaction && isNumber(v.Kind):
		f.Ask = "transaction"
	}
}

// annotate puts the meaning of known members beside them: status codes, the
// properties of connect and of metadata, and what their numbers stand for.
func annotate(f *field.Field, v *amf.Value, p *Parsed) {
	amf.EachMember(f, v, func(parent, name string, v *amf.Value, c *field.Field) {
		switch {
		case name == "code" && p.Code != "":
			c.Note = Codes[p.Code]
		case c.Note == "":
			c.Note = propertyNote(parent, name, v)
		}
	})
}
