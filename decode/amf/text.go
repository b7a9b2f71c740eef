package amf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// TextOptions say how [AppendText] shortens and masks. The zero value shortens
// nothing and makes text safe.
type TextOptions struct {
	// Width is the number of bytes after which no further member or item is
	// begun; an ellipsis stands for the rest. 0 means no limit.
	Width int
	// Depth is how many containers are opened inside each other; deeper ones
	// show as {…} and […]. 0 means all.
	Depth int
	// StringMax is the number of runes of one string after which it is cut. A
	// span marked by package text is never cut. 0 means no limit.
	StringMax int
	// Str makes each string and name fit to show, as for [AppendJSON], but does
	// not see bytes, which are not shown. It may return [text.Marked] text; the
	// result is then Marked too.
	Str func(key, s string) string
}

// AppendText appends v to dst as one line for people:
//
//	{app: "live", tcUrl: "rtmp://host/live", caps: 239, list: [1, null]}
//
// The line cannot be parsed back. Byte arrays, references and bytes that could
// not be read appear as <12 bytes>, <reference 3> and <12 unread bytes>.
func AppendText(dst []byte, v *Value, opts TextOptions) []byte {
	w := textWriter{dst: dst, from: len(dst), TextOptions: opts}
	w.Str = orSafe(opts.Str)
	w.value("", v, 1)
	return w.dst
}

type textWriter struct {
	TextOptions
	dst  []byte
	from int
}

func (w *textWriter) raw(s string) { w.dst = append(w.dst, s...) }

func (w *textWriter) value(key string, v *Value, depth int) {
	switch v.Kind {
	case Undefined, Null:
		w.raw(v.Kind.String())
	case Boolean:
		w.dst = strconv.AppendBool(w.dst, v.Bool)
	case Number, Integer:
		w.dst = appendNumber(w.dst, v.Number, "")
	case String:
		w.quoted(key, v.Text)
	case XML:
		w.raw("xml ")
		w.quoted(key, v.Text)
	case Date:
		w.date(v)
	case Object, ECMAArray, StrictArray, Array, Vector, Dictionary:
		w.container(key, v, depth)
	case External:
		w.external(key, v, depth)
	default:
		w.raw(bare(v))
	}
}

// bare returns the text of a value of which only the kind or size is shown.
func bare(v *Value) string {
	n := strconv.FormatUint(uint64(v.Count), 10)
	switch v.Kind {
	case ByteArray:
		return "<" + n + " bytes>"
	case Opaque:
		return "<" + n + " unread bytes>"
	case Reference:
		return "<reference " + n + ">"
	}
	return "<" + v.Kind.String() + ">"
}

func (w *textWriter) date(v *Value) {
	if s, ok := dateText(v.Number); ok {
		w.raw(s)
		return
	}
	w.raw("date ")
	w.dst = appendNumber(w.dst, v.Number, "")
}

func (w *textWriter) quoted(key, s string) {
	w.raw(`"`)
	w.raw(clip(w.Str(key, s), w.StringMax))
	w.raw(`"`)
}

func (w *textWriter) external(key string, v *Value, depth int) {
	w.raw(clip(w.Str("", v.Class), w.StringMax))
	if len(v.Items) == 0 {
		w.raw("<" + strconv.FormatUint(uint64(v.Count), 10) + " unread bytes>")
		return
	}
	w.raw("(")
	w.value(key, &v.Items[0], depth)
	w.raw(")")
}

// container writes members and items between brackets.
func (w *textWriter) container(key string, v *Value, depth int) {
	if v.Class != "" {
		w.raw(clip(w.Str("", v.Class), w.StringMax))
	}
	open, shut := "{", "}"
	if len(v.Members) == 0 && (v.Kind == StrictArray || v.Kind == Array || v.Kind == Vector) {
		open, shut = "[", "]"
	}
	w.raw(open)
	if w.Depth > 0 && depth > w.Depth && len(v.Members)+len(v.Items) > 0 {
		w.raw("…")
	} else if w.members(v, depth) {
		w.items(key, v, depth)
	}
	w.raw(shut)
}

// next separates the n-th part from the one before and reports whether there is
// room for it.
func (w *textWriter) next(n int, separator string) bool {
	if n > 0 {
		w.raw(separator)
	}
	if w.Width > 0 && len(w.dst)-w.from >= w.Width {
		w.raw("…")
		return false
	}
	return true
}

// members reports whether it wrote them all.
func (w *textWriter) members(v *Value, depth int) bool {
	for i := range v.Members {
		if !w.next(i, ", ") {
			return false
		}
		w.name(v.Members[i].Name)
		w.raw(": ")
		w.value(v.Members[i].Name, &v.Members[i].Value, depth+1)
	}
	return true
}

func (w *textWriter) items(key string, v *Value, depth int) {
	for i := range v.Items {
		separator := ", "
		if v.Kind == Dictionary && i%2 == 1 {
			separator = ": "
		}
		if !w.next(i+len(v.Members), separator) {
			return
		}
		w.value(key, &v.Items[i], depth+1)
	}
}

// name writes a name as it is when it looks like one, otherwise quoted.
func (w *textWriter) name(s string) {
	if s == "" || strings.ContainsAny(s, " ,:{}[]()\"") {
		w.quoted("", s)
		return
	}
	w.raw(clip(w.Str("", s), w.StringMax))
}

// clip is text.Clip for text that may hold marked spans, which it keeps whole:
// half a credential would have another pseudonym.
func clip(s string, runes int) string {
	if runes <= 0 || len(s) <= runes {
		return s
	}
	if !text.Marked(s).HasSecret() {
		return text.Clip(s, runes)
	}
	cut, inSpan := 0, false
	for n := 0; cut < len(s) && (n < runes || inSpan); n++ {
		r, w := utf8.DecodeRuneInString(s[cut:])
		switch r {
		case spanOpen:
			inSpan = true
		case spanClose:
			inSpan = false
		}
		cut += w
	}
	if cut == len(s) {
		return s
	}
	return s[:cut] + "…"
}

// The control characters between which package text marks a credential.
const (
	spanOpen  = '\x02'
	spanClose = '\x03'
)
