package filter

import "slices"

// Strict is [Compile] for filters that nobody sees at work, as in a build
// script: a bare word that looks like a field or shorthand gone wrong is an
// error, where Compile would search for it as text. In quotes it is always text.
// others are further words that the surrounding language knows.
func Strict(text string, others ...string) (*Filter, error) {
	f, err := Compile(text)
	if err != nil {
		return nil, err
	}
	list, bad := pieces(text)
	if bad != nil || isExpression(list) {
		return f, nil // the names in an expression have been looked at
	}
	c := &compiler{text: text}
	known := slices.Concat(names(fields), sessionNames(sessionPrefix), names(shorthands), others)
	for _, p := range list {
		field := fieldByName[p.text]
		switch {
		case p.quoted || shorthandByName[p.text] != nil || field != nil && field.truth != nil:
		case field != nil:
			return nil, c.fail(p.at, "%s is a field; compare it with something, or write %q in quotes to search for the word", p.text, p.text)
		default:
			if near := Suggest(p.text, known); near != "" {
				return nil, c.fail(p.at, "there is no %q%s To search for the word, write it in quotes", p.text, near)
			}
		}
	}
	return f, nil
}

// CutLast cuts a text around the last place where word stands by itself outside
// quotes. at is the byte offset of the word.
func CutLast(text, word string) (before, after string, at int, found bool) {
	list, bad := pieces(text)
	if bad != nil {
		return text, "", 0, false
	}
	for _, p := range slices.Backward(list) {
		if !p.quoted && p.text == word {
			return text[:p.at], text[p.end:], p.at, true
		}
	}
	return text, "", 0, false
}
