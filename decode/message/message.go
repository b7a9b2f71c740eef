// Package message reads whole RTMP messages: protocol control, user control,
// commands, data, shared objects and aggregates; audio and video go to package
// media.
//
// [Parse] is the cheap reading that every row of a timeline needs: the name, the
// few numbers of a control message, the command with its arguments, the status
// code. It does not allocate for audio, video and control messages in order.
// [Fields] is the full reading for the one message that a person opened: a tree
// with names, values, meanings and sources that covers the body exactly once.
//
// The package keeps no state: which command an answer belongs to, and whether
// an order of messages makes sense, is decode/session's business. Bad bytes are
// problems in the result, never an error. All functions are safe for concurrent
// use and do not keep the body.
//
// Sources: Adobe RTMP 1.0 (2012), RTMP Errata and Addenda (2023), Enhanced RTMP
// v2, and implementations where they are named.
package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/media"
)

// protocolControlLength is the length of a protocol control message with one number.
const protocolControlLength = 4

// Parsed is the cheap reading of one message. Strings and values are copies,
// as they were on the wire and not made safe; which fields are set depends on
// the type.
type Parsed struct {
	// Type is the message type ID; Name what to call it: for user control
	// messages the name of the event, otherwise that of the type.
	Type uint8
	Name string
	// Value is the number of a control message: chunk size, chunk stream ID,
	// sequence number, window; for events the message stream ID or timestamp;
	// for aggregates the number of messages inside.
	Value uint32
	// Value2 is the buffer length in milliseconds of Set Buffer Length.
	Value2 uint32
	// Limit is the limit type of Set Peer Bandwidth; see LimitName.
	Limit uint8
	// Event is the user control event type.
	Event uint16
	// Command is the name of a command or data message, "" when it has none.
	Command string
	// Transaction is the transaction ID, valid if HasTransaction.
	Transaction    float64
	HasTransaction bool
	// Args is what follows: for commands the command object and the arguments,
	// for data messages everything after the name.
	Args []amf.Value
	// Code, Level and Description are those of the first status object in Args.
	Code, Level, Description string
	// Object is the name of a shared object.
	Object string
	// Tag is the header of an audio or video message.
	Tag media.Tag
	// Problems says where the bytes could not be taken at their word.
	Problems []amf.Problem
}

// The tokens of problems of this package; those of package amf come besides.
const (
	ShortBody          = "short-body"
	WrongLength        = "wrong-length"
	ZeroValue          = "zero-value"
	ChunkSizeRange     = "chunk-size-range"
	UnknownLimit       = "unknown-limit"
	UnknownEvent       = "unknown-event"
	UnknownType        = "unknown-type"
	SelectorMissing    = "selector-missing"
	SelectorUnknown    = "selector-unknown"
	StrayLeadingZero   = "stray-leading-zero"
	NameMissing        = "name-missing"
	TransactionMissing = "transaction-missing"
	BackPointer        = "back-pointer"
	NestedAggregate    = "nested-aggregate"
	MoreMessages       = "more-messages"
)

// Parse reads one message body. lim bounds the AMF values; the other limits of
// this package are constants.
func Parse(typ uint8, body []byte, lim amf.Limits) (p Parsed) {
	switch t := types[typ]; {
	case t == nil:
		p.problem(UnknownType, 0, "no specification names message type %d", typ)
		p.Name = Name(typ)
	case t.Parse == nil:
		p.Name = t.Name
	default:
		if p = t.Parse(typ, body, lim); p.Name == "" {
			p.Name = t.Name
		}
	}
	p.Type = typ
	return p
}

func (p *Parsed) problem(token string, at int, format string, args ...any) {
	p.Problems = append(p.Problems, amf.Problem{Token: token, Offset: at, Text: fmt.Sprintf(format, args...)})
}

func (p *Parsed) shortTag(body []byte) {
	if p.Tag.Short {
		p.problem(ShortBody, len(body), "the body of %d bytes ends inside the tag header", len(body))
	}
}

// control reads a protocol control message of a given length that begins with a
// 32-bit number. ok is false when the number is not there.
func control(typ uint8, body []byte, want int) (p Parsed, ok bool) {
	if len(body) < protocolControlLength {
		p.problem(ShortBody, len(body), "type %d with length %d", typ, len(body))
		return p, false
	}
	if len(body) != want {
		p.problem(WrongLength, min(len(body), want), "type %d with length %d", typ, len(body))
	}
	p.Value = be32(body)
	return p, true
}

// parseNumber reads a protocol control message that is a 32-bit number and nothing else.
func parseNumber(typ uint8, body []byte, _ amf.Limits) Parsed {
	p, _ := control(typ, body, protocolControlLength)
	return p
}

func be32(p []byte) uint32 {
	return uint32(p[0])<<24 | uint32(p[1])<<16 | uint32(p[2])<<8 | uint32(p[3])
}
