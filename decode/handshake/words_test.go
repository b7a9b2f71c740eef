package handshake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// TestWhatTheFirstByteMeans goes through all 256 of them.
func TestWhatTheFirstByteMeans(t *testing.T) {
	want := map[byte]Speech{3: RTMP, 6: RTMP, 8: RTMP, 9: RTMP, 21: TLSAlert, 22: TLSHello, '<': XML}
	for _, c := range "GPHODC" { // GET, PUT/POST/PATCH, HEAD, OPTIONS, DELETE, CONNECT
		want[byte(c)] = HTTP
	}
	for n := range 256 {
		b := byte(n)
		speech, known := want[b]
		if !known {
			speech = OtherSpeech
		}
		if got := SpeechOf(b); got != speech {
			t.Errorf("%#x speaks %d, want %d", b, got, speech)
		}
		if got := Encrypted(b); got != (b == 6 || b == 8 || b == 9) {
			t.Errorf("%#x: encrypted is %v", b, got)
		}
	}
	for s, word := range map[Speech]string{TLSAlert: "TLS alert", TLSHello: "rtmps://", HTTP: "HTTP", XML: "XML", OtherSpeech: "not an RTMP version"} {
		if !strings.Contains(s.String(), word) {
			t.Errorf("%d says %q, not of %q", s, s, word)
		}
	}
	if RTMP.String() != "" {
		t.Errorf("RTMP needs no words: %q", RTMP)
	}
}

func sketch(fields []field.Field) string {
	var out []string
	for _, f := range fields {
		s := fmt.Sprintf("%s[%d,%d)=%s", f.Name, f.Start, f.End, f.Value.Show(true))
		if f.Symbol != "" {
			s += " " + f.Symbol
		}
		if f.Note != "" {
			s += " (noted)"
		}
		if f.Bad {
			s += " BAD"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// TestFieldsOfEveryPart is what people see of each part, computed by hand.
func TestFieldsOfEveryPart(t *testing.T) {
	plain := make([]byte, Size)
	copy(plain, []byte{0, 0, 1, 2})
	echoed := make([]byte, Size)
	copy(echoed, []byte{0, 0, 0, 9, 0xde, 0xad, 0xbe, 0xef, 0xff})
	signed := make([]byte, Size)
	copy(signed[8:], []byte{1, 2, 3, 4}) // their sum is 10, so that the digest is at 22
	copy(signed[4:], []byte{128, 0, 7, 2})
	digest := Sign(signed, true, DigestFirst)
	for _, c := range []struct {
		name string
		part Part
		body []byte
		want string
	}{
		{"RTMP", Part0, []byte{3}, "version[0,1)=3 RTMP"},
		{"RTMPE", Part0, []byte{8}, "version[0,1)=8 RTMPE (noted)"},
		{"TLS", Part0, []byte{0x16}, "version[0,1)=22 (noted) BAD"},
		{"plain", Part1, plain, "time[0,4)=258 (noted); zero[4,8)=00000000; random[8,1536)=1528 bytes"},
		{"announced", Part1, part1(), "time[0,4)=7 (noted); version[4,8)=9.0.124.2 (noted); random[8,1536)=1528 bytes"},
		{"signed", Part1, signed, "time[0,4)=0 (noted); version[4,8)=128.0.7.2 (noted); random[8,22)=14 bytes; digest[22,54)=" +
			fmt.Sprintf("%x", digest) + " digest first (noted); random[54,1536)=1482 bytes"},
		{"echo", Part2, echoed, "time[0,4)=9 (noted); time2[4,8)=deadbeef (noted); random echo[8,1536)=1528 bytes (noted)"},
		{"cut", Part1, plain[:1535], "incomplete part[0,1535)=1535 bytes (noted) BAD"},
		{"cut echo", Part2, plain[:1], "incomplete part[0,1)=1 bytes (noted) BAD"},
	} {
		if got := sketch(Fields(c.part, c.body, true)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
	if plain, at := Digest(plain, true); plain != NoDigest || at != 0 {
		t.Errorf("a plain part has a digest: %v at %d", plain, at)
	}
	if short, at := Digest(signed[:Size-1], true); short != NoDigest || at != 0 {
		t.Errorf("a cut part has a digest: %v at %d", short, at)
	}
	for l, want := range map[Layout]string{NoDigest: "plain", DigestFirst: "digest first", KeyFirst: "key first"} {
		if l.String() != want {
			t.Errorf("layout %d is called %q", l, l)
		}
	}
}

// TestKeyFirstOffset: the four bytes that are summed are 772 to 775, no others.
func TestKeyFirstOffset(t *testing.T) {
	for at := range Size {
		p := make([]byte, Size)
		p[at] = 1
		first, key := 12, 776
		if at >= 8 && at < 12 {
			first++
		}
		if at >= 772 && at < 776 {
			key++
		}
		if digestOffset(p, DigestFirst) != first || digestOffset(p, KeyFirst) != key {
			t.Errorf("byte %d moves the digests to %d and %d", at, digestOffset(p, DigestFirst), digestOffset(p, KeyFirst))
		}
	}
}
