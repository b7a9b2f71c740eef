package handshake

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const source = "RTMP 1.0 §5.2"

// Fields is the part as a tree of named values. fromServer says who sent it.
func Fields(p Part, body []byte, fromServer bool) []field.Field {
	if p == Part0 {
		return []field.Field{version(body)}
	}
	if len(body) < Size {
		return []field.Field{{
			Name: "incomplete part", Value: length(0, len(body)), End: len(body), Bad: true, Source: source,
			Note: fmt.Sprintf("a part has %d bytes; the others are missing", Size),
		}}
	}
	if p == Part2 {
		return echo(body)
	}
	return first(body, fromServer)
}

func version(body []byte) field.Field {
	f := field.Field{Name: "version", Value: num(uint32(body[0])), End: 1, Source: source + ".2"}
	switch why := SpeechOf(body[0]).String(); {
	case why != "":
		f.Note, f.Bad = "this is "+why, true
	case Encrypted(body[0]):
		f.Symbol, f.Note = "RTMPE", "everything after the handshake is encrypted"
	default:
		f.Symbol = "RTMP"
	}
	return f
}

func first(body []byte, fromServer bool) []field.Field {
	f := ParseFirst(body)
	out := []field.Field{
		{Name: "time", Value: num(f.Time), End: 4, Note: "milliseconds; the sender chooses the epoch", Source: source + ".3"},
		word(f.Word),
	}
	layout, at := Digest(body, fromServer)
	if layout == NoDigest {
		return append(out, field.Field{Name: "random", Value: length(8, Size), Start: 8, End: Size, Source: source + ".3"})
	}
	return append(out,
		field.Field{Name: "random", Value: length(8, at), Start: 8, End: at, Source: source + ".3"},
		field.Field{
			Name: "digest", Value: hex(body[at : at+DigestLen]), Symbol: layout.String(), Start: at, End: at + DigestLen,
			Note: "HMAC-SHA256 over the other 1504 bytes: verified", Source: "Adobe digest handshake (librtmp, FFmpeg, nginx-rtmp, SRS)",
		},
		field.Field{Name: "random", Value: length(at+DigestLen, Size), Start: at + DigestLen, End: Size, Source: source + ".3"},
	)
}

func word(w [4]byte) field.Field {
	f := field.Field{Name: "zero", Value: hex(w[:]), Start: 4, End: 8, Source: source + ".3"}
	if w != [4]byte{} {
		f.Name, f.Value = "version", text.Plain(fmt.Sprintf("%d.%d.%d.%d", w[0], w[1], w[2], w[3]))
		f.Note = "not zero: the sender announces a digest handshake"
	}
	return f
}

func echo(body []byte) []field.Field {
	f := ParseFirst(body)
	return []field.Field{
		{Name: "time", Value: num(f.Time), End: 4, Note: "the time field that the peer sent", Source: source + ".4"},
		{Name: "time2", Value: hex(f.Word[:]), Start: 4, End: 8, Note: "when the peer's bytes were read", Source: source + ".4"},
		{Name: "random echo", Value: length(8, Size), Start: 8, End: Size, Note: "plain: the peer's random bytes; digest: random and a signature in the last 32", Source: source + ".4"},
	}
}

func num(v uint32) text.Marked { return text.Plain(fmt.Sprint(v)) }

func hex(p []byte) text.Marked { return text.Plain(fmt.Sprintf("%x", p)) }

func length(start, end int) text.Marked { return text.Plain(fmt.Sprintf("%d bytes", end-start)) }
