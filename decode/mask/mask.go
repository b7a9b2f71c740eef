// Package mask finds credentials again: in any spelling in which software repeats
// them, and by their shape.
//
// A [Set] is what is known of the credentials of one session. It belongs to that
// session alone, so that no other session can use it up. It is bounded, and the
// bound masks more, never less: a set that could not take everything is [Set.Full],
// and then every string of its session that could repeat a credential is one.
//
// A [Finder] is a Set made ready for searching; it costs more memory than the Set, so
// whoever keeps sessions keeps Sets. Searching takes one pass over the text, however
// many credentials are known. Text is compared without regard to the case of letters
// and to percent-encoding, and a credential is also found in hex, base64 and UTF-16.
//
// What strings are credentials to begin with is the business of package message,
// which knows what stands where.
package mask

import (
	"slices"
	"strings"
)

const (
	// maxKnown is how many credentials of one session are told apart: a session that
	// is no attack has a handful. Beyond it every string of the session is masked.
	maxKnown = 256
	// maxKnownBytes is how long they may be together.
	maxKnownBytes = 64 << 10
	// short is the length below which a credential is looked for only as a word of its
	// own, and only where servers are known to repeat names.
	short = 6
	// wordy is the length below which a credential that consists of letters may be a
	// word: "stream" and "livestream" are names that people choose. Such a one is
	// looked for as a word of its own.
	wordy = 12
	// token is the length from which a part of a credential is one by itself.
	token = 8
)

// Set is what is known of one session's credentials. It never changes; the zero value
// knows none. It is safe to share.
type Set struct {
	known []string
	bytes int
	full  bool
}

// With returns a set that knows more credentials, as they are on the wire, and their
// parts: the name and the query of a stream name, the values of a query, a password
// behind a colon. It returns the same set when nothing is new.
func (s *Set) With(credentials ...string) *Set {
	out := s
	add := func(c string) {
		if c == "" || out != nil && (out.full || slices.Contains(out.known, c)) {
			return
		}
		if out == s {
			out = s.clone()
		}
		out.take(c)
	}
	for _, c := range credentials {
		parts(c, add)
		for _, meant := range decoded(c) {
			parts(meant, add)
		}
	}
	return out
}

func (s *Set) clone() *Set {
	if s == nil {
		return &Set{}
	}
	return &Set{known: slices.Clip(s.known), bytes: s.bytes, full: s.full}
}

func (s *Set) take(c string) {
	if len(s.known) >= maxKnown || s.bytes+len(c) > maxKnownBytes {
		s.full = true
		return
	}
	s.known = append(s.known, c)
	s.bytes += len(c)
}

// Full reports whether there were more credentials than a set can tell apart.
func (s *Set) Full() bool { return s != nil && s.full }

// Known returns the credentials. The slice is shared: do not change it.
func (s *Set) Known() []string {
	if s == nil {
		return nil
	}
	return s.known
}

// Strong returns of a set the first credentials that cannot be mistaken for words, as many as
// others who may repeat them look for.
func (s *Set) Strong() (list []string) {
	for _, secret := range s.Known() {
		if len(list) < maxShared && IsStrong(secret) {
			list = append(list, secret)
		}
	}
	return list
}

// parts calls add for a credential and for what is a credential of its own in it.
func parts(c string, add func(string)) {
	name, query, found := strings.Cut(c, "?")
	add(name)
	if found {
		add(query)
		c = query
	}
	for parameter := range strings.FieldsFuncSeq(c, func(r rune) bool { return r == '&' || r == ';' }) {
		key, value, found := strings.Cut(parameter, "=")
		if found && key != "vhost" && isToken(value) {
			add(value)
		}
	}
	if _, password, found := strings.Cut(c, ":"); found && !strings.HasPrefix(password, "//") && isToken(password) {
		add(password)
	}
}

// isToken reports whether a part of a credential is one by itself: no number,
// address or short word.
func isToken(s string) bool {
	return len(s) >= token && strings.Trim(s, "0123456789.") != ""
}

// IsStrong reports whether a credential cannot be mistaken for a word, so that it is
// one wherever it stands.
func IsStrong(s string) bool {
	return len(s) >= short && (len(s) >= wordy || strings.ContainsFunc(s, func(r rune) bool { return !isLetter(r) }))
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
