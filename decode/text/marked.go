package text

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Marked is safe text in which credentials stand between two control
// characters. Safe text holds no control characters, so the marks cannot be
// forged by a peer. A Marked value is not fit for a sink: use [Marked.Show].
type Marked string

// Inside a span a third control character parts what stands there from the credential
// that is meant, when they differ: a key in hex has the pseudonym of the key.
const (
	spanOpen  = "\x02"
	spanClose = "\x03"
	spanMeans = "\x04"
)

// Plain turns wire text without a credential into Marked text.
func Plain(s string) Marked { return Marked(Safe(s)) }

// Secret turns wire text that is a credential as a whole into Marked text.
// The empty string hides nothing and stays empty.
func Secret(s string) Marked {
	if s == "" {
		return ""
	}
	return Marked(spanOpen + Safe(s) + spanClose)
}

// SecretAs is Secret for a credential that is spelled in another way than it is known,
// in hex or percent-encoded: it has the pseudonym of the one that is meant. "" means that
// it is what stands there.
func SecretAs(s, means string) Marked {
	if s == "" || means == "" || means == s {
		return Secret(s)
	}
	return Marked(spanOpen + Safe(s) + spanMeans + Safe(means) + spanClose)
}

// SecretName is Secret for a stream name. What follows its question mark is a
// credential by itself, so that the name has the same pseudonym without it.
func SecretName(s string) Marked {
	name, query, found := strings.Cut(s, "?")
	if !found {
		return Secret(s)
	}
	return Secret(name) + "?" + Secret(query)
}

// Show returns the text for a sink: with credentials as they are when reveal is
// true, otherwise each replaced by its [Pseudonym].
func (m Marked) Show(reveal bool) string {
	s := string(m)
	if !strings.Contains(s, spanOpen) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		before, rest, found := strings.Cut(s, spanOpen)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		secret, after, _ := strings.Cut(rest, spanClose)
		secret, means, other := strings.Cut(secret, spanMeans)
		switch {
		case reveal:
			b.WriteString(secret)
		case other:
			b.WriteString(Pseudonym(means))
		default:
			b.WriteString(Pseudonym(secret))
		}
		s = after
	}
}

// Plain returns what stands before the first credential, and the rest.
func (m Marked) Plain() (before string, rest Marked) {
	at := strings.Index(string(m), spanOpen)
	if at < 0 {
		at = len(m)
	}
	return string(m[:at]), m[at:]
}

// HasSecret reports whether m holds at least one marked credential.
func (m Marked) HasSecret() bool { return strings.Contains(string(m), spanOpen) }

// Pseudonym is what stands in for a credential: four bullets and four hex
// digits of a hash. The same credential always has the same pseudonym, in every
// session and file, so that two sessions can still be compared. Sixteen bits
// are too few to confirm a guess of the credential.
func Pseudonym(safe string) string {
	sum := sha256.Sum256([]byte("rtmpscope pseudonym\x00" + safe))
	return "••••" + hex.EncodeToString(sum[:2])
}

// Clip cuts marked text after about max characters, never within a credential, and
// says that it did.
func (m Marked) Clip(max int) Marked {
	n, inside := 0, false
	for i, c := range string(m) {
		switch string(c) {
		case spanOpen:
			inside = true
		case spanClose:
			inside = false
		}
		if n++; n > max && !inside && string(c) != spanClose {
			return m[:i] + "…"
		}
	}
	return m
}
