package filter

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/media"
)

// equality compiles == and !=, of which the one is the opposite of the other
// also for rows that lack the field.
func (c *compiler) equality(n *ast.BinaryNode, l, r *term) (*term, error) {
	if l.constant && !r.constant {
		l, r = r, l
	}
	equal, err := c.equal(n, l, r)
	if err != nil {
		return nil, err
	}
	if n.Operator == "!=" {
		return &term{truth: func(s *subject) bool { return !equal(s) }}, nil
	}
	return &term{truth: equal}, nil
}

func (c *compiler) equal(n *ast.BinaryNode, l, r *term) (func(*subject) bool, error) {
	if l.kind == argsKind || r.kind == argsKind {
		return nil, c.fail(c.place(n), "args is a list; compare one of them, as in args[0].app == \"live\"")
	}
	if r.kind == nilKind {
		return c.isAbsent(l)
	}
	if err := c.sameKind(n, l, r); err != nil {
		return nil, err
	}
	switch {
	case l.kind == valueKind && r.kind == valueKind:
		return func(s *subject) bool { return valuesEqual(l.value(s), r.value(s)) }, nil
	case l.kind == valueKind:
		return valueEquals(l, r), nil
	case r.kind == valueKind:
		return valueEquals(r, l), nil
	case l.kind == numberKind && r.constant:
		get, v := l.number, r.num
		return func(s *subject) bool { return get(s) == v }, nil
	case l.kind == numberKind:
		return func(s *subject) bool { return l.number(s) == r.number(s) }, nil
	case l.kind == textKind && r.constant:
		return c.equalText(l, r)
	case l.kind == textKind:
		return func(s *subject) bool { return l.text(s) == r.text(s) }, nil
	}
	return func(s *subject) bool { return l.truth(s) == r.truth(s) }, nil
}

// equalText compiles the comparison with a text that the field must be able to
// have.
func (c *compiler) equalText(l, r *term) (func(*subject) bool, error) {
	v, err := c.spelling(l, r)
	if err != nil {
		return nil, err
	}
	get := l.text
	return func(s *subject) bool { return get(s) == v }, nil
}

// spelling returns a text as a field spells it, or an error if the field can
// never be that text.
func (c *compiler) spelling(l, r *term) (string, error) {
	if l.field == nil || l.field.values == nil || r.str == "" || slices.Contains(l.field.values, r.str) {
		return r.str, nil
	}
	if l.field.name == "codec" {
		if name := codecCalled(r.str); name != "" {
			return name, nil
		}
	}
	if near := Suggest(r.str, l.field.values); near != "" {
		return "", c.fail(r.at, "%s is never %q%s", l.field.name, r.str, near)
	}
	return "", c.fail(r.at, "%s is never %q; it is one of: %s", l.field.name, r.str, strings.Join(l.field.values, ", "))
}

// codecCalled is the codec that people or ffprobe call so, or "". Case, dots and
// dashes do not matter.
func codecCalled(name string) string {
	plain := func(s string) string { return strings.ToLower(strings.NewReplacer(".", "", "-", "").Replace(s)) }
	name = plain(name)
	if name == "h265" {
		return media.HEVC.String()
	}
	for c := media.UnknownCodec; c <= media.EAC3; c++ {
		if name == plain(c.String()) || name == c.FFprobe() {
			return c.String()
		}
	}
	return ""
}

// isAbsent compiles the comparison with nil.
func (c *compiler) isAbsent(t *term) (func(*subject) bool, error) {
	switch t.kind {
	case numberKind:
		return func(s *subject) bool { v := t.number(s); return v != v }, nil
	case textKind:
		return func(s *subject) bool { return t.text(s) == "" }, nil
	case valueKind:
		return func(s *subject) bool {
			v := t.value(s)
			return v == nil || v.Kind == amf.Null || v.Kind == amf.Undefined
		}, nil
	}
	return nil, c.fail(t.at, "%s is never nil", kindWords[t.kind])
}

// in compiles membership in a list of constants or in a range of numbers.
func (c *compiler) in(n *ast.BinaryNode) (*term, error) {
	l, err := c.node(n.Left)
	if err != nil {
		return nil, err
	}
	switch right := n.Right.(type) {
	case *ast.ArrayNode:
		return c.oneOf(n, l, right.Nodes)
	case *ast.BinaryNode:
		if right.Operator == ".." {
			return c.between(l, right)
		}
	}
	return nil, c.fail(c.place(n), "after in comes a list or a range, as in type in [8, 9]; to look into a text write summary contains \"…\"")
}

func (c *compiler) oneOf(n *ast.BinaryNode, l *term, list []ast.Node) (*term, error) {
	var tests []func(*subject) bool
	for _, item := range list {
		r, err := c.node(item)
		if err != nil && bare(item) != "" {
			return nil, c.fail(c.place(item), "a text needs quotes: %q", bare(item))
		}
		if err != nil {
			return nil, err
		}
		if !r.constant {
			return nil, c.fail(r.at, "a list after in holds numbers and texts, not names")
		}
		test, err := c.equal(n, l, r)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	return &term{truth: func(s *subject) bool {
		for _, test := range tests {
			if test(s) {
				return true
			}
		}
		return false
	}}, nil
}

func (c *compiler) between(l *term, n *ast.BinaryNode) (*term, error) {
	low, err := c.node(n.Left)
	if err != nil {
		return nil, err
	}
	high, err := c.node(n.Right)
	if err != nil {
		return nil, err
	}
	get, err := c.asNumber(l, "in")
	if err != nil {
		return nil, err
	}
	if low.kind != numberKind || high.kind != numberKind || !low.constant || !high.constant {
		return nil, c.fail(c.place(n), "a range goes from number to number, as in 0..5000")
	}
	return &term{truth: func(s *subject) bool {
		v := get(s)
		return v >= low.num && v <= high.num
	}}, nil
}
