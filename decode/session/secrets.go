package session

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// secrets knows the credentials that commands have carried so far: stream names
// (whoever knows one can publish), query strings and user names in URLs,
// answers to authentication. They are found again wherever a peer repeats them.
type secrets struct {
	known []string // longest first; never changed in place, snapshots share it
}

const (
	// maxSecrets bounds memory and the cost of masking.
	maxSecrets = 256
	// longSecret is the length from which a credential is masked inside any
	// text. A shorter one ("live") would hide ordinary words, so it is masked
	// only where servers are known to repeat it.
	longSecret = 6
)

// learn remembers the credentials in a command.
func (k *secrets) learn(m *message.Parsed) {
	for _, s := range message.SecretArgs(m.Command, m.Args) {
		if s == "" || len(k.known) >= maxSecrets || slices.Contains(k.known, s) {
			continue
		}
		k.known = append(slices.Clone(k.known), s)
		slices.SortStableFunc(k.known, func(a, b string) int { return len(b) - len(a) })
	}
}

// mark makes a string safe and marks the credentials in it. command, index and
// key say where it stands.
func (k *secrets) mark(command string, index int, key, s string) text.Marked {
	m := message.Mark(command, index, key, s)
	if !m.HasSecret() {
		return k.markIn(s, repeatsNames(key))
	}
	at := strings.IndexByte(s, '?') + 1
	if query := text.Secret(s[at:]); at > 0 && m == text.Plain(s[:at])+query {
		return k.markIn(s[:at], repeatsNames(key)) + query // the name stands before it
	}
	return m
}

// maskFields marks credentials that peers repeat in decoded fields, in place.
func (k *secrets) maskFields(fields []field.Field) {
	for i := range fields {
		f := &fields[i]
		k.maskFields(f.Children)
		plain, rest := f.Value.Plain()
		if m := k.markIn(plain, repeatsNames(f.Name)); m.HasSecret() {
			f.Value, f.Secret = m+rest, true
		}
	}
}

// repeatsNames reports whether servers repeat stream names under this key.
func repeatsNames(key string) bool {
	switch key {
	case "description", "details", "streamName", "stream", "playpath":
		return true
	}
	return false
}

// markIn marks every known credential inside s; short ones only when asked, and
// then only as whole words.
func (k *secrets) markIn(s string, short bool) text.Marked {
	for _, secret := range k.known {
		i := strings.Index(s, secret)
		if i < 0 || len(secret) < longSecret && !(short && isWord(s, i, len(secret))) {
			continue
		}
		return k.markIn(s[:i], short) + k.span(secret) + k.markIn(s[i+len(secret):], short)
	}
	return text.Plain(s)
}

// span marks a credential, a stream name as it is marked in the command that
// named it.
func (k *secrets) span(secret string) text.Marked {
	if name, _, found := strings.Cut(secret, "?"); found && slices.Contains(k.known, name) {
		return text.SecretName(secret)
	}
	return text.Secret(secret)
}

// isWord reports whether s[i:i+n] is not part of a longer word.
func isWord(s string, i, n int) bool {
	return (i == 0 || !isWordByte(s[i-1])) && (i+n == len(s) || !isWordByte(s[i+n]))
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
