package endpoint

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"

	"github.com/rtmpscope/rtmpscope/decode/handshake"
)

// The version bytes of a handshake with digest. FFmpeg verifies the digest of a
// server whose first byte is 3 or more; clients announce a Flash Player that
// knew digests.
var (
	serverWord = [4]byte{3, 0, 0, 1}
	clientWord = [4]byte{9, 0, 124, 2}
)

// errSignature says that S2 does not belong to our C1.
var errSignature = errors.New("the server's S2 carries no valid signature for our digest")

// randomPart is a part with time zero, that version and random bytes.
func randomPart(word [4]byte) []byte {
	p := make([]byte, handshake.Size)
	rand.Read(p[8:])
	binary.BigEndian.PutUint32(p, 0)
	copy(p[4:], word[:])
	return p
}

// answerC1 is S0, S1 and S2 for a C1: with digest and signature if the C1 has a
// valid digest, else plain, where S2 repeats C1 (RTMP 1.0 §5.2).
func answerC1(c1 []byte) []byte {
	layout, at := handshake.Digest(c1, false)
	if layout == handshake.NoDigest {
		return bytes.Join([][]byte{{handshake.Version}, randomPart([4]byte{}), c1}, nil)
	}
	s1, s2 := randomPart(serverWord), randomPart([4]byte{})
	handshake.Sign(s1, true, layout)
	handshake.SignAnswer(s2, c1[at:at+handshake.DigestLen], true)
	return bytes.Join([][]byte{{handshake.Version}, s1, s2}, nil)
}

// firstC1 is a C1, with a digest if wanted; digest is nil otherwise.
func firstC1(withDigest bool) (c1, digest []byte) {
	if !withDigest {
		return randomPart([4]byte{}), nil
	}
	c1 = randomPart(clientWord)
	return c1, handshake.Sign(c1, false, handshake.DigestFirst)
}

// answerS1 is the C2 for a server's S1 and S2. If our C1 had a digest and so has
// S1, S2 must be signed and C2 will be; a server without digests gets a plain
// answer.
func answerS1(s1, s2, digest []byte) ([]byte, error) {
	layout, at := handshake.Digest(s1, true)
	if digest == nil || layout == handshake.NoDigest {
		return s1, nil
	}
	if !handshake.Answers(s2, digest, true) {
		return nil, errSignature
	}
	c2 := randomPart([4]byte{})
	handshake.SignAnswer(c2, s1[at:at+handshake.DigestLen], false)
	return c2, nil
}
