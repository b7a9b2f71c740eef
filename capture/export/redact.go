package export

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var limits = decode.DefaultLimits()

// shortestRun is how many printable characters in a row may be a credential
// that nobody could decode.
const shortestRun = 4

// redactor replaces the credentials of a capture in message bodies, in place
// and without changing a length, so that everything still parses. A nil
// redactor changes nothing.
type redactor struct {
	known    []string          // all credentials, longest first
	anywhere *strings.Replacer // the strong ones in every spelling
}

// newRedactor returns nil when credentials are to be kept.
func newRedactor(j *job) *redactor {
	if j.opts.ShowSecrets {
		return nil
	}
	var pairs []string
	for _, secret := range j.seen.secrets.strong() {
		for _, s := range spellings(secret) {
			pairs = append(pairs, s.old, s.new)
		}
	}
	return &redactor{known: j.seen.secrets.all, anywhere: strings.NewReplacer(pairs...)}
}

// body replaces credentials in a whole message body.
func (r *redactor) body(typ uint8, body []byte) {
	switch {
	case isScript(typ):
		r.values(typ, body)
	case typ == chunk.TypeAggregate:
		subs, _ := message.SplitAggregate(0, body)
		for _, s := range subs {
			if isScript(s.Type) {
				r.values(s.Type, body[s.Start:s.End])
			}
		}
	}
	r.bytes(body)
}

// bytes replaces the credentials that can be recognised wherever they stand.
func (r *redactor) bytes(p []byte) { copy(p, r.anywhere.Replace(string(p))) }

// values replaces credentials by the place where they stand in AMF values.
func (r *redactor) values(typ uint8, body []byte) {
	m := message.Parse(typ, body, limits.AMF)
	for i := range m.Args {
		r.value(&m, i, "", &m.Args[i], body)
	}
}

// value goes through one argument; the reader has bounded its depth. What could
// not be read as a value is not trusted: its text is wiped.
func (r *redactor) value(m *message.Parsed, arg int, key string, v *amf.Value, body []byte) {
	switch v.Kind {
	case amf.String, amf.XML:
		if at := v.End - len(v.Text); at >= v.Start && string(body[at:v.End]) == v.Text {
			copy(body[at:v.End], r.text(m.Command, arg, key, v.Text))
		}
	case amf.Opaque:
		wipeRuns(body[v.Start:v.End])
	}
	for i := range v.Members {
		r.value(m, arg, v.Members[i].Name, &v.Members[i].Value, body)
	}
	for i := range v.Items {
		r.value(m, arg, key, &v.Items[i], body)
	}
}

// text returns a string value with its credentials replaced: those that its
// place gives away, and those that other commands have given away.
func (r *redactor) text(command string, arg int, key, s string) string {
	if marked := message.Mark(command, arg, key, s); marked.HasSecret() {
		s = replaceMarked(marked, s)
	}
	if key == "code" || key == "level" {
		return s // the vocabulary of the protocol
	}
	for _, secret := range r.known {
		if len(secret) >= longSecret || repeatsNames(key) {
			s = replaceIn(s, secret)
		}
	}
	return s
}

// replaceMarked replaces what is marked in s. Text that had to be made safe has
// other lengths than s, and is replaced as a whole.
func replaceMarked(m text.Marked, s string) string {
	if m.Show(true) != s {
		return replacement(s)
	}
	hidden, at := []byte(s), 0
	for part := range strings.SplitSeq(string(m), "\x02") {
		secret, plain, found := strings.Cut(part, "\x03")
		if !found {
			at += len(part)
			continue
		}
		copy(hidden[at:], replacement(secret))
		at += len(secret) + len(plain)
	}
	return string(hidden)
}

// replaceIn replaces a credential in s, a short one only as a word of its own.
func replaceIn(s, secret string) string {
	out, from := "", 0
	for from < len(s) {
		i := strings.Index(s[from:], secret)
		if i < 0 {
			break
		}
		at, end := from+i, from+i+len(secret)
		if len(secret) < longSecret && (at > 0 && isWordByte(s[at-1]) || end < len(s) && isWordByte(s[end])) {
			out += s[from:end]
		} else {
			out += s[from:at] + replacement(secret)
		}
		from = end
	}
	return out + s[from:]
}

// repeatsNames reports whether servers repeat stream names under this key, as
// in decode/session.
func repeatsNames(key string) bool {
	switch key {
	case "description", "details", "streamName", "stream", "playpath":
		return true
	}
	return false
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// wipeRuns overwrites each run of printable characters.
func wipeRuns(p []byte) {
	run := 0
	for i := 0; i <= len(p); i++ {
		if i < len(p) && isPrintable(p[i]) {
			run++
			continue
		}
		if run >= shortestRun {
			wipe(p[i-run : i])
		}
		run = 0
	}
}

func wipe(p []byte) {
	for i := range p {
		p[i] = 'x'
	}
}

func isPrintable(c byte) bool { return c > ' ' && c <= '~' }
