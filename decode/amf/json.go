package amf

import (
	"encoding/hex"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// AppendJSON appends v as one JSON value to dst. The order of members is kept,
// also of duplicate names, so a reader that wants both has to look at the text.
//
//	undefined, null        null (the kind is told apart only by Value.Kind)
//	number, integer        number as encoding/json writes a float64; NaN and the
//	                       infinities are the strings "NaN", "Infinity", "-Infinity"
//	object, ECMA array     object; a class name comes first as "@class"
//	strict array, vector   array
//	AMF3 array             array, or with named members an object in which the
//	                       dense elements follow as "0", "1", …
//	date                   {"date": RFC 3339 UTC with milliseconds, "zone": minutes};
//	                       milliseconds as a number outside the years 0 to 9999,
//	                       no zone when it is 0
//	XML                    {"xml": text}
//	byte array             {"bytes": hex of the first 64 bytes, "length": n}
//	unread bytes           {"opaque": hex of the first 64 bytes, "length": n}
//	externalizable         {"@class": …, "external": value or hex, "length": n}
//	dictionary             {"dictionary": [[key, value], …]}
//	reference              {"reference": index}
//	reserved types         {"unsupported": "movieclip"}
//
// str makes each string fit to show and may mask it. It gets the name of the
// innermost member in which the string stands ("" for none). Names pass through
// it too, with key "". Bytes pass through it as hex. nil means text.Safe. The
// output is valid JSON whatever str returns.
func AppendJSON(dst []byte, v Value, str func(key, s string) string) []byte {
	w := jsonWriter{dst: dst, str: orSafe(str)}
	w.value("", &v)
	return w.dst
}

// orSafe returns str, or one that makes text safe and hides nothing.
func orSafe(str func(key, s string) string) func(key, s string) string {
	if str != nil {
		return str
	}
	return func(_, s string) string { return text.Safe(s) }
}

type jsonWriter struct {
	dst []byte
	str func(key, s string) string
}

func (w *jsonWriter) raw(s string) { w.dst = append(w.dst, s...) }

func (w *jsonWriter) text(key, s string) { w.dst = appendQuoted(w.dst, w.str(key, s)) }

func (w *jsonWriter) number(f float64) { w.dst = appendNumber(w.dst, f, `"`) }

func (w *jsonWriter) value(key string, v *Value) {
	switch v.Kind {
	case Undefined, Null:
		w.raw("null")
	case Boolean:
		w.dst = strconv.AppendBool(w.dst, v.Bool)
	case Number, Integer:
		w.number(v.Number)
	case String:
		w.text(key, v.Text)
	case Object, ECMAArray:
		w.object(v)
	case Array, StrictArray, Vector:
		w.array(key, v)
	default:
		w.special(key, v)
	}
}

// special writes the kinds for which JSON has no notation of its own.
func (w *jsonWriter) special(key string, v *Value) {
	switch v.Kind {
	case Date:
		w.date(v)
	case XML:
		w.raw(`{"xml":`)
		w.text(key, v.Text)
		w.raw("}")
	case Reference:
		w.raw(`{"reference":`)
		w.number(float64(v.Count))
		w.raw("}")
	case ByteArray:
		w.raw(`{"bytes":`)
		w.bytes(key, v)
	case Dictionary:
		w.dictionary(key, v)
	case External:
		w.external(key, v)
	case Opaque:
		w.raw(`{"opaque":`)
		w.bytes(key, v)
	default:
		w.raw(`{"unsupported":`)
		w.dst = appendQuoted(w.dst, v.Kind.String())
		w.raw("}")
	}
}

// object writes members, preceded by the class name.
func (w *jsonWriter) object(v *Value) {
	w.raw("{")
	if v.Class != "" {
		w.raw(`"@class":`)
		w.text("", v.Class)
		if len(v.Members) > 0 {
			w.raw(",")
		}
	}
	w.members(v)
	w.raw("}")
}

func (w *jsonWriter) members(v *Value) {
	for i := range v.Members {
		if i > 0 {
			w.raw(",")
		}
		w.text("", v.Members[i].Name)
		w.raw(":")
		w.value(v.Members[i].Name, &v.Members[i].Value)
	}
}

func (w *jsonWriter) array(key string, v *Value) {
	if len(v.Members) > 0 {
		w.mixedArray(key, v)
		return
	}
	w.raw("[")
	for i := range v.Items {
		if i > 0 {
			w.raw(",")
		}
		w.value(key, &v.Items[i])
	}
	w.raw("]")
}

func (w *jsonWriter) mixedArray(key string, v *Value) {
	w.raw("{")
	w.members(v)
	for i := range v.Items {
		w.raw(`,"` + strconv.Itoa(i) + `":`)
		w.value(key, &v.Items[i])
	}
	w.raw("}")
}

func (w *jsonWriter) dictionary(key string, v *Value) {
	w.raw(`{"dictionary":[`)
	for i := range v.Items {
		switch {
		case i == 0:
			w.raw("[")
		case i%2 == 0:
			w.raw("],[")
		default:
			w.raw(",")
		}
		w.value(key, &v.Items[i])
	}
	if len(v.Items) > 0 {
		w.raw("]")
	}
	w.raw("]}")
}

func (w *jsonWriter) external(key string, v *Value) {
	w.raw(`{"@class":`)
	w.text("", v.Class)
	w.raw(`,"external":`)
	if len(v.Items) == 0 {
		w.bytes(key, v)
		return
	}
	w.value(key, &v.Items[0])
	w.raw("}")
}

// bytes writes the value of the member that was begun, the length, and closes
// the object.
func (w *jsonWriter) bytes(key string, v *Value) {
	w.text(key, hex.EncodeToString([]byte(v.Text[:min(len(v.Text), shownBytes)])))
	w.raw(`,"length":` + strconv.FormatUint(uint64(v.Count), 10) + "}")
}

func (w *jsonWriter) date(v *Value) {
	w.raw(`{"date":`)
	if s, ok := dateText(v.Number); ok {
		w.raw(`"` + s + `"`)
	} else {
		w.number(v.Number)
	}
	if v.Zone != 0 {
		w.raw(`,"zone":` + strconv.Itoa(int(v.Zone)))
	}
	w.raw("}")
}

// dateText writes milliseconds since the epoch as RFC 3339 in UTC, when they
// fall into the years that RFC 3339 knows. Fractions of a millisecond are cut.
func dateText(ms float64) (string, bool) {
	const year0, year10000 = -62167219200000, 253402300800000
	if !(ms >= year0 && ms < year10000) {
		return "", false
	}
	return time.UnixMilli(int64(math.Floor(ms))).UTC().Format("2006-01-02T15:04:05.000Z"), true
}

// appendNumber writes f as ECMAScript and encoding/json do: no exponent from
// 1e-6 up to 1e21. What is no number stands between quote.
func appendNumber(dst []byte, f float64, quote string) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, quote+"NaN"+quote...)
	case math.IsInf(f, 1):
		return append(dst, quote+"Infinity"+quote...)
	case math.IsInf(f, -1):
		return append(dst, quote+"-Infinity"+quote...)
	}
	abs := math.Abs(f)
	if abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); n >= 4 && string(dst[n-4:n-1]) == "e-0" {
		dst = append(dst[:n-2], dst[n-1]) // e-09 is written e-9
	}
	return dst
}

// appendQuoted writes s as a JSON string; invalid UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < 0x20 || r == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', digits[r>>4], digits[r&0xf])
		case r == 0x2028 || r == 0x2029: // not allowed in JavaScript strings
			dst = append(dst, '\\', 'u', '2', '0', '2', digits[r&0xf])
		default:
			dst = utf8.AppendRune(dst, r)
		}
		i += n
	}
	return append(dst, '"')
}
