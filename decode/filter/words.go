package filter

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// operatorWords make a text an expression, as operatorSigns do. A text with
// neither is a list of words to search for.
var operatorWords = []string{"and", "or", "not", "in", "contains", "matches", "startsWith", "endsWith"}

const operatorSigns = "=<>!()[]{}&|"

// piece is a part of a filter as its author sees it.
type piece struct {
	text   string // of a quoted piece, what stands between the quotes
	at     int    // byte offset, of the quote if there is one
	end    int    // byte offset after it
	quoted bool
}

// pieces cuts a text at white space and quotes.
func pieces(text string) ([]piece, *Error) {
	var out []piece
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r):
			i += n
		case isQuote(r):
			p, ok := quotedPiece(text, i)
			if !ok {
				return nil, &Error{Text: text, Offset: i, Message: "the quote that opens here is not closed"}
			}
			out = append(out, p)
			i = p.end
		default:
			p := plainPiece(text, i)
			out = append(out, p)
			i = p.end
		}
	}
	return out, nil
}

func isQuote(r rune) bool { return r == '"' || r == '\'' || r == '`' }

// quotedPiece reads a quoted piece. Backslashes escape, except in backquotes,
// as in expressions.
func quotedPiece(text string, at int) (piece, bool) {
	for i := at + 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[at] != '`':
			i++
		case text[i] == text[at]:
			return piece{text: unquote(text[at+1:i], text[at]), at: at, end: i + 1, quoted: true}, true
		}
	}
	return piece{}, false
}

// unquote undoes the escapes that matter in words to search for; others stay,
// since text made safe is full of them: \u202e finds what is shown as \u202e.
func unquote(s string, quote byte) string {
	if quote == '`' {
		return s
	}
	return strings.NewReplacer(`\`+string(quote), string(quote), `\\`, `\`).Replace(s)
}

// plainPiece reads up to white space or a double quote. Single quotes inside
// words are apostrophes.
func plainPiece(text string, at int) piece {
	end := strings.IndexFunc(text[at:], func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	if end < 0 {
		end = len(text) - at
	}
	return piece{text: text[at : at+end], at: at, end: at + end}
}

// isExpression reports whether a text has an operator outside quotes.
func isExpression(list []piece) bool {
	return slices.ContainsFunc(list, func(p piece) bool {
		return !p.quoted && (strings.ContainsAny(p.text, operatorSigns) || slices.Contains(operatorWords, p.text))
	})
}

// rewritten is an expression in the grammar of the parser.
type rewritten struct {
	text   string
	places []int // the byte offset in the filter, for each byte of text and its end
}

// rewriter replaces what the parser does not know: shorthands by names that no
// field can have, and durations by seconds.
type rewriter struct {
	in     string
	at     int
	out    strings.Builder
	places []int
}

// shorthandPrefix stands for the tilde.
const shorthandPrefix = "__"

func rewrite(text string) rewritten {
	r := rewriter{in: text}
	for r.at < len(text) {
		switch c := text[r.at]; {
		case isQuote(rune(c)):
			r.quoted()
		case c == '~':
			r.put(shorthandPrefix, 1)
		case c == '|' || c == '&':
			r.joined(c)
		case isWordByte(c):
			r.word()
		default:
			r.put(text[r.at:r.at+1], 1)
		}
	}
	r.places = append(r.places, len(text))
	return rewritten{r.out.String(), r.places}
}

// put writes s for the next n bytes of the text.
func (r *rewriter) put(s string, n int) {
	r.out.WriteString(s)
	for i := range len(s) {
		r.places = append(r.places, r.at+min(i, n-1))
	}
	r.at += n
}

func (r *rewriter) quoted() {
	p, ok := quotedPiece(r.in, r.at)
	if !ok {
		p.end = len(r.in) // the parser complains
	}
	r.put(r.in[r.at:p.end], p.end-r.at)
}

// joined copies || and &&, and reads | and & as those.
func (r *rewriter) joined(sign byte) {
	n := 1
	if r.at+1 < len(r.in) && r.in[r.at+1] == sign {
		n = 2
	}
	r.put(strings.Repeat(string(sign), 2), n)
}

// word copies a name or number, or writes a duration as seconds.
func (r *rewriter) word() {
	end := r.at
	for end < len(r.in) && (isWordByte(r.in[end]) || r.in[end] == '.' && isDigit(r.in[r.at])) {
		end++
	}
	// Two dots are a range, and belong to no number.
	if dots := strings.Index(r.in[r.at:end], ".."); dots > 0 {
		end = r.at + dots
	}
	word := r.in[r.at:end]
	if d, err := time.ParseDuration(word); err == nil && isDigit(word[0]) && !isDigit(word[len(word)-1]) {
		r.put(strconv.FormatFloat(d.Seconds(), 'f', -1, 64), len(word))
		return
	}
	r.put(word, len(word))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

// place maps a rune index of the rewritten text, as the parser counts, to a
// byte offset of the filter.
func (r *rewritten) place(runes int) int {
	for i := range r.text {
		if runes == 0 {
			return r.places[i]
		}
		runes--
	}
	return r.places[len(r.text)]
}
