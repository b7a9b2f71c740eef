package amf

import "github.com/rtmpscope/rtmpscope/decode/field"

// EachMember calls visit for each named member of v, at any depth, with the field that
// [Fields] or [FieldsMarked] made of it in f, the field of v; parent is the name of the
// member in which it stands, or "".
func EachMember(f *field.Field, v *Value, visit func(parent, name string, v *Value, f *field.Field)) {
	eachMember("", f, v, visit)
}

func eachMember(parent string, f *field.Field, v *Value, visit func(string, string, *Value, *field.Field)) {
	for i := range v.Members {
		m := &v.Members[i]
		c := fieldOf(f, &m.Value)
		if c == nil {
			continue
		}
		visit(parent, m.Name, &m.Value, c)
		eachMember(m.Name, c, &m.Value, visit)
	}
	for i := range v.Items {
		if c := fieldOf(f, &v.Items[i]); c != nil {
			eachMember(parent, c, &v.Items[i], visit)
		}
	}
}

// fieldOf is the part of f that was made of a member's or an item's value: it is the one
// that ends where the value ends and holds its bytes.
func fieldOf(f *field.Field, v *Value) *field.Field {
	for i := range f.Children {
		if c := &f.Children[i]; c.End == v.End && c.Start <= v.Start && c.End > c.Start {
			return c
		}
	}
	return nil
}
