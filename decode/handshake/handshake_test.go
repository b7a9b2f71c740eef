package handshake

import (
	"bytes"
	enchex "encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// part1 is a C1 or S1 with recognisable bytes and a version word.
func part1() []byte {
	p := make([]byte, Size)
	for i := range p {
		p[i] = byte(i*31 + i>>8)
	}
	copy(p, []byte{0, 0, 0, 7, 9, 0, 124, 2})
	return p
}

func TestParts(t *testing.T) {
	if Part0.Name(false) != "C0" || Part1.Name(true) != "S1" || Part2.Name(false) != "C2" || Part0.Len() != 1 || Part2.Len() != 1536 {
		t.Error("names or lengths are wrong")
	}
	if f := ParseFirst(part1()); f.Time != 7 || f.Word != [4]byte{9, 0, 124, 2} {
		t.Errorf("%+v", f)
	}
}

// The offset is the sum of four bytes modulo 728, plus 12 or 776 (librtmp,
// GetDigestOffset1 and 2).
func TestDigestOffset(t *testing.T) {
	p := make([]byte, Size)
	copy(p[8:], []byte{255, 255, 255, 255}) // 1020 % 728 = 292
	copy(p[772:], []byte{1, 2, 3, 4})       // 10
	if got := digestOffset(p, DigestFirst); got != 292+12 {
		t.Errorf("digest first: %d", got)
	}
	if got := digestOffset(p, KeyFirst); got != 10+776 {
		t.Errorf("key first: %d", got)
	}
}

func TestSignedPartsVerify(t *testing.T) {
	for _, fromServer := range []bool{false, true} {
		for _, l := range []Layout{DigestFirst, KeyFirst} {
			p := part1()
			digest := Sign(p, fromServer, l)
			got, at := Digest(p, fromServer)
			if got != l || !bytes.Equal(p[at:at+DigestLen], digest) {
				t.Errorf("%v from server %v: found %v at %d", l, fromServer, got, at)
			}
			if other, _ := Digest(p, !fromServer); other != NoDigest {
				t.Error("the other side's key verifies it")
			}
			p[100] ^= 1
			if broken, _ := Digest(p, fromServer); broken != NoDigest {
				t.Error("a changed byte is not noticed")
			}
			answer := part1()
			SignAnswer(answer, digest, !fromServer)
			if !Answers(answer, digest, !fromServer) || Answers(answer, digest, fromServer) {
				t.Error("the signature does not verify, or verifies with the wrong key")
			}
		}
	}
}

// The full keys have 62 and 68 bytes and end alike.
func TestKeys(t *testing.T) {
	if len(full(false)) != 62 || len(full(true)) != 68 || !strings.HasSuffix(full(true), commonKey) {
		t.Errorf("%d, %d", len(full(false)), len(full(true)))
	}
	if enchex.EncodeToString([]byte(commonKey[:4])) != "f0eec24a" {
		t.Error("the common part is not the published one")
	}
}

func TestEcho(t *testing.T) {
	c1, s2 := part1(), part1()
	copy(s2[4:], []byte{1, 2, 3, 4}) // time2 may differ
	if !EchoesRandom(s2, c1) {
		t.Error("an echo with another time2 is an echo")
	}
	s2[1535] ^= 1
	if EchoesRandom(s2, c1) || EchoesRandom(nil, c1) {
		t.Error("a changed echo is none")
	}
}

func TestFieldsTile(t *testing.T) {
	signed := part1()
	Sign(signed, false, KeyFirst)
	for name, body := range map[string][]byte{"plain": make([]byte, Size), "version": part1(), "digest": signed} {
		for _, p := range []Part{Part1, Part2} {
			at := 0
			field.Leaves(Fields(p, body, false), func(f field.Field) {
				if f.Start != at {
					t.Errorf("%s, part %d: %s starts at %d, want %d", name, p, f.Name, f.Start, at)
				}
				at = f.End
			})
			if at != Size {
				t.Errorf("%s, part %d: fields end at %d", name, p, at)
			}
		}
	}
	for b, want := range map[byte]string{3: "RTMP", 6: "RTMPE"} {
		if f := Fields(Part0, []byte{b}, false); f[0].Symbol != want {
			t.Errorf("version %d: %+v", b, f[0])
		}
	}
	if f := Fields(Part0, []byte{0x16}, false); !f[0].Bad {
		t.Errorf("%+v", f[0])
	}
}

// FuzzFields holds one part to its invariants: the fields tile it whatever it is,
// and only what Sign would write is called a digest. One part an execution: each
// costs two or three times SHA-256 over 1.5 KB. The seeds in testdata are the
// parts of real handshakes.
func FuzzFields(f *testing.F) {
	signed := part1()
	Sign(signed, true, DigestFirst)
	f.Add(signed, byte(1), true)
	f.Add(part1(), byte(2), false)
	f.Add([]byte{3}, byte(0), false)
	f.Fuzz(func(t *testing.T, body []byte, which byte, fromServer bool) {
		p := Part(which % 3)
		if len(body) == 0 || len(body) > Size || p == Part0 && len(body) != 1 {
			return // package decode never gives such a part
		}
		at, digest := 0, -1
		for _, x := range Fields(p, body, fromServer) {
			if x.Start != at || x.Name == "" || x.Source == "" {
				t.Fatalf("%+v does not follow %d", x, at)
			}
			if at = x.End; x.Name == "digest" {
				digest = x.Start
			}
		}
		if at != len(body) {
			t.Fatalf("fields end at %d of %d", at, len(body))
		}
		if digest >= 0 && !slices.ContainsFunc([]Layout{DigestFirst, KeyFirst}, func(l Layout) bool {
			again := slices.Clone(body)
			Sign(again, fromServer, l)
			return slices.Equal(again, body)
		}) {
			t.Fatal("called a digest, but no layout puts it there")
		}
	})
}
