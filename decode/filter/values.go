package filter

import (
	"github.com/expr-lang/expr/ast"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// valueNumber is the number that a value holds.
func valueNumber(v *amf.Value) float64 {
	if v != nil && (v.Kind == amf.Number || v.Kind == amf.Integer || v.Kind == amf.Date) {
		return v.Number
	}
	return absent
}

// valueText is the text that a value holds, made safe as everywhere.
func valueText(v *amf.Value) (string, bool) {
	if v != nil && (v.Kind == amf.String || v.Kind == amf.XML) {
		return text.Safe(v.Text), true
	}
	return "", false
}

func valueBool(v *amf.Value) (yes, ok bool) {
	if v != nil && v.Kind == amf.Boolean {
		return v.Bool, true
	}
	return false, false
}

// valueEquals compares a value with what is surely a number, text or truth.
func valueEquals(v, other *term) func(*subject) bool {
	get := v.value
	switch other.kind {
	case numberKind:
		return func(s *subject) bool { return valueNumber(get(s)) == other.number(s) }
	case textKind:
		return func(s *subject) bool { x, ok := valueText(get(s)); return ok && x == other.text(s) }
	}
	return func(s *subject) bool { x, ok := valueBool(get(s)); return ok && x == other.truth(s) }
}

// valuesEqual compares two values that hold a number, text or truth.
func valuesEqual(a, b *amf.Value) bool {
	if x, ok := valueText(a); ok {
		y, ok := valueText(b)
		return ok && x == y
	}
	if x, ok := valueBool(a); ok {
		y, ok := valueBool(b)
		return ok && x == y
	}
	return valueNumber(a) == valueNumber(b)
}

// member compiles args[0], args[0].app, args[0]["app"], args[1].list[2].
func (c *compiler) member(n *ast.MemberNode) (*term, error) {
	if t, ok, err := c.ofSession(n); ok {
		return t, err
	}
	of, err := c.node(n.Node)
	if err != nil {
		return nil, err
	}
	key, err := c.node(n.Property)
	if err != nil {
		return nil, err
	}
	switch {
	case of.kind == argsKind && key.constant && key.kind == numberKind:
		return value(func(s *subject) *amf.Value { return item(s.args(), key.num) }), nil
	case of.kind == argsKind:
		return nil, c.fail(key.at, "args is a list; write args[0].app, or arg(\"app\") to look into all of them")
	case of.kind != valueKind:
		return nil, c.fail(of.at, "only args have parts")
	case key.constant && key.kind == textKind:
		return value(func(s *subject) *amf.Value { return named(of.value(s), key.str) }), nil
	case key.constant && key.kind == numberKind:
		return value(func(s *subject) *amf.Value {
			if v := of.value(s); v != nil {
				return item(v.Items, key.num)
			}
			return nil
		}), nil
	}
	return nil, c.fail(key.at, "in brackets stands a number or a name in quotes")
}

func value(get func(*subject) *amf.Value) *term { return &term{kind: valueKind, value: get} }

// item is the value at a place, from the end for negative numbers.
func item(list []amf.Value, at float64) *amf.Value {
	if at < 0 {
		at += float64(len(list))
	}
	if i := int(at); at >= 0 && at < float64(len(list)) && float64(i) == at {
		return &list[i]
	}
	return nil
}

// named is a member by its name as it is shown.
func named(v *amf.Value, name string) *amf.Value {
	if v == nil {
		return nil
	}
	for i := range v.Members {
		if text.Safe(v.Members[i].Name) == name {
			return &v.Members[i].Value
		}
	}
	return nil
}

// anyNamed is the first member of that name in any of the arguments.
func anyNamed(args []amf.Value, name string) *amf.Value {
	for i := range args {
		if v := named(&args[i], name); v != nil {
			return v
		}
	}
	return nil
}
