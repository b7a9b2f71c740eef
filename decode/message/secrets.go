package message

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// NamesStream reports whether argument 1 of the command is a stream name.
// Whoever knows a name can publish or play under it, so it is a credential.
func NamesStream(command string) bool {
	switch command {
	case "publish", "play", "releaseStream", "FCPublish", "FCUnpublish", "FCSubscribe", "FCUnsubscribe",
		"getStreamLength", "getMovLen", "DVRSubscribe", "DVRGetStreamInfo":
		return true
	}
	return false
}

// answersChallenge reports whether every string of the command is a credential:
// commands that are known for it, and those whose name says so.
func answersChallenge(command string) bool {
	switch command {
	case "secureTokenResponse", "NetStream.Authenticate.UsherToken", "verifyClient", "auth":
		return true
	}
	_, known := Commands[command]
	return !known && namesCredential(command)
}

// isSurplus reports whether a command has no argument at this place: what a sender puts
// there is its own business, and may be a password.
func isSurplus(command string, arg int, key string) bool {
	c, known := Commands[command]
	return known && key == "" && len(c.Args) > 0 && c.Args[0] == object && arg >= len(c.Args)
}

// isURL reports whether the member of a command object is a URL or part of one.
func isURL(key string) bool {
	switch key {
	case "tcUrl", "swfUrl", "pageUrl", "redirect", "redirect2", "url":
		return true
	}
	return false
}

// isCredential reports whether the member itself is a credential.
func isCredential(key string) bool {
	switch strings.ToLower(key) {
	case "pubuser", "response", "challenge", "streamname", "oldstreamname":
		return true
	}
	return namesCredential(key)
}

// credentialWords are the words in names of credentials; lastWords are those only at
// the end of a name: "key" and "streamKey", not "keyFrameInterval".
var (
	credentialWords = map[string]bool{
		"pwd": true, "pass": true, "passwd": true, "password": true, "passphrase": true, "passcode": true, "pubpasswd": true,
		"token": true, "securetoken": true, "accesstoken": true, "authtoken": true, "secret": true, "secrets": true,
		"auth": true, "authenticate": true, "authentication": true, "authorization": true, "authorize": true, "login": true,
		"signature": true, "credential": true, "credentials": true, "apikey": true, "streamkey": true, "jwt": true, "hmac": true,
	}
	lastWords = map[string]bool{"key": true, "sig": true, "sign": true, "keys": true, "hash": true, "nonce": true, "opaque": true}
)

// namesCredential reports whether a name says that it stands for a credential:
// "authToken", "stream_key", "X-Signature", "PASSWORD".
func namesCredential(name string) bool {
	if len(name) > maxWords {
		name = name[:maxWords]
	}
	w := words(name)
	for i, word := range w {
		if credentialWords[word] || i == len(w)-1 && lastWords[word] {
			return true
		}
	}
	return credentialWords[strings.ToLower(strings.Trim(name, "_"))]
}

// maxWords is how much of a name is looked at.
const maxWords = 64

// words takes a name apart where its case changes and at what is no letter.
func words(name string) (out []string) {
	from := 0
	cut := func(to int) {
		if to > from {
			out = append(out, strings.ToLower(name[from:to]))
		}
	}
	for i := range len(name) {
		switch c := name[i]; {
		case !isLetter(c):
			cut(i)
			from = i + 1
		case i > from && isCapital(c) && !isCapital(name[i-1]):
			cut(i)
			from = i
		}
	}
	cut(len(name))
	return out
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || isCapital(c) }

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// isName reports whether a string at this place is a stream name: argument 1,
// or argument 0 of a sender that left the command object out.
func isName(command string, arg int, key string) bool {
	return key == "" && (arg == 0 || arg == 1) && NamesStream(command) || command == "set_playlist" && arg >= 0
}

// IsVocabulary reports whether a string at this place is a word of the protocol, and so
// repeats nothing that a peer made up: a status code, the name of a command.
func IsVocabulary(command string, arg int, key, s string) (yes bool) {
	switch {
	case key == "code":
		_, yes = Codes[s]
	case key == "level":
		yes = s == "status" || s == "error" || s == "warning"
	case arg < 0:
		_, yes = Commands[s]
	case key == "" && command == "publish" && arg == 2:
		yes = s == "live" || s == "record" || s == "append"
	case key == "" && command == "onMetaData" || command == "@setDataFrame" && arg == 0:
		_, yes = Commands[s]
	}
	return yes
}

// RepeatsNames reports whether servers repeat stream names under this key.
func RepeatsNames(key string) bool {
	switch key {
	case "description", "details", "streamName", "stream", "playpath":
		return true
	}
	return false
}

// Secrets returns where the credentials stand in one string of a command or data
// message because of where it stands, and what stands in it: stream names, the query
// and user information of URLs, what follows the application, answers to challenges,
// members and parameters named for what they are, and what has the shape of a key. arg
// counts as in Parsed.Args, -1 is the command name; key is the innermost member of the
// string.
func Secrets(command string, arg int, key, s string) []mask.Span {
	switch {
	case s == "" || IsVocabulary(command, arg, key, s):
		return nil
	case arg < 0:
		return inText(s)
	case isName(command, arg, key):
		return nameIn(s)
	case isCredential(key), answersChallenge(command), isSurplus(command, arg, key), command == "connect" && arg > 0:
		return []mask.Span{{End: len(s)}}
	case key == "app":
		return appIn(s)
	case isURL(key):
		return mask.Union(queryIn(s), urlsUntil(s, ""))
	case key == "description":
		return mask.Union(queryIn(s), inText(s))
	}
	return inText(s)
}

// nameIn is a stream name. What follows its question mark is a credential by itself,
// so that the name has the same pseudonym without it.
func nameIn(s string) []mask.Span {
	i := strings.IndexByte(s, '?')
	if i < 0 {
		return []mask.Span{{End: len(s)}}
	}
	return append(span(nil, 0, i), span(nil, i+1, len(s))...)
}

// appIn is what follows the application in its name, a stream key as a rule, and the
// query. The default instance of an application is none.
func appIn(s string) (out []mask.Span) {
	name, query := s, len(s)
	if i := strings.IndexByte(s, '?'); i >= 0 {
		name, query = s[:i], i+1
	}
	from := len(name) - len(strings.TrimLeft(name, "/"))
	if i := strings.IndexByte(name[from:], '/'); i >= 0 && strings.Trim(name[from+i:], "/") != defaultInstance {
		out = span(out, from+i+1, len(strings.TrimRight(name, "/")))
	}
	return span(out, query, len(s))
}

// defaultInstance is what an application has that has no instances: Flash Media
// Server, Wowza.
const defaultInstance = "_definst_"

// queryIn is what follows the first question mark.
func queryIn(s string) []mask.Span {
	i := strings.IndexByte(s, '?')
	if i < 0 {
		return nil
	}
	return span(nil, i+1, len(s))
}

// span appends what is not empty.
func span(out []mask.Span, from, to int) []mask.Span {
	if from >= to {
		return out
	}
	return append(out, mask.Span{Start: from, End: to})
}

// Mark makes one string of a command or data message safe and marks what [Secrets]
// finds in it.
func Mark(command string, arg int, key, s string) text.Marked {
	return Marked(s, Secrets(command, arg, key, s))
}

// Marked makes wire text safe and marks the stretches of it that are credentials.
func Marked(s string, secrets []mask.Span) text.Marked {
	if len(secrets) == 0 {
		return text.Plain(s)
	}
	var b strings.Builder
	at := 0
	for _, x := range secrets {
		b.WriteString(text.Safe(s[at:x.Start]))
		b.WriteString(string(text.SecretAs(s[x.Start:x.End], x.Secret)))
		at = x.End
	}
	b.WriteString(text.Safe(s[at:]))
	return text.Marked(b.String())
}

// SecretArgs returns the credentials that one command carries, as they are on
// the wire. Peers repeat them elsewhere, where their place does not give them away.
func SecretArgs(command string, args []amf.Value) []string {
	var out []string
	for i := range args {
		collect(command, i, "", &args[i], func(s string) { out = append(out, s) })
	}
	if command == "connect" && len(args) > 0 {
		if key := beyondApp(&args[0]); key != "" {
			out = append(out, key)
		}
	}
	return out
}

// beyondApp is what the path of tcUrl has behind the application: a stream key,
// where somebody typed it into the field for the server. "" when there is nothing.
func beyondApp(object *amf.Value) string {
	app, url := object.Get("app"), object.Get("tcUrl")
	if app == nil || url == nil || app.Text == "" {
		return ""
	}
	name, _, _ := strings.Cut(app.Text, "?")
	address, _, _ := strings.Cut(url.Text, "?")
	_, rest, _ := strings.Cut(address, "/"+strings.Trim(name, "/")+"/")
	return strings.Trim(rest, "/")
}

// collect calls add for each credential inside v. The reader of v has bounded
// its depth.
func collect(command string, arg int, key string, v *amf.Value, add func(string)) {
	if v.Kind == amf.String || v.Kind == amf.XML {
		for _, x := range Secrets(command, arg, key, v.Text) {
			if !x.Shape { // its shape gives it away everywhere
				add(v.Text[x.Start:x.End])
			}
		}
	}
	for i := range v.Members {
		collect(command, arg, v.Members[i].Name, &v.Members[i].Value, add)
	}
	for i := range v.Items {
		collect(command, arg, key, &v.Items[i], add)
	}
}
