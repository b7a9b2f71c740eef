// Package field holds what a decoded message looks like to a person: a tree of
// named values, each with the bytes that made it.
//
// A parser appends one [Field] for each thing the specification names, in wire
// order. [Tile] then claims the bytes that no field claimed, so that the leaves
// of a tree cover the body exactly once: nothing the sender wrote is invisible.
// The package does no parsing and knows nothing of RTMP.
package field

import "github.com/rtmpscope/rtmpscope/decode/text"

// Field is one named value and the half-open byte range [Start, End) of the
// message body that made it. A field with Children covers exactly what they
// cover together. A Field is a plain value; nobody shares it.
type Field struct {
	// Name is the noun of the specification in lower case: "message type id".
	Name string
	// Value is the value as read, fit for a sink after Show: `8`, `"live"`.
	Value text.Marked
	// Symbol is the specification's name for the value, if it has one: "Audio".
	Symbol string
	// Note says in words what the value means here, if that helps.
	Note string
	// Source names where the meaning is defined: "RTMP 1.0 §5.4.1".
	Source string
	// Start and End bound the bytes in the body, half open.
	Start, End int
	// BitStart and Bits place a field inside its first byte (0 is the most
	// significant bit) when Bits is not 0. Bit fields are children of the field
	// that owns their bytes and do not take part in tiling.
	BitStart, Bits int
	// Encoding says that the field is how its whole is written, and no part of what it
	// says: a marker, a length, an end. A view may leave it out until it is asked for.
	Encoding bool
	// Ask is how a filter reaches the value (docs/filter.md): "args[0].app". It is ""
	// where no filter does.
	Ask string
	// Secret says that the bytes are a credential: a hex view masks them too.
	Secret bool
	// Bad says that the bytes could not be taken at their word.
	Bad bool
	// Children are the parts, in wire order.
	Children []Field
}

// Unclaimed is the name of the fields that Tile inserts.
const Unclaimed = "unclaimed bytes"

// Tile returns fields with every hole in [start, end) filled by an Unclaimed
// field, recursively. Fields must be in wire order and must not overlap; bit
// fields are left alone. Parts without a source are given that of their whole.
func Tile(fields []Field, start, end int) []Field {
	out := tile(fields, start, end)
	inherit(out, "")
	return out
}

func inherit(fields []Field, source string) {
	for i := range fields {
		f := &fields[i]
		if f.Source == "" && f.Name != Unclaimed {
			f.Source = source
		}
		inherit(f.Children, f.Source)
	}
}

func tile(fields []Field, start, end int) []Field {
	out := make([]Field, 0, len(fields))
	at := start
	for _, f := range fields {
		if f.Start > at {
			out = append(out, Field{Name: Unclaimed, Start: at, End: f.Start, Bad: true})
		}
		if len(f.Children) > 0 && f.Children[0].Bits == 0 {
			f.Children = tile(f.Children, f.Start, f.End)
		}
		out = append(out, f)
		at = max(at, f.End)
	}
	if at < end {
		out = append(out, Field{Name: Unclaimed, Start: at, End: end, Bad: true})
	}
	return out
}

// Leaves calls visit for each field without children (bit fields count as part
// of their parent), in wire order.
func Leaves(fields []Field, visit func(Field)) {
	for _, f := range fields {
		if len(f.Children) > 0 && f.Children[0].Bits == 0 {
			Leaves(f.Children, visit)
			continue
		}
		visit(f)
	}
}
