package filter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// kind is what a part of an expression is.
type kind uint8

const (
	truthKind  kind = iota // yes or no
	numberKind             // seconds, bytes, IDs
	textKind
	valueKind // an AMF value; what it holds is known only of a row
	nilKind
	argsKind // the list of all arguments
)

var kindWords = [...]string{"a yes or no", "a number", "a text", "an AMF value", "nil", "the list of arguments"}

// term is a part of an expression, ready to be evaluated. The function that
// belongs to its kind is set.
type term struct {
	kind   kind
	truth  func(*subject) bool
	number func(*subject) float64
	text   func(*subject) string
	value  func(*subject) *amf.Value // nil: there is none
	field  *field                    // when it is a field by itself
	// constant says that it is a literal: yes, num or str.
	constant bool
	yes      bool
	num      float64
	str      string
	at       int // byte offset in the filter
}

// compiler makes a filter of a text.
type compiler struct {
	text    string
	source  rewritten
	needs   needs
	parts   int
	pattern int // see maxPattern
	// sessions says that sessions are selected, not rows.
	sessions bool
}

// whole compiles a text that may be empty or too long.
func (c *compiler) whole() (*term, error) {
	if len(c.text) > MaxText {
		return nil, &Error{Text: c.text, Offset: MaxText, Message: "the filter is longer than 4 KiB"}
	}
	if strings.TrimSpace(c.text) == "" {
		return &term{truth: func(*subject) bool { return true }}, nil
	}
	return c.filter()
}

// filter compiles the whole text.
func (c *compiler) filter() (*term, error) {
	list, bad := pieces(c.text)
	if bad != nil {
		return nil, bad
	}
	if !isExpression(list) {
		return c.search(list)
	}
	return c.expression()
}

// search compiles words: each of them has to occur.
func (c *compiler) search(list []piece) (*term, error) {
	all := make([]func(*subject) bool, len(list))
	for i, p := range list {
		f := c.field(p.text)
		switch {
		case !p.quoted && strings.HasPrefix(p.text, "~"):
			s, err := c.shorthand(p.text, p.at)
			if err != nil {
				return nil, err
			}
			all[i] = s.truth
		case !p.quoted && f != nil && f.truth != nil:
			all[i] = c.use(f, p.at).truth
		default:
			all[i] = c.occurs(p.text)
		}
	}
	return &term{truth: func(s *subject) bool {
		for _, holds := range all {
			if !holds(s) {
				return false
			}
		}
		return true
	}}, nil
}

// expression compiles an expression.
func (c *compiler) expression() (*term, error) {
	c.source = rewrite(c.text)
	config := conf.CreateNew()
	config.MaxNodes = maxParts
	config.DisableIfOperator = true
	tree, err := parser.ParseWithConfig(c.source.text, config)
	if err != nil {
		var bad *file.Error
		if !errors.As(err, &bad) {
			return nil, c.fail(0, "%v", err)
		}
		return nil, c.fail(c.source.place(bad.From), "%s", grammar(bad.Message))
	}
	t, err := c.node(tree.Node)
	if err != nil {
		return nil, err
	}
	return c.asTruth(t)
}

func (c *compiler) fail(at int, format string, args ...any) error {
	return &Error{Text: c.text, Offset: min(at, len(c.text)), Message: fmt.Sprintf(format, args...)}
}

// place is where a node stands in the filter.
func (c *compiler) place(n ast.Node) int { return c.source.place(n.Location().From) }

// node compiles one node. The parser limits how many there are; the count here
// is for the one that chains of comparisons share.
func (c *compiler) node(n ast.Node) (*term, error) {
	if c.parts++; c.parts > 2*maxParts {
		return nil, c.fail(0, "the filter has too many parts")
	}
	t, err := c.compile(n)
	if err != nil {
		return nil, err
	}
	if n := c.place(n); t.at == 0 {
		t.at = n
	}
	return t, nil
}

func (c *compiler) compile(n ast.Node) (*term, error) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return c.name(n)
	case *ast.IntegerNode:
		return number(float64(n.Value)), nil
	case *ast.FloatNode:
		return number(n.Value), nil
	case *ast.StringNode:
		return literal(n.Value), nil
	case *ast.BoolNode:
		return &term{constant: true, yes: n.Value, truth: func(*subject) bool { return n.Value }}, nil
	case *ast.NilNode:
		return &term{kind: nilKind, constant: true}, nil
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ChainNode:
		return c.node(n.Node)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return c.function(n.Name, n.Arguments, c.place(n))
	case *ast.ArrayNode:
		return nil, c.fail(c.place(n), "a list can only stand after in, as in type in [8, 9]")
	}
	return nil, c.fail(c.place(n), "this is not part of the filter language; it knows comparisons, and, or, not, in, contains and a few functions")
}

func number(v float64) *term {
	return &term{kind: numberKind, constant: true, num: v, number: func(*subject) float64 { return v }}
}

func literal(s string) *term {
	return &term{kind: textKind, constant: true, str: s, text: func(*subject) string { return s }}
}

// use compiles a field.
func (c *compiler) use(f *field, at int) *term {
	c.needs |= f.needs
	t := &term{field: f, at: at, truth: f.truth, number: f.number, text: f.text}
	switch {
	case f.number != nil:
		t.kind = numberKind
	case f.text != nil:
		t.kind = textKind
	}
	return t
}

// asTruth makes a term a condition: a text in quotes is searched for.
func (c *compiler) asTruth(t *term) (*term, error) {
	switch {
	case t.kind == truthKind:
		return t, nil
	case t.kind == valueKind:
		return &term{at: t.at, truth: func(s *subject) bool { v := t.value(s); return v != nil && v.Kind == amf.Boolean && v.Bool }}, nil
	case t.kind == textKind && t.constant:
		return &term{at: t.at, truth: c.occurs(t.str)}, nil
	case t.field != nil && t.kind == numberKind:
		return nil, c.fail(t.at, "%s is a number; compare it, as in %s > 0", t.field.name, t.field.name)
	case t.field != nil:
		return nil, c.fail(t.at, "%s is a text; compare it, as in %s == \"…\"", t.field.name, t.field.name)
	}
	return nil, c.fail(t.at, "%s is not a condition; compare it with something", kindWords[t.kind])
}

// unary compiles a sign or a negation.
func (c *compiler) unary(n *ast.UnaryNode) (*term, error) {
	t, err := c.node(n.Node)
	if err != nil {
		return nil, err
	}
	if n.Operator == "-" || n.Operator == "+" {
		return c.sign(n, t)
	}
	if t.kind != truthKind && t.field != nil {
		return nil, c.fail(t.at, "not %s is read before what follows; put the comparison in parentheses: not (%s …)", t.field.name, t.field.name)
	}
	if t, err = c.asTruth(t); err != nil {
		return nil, err
	}
	return &term{truth: func(s *subject) bool { return !t.truth(s) }}, nil
}

func (c *compiler) sign(n *ast.UnaryNode, t *term) (*term, error) {
	get, err := c.asNumber(t, n.Operator)
	switch {
	case err != nil:
		return nil, err
	case n.Operator == "+":
		return t, nil
	case t.constant:
		return number(-t.num), nil
	}
	return &term{kind: numberKind, number: func(s *subject) float64 { return -get(s) }}, nil
}
