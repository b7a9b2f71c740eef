package export

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode/utf16"
)

// spelling is one way to write a credential, and what stands in for it: as many
// bytes, and valid where the old ones were.
type spelling struct{ old, new string }

// spellings are the ways in which software writes a credential again: as it is,
// percent-encoded, in hex, base64 and UTF-16. The credential itself is first.
func spellings(secret string) []spelling {
	out := []spelling{{secret, replacement(secret)}}
	add := func(old, new string) {
		for _, s := range out {
			if s.old == old {
				return
			}
		}
		out = append(out, spelling{old, new})
	}
	for _, s := range []string{url.QueryEscape(secret), url.PathEscape(secret), everyByte(secret)} {
		add(s, replacement(s))
		add(lowerHex(s), replacement(s))
	}
	if s, err := url.QueryUnescape(secret); err == nil && isStrong(s) {
		add(s, replacement(s))
	}
	digits := hex.EncodeToString([]byte(secret))
	other := hex.EncodeToString([]byte(letters(secret, len(secret))))
	add(digits, other)
	add(strings.ToUpper(digits), strings.ToUpper(other))
	for _, s := range inBase64(secret) {
		add(s, letters(s, len(s)))
	}
	units := utf16.Encode([]rune(secret))
	wide := letters(secret, len(units))
	add(inUTF16(units, 0), inUTF16(utf16.Encode([]rune(wide)), 0))
	add(inUTF16(units, 1), inUTF16(utf16.Encode([]rune(wide)), 1))
	return out
}

// everyByte percent-encodes every byte.
func everyByte(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{s[i]})))
	}
	return b.String()
}

// lowerHex writes the digits after each percent sign in lower case.
func lowerHex(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// inBase64 returns the characters that secret alone determines in base64,
// wherever in a longer text it begins. Characters shared with its neighbours
// hold less than a byte of it.
func inBase64(secret string) (out []string) {
	const shortest = 8
	for before := range 3 {
		padded := strings.Repeat("\x00", before) + secret
		first, end := (before*8+5)/6, len(padded)*8/6
		if end-first < shortest {
			continue
		}
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			out = append(out, e.EncodeToString([]byte(padded))[first:end])
		}
	}
	return out
}

// inUTF16 writes code units, the low byte at that place.
func inUTF16(units []uint16, low int) string {
	b := make([]byte, 2*len(units))
	for i, u := range units {
		b[2*i+low], b[2*i+1-low] = byte(u), byte(u>>8)
	}
	return string(b)
}

// replacement stands in for a credential in a capture: letters, as many as it
// has bytes, with the separators of URLs where they were, so that AMF lengths
// stay right and a query stays a query. The same part always has the same
// replacement, whatever stands around it.
func replacement(secret string) string {
	var b strings.Builder
	for secret != "" {
		n := strings.IndexAny(secret, "?&=:/@")
		if n < 0 {
			n = len(secret)
		}
		b.WriteString(letters(secret[:n], n))
		b.WriteString(secret[n:min(n+1, len(secret))])
		secret = secret[min(n+1, len(secret)):]
	}
	return b.String()
}

// letters makes n letters out of 16 bits of a hash of part: enough to tell two
// credentials apart, too few to confirm a guess. They differ from part.
func letters(part string, n int) string {
	sum := sha256.Sum256([]byte("rtmpscope redaction\x00" + part))
	sum = sha256.Sum256(sum[:2])
	b := make([]byte, n)
	for i := range b {
		if i > 0 && i%len(sum) == 0 {
			sum = sha256.Sum256(sum[:])
		}
		b[i] = 'a' + sum[i%len(sum)]%26
	}
	if string(b) == part {
		for i, c := range b {
			b[i] = 'a' + (c-'a'+1)%26
		}
	}
	return string(b)
}
