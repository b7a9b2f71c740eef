package export

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf16"

	"github.com/rtmpscope/rtmpscope/decode/mask"
)

// respelled stands in for a credential that stands in a capture in some spelling: as
// long as that, and decodable as that.
func respelled(found string, x mask.Span) string {
	switch x.How {
	case mask.Hex:
		digits := hex.EncodeToString([]byte(letters(x.Secret, len(x.Secret))))
		if strings.ToUpper(found) == found {
			digits = strings.ToUpper(digits)
		}
		return digits
	case mask.Base64:
		return letters(found, len(found))
	case mask.UTF16Low:
		return inUTF16(letters(x.Secret, len(found)/2), 0)
	case mask.UTF16High:
		return inUTF16(letters(x.Secret, len(found)/2), 1)
	}
	return replacement(found)
}

// inUTF16 writes letters as code units, the low byte at that place.
func inUTF16(s string, low int) string {
	units := utf16.Encode([]rune(s))
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
