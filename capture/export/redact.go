package export

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

var limits = decode.DefaultLimits()

// shortestRun is how many printable characters in a row may be a credential
// that nobody could decode.
const shortestRun = 4

// longestRun is how many printable characters in a row may stand in the media of a
// session whose credentials are too many to be told apart.
const longestRun = 8

// redactor replaces the credentials of one session in message bodies, in place
// and without changing a length, so that everything still parses. A nil
// redactor changes nothing.
type redactor struct{ find *mask.Finder }

// redactor returns the one for a session, by its number; nil when credentials are to be
// kept.
func (j *job) redactor(session uint32) *redactor {
	switch {
	case j.opts.ShowSecrets:
		return nil
	case session == 0 || int(session) > len(j.seen.secrets):
		return &redactor{}
	}
	return &redactor{j.seen.secrets[session-1].Finder()}
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
	case r.find.Full() && chunk.IsMedia(typ):
		wipeRuns(body, longestRun)
	case r.find.Full():
		wipeRuns(body, shortestRun)
	}
	r.bytes(body)
}

// bytes replaces the credentials that can be recognised wherever they stand.
func (r *redactor) bytes(p []byte) {
	if r.find == nil {
		return
	}
	s := string(p)
	for _, x := range r.find.FindKnown(s, mask.Anywhere) {
		copy(p[x.Start:x.End], respelled(s[x.Start:x.End], x))
	}
}

// hello replaces credentials in a part of the handshake.
func (r *redactor) hello(p []byte) {
	if r.find.Full() {
		wipeRuns(p, longestRun)
	}
	r.bytes(p)
}

// values replaces credentials by the place where they stand in AMF values.
func (r *redactor) values(typ uint8, body []byte) {
	m := message.Parse(typ, body, limits.AMF)
	r.name(&m, body)
	for i := range m.Args {
		r.value(&m, i, "", &m.Args[i], body)
	}
}

// name replaces credentials in the name of a command, which nobody knows then.
func (r *redactor) name(m *message.Parsed, body []byte) {
	if clean := r.text("", -1, "", m.Command); clean != m.Command {
		if i := strings.Index(string(body), m.Command); i >= 0 {
			copy(body[i:], clean)
		}
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
		wipeRuns(body[v.Start:v.End], shortestRun)
	}
	for i := range v.Members {
		r.member(&v.Members[i], body)
		r.value(m, arg, v.Members[i].Name, &v.Members[i].Value, body)
	}
	for i := range v.Items {
		r.value(m, arg, key, &v.Items[i], body)
	}
}

// member replaces credentials in the name of a member.
func (r *redactor) member(m *amf.Member, body []byte) {
	spans := mask.Union(message.InText(m.Name), r.find.FindKnown(m.Name, mask.Anywhere))
	at := m.NameEnd - len(m.Name)
	if len(spans) > 0 && at >= m.NameStart && string(body[at:m.NameEnd]) == m.Name {
		copy(body[at:m.NameEnd], replaced(m.Name, spans))
	}
}

// text returns a string value with its credentials replaced: those that its
// place or shape gives away, and those that commands of the session have given away.
func (r *redactor) text(command string, arg int, key, s string) string {
	if message.IsVocabulary(command, arg, key, s) {
		return s
	}
	where := mask.InText
	if message.RepeatsNames(key) {
		where = mask.InEcho
	}
	return replaced(s, mask.Union(message.Secrets(command, arg, key, s), r.find.Find(s, where)))
}

// replaced is a text with other letters where credentials stand.
func replaced(s string, spans []mask.Span) string {
	out := []byte(s)
	for _, x := range spans {
		copy(out[x.Start:x.End], respelled(s[x.Start:x.End], x))
	}
	return string(out)
}

// wipeRuns overwrites each run of so many printable characters, or more.
func wipeRuns(p []byte, shortest int) {
	run := 0
	for i := 0; i <= len(p); i++ {
		if i < len(p) && isPrintable(p[i]) {
			run++
			continue
		}
		if run >= shortest {
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
