// Package handshake understands the six parts of an RTMP handshake, C0 to C2
// and S0 to S2, plain or with a digest, and can build them.
//
// It works on whole parts; package decode cuts them from the byte stream. What
// a part claims and what can be verified are kept apart: [Digest] says whether
// a digest is really there and in which layout, whatever the version bytes say.
//
// The package does not encrypt: RTMPE is recognised, not decoded.
//
// Sources: RTMP 1.0 §5.2 for the plain handshake. The digest is not in the
// specification; it is the behaviour of Adobe's player and server as
// implemented alike by librtmp, FFmpeg, nginx-rtmp and SRS.
package handshake

import "encoding/binary"

// Version is the C0/S0 byte of plain RTMP (RTMP 1.0 §5.2.2).
const Version = 3

// Size is the length of C1, S1, C2 and S2 in bytes (RTMP 1.0 §5.2.3).
const Size = 1536

// Part is one piece of the handshake in one direction.
type Part uint8

// The parts in the order in which a side sends them.
const (
	Part0 Part = iota // C0 or S0: version
	Part1             // C1 or S1: time, version bytes, random
	Part2             // C2 or S2: echo
)

// Len is the length of the part in bytes.
func (p Part) Len() int {
	if p == Part0 {
		return 1
	}
	return Size
}

// Name is the part's name in the specification, "C0" to "S2".
func (p Part) Name(fromServer bool) string {
	side := "C"
	if fromServer {
		side = "S"
	}
	return side + string('0'+byte(p))
}

// First is what C1 and S1 say about themselves; for C2 and S2 the same bytes
// are the peer's time and the time at which it was read.
type First struct {
	Time uint32  // milliseconds, epoch chosen by the sender
	Word [4]byte // zero in a plain handshake, a version in a digest handshake
}

// ParseFirst reads the first eight bytes of a C1, S1, C2 or S2.
func ParseFirst(p []byte) (f First) {
	f.Time = binary.BigEndian.Uint32(p)
	copy(f.Word[:], p[4:8])
	return f
}

// Speech is what a connection speaks, as far as its first byte tells.
type Speech uint8

// What a first byte can mean.
const (
	RTMP     Speech = iota // plain or encrypted
	TLSAlert               // RFC 8446 §5.1
	TLSHello
	HTTP // or other text that begins with a capital letter of its methods
	XML
	OtherSpeech
)

// SpeechOf says what a connection speaks whose first byte is b.
func SpeechOf(b byte) Speech {
	switch b {
	case Version, 6, 8, 9:
		return RTMP
	case 0x15:
		return TLSAlert
	case 0x16:
		return TLSHello
	case 'G', 'P', 'H', 'O', 'D', 'C':
		return HTTP
	case '<':
		return XML
	}
	return OtherSpeech
}

// String says it in words, with the usual cause; RTMP is "".
func (s Speech) String() string {
	return [...]string{
		"",
		"a TLS alert, not RTMP: the other side expected RTMPS",
		"TLS (an rtmps:// address used on a plain RTMP port), not RTMP",
		"text, probably HTTP (a browser, a health check or RTMPT), not RTMP",
		"XML (a Flash policy file request), not RTMP",
		"not an RTMP version",
	}[s]
}

// Encrypted reports whether the version byte announces RTMPE: everything after
// the handshake is then unreadable.
func Encrypted(version byte) bool { return version == 6 || version == 8 || version == 9 }

// EchoesRandom reports whether a C2 or S2 repeats the random bytes of the
// peer's S1 or C1, as the plain handshake demands. The second time field may
// differ (RTMP 1.0 §5.2.4).
func EchoesRandom(part2, peerPart1 []byte) bool {
	return len(part2) == Size && len(peerPart1) == Size && string(part2[8:]) == string(peerPart1[8:])
}
