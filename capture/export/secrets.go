package export

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const (
	// maxSecrets bounds memory and the cost of looking for them.
	maxSecrets = 4096
	// longSecret is the length from which a credential is looked for inside
	// other strings of a command, as in decode/session.
	longSecret = 6
	// wordSecret is the length from which it is looked for even when it might be
	// a word: "stream" and "livestream" are names that people choose.
	wordSecret = 12
	// tokenSecret is the length from which a single value of a query is.
	tokenSecret = 8
)

// secretSet holds the credentials of a whole capture, as they are on the wire.
type secretSet struct {
	all  []string
	seen map[string]bool
}

// learn adds the credentials of a command or data message. A query is also
// taken apart: a server that refuses a token repeats the token alone.
func (k *secretSet) learn(m *message.Parsed) {
	for _, s := range message.SecretArgs(m.Command, m.Args) {
		k.add(s)
		for _, parameter := range strings.FieldsFunc(s, func(r rune) bool { return r == '?' || r == '&' }) {
			name, value, found := strings.Cut(parameter, "=")
			if found && name != "vhost" && isToken(value) {
				k.add(value)
			}
		}
		if _, password, found := strings.Cut(s, ":"); found && isToken(password) {
			k.add(password)
		}
	}
}

func (k *secretSet) add(s string) {
	if k.seen == nil {
		k.seen = map[string]bool{}
	}
	if s == "" || k.seen[s] || len(k.all) >= maxSecrets {
		return
	}
	k.seen[s] = true
	k.all = append(k.all, s)
	if at := len(k.all) - 1; at > 0 && len(k.all[at-1]) < len(s) {
		slices.SortStableFunc(k.all, func(a, b string) int { return len(b) - len(a) })
	}
}

// isToken reports whether a part of a credential is one by itself: no number,
// address or short word.
func isToken(s string) bool {
	return len(s) >= tokenSecret && strings.Trim(s, "0123456789.") != ""
}

// isStrong reports whether a credential cannot be mistaken for a word, so that
// it is hidden wherever it stands.
func isStrong(s string) bool {
	if len(s) < longSecret {
		return false
	}
	return len(s) >= wordSecret || strings.ContainsFunc(s, func(r rune) bool {
		return r < 'A' || r > 'z' || r > 'Z' && r < 'a'
	})
}

// strong lists the credentials that are hidden everywhere, longest first.
func (k *secretSet) strong() (out []string) {
	for _, s := range k.all {
		if isStrong(s) {
			out = append(out, s)
		}
	}
	return out
}

// mask hides the credentials of a capture in text that is otherwise fit to
// show, in every spelling. It is what is left when marking by place has been
// done: a key in a page URL that came before the command which named it. A nil
// mask hides nothing.
type mask struct{ r *strings.Replacer }

func newMask(k secretSet) *mask {
	var pairs []string
	for _, secret := range k.strong() {
		pseudonym := k.pseudonym(secret)
		for _, s := range spellings(secret) {
			pairs = append(pairs, text.Safe(s.old), pseudonym)
		}
	}
	if pairs == nil {
		return nil
	}
	return &mask{strings.NewReplacer(pairs...)}
}

// pseudonym stands in for a credential, for a stream name as in decode/session.
func (k *secretSet) pseudonym(secret string) string {
	if name, _, found := strings.Cut(secret, "?"); found && k.seen[name] {
		return text.SecretName(secret).Show(false)
	}
	return text.Pseudonym(text.Safe(secret))
}

// text returns s without credentials.
func (m *mask) text(s string) string {
	if m == nil {
		return s
	}
	return m.r.Replace(s)
}
