package mask

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf16"
)

// Spelling says how a credential is written where it was found.
type Spelling uint8

// The spellings.
const (
	AsIs     Spelling = iota // but for case and percent-encoding
	Hex                      // two digits a byte
	Base64                   // of the standard alphabet or that of URLs
	UTF16Low                 // two bytes a character, the low one first
	UTF16High
)

// shortestCode is the least length of a hex or base64 spelling that is looked for.
const shortestCode = 8

// needle is one spelling of one credential, in lower case and without
// percent-encoding.
type needle struct {
	text, secret string
	spelling     Spelling
	where        Where // the least place; from there on as a word, further on as any text
}

// needles lists the spellings of a credential.
func needles(secret string) (out []needle) {
	plain, _ := fold(secret)
	add := func(s string, how Spelling) {
		if len(s) >= shortestCode {
			out = append(out, needle{text: lower(s), secret: secret, spelling: how})
		}
	}
	out = append(out, needle{text: string(plain), secret: secret, where: max(place(secret), place(string(plain)))})
	if s := strings.ReplaceAll(string(plain), " ", "+"); s != string(plain) {
		out = append(out, needle{text: s, secret: secret, where: max(place(secret), place(string(plain)))})
	}
	add(hex.EncodeToString([]byte(secret)), Hex)
	for _, s := range inBase64(secret) {
		add(s, Base64)
	}
	units := utf16.Encode([]rune(secret))
	add(inUTF16(units, 0), UTF16Low)
	add(inUTF16(units, 1), UTF16High)
	return out
}

// place is the least place at which a credential is looked for.
func place(secret string) Where {
	switch {
	case len(secret) < short:
		return InEcho
	case !IsStrong(secret):
		return InText
	}
	return Anywhere
}

// inBase64 returns the characters that secret alone determines in base64, wherever in
// a longer text it begins. Characters shared with its neighbours hold less than a byte
// of it.
func inBase64(secret string) (out []string) {
	for before := range 3 {
		padded := []byte(strings.Repeat("\x00", before) + secret)
		first, end := (before*8+5)/6, len(padded)*8/6
		if end <= first {
			continue
		}
		std := base64.RawStdEncoding.EncodeToString(padded)[first:end]
		out = append(out, std)
		if url := base64.RawURLEncoding.EncodeToString(padded)[first:end]; url != std {
			out = append(out, url)
		}
	}
	return out
}

// decoded returns what a credential spells in hex or base64, if that is text: its peer
// may repeat that.
func decoded(c string) (out []string) {
	if len(c) < shortestCode {
		return nil
	}
	if p, err := hex.DecodeString(c); err == nil && isText(p) {
		return []string{string(p)}
	}
	raw := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(c), "=")
	if p, err := base64.RawStdEncoding.DecodeString(raw); err == nil && isText(p) {
		out = append(out, string(p))
	}
	return out
}

// isText reports whether bytes are printable ASCII, and enough to be a credential.
func isText(p []byte) bool {
	for _, c := range p {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return len(p) >= short
}

// inUTF16 writes code units, the low byte at that place.
func inUTF16(units []uint16, low int) string {
	b := make([]byte, 2*len(units))
	for i, u := range units {
		b[2*i+low], b[2*i+1-low] = byte(u), byte(u>>8)
	}
	return string(b)
}

// maxFolds is how often percent-encoding is undone: proxies encode what is encoded.
const maxFolds = 3

// fold returns text in lower case and without percent-encoding. at says where each
// byte began, and where the text ends; nil means that nothing has moved.
func fold(s string) (out []byte, at []int32) {
	out = []byte(lower(s))
	for range maxFolds {
		if !escaped(string(out)) {
			break
		}
		if at == nil {
			at = make([]int32, len(out)+1)
			for i := range at {
				at[i] = int32(i)
			}
		}
		out, at = unescape(out, at)
	}
	return out, at
}

// escaped reports whether anything in p is percent-encoded.
func escaped(p string) bool {
	for {
		i := strings.IndexByte(p, '%')
		if i < 0 || i+2 >= len(p) {
			return false
		}
		if digit(lowered[p[i+1]]) >= 0 && digit(lowered[p[i+2]]) >= 0 {
			return true
		}
		p = p[i+1:]
	}
}

// unescape undoes one layer of percent-encoding, in place.
func unescape(p []byte, at []int32) ([]byte, []int32) {
	n := 0
	for i := 0; i < len(p); i++ {
		c, from := p[i], at[i]
		if c == '%' && i+2 < len(p) {
			if high, low := digit(p[i+1]), digit(p[i+2]); high >= 0 && low >= 0 {
				c = lowered[byte(high<<4|low)]
				i += 2
			}
		}
		p[n], at[n] = c, from
		n++
	}
	at[n] = at[len(p)]
	return p[:n], at[:n+1]
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// lowered maps ASCII capitals to small letters and leaves the rest.
var lowered = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if i >= 'A' && i <= 'Z' {
			t[i] += 'a' - 'A'
		}
	}
	return t
}()

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowered[c]
	}
	return string(b)
}
