package session

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// secrets is what a session knows of the credentials that its commands have carried so
// far: stream names (whoever knows one can publish), query strings and user names in
// URLs, answers to authentication. They are found again wherever a peer repeats them in
// the same session. No session knows another's, so none can use up, or mark, what is
// another's. What is
// known never changes; a session that learns gets a new secrets.
//
// What searches is made when it is first needed, and given up with a session that has
// ended, because it is larger than what is known. One goroutine uses a secrets.
type secrets struct {
	set  *mask.Set
	made *mask.Finder
}

// find is what searches; it finds nothing when nothing is known.
func (k *secrets) find() *mask.Finder {
	if k.made == nil {
		k.made = k.set.Finder()
	}
	return k.made
}

// with is secrets with the credentials in a command.
func (k *secrets) with(m *message.Parsed) *secrets {
	set := k.set.With(message.SecretArgs(m.Command, m.Args)...)
	if set == k.set {
		return k
	}
	return &secrets{set: set}
}

// mark makes a string safe and marks the credentials in it. command, index and
// key say where it stands.
func (k *secrets) mark(command string, index int, key, s string) text.Marked {
	spans := message.Secrets(command, index, key, s)
	if k != nil && !message.IsVocabulary(command, index, key, s) {
		spans = mask.Union(spans, k.find().Find(s, where(key)))
	}
	return message.Marked(s, spans)
}

// hide replaces the credentials in what a message says beside the strings of its
// arguments: its name, the names of members, the status code. They are no place for a
// credential, so nobody is shown one there, asked for or not.
func (k *secrets) hide(m *message.Parsed) {
	m.Command = k.hidden(-1, "", m.Command)
	m.Code = k.hidden(0, "code", m.Code)
	for i := range m.Args {
		k.hideNames(&m.Args[i])
	}
}

func (k *secrets) hidden(index int, key, s string) string {
	if m := k.mark("", index, key, s); m.HasSecret() {
		return m.Show(false)
	}
	return s
}

// hideNames is hide for the names of members; the reader of v has bounded its depth.
func (k *secrets) hideNames(v *amf.Value) {
	for i := range v.Members {
		if name := v.Members[i].Name; message.Properties[name] == "" {
			v.Members[i].Name = k.hiddenName(name)
		}
		k.hideNames(&v.Members[i].Value)
	}
	for i := range v.Items {
		k.hideNames(&v.Items[i])
	}
}

func (k *secrets) hiddenName(name string) string {
	spans := message.InText(name)
	if len(name) >= nameLength {
		spans = mask.Union(spans, k.find().Find(name, mask.Anywhere))
	}
	if len(spans) == 0 || isMember(name) {
		return name
	}
	return message.Marked(name, spans).Show(false)
}

// nameLength is the least length of the name of a member that may be a credential.
const nameLength = 6

// isMember reports whether servers use a name for members of what they answer.
func isMember(name string) bool {
	switch name {
	case "code", "level", "description", "details", "clientid", "clientId", "redirect", "stream", "streamName", "playpath", "version":
		return true
	}
	return false
}

// maskFields marks credentials that peers repeat in decoded fields, in place: in names,
// and in text that was not marked by its place.
func (k *secrets) maskFields(fields []field.Field) {
	for i := range fields {
		f := &fields[i]
		k.maskFields(f.Children)
		if message.Properties[f.Name] == "" && f.Source != "" && strings.HasPrefix(f.Source, "AMF") {
			f.Name = k.hiddenName(f.Name)
		}
		if isQuoted(f.Value) {
			k.maskField(f)
		}
	}
}

// maskField marks credentials in the text of a field, between its quotes.
func (k *secrets) maskField(f *field.Field) {
	s := string(f.Value[1 : len(f.Value)-1])
	spans := k.find().Find(s, where(f.Name))
	if len(spans) == 0 || message.IsVocabulary("", -1, f.Name, s) || message.IsVocabulary("", 0, f.Name, s) {
		return
	}
	f.Value, f.Secret = `"`+message.Marked(s, spans)+`"`, true
}

// isQuoted reports whether a value is text in quotes in which nothing is marked.
func isQuoted(v text.Marked) bool {
	return len(v) > 2 && v[0] == '"' && v[len(v)-1] == '"' && !v.HasSecret()
}

func where(key string) mask.Where {
	if message.RepeatsNames(key) {
		return mask.InEcho
	}
	return mask.InText
}
