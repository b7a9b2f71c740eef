package handshake

import (
	"crypto/hmac"
	"crypto/sha256"
)

// DigestLen is the length of a digest and of a signature in bytes.
const DigestLen = sha256.Size

// Layout says where in C1 or S1 the digest stands.
type Layout uint8

// The layouts. "Schema" numbers differ between implementations, so they are
// named by what comes first.
const (
	NoDigest    Layout = iota // plain handshake, or nothing that verifies
	DigestFirst               // digest in the first half (librtmp 1, SRS schema1)
	KeyFirst                  // key in the first half (librtmp 2, SRS schema0)
)

// String names the layout in words.
func (l Layout) String() string {
	return [...]string{"plain", "digest first", "key first"}[l]
}

// The published constants: a name, then 32 bytes common to both.
const (
	playerName = "Genuine Adobe Flash Player 001"
	serverName = "Genuine Adobe Flash Media Server 001"
	commonKey  = "\xf0\xee\xc2\x4a\x80\x68\xbe\xe8\x2e\x00\xd0\xd1\x02\x9e\x7e\x57" +
		"\x6e\xec\x5d\x2d\x29\x80\x6f\xab\x93\xb8\xe6\x36\xcf\xeb\x31\xae"
)

// name is the key that signs digests of that side; full signs its signatures.
func name(fromServer bool) string {
	if fromServer {
		return serverName
	}
	return playerName
}

func full(fromServer bool) string { return name(fromServer) + commonKey }

// digestOffset is where the digest of a C1 or S1 stands in that layout.
func digestOffset(part1 []byte, l Layout) int {
	at := 8
	if l == KeyFirst {
		at = 772
	}
	sum := int(part1[at]) + int(part1[at+1]) + int(part1[at+2]) + int(part1[at+3])
	return sum%728 + at + 4
}

// Digest finds the digest of a C1 or S1 and verifies it. It returns the layout
// and the offset of the 32 digest bytes, or NoDigest when neither layout holds
// a valid one.
func Digest(part1 []byte, fromServer bool) (Layout, int) {
	if len(part1) != Size {
		return NoDigest, 0
	}
	for _, l := range []Layout{DigestFirst, KeyFirst} {
		at := digestOffset(part1, l)
		if hmac.Equal(part1[at:at+DigestLen], sum(name(fromServer), part1[:at], part1[at+DigestLen:])) {
			return l, at
		}
	}
	return NoDigest, 0
}

// Sign puts a digest into a C1 or S1 and returns it.
func Sign(part1 []byte, fromServer bool, l Layout) []byte {
	at := digestOffset(part1, l)
	d := sum(name(fromServer), part1[:at], part1[at+DigestLen:])
	copy(part1[at:], d)
	return d
}

// signature is what the last 32 bytes of a C2 or S2 must be when it answers a
// part 1 with that digest.
func signature(part2, peerDigest []byte, fromServer bool) []byte {
	key := sum(full(fromServer), peerDigest)
	return sum(string(key), part2[:Size-DigestLen])
}

// Answers reports whether a C2 or S2 carries a valid signature over the digest
// of the peer's part 1.
func Answers(part2, peerDigest []byte, fromServer bool) bool {
	return len(part2) == Size && len(peerDigest) == DigestLen &&
		hmac.Equal(part2[Size-DigestLen:], signature(part2, peerDigest, fromServer))
}

// SignAnswer puts the signature over the peer's digest into a C2 or S2.
func SignAnswer(part2, peerDigest []byte, fromServer bool) {
	copy(part2[Size-DigestLen:], signature(part2, peerDigest, fromServer))
}

func sum(key string, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, []byte(key))
	for _, p := range parts {
		h.Write(p) // a hash never fails
	}
	return h.Sum(nil)
}
