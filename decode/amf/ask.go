package amf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Address tells f, the field that [Fields] or [FieldsMarked] made of v, and those of its
// members and items, how a filter reaches them when it reaches v itself as at:
// "args[0]". Only what a filter can compare with something is told.
func Address(f *field.Field, v *Value, at string) {
	if isComparable(v) {
		f.Ask = at
	}
	for i := range v.Members {
		m := &v.Members[i]
		if c := fieldOf(f, &m.Value); c != nil && text.Safe(m.Name) == m.Name {
			Address(c, &m.Value, member(at, m.Name))
		}
	}
	for i := range v.Items {
		if c := fieldOf(f, &v.Items[i]); c != nil {
			Address(c, &v.Items[i], at+"["+strconv.Itoa(i)+"]")
		}
	}
}

func isComparable(v *Value) bool {
	switch v.Kind {
	case String, XML, Boolean:
		return true
	case Number, Integer:
		return v.Number-v.Number == 0 // neither infinite nor no number
	}
	return false
}

// reserved are words of the language of filters that cannot stand behind a point.
var reserved = []string{"and", "or", "not", "in", "contains", "matches", "startsWith", "endsWith", "true", "false", "nil"}

// member is a member of what stands at a place.
func member(at, name string) string {
	plain := name != "" && !slices.Contains(reserved, name) && strings.IndexFunc(name, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0 && (name[0] < '0' || name[0] > '9')
	if plain {
		return at + "." + name
	}
	return at + "[" + strconv.Quote(name) + "]"
}
