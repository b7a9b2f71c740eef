package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

// Type is all that is known of one message type. Each stands in a file of its own that
// registers it; whoever asks about a type, the decoder that judges framing, the list,
// the rules, the explanations, asks this table.
type Type struct {
	// ID is the message type ID; it has a name in package chunk.
	ID uint8
	// Name is the noun of the specification.
	Name string
	// Source is where the type is defined, "" for one that no specification has.
	Source string
	// Note says in half a sentence what the message is for.
	Note string
	// Parse is the cheap reading; it need not set Type, nor Name where that is the
	// type's. nil: nothing is read.
	Parse func(typ uint8, body []byte, lim amf.Limits) Parsed
	// Fields appends the full reading. nil: the body is shown as opaque.
	Fields func(b *field.Builder, typ uint8, ctx Context)
	// Summary says in one line what the message says; chunkSize is the chunk size of
	// its direction before the message. nil: the length will do, or the command.
	Summary func(m *Parsed, chunkSize uint32) string
}

// types is the table, by ID.
var types [256]*Type

// Register adds a message type, or replaces the one with its ID, and returns a
// function that undoes that. It must not run beside any other function of decode.
func Register(t Type) (undo func()) {
	before := types[t.ID]
	types[t.ID] = &t
	return func() { types[t.ID] = before }
}

// register is Register for the variables of a file of this package.
func register(t Type) bool {
	if types[t.ID] != nil {
		panic(fmt.Sprintf("message type %d is registered twice", t.ID))
	}
	Register(t)
	return true
}

// Find returns what is known of a message type.
func Find(typ uint8) (Type, bool) {
	if t := types[typ]; t != nil {
		return *t, true
	}
	return Type{}, false
}

// Known reports whether the message type is in the specification or, like 7, in
// use between servers.
func Known(typ uint8) bool { return types[typ] != nil }

// Name returns the specification's name of a message type, or "Type 23" for one
// that has none.
func Name(typ uint8) string {
	if t := types[typ]; t != nil {
		return t.Name
	}
	return fmt.Sprintf("Type %d", typ)
}

// Summary says in one line what a message says that is neither a command nor media,
// or returns "" when there is nothing to say. chunkSize is the chunk size of the
// direction before the message.
func Summary(m *Parsed, chunkSize uint32) string {
	if t := types[m.Type]; t != nil && t.Summary != nil {
		return t.Summary(m, chunkSize)
	}
	return ""
}
