package message

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// inText is what gives itself away in any text: URLs, parameters, keys.
func inText(s string) []mask.Span {
	return mask.Union(mask.Union(urlsIn(s), parametersIn(s)), mask.Keys(s))
}

// InText returns the credentials that give themselves away in text of any kind, that of
// an error for instance: user information, query and stream of URLs, parameters that are
// named for what they are, and what has the shape of a key.
func InText(s string) []mask.Span { return inText(s) }

// Masked is text that this program says about itself, with the credentials in its URLs
// and parameters replaced by their pseudonyms. Words and file names stay, and what is not
// safe to show does too.
func Masked(s string) string {
	var b strings.Builder
	at := 0
	for _, x := range mask.Union(urlsIn(s), parametersIn(s)) {
		b.WriteString(s[at:x.Start])
		b.WriteString(text.Secret(s[x.Start:x.End]).Show(false))
		at = x.End
	}
	return b.String() + s[at:]
}

// urlEnd are the characters that end a URL in text. Brackets do not: they belong to IPv6
// addresses, and to keys.
const urlEnd = " \t\r\n\"'<>"

// urlsIn returns, of every URL in a text, the user information, the query, and of one
// of the RTMP family what follows the application.
func urlsIn(s string) []mask.Span { return urlsUntil(s, urlEnd) }

// urlsUntil is urlsIn with other characters that end one.
func urlsUntil(s, ends string) (out []mask.Span) {
	for from := 0; ; {
		i := strings.Index(s[from:], "://")
		if i < 0 {
			return out
		}
		scheme := schemeBefore(s[from : from+i])
		at := from + i + len("://")
		end := at + len(s[at:])
		if n := strings.IndexAny(s[at:], ends); n >= 0 {
			end = at + n
		}
		out = urlIn(out, s, scheme, at, end)
		from = end
	}
}

// schemeBefore is the letters and digits at the end of s.
func schemeBefore(s string) string {
	i := len(s)
	for i > 0 && (isLetter(s[i-1]) || s[i-1] >= '0' && s[i-1] <= '9') {
		i--
	}
	return strings.ToLower(s[i:])
}

// urlIn takes one URL apart, whose authority begins at a place.
func urlIn(out []mask.Span, s, scheme string, at, end int) []mask.Span {
	path := authorityEnd(s, at, end)
	if n := strings.LastIndexByte(s[at:path], '@'); n >= 0 {
		out = span(out, at, at+n)
	}
	query := end
	if n := strings.IndexByte(s[path:end], '?'); n >= 0 {
		query = path + n
	}
	if strings.HasPrefix(scheme, "rtmp") {
		for _, x := range appIn(s[path:query]) {
			out = span(out, path+x.Start, path+x.End)
		}
	}
	return span(out, query+1, end)
}

// authorityEnd is where the host and what stands before it end. A password with a slash
// that is not encoded does not end it.
func authorityEnd(s string, at, end int) int {
	n := strings.IndexAny(s[at:end], "/?#")
	if n < 0 {
		return end
	}
	_, port, found := strings.Cut(s[at:at+n], ":")
	if found && strings.Trim(port, "0123456789") != "" && port[0] != ':' && s[at] != '[' {
		if user := strings.IndexByte(s[at:end], '@'); user > n {
			return authorityEnd(s, at+user, end)
		}
	}
	return at + n
}

// parameterEnd are the characters that end the value of a parameter in text.
const parameterEnd = " \t\r\n\"'<>&;,)]}"

// parametersIn returns the values of parameters whose names are those of credentials:
// token=…, "password": "…".
func parametersIn(s string) (out []mask.Span) {
	for i := 1; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' || !namesCredential(nameBefore(s[:i])) {
			continue
		}
		at := i + 1
		for at < len(s) && strings.IndexByte(" \"'", s[at]) >= 0 {
			at++
		}
		end := len(s)
		if n := strings.IndexAny(s[at:], parameterEnd); n >= 0 {
			end = at + n
		}
		if s[i] == '=' || isNoWord(s[at:end]) {
			out = span(out, at, end)
			i = max(i, end-1)
		}
	}
	return out
}

// isNoWord reports whether a text is none of the words that follow a colon in a
// sentence: "bad token: expected".
func isNoWord(s string) bool {
	return mask.IsStrong(strings.TrimRight(s, ".!"))
}

// nameBefore is the name at the end of s, without a quote.
func nameBefore(s string) string {
	s = strings.TrimRight(s, "\"' ")
	i := len(s)
	for i > 0 && len(s)-i < maxWords && (isLetter(s[i-1]) || s[i-1] == '_' || s[i-1] == '-' || s[i-1] >= '0' && s[i-1] <= '9') {
		i--
	}
	return s[i:]
}
