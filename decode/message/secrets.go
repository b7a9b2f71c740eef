package message

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/amf"
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

// answersChallenge reports whether every string of the command is a credential.
func answersChallenge(command string) bool {
	switch command {
	case "secureTokenResponse", "NetStream.Authenticate.UsherToken", "verifyClient", "auth":
		return true
	}
	return false
}

// isURL reports whether the member of a command object is a URL or part of one.
func isURL(key string) bool {
	switch key {
	case "tcUrl", "swfUrl", "pageUrl", "app", "redirect", "url":
		return true
	}
	return false
}

// isCredential reports whether the member itself is a credential.
func isCredential(key string) bool {
	switch strings.ToLower(key) {
	case "pubuser", "pubpasswd", "password", "passwd", "token", "auth", "securetoken", "response", "challenge",
		"streamname", "oldstreamname", "streamkey":
		return true
	}
	return false
}

// isName reports whether a string at this place is a stream name: argument 1,
// or argument 0 of a sender that left the command object out.
func isName(command string, arg int, key string) bool {
	return key == "" && (arg == 0 || arg == 1) && NamesStream(command) || command == "set_playlist" && arg >= 0
}

// Mark makes one string of a command or data message safe and marks what is a
// credential because of where it stands: stream names, the query and user
// information of URLs, answers to challenges. arg counts as in Parsed.Args, -1
// is the command name; key is the innermost member of the string.
func Mark(command string, arg int, key, s string) text.Marked {
	switch {
	case arg < 0:
		return text.Plain(s)
	case isName(command, arg, key):
		return text.SecretName(s)
	case answersChallenge(command), isCredential(key),
		command == "connect" && arg > 0:
		return text.Secret(s)
	case isURL(key):
		return markURL(s)
	case key == "description":
		return markQuery(s)
	}
	return text.Plain(s)
}

// markURL marks the user information and the query of a URL.
func markURL(s string) text.Marked {
	user, at, end := userinfo(s)
	if user == "" {
		return markQuery(s)
	}
	return text.Plain(s[:at]) + text.Secret(user) + markQuery(s[end:])
}

// userinfo returns what stands before the @ of a URL's authority, and where.
func userinfo(s string) (user string, start, end int) {
	start = strings.Index(s, "://") + 3
	if start < 3 {
		return "", 0, 0
	}
	authority := s[start:]
	if i := strings.IndexAny(authority, "/?#"); i >= 0 {
		authority = authority[:i]
	}
	i := strings.LastIndexByte(authority, '@')
	if i < 0 {
		return "", 0, 0
	}
	return authority[:i], start, start + i
}

// markQuery marks what follows the first question mark.
func markQuery(s string) text.Marked {
	i := strings.IndexByte(s, '?')
	if i < 0 {
		return text.Plain(s)
	}
	return text.Plain(s[:i+1]) + text.Secret(s[i+1:])
}

// SecretArgs returns the credentials that one command carries, as they are on
// the wire: stream names and their parts before and after a question mark, the
// query and user information of URLs, answers to challenges. Peers repeat them
// elsewhere, where their place does not give them away.
func SecretArgs(command string, args []amf.Value) []string {
	var out []string
	for i := range args {
		collect(command, i, "", &args[i], func(s string) {
			if s != "" {
				out = append(out, s)
			}
		})
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
		collectString(command, arg, key, v.Text, add)
	}
	for i := range v.Members {
		collect(command, arg, v.Members[i].Name, &v.Members[i].Value, add)
	}
	for i := range v.Items {
		collect(command, arg, key, &v.Items[i], add)
	}
}

func collectString(command string, arg int, key, s string, add func(string)) {
	name := isName(command, arg, key)
	switch {
	case name, answersChallenge(command), isCredential(key), command == "connect" && arg > 0:
		add(s)
		before, after, found := strings.Cut(s, "?")
		if found && name {
			add(before)
			add(after)
		}
	case isURL(key):
		user, _, _ := userinfo(s)
		add(user)
		fallthrough
	case key == "description":
		_, query, _ := strings.Cut(s, "?")
		add(query)
	}
}
