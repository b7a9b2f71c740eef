package filter

import "strings"

// plainWords are what people call rows, and the shorthand that selects them. A
// type, for example, is a number, so "audio" is no value of it.
var plainWords = []struct{ word, shorthand string }{
	{"audio", "~audio"}, {"video", "~video"}, {"media", "~media"},
	{"keyframes", "~key"}, {"commands", "~cmd"}, {"errors", "~err"},
}

// plainWord is the shorthand for a word, in the singular too, or nil.
func plainWord(word string) *field {
	word = strings.ToLower(word)
	for _, p := range plainWords {
		if word == p.word || word+"s" == p.word {
			return shorthandByName[p.shorthand]
		}
	}
	return nil
}

// insteadOf says which shorthand selects what a word means, "" when none does.
func insteadOf(word string) string {
	f := plainWord(word)
	if f == nil {
		return ""
	}
	return "; " + f.name + " selects " + f.help
}

// completePlainWords offers shorthands for words that begin as one is written.
func completePlainWords(word string, add func(candidate, help string)) {
	const shortest = 2
	if len(word) < shortest {
		return
	}
	for _, p := range plainWords {
		if strings.HasPrefix(p.word, strings.ToLower(word)) {
			add(p.shorthand, shorthandByName[p.shorthand].help)
		}
	}
}
