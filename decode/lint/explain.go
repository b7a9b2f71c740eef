package lint

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// Explain says in words what something is that stands in a row, a finding or
// a report: a rule, a status code, a command, a message type (its number or
// name), a member of connect or of metadata, a term of
// Enhanced RTMP (SequenceStart, ManyTracks, av01), or a token of an anomaly. The
// words name their source where there is one.
func Explain(what string) (words string, ok bool) {
	what = strings.TrimSpace(what)
	for _, f := range []func(string) (string, bool){explainRule, explainCode, explainCommand, explainType, explainEvent, explainProperty, explainMedia,
		explainToken, explainThreshold, explainTerm, explainSyntax, explainFamily} {
		if words, ok = f(what); ok {
			return words, true
		}
	}
	return "", false
}

// Explained lists what [Explain] knows by name, sorted.
func Explained() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.ID)
	}
	names = slices.AppendSeq(names, maps.Keys(message.Codes))
	names = slices.AppendSeq(names, maps.Keys(message.Commands))
	names = slices.AppendSeq(names, maps.Keys(message.Properties))
	names = slices.AppendSeq(names, maps.Keys(mediaTerms))
	names = slices.AppendSeq(names, maps.Keys(terms))
	names = slices.AppendSeq(names, maps.Keys(syntaxElement))
	for _, p := range parts {
		names = append(names, strings.Split(p.names, "; ")...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func explainRule(id string) (string, bool) {
	r, ok := Find(id)
	if !ok {
		return "", false
	}
	words := fmt.Sprintf("%s (%s): %s.\n%s\nWhat to do: %s\nSource: %s.", r.ID, r.Severity, r.Title, r.Why, r.Fix, r.Source)
	return words, true
}

// codeSource is where status codes are defined.
const codeSource = "RTMP 1.0 §7.2; ActionScript 3.0 Reference, NetStatusEvent"

// reconnectSource is where the code of Enhanced RTMP is.
const reconnectSource = "Enhanced RTMP v2, Reconnect Request"

func explainCode(code string) (string, bool) {
	words, ok := message.Codes[code]
	source := codeSource
	if code == "NetConnection.Connect.ReconnectRequest" {
		source = reconnectSource
	}
	return fmt.Sprintf("%s: %s. Source: %s.", code, words, source), ok
}

func explainCommand(name string) (string, bool) {
	c, ok := message.Commands[name]
	source := c.Source
	if source == "" {
		source = "RTMP 1.0 §7.2"
	}
	habit := message.NeverAnswered(name)
	if habit != "" {
		habit = " It asks for a result, but " + habit + "."
	}
	return fmt.Sprintf("%s(%s): %s%s Source: %s.", name, strings.Join(c.Args, ", "), c.Note, habit, source), ok
}

func explainType(what string) (string, bool) {
	number, numbered := typeNumber(what)
	for id := range 256 {
		t, ok := message.Find(uint8(id))
		if !ok || numbered && number != uint8(id) || !numbered && typeSpoken(t.Name) != typeSpoken(what) {
			continue
		}
		source := cmp.Or(t.Source, "seen between servers; in no specification")
		return fmt.Sprintf("%s is message type %d (0x%02x): %s. Source: %s.", t.Name, id, id, t.Note, source), true
	}
	return "", false
}

func explainProperty(name string) (string, bool) {
	words, ok := message.Properties[name]
	if bits := message.PropertyBits(name); bits != "" {
		words += ". Bits: " + bits
	}
	return fmt.Sprintf("%s: %s. Source: RTMP 1.0 §7.2.1.1, Enhanced RTMP v2, FLV 10.1 §E.5.", name, words), ok
}

// anomalies are the tokens of the chunk layer.
var anomalies = map[string]string{
	decode.TokenNotRTMP:           "The first byte is no RTMP version; the connection speaks something else.",
	decode.TokenEncrypted:         "RTMPE: everything after the handshake is encrypted.",
	decode.TokenMidStream:         "The capture begins in the middle of the connection.",
	decode.TokenGap:               "Bytes are missing from the capture.",
	decode.TokenFreshStream:       "A chunk of format 2 or 3 opens a chunk stream, so there is nothing that it could inherit.",
	decode.TokenFreshStreamFmt1:   "A chunk stream begins with format 1; what it inherits is taken as 0.",
	decode.TokenMidMessage:        "A new header stands on a chunk stream whose message is not complete.",
	decode.TokenTooManyStreams:    fmt.Sprintf("More than %d chunk streams in one direction: that is no RTMP.", decode.DefaultLimits().ChunkStreams),
	decode.TokenAssembly:          "Too many bytes of unfinished messages.",
	decode.TokenUnknownTypes:      "Several messages of unknown type in a row: the framing is no longer believed.",
	decode.TokenChunkSizeShort:    "Set Chunk Size is shorter than four bytes.",
	decode.TokenChunkSizeZero:     "Set Chunk Size says 0.",
	decode.TokenChunkSizeTopBit:   "The top bit of Set Chunk Size must be 0.",
	decode.TokenStaleHeader:       "A chunk header inherits from one before a gap and does not fit it.",
	decode.TokenChunkSizeInferred: "The chunk size was inferred from messages that fit, because the beginning was not captured.",
	decode.TokenStreamOrder:       "The message stream ID is big-endian; the field is little-endian.",
	decode.TokenResynced:          "Framing holds again from here on; what lies before was passed over.",
	decode.TokenExtendedRepeated:  "Chunks of format 3 repeat the extended timestamp, as the specification demands.",
	decode.TokenExtendedOther:     "Chunks of format 3 carry four bytes where the extended timestamp belongs, with another value.",
	decode.TokenExtendedLeftOut:   "Chunks of format 3 do not repeat the extended timestamp, against the specification.",
	decode.TokenExtendedAbsolute:  "Headers of format 1 and 2 carry the absolute time when it is extended.",
	decode.TokenFmt3Same:          "A message that begins with format 3 after format 0 has the same timestamp.",
	decode.TokenFmt3Adds:          "A message that begins with format 3 after format 0 adds the timestamp once more.",
	decode.TokenHeaderRepeated:    "Full headers stand on chunks that continue a message, where format 3 belongs.",
	decode.TokenAbortShort:        "Abort Message is shorter than four bytes.",
	decode.TokenEnd:               "The connection ended in the middle of the message.",
	decode.TokenCaptureEnd:        "The capture ended in the middle of the message; the connection was still open.",
	decode.TokenAbort:             "The sender cancelled the message.",
}

func explainToken(token string) (string, bool) {
	if words, ok := anomalies[token]; ok {
		return fmt.Sprintf("%s: %s Source: RTMP 1.0 §5.2 to §5.4.", token, words), true
	}
	for _, t := range amf.Tokens() {
		if t.Token == token {
			return fmt.Sprintf("%s: %s Source: AMF0 and AMF3.", token, t.Text), true
		}
	}
	return "", false
}

func explainThreshold(name string) (string, bool) {
	for _, t := range thresholds {
		if t.Name == name {
			return fmt.Sprintf("%s is %s by default: %s.", name, t, t.Why), true
		}
	}
	return "", false
}
