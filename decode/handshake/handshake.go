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

// Sniff says in words what a connection speaks whose first bytes begin with b,
// or "" when b begins a plain or encrypted RTMP handshake. The words name the
// usual cause.
func Sniff(b byte) string {
	switch b {
	case Version, 6, 8, 9:
		return ""
	case 0x15:
		return "a TLS alert, not RTMP: the other side expected RTMPS"
	case 0x16:
		return "TLS (an rtmps:// address used on a plain RTMP port), not RTMP"
	case 'G', 'P', 'H', 'O', 'D', 'C':
		return "text, probably HTTP (a browser, a health check or RTMPT), not RTMP"
	case '<':
		return "XML (a Flash policy file request), not RTMP"
	}
	return "not an RTMP version"
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
