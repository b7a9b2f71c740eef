package filter

import (
	"math"

	"github.com/expr-lang/expr/ast"
)

// binary compiles an operator with two operands.
func (c *compiler) binary(n *ast.BinaryNode) (*term, error) {
	switch n.Operator {
	case "in":
		return c.in(n)
	case "..":
		return nil, c.fail(c.place(n), "a range can only stand after in, as in timestamp in 0..5000")
	}
	l, err := c.node(n.Left)
	if err != nil {
		return nil, err
	}
	r, err := c.node(n.Right)
	if err != nil {
		return nil, c.quotes(l, n.Operator, n.Right, err)
	}
	switch n.Operator {
	case "and", "&&", "or", "||":
		return c.join(n.Operator, l, r)
	case "==", "!=":
		return c.equality(n, l, r)
	case "<", "<=", ">", ">=":
		return c.order(n, l, r)
	case "contains", "startsWith", "endsWith":
		return c.part(n.Operator, l, r)
	case "matches":
		return c.matches(l, r)
	case "+", "-", "*", "/", "%", "**", "^":
		return c.arithmetic(n.Operator, l, r)
	}
	return nil, c.fail(c.place(n), "the filter language has no operator %q", n.Operator)
}

// join compiles and, or.
func (c *compiler) join(operator string, l, r *term) (*term, error) {
	l, err := c.asTruth(l)
	if err != nil {
		return nil, err
	}
	if r, err = c.asTruth(r); err != nil {
		return nil, err
	}
	a, b := l.truth, r.truth
	if operator == "and" || operator == "&&" {
		return &term{truth: func(s *subject) bool { return a(s) && b(s) }}, nil
	}
	return &term{truth: func(s *subject) bool { return a(s) || b(s) }}, nil
}

// arithmetic compiles operators that make a number of two.
func (c *compiler) arithmetic(operator string, l, r *term) (*term, error) {
	a, err := c.asNumber(l, operator)
	if err != nil {
		return nil, err
	}
	b, err := c.asNumber(r, operator)
	if err != nil {
		return nil, err
	}
	f := calculations[operator]
	if l.constant && r.constant {
		return number(f(l.num, r.num)), nil
	}
	return &term{kind: numberKind, number: func(s *subject) float64 { return f(a(s), b(s)) }}, nil
}

var calculations = map[string]func(a, b float64) float64{
	"+":  func(a, b float64) float64 { return a + b },
	"-":  func(a, b float64) float64 { return a - b },
	"*":  func(a, b float64) float64 { return a * b },
	"/":  func(a, b float64) float64 { return a / b },
	"%":  math.Mod,
	"**": math.Pow,
	"^":  math.Pow,
}

// order compiles the comparison of two numbers or two texts.
func (c *compiler) order(n *ast.BinaryNode, l, r *term) (*term, error) {
	if l.kind == textKind && (r.kind == textKind || r.kind == valueKind) || l.kind == valueKind && r.kind == textKind {
		return c.textOrder(n, l, r)
	}
	if err := c.sameKind(n, l, r); err != nil {
		return nil, err
	}
	a, err := c.asNumber(l, n.Operator)
	if err != nil {
		return nil, err
	}
	b, err := c.asNumber(r, n.Operator)
	if err != nil {
		return nil, err
	}
	if r.constant {
		return &term{truth: orderConstant(n.Operator, a, r.num)}, nil
	}
	switch n.Operator {
	case "<":
		return &term{truth: func(s *subject) bool { return a(s) < b(s) }}, nil
	case "<=":
		return &term{truth: func(s *subject) bool { return a(s) <= b(s) }}, nil
	case ">":
		return &term{truth: func(s *subject) bool { return a(s) > b(s) }}, nil
	}
	return &term{truth: func(s *subject) bool { return a(s) >= b(s) }}, nil
}

// orderConstant is the comparison that people write most.
func orderConstant(operator string, get func(*subject) float64, v float64) func(*subject) bool {
	switch operator {
	case "<":
		return func(s *subject) bool { return get(s) < v }
	case "<=":
		return func(s *subject) bool { return get(s) <= v }
	case ">":
		return func(s *subject) bool { return get(s) > v }
	}
	return func(s *subject) bool { return get(s) >= v }
}

func (c *compiler) textOrder(n *ast.BinaryNode, l, r *term) (*term, error) {
	a, err := c.asText(l, n.Operator)
	if err != nil {
		return nil, err
	}
	b, err := c.asText(r, n.Operator)
	if err != nil {
		return nil, err
	}
	return &term{truth: func(s *subject) bool {
		x, isText := a(s)
		y, alsoText := b(s)
		if !isText || !alsoText {
			return false
		}
		switch n.Operator {
		case "<":
			return x < y
		case "<=":
			return x <= y
		case ">":
			return x > y
		}
		return x >= y
	}}, nil
}

// asNumber returns how to get a number; that of a value that is none is absent.
func (c *compiler) asNumber(t *term, operator string) (func(*subject) float64, error) {
	switch t.kind {
	case numberKind:
		return t.number, nil
	case valueKind:
		return func(s *subject) float64 { return valueNumber(t.value(s)) }, nil
	}
	return nil, c.fail(t.at, "%s needs numbers, and this is %s", operator, kindWords[t.kind])
}

// asText returns how to get a text, and whether there is one.
func (c *compiler) asText(t *term, operator string) (func(*subject) (string, bool), error) {
	switch t.kind {
	case textKind:
		return func(s *subject) (string, bool) { return t.text(s), true }, nil
	case valueKind:
		return func(s *subject) (string, bool) { return valueText(t.value(s)) }, nil
	}
	return nil, c.fail(t.at, "%s needs texts, and this is %s", operator, kindWords[t.kind])
}

// sameKind refuses to compare what can never be compared.
func (c *compiler) sameKind(n *ast.BinaryNode, l, r *term) error {
	if l.kind == r.kind || l.kind == valueKind || r.kind == valueKind {
		return nil
	}
	if l.field != nil {
		return c.fail(r.at, "%s is %s and cannot be compared with %s%s", l.field.name, kindWords[l.kind], kindWords[r.kind], insteadOf(r.str))
	}
	return c.fail(c.place(n), "%s cannot be compared with %s", kindWords[l.kind], kindWords[r.kind])
}
