package filter

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/message"
)

// Completion is something that can stand at a place of a filter.
type Completion struct {
	// Text is what takes the place of the bytes [Start, End) of the filter.
	Text       string
	Start, End int
	// Help says in a few words what it is; it may be empty.
	Help string
}

// Complete lists what can stand where the word before byte pos does: fields,
// shorthands and functions, or behind a comparison what the field can be. The
// order is that of the documentation. pos is clipped to the text.
func Complete(text string, pos int) []Completion { return complete(text, pos, &compiler{}) }

// CompleteSessions is [Complete] for a filter that selects sessions.
func CompleteSessions(text string, pos int) []Completion {
	return complete(text, pos, &compiler{sessions: true})
}

func complete(text string, pos int, c *compiler) []Completion {
	pos = max(0, min(pos, len(text)))
	start, word, quoted := wordBefore(text[:pos])
	var out []Completion
	add := func(candidate, help string) {
		if strings.HasPrefix(candidate, word) {
			out = append(out, Completion{Text: candidate, Start: start, End: pos, Help: help})
		}
	}
	f := c.field(comparedField(text[:start]))
	switch {
	case f != nil && f.text != nil:
		completeText(f, add)
	case quoted: // words to search for are anybody's guess
	case c.sessions:
		add(sessionTrouble.name, sessionTrouble.help)
		completeSession("", add)
		completeWords(add)
	case strings.HasPrefix(word, "~"):
		completeFields(shorthands, add)
	case word == "": // what is shortest to write comes first
		completeFields(shorthands, add)
		completeNames(add)
	default:
		completeNames(add)
		if strings.HasPrefix(word, sessionPrefix[:3]) {
			completeSession(sessionPrefix, add)
		}
	}
	if out == nil && !quoted && f == nil && !c.sessions {
		completePlainWords(word, func(candidate, help string) {
			out = append(out, Completion{Text: candidate, Start: start, End: pos, Help: help})
		})
	}
	return out
}

// wordBefore returns what is being written at the end of a text, and whether it
// is a text in quotes.
func wordBefore(text string) (start int, word string, quoted bool) {
	for i := 0; i < len(text); {
		if !isQuote(rune(text[i])) {
			i++
			continue
		}
		p, closed := quotedPiece(text, i)
		if !closed {
			return i, text[i:], true
		}
		i = p.end
	}
	start = len(text)
	for start > 0 && (isWordByte(text[start-1]) || strings.ContainsRune("~.", rune(text[start-1]))) {
		start--
	}
	return start, text[start:], false
}

// comparedField names the field in front of a comparison that ends the text.
func comparedField(text string) string {
	text = strings.TrimSpace(text)
	for _, operator := range []string{"==", "!="} {
		if before, ok := strings.CutSuffix(text, operator); ok {
			before = strings.TrimSpace(before)
			start := len(before)
			for start > 0 && (isWordByte(before[start-1]) || before[start-1] == '.') {
				start--
			}
			return before[start:]
		}
	}
	return ""
}

// completeText lists what a text field can be.
func completeText(f *field, add func(candidate, help string)) {
	switch f.name {
	case "command":
		for _, name := range slices.Sorted(maps.Keys(message.Commands)) {
			add(strconv.Quote(name), message.Commands[name].Note)
		}
	case "code":
		for _, code := range slices.Sorted(maps.Keys(message.Codes)) {
			add(strconv.Quote(code), message.Codes[code])
		}
	}
	for _, v := range f.values {
		add(strconv.Quote(v), "")
	}
}

func completeFields(list []field, add func(candidate, help string)) {
	for _, f := range list {
		add(f.name, f.help)
	}
}

// completeNames lists what an expression can name.
func completeNames(add func(candidate, help string)) {
	completeFields(fields, add)
	add("args", "AMF values of a command or data message: args[0].app")
	for _, f := range functions() {
		add(f.name+"(", f.help)
	}
	completeWords(add)
}

// completeSession lists the facts of a session.
func completeSession(prefix string, add func(candidate, help string)) {
	for i := range sessionFields {
		add(prefix+sessionFields[i].name, sessionFields[i].help)
	}
}

func completeWords(add func(candidate, help string)) {
	for _, w := range operatorWords {
		add(w, "")
	}
}
