package amf

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Fields returns the tree of fields that shows v under name; offsets are those
// of the body that v was read from. Every leaf is a thing of the specification:
// marker, length, name, content, count, traits, end marker. They cover [Start,
// End) of v exactly once. All but members and items are Encoding.
//
// secret says whether a string is a credential as a whole; key is the name of
// the innermost member in which it stands ("" for none). It also sees byte
// arrays and unread bytes, as hex. nil means that nothing is secret.
func Fields(name string, v *Value, secret func(key, s string) bool) field.Field {
	return FieldsMarked(name, v, func(key, s string) text.Marked {
		if secret != nil && secret(key, s) {
			return text.Secret(s)
		}
		return text.Plain(s)
	})
}

// FieldsMarked is [Fields] for a caller who can tell which part of a string is
// a credential: mark returns safe text with marked spans.
func FieldsMarked(name string, v *Value, mark func(key, s string) text.Marked) field.Field {
	t := tree{mark}
	return t.value(name, "", v, false)
}

// tree builds fields; it holds what does not change on the way down.
type tree struct {
	mark func(key, s string) text.Marked
}

// value shows v under name. A bare value is an element of a vector of numbers,
// without marker.
func (t tree) value(name, key string, v *Value, bare bool) field.Field {
	f := field.Field{Name: name, Start: v.Start, End: v.End, Bad: v.Kind == Opaque}
	f.Symbol, f.Source = typeOf(v)
	f.Value, f.Secret = t.show(key, v)
	f.Note = note(v)
	if !bare && v.Kind != Opaque && v.End-v.Start > 1 {
		f.Children = t.parts(key, v, f)
		for i := range f.Children {
			if c := &f.Children[i]; c.Source == "" {
				c.Source = f.Source
			}
		}
	}
	return f
}

// show returns the text of the value and whether it holds a credential.
func (t tree) show(key string, v *Value) (text.Marked, bool) {
	switch v.Kind {
	case String, XML:
		m := t.mark(key, v.Text)
		return `"` + m + `"`, m.HasSecret()
	case ByteArray, Opaque:
		raw := v.Text[:min(len(v.Text), shownBytes)]
		secret := t.mark(key, hex.EncodeToString([]byte(raw))).HasSecret()
		return text.Marked(fmt.Sprintf("%d bytes", v.Count)), secret
	case External:
		return text.Plain(v.Class), len(v.Items) == 0 && t.mark(key, hex.EncodeToString([]byte(v.Text))).HasSecret()
	case Object, ECMAArray, StrictArray, Array, Vector, Dictionary:
		return text.Marked(size(v)), false
	case Reference:
		return text.Marked(strconv.FormatUint(uint64(v.Count), 10)), false
	}
	return text.Marked(AppendText(nil, v, TextOptions{})), false
}

// size says what a container holds: `class "Point", 2 members`.
func size(v *Value) string {
	s := ""
	if v.Class != "" {
		s = `class "` + text.Safe(v.Class) + `", `
	}
	switch {
	case v.Kind == Dictionary:
		return s + plural(len(v.Items)/2, "pair")
	case v.Kind == Object || v.Kind == ECMAArray:
		return s + plural(len(v.Members), "member")
	case len(v.Members) > 0:
		s += plural(len(v.Members), "member") + ", "
	}
	return s + plural(len(v.Items), "item")
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// note says what the value text does not.
func note(v *Value) string {
	switch {
	case v.Referred:
		return "given as a reference to an earlier string"
	case v.Kind == Date && v.Zone != 0:
		return fmt.Sprintf("time zone %d minutes, which readers should ignore", v.Zone)
	case v.Kind == ECMAArray && int64(v.Count) != int64(len(v.Members)):
		return fmt.Sprintf("declares %d members", v.Count)
	case v.Kind == Vector && v.Fixed:
		return "fixed length"
	case v.Kind == Dictionary && v.Fixed:
		return "weak keys"
	}
	return ""
}

// parts returns the fields inside v, whose own field is f.
func (t tree) parts(key string, v *Value, f field.Field) []field.Field {
	p := parts{at: v.Start}
	if v.Switched {
		p.upTo(v.Start+1, field.Field{Name: "avmplus marker", Value: "0x11", Source: "AMF0 §3.1"})
	}
	p.upTo(p.at+1, field.Field{Name: "marker", Value: text.Marked(fmt.Sprintf("0x%02x", v.Marker)), Symbol: f.Symbol, Source: f.Source})
	switch v.Kind {
	case String, XML, ByteArray:
		p.content(v, f)
	case Object, ECMAArray, StrictArray, Array, Vector, Dictionary, External:
		t.container(&p, key, v, f)
	case Date:
		if v.Version == 3 {
			p.upTo(v.End-8, field.Field{Name: "flags"})
			p.upTo(v.End, field.Field{Name: "milliseconds", Value: f.Value})
			break
		}
		p.upTo(v.End-2, field.Field{Name: "milliseconds", Value: f.Value})
		p.upTo(v.End, field.Field{Name: "time zone", Value: text.Marked(strconv.Itoa(int(v.Zone)))})
	case Reference:
		p.upTo(v.End, field.Field{Name: "index", Value: f.Value})
	default:
		p.upTo(v.End, field.Field{Name: "value", Value: f.Value})
	}
	return p.fields
}

// parts collects the fields of one value in wire order.
type parts struct {
	fields []field.Field
	at     int
}

// upTo adds f, a part of the encoding, for the bytes that lie before end, if there are
// any.
func (p *parts) upTo(end int, f field.Field) {
	if p.at < end {
		f.Start, f.End, f.Encoding = p.at, end, true
		p.add(f)
	}
}

func (p *parts) add(f field.Field) {
	p.fields = append(p.fields, f)
	p.at = f.End
}

// content adds length and text, or the reference that stands for both.
func (p *parts) content(v *Value, f field.Field) {
	if v.Referred {
		p.upTo(v.End, field.Field{Name: "reference", Source: "AMF3 §1.3.2"})
		return
	}
	p.upTo(v.End-len(v.Text), field.Field{Name: "length", Value: text.Marked(strconv.Itoa(len(v.Text)))})
	p.upTo(v.End, field.Field{Name: "content", Value: f.Value, Secret: f.Secret})
}

// container adds members and items in wire order with what stands around them.
// Only the first and last gaps and the end of an AMF3 array's names are bytes
// that belong to no part.
func (t tree) container(p *parts, key string, v *Value, f field.Field) {
	inside := t.inside(key, v)
	first := header(v)
	for _, part := range inside {
		p.upTo(part.Start, first)
		first = field.Field{Name: "end of names"}
		p.add(part)
	}
	switch {
	case v.Kind == External && len(v.Items) == 0:
		p.upTo(v.End-int(v.Count), header(v))
		p.upTo(v.End, field.Field{Name: "externalized bytes", Secret: f.Secret, Bad: true})
	case len(inside) == 0 && (v.Version == 3 || v.Kind == StrictArray):
		p.upTo(v.End, header(v))
	case len(inside) == 0:
		p.upTo(v.Start+1+headerSize(v), header(v))
		p.upTo(v.End, endMarker(v, p.at))
	default:
		p.upTo(v.End, endMarker(v, p.at))
	}
}

// headerSize is the number of bytes between the marker of an AMF0 object or
// ECMA array and its first member.
func headerSize(v *Value) int {
	switch {
	case v.Kind == ECMAArray:
		return 4
	case v.Marker == marker0TypedObject:
		return 2 + len(v.Class)
	}
	return 0
}

// header describes what stands before the first member or item.
func header(v *Value) field.Field {
	switch {
	case v.Kind == External, v.Version == 3 && v.Kind == Object:
		return field.Field{Name: "traits", Value: `"` + text.Plain(v.Class) + `"`, Source: "AMF3 §3.12"}
	case v.Kind == Object:
		return field.Field{Name: "class name", Value: `"` + text.Plain(v.Class) + `"`}
	case v.Kind == Vector:
		return field.Field{Name: "count and flags", Value: count(v)}
	case v.Kind == Dictionary:
		return field.Field{Name: "count and weak keys flag", Value: count(v)}
	}
	return field.Field{Name: "count", Value: count(v)}
}

func count(v *Value) text.Marked { return text.Marked(strconv.FormatUint(uint64(v.Count), 10)) }

// endMarker describes what stands behind the last member. In AMF0 it is bad
// when the body ends inside it.
func endMarker(v *Value, at int) field.Field {
	if v.Version == 3 {
		return field.Field{Name: "end of names"}
	}
	return field.Field{Name: "object end marker", Source: "AMF0 §2.11", Bad: v.End-at < len(objectEnd)}
}

// inside returns the fields of members and items by their place in the body.
// They are in order already but for sealed members, whose names come first.
func (t tree) inside(key string, v *Value) []field.Field {
	out := make([]field.Field, 0, len(v.Members)+len(v.Items))
	for i := range v.Members {
		out = t.member(out, &v.Members[i])
	}
	bare := v.Kind == Vector && v.Marker != marker3VectorObject
	for i := range v.Items {
		out = append(out, t.value("["+strconv.Itoa(i)+"]", key, &v.Items[i], bare))
	}
	slices.SortStableFunc(out, func(a, b field.Field) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return out
}

// member adds one member: one field when its name stands before its value,
// otherwise one each for name and value.
func (t tree) member(out []field.Field, m *Member) []field.Field {
	title := text.Safe(m.Name)
	if title == "" {
		title = `""`
	}
	f := t.value(title, m.Name, &m.Value, false)
	name := field.Field{Name: "name", Value: `"` + text.Plain(m.Name) + `"`, Start: m.NameStart, End: m.NameEnd, Encoding: true}
	switch {
	case m.NameStart == m.NameEnd:
		return append(out, f)
	case m.NameEnd != m.Value.Start:
		name.Name = "sealed name"
		return append(out, name, f)
	}
	if len(f.Children) == 0 {
		own := f
		own.Name, own.Encoding = "value", true
		f.Children = []field.Field{own}
	}
	f.Start, f.Children = m.NameStart, slices.Insert(f.Children, 0, name)
	return append(out, f)
}
