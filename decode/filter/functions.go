package filter

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// function is what an expression can call with one argument.
type function struct {
	name string
	help string
	make func(c *compiler, t *term) (*term, error)
}

// functions is a function to break the cycle with the compiler.
func functions() []function {
	return []function{
		{"arg", "the argument with that number, or the first member with that name: arg(\"app\")", (*compiler).arg},
		{"has", "whether an argument has a member of that name: has(\"tcUrl\")", (*compiler).has},
		{"lower", "a text in lower case", textFunction(strings.ToLower)},
		{"upper", "a text in upper case", textFunction(strings.ToUpper)},
		{"len", "characters of a text, members of a value, number of args", (*compiler).len},
		{"abs", "a number without its sign", numberFunction(math.Abs)},
		{"int", "a number without its fraction", numberFunction(math.Trunc)},
	}
}

// call compiles the call of a name that the parser does not know.
func (c *compiler) call(n *ast.CallNode) (*term, error) {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return nil, c.fail(c.place(n), "values have no functions of their own")
	}
	return c.function(name.Value, n.Arguments, c.place(n))
}

func (c *compiler) function(name string, arguments []ast.Node, at int) (*term, error) {
	var known []string
	for _, f := range functions() {
		known = append(known, f.name)
		if f.name != name {
			continue
		}
		if len(arguments) != 1 {
			return nil, c.fail(at, "%s takes one argument", name)
		}
		t, err := c.node(arguments[0])
		if err != nil {
			return nil, err
		}
		return f.make(c, t)
	}
	if near := Suggest(name, known); near != "" {
		return nil, c.fail(at, "there is no function %q%s", name, near)
	}
	return nil, c.fail(at, "there is no function %q; there are %s", name, strings.Join(known, ", "))
}

func (c *compiler) arg(t *term) (*term, error) {
	c.needs |= needsEntry
	switch {
	case t.constant && t.kind == textKind:
		return value(func(s *subject) *amf.Value { return anyNamed(s.args(), t.str) }), nil
	case t.constant && t.kind == numberKind:
		return value(func(s *subject) *amf.Value { return item(s.args(), t.num) }), nil
	}
	return nil, c.fail(t.at, "arg takes a number or a name in quotes")
}

func (c *compiler) has(t *term) (*term, error) {
	if !t.constant || t.kind != textKind {
		return nil, c.fail(t.at, "has takes a name in quotes")
	}
	c.needs |= needsEntry
	return &term{truth: func(s *subject) bool { return anyNamed(s.args(), t.str) != nil }}, nil
}

func (c *compiler) len(t *term) (*term, error) {
	var get func(*subject) float64
	switch t.kind {
	case argsKind:
		get = func(s *subject) float64 { return float64(len(s.args())) }
	case textKind:
		get = func(s *subject) float64 { return float64(utf8.RuneCountInString(t.text(s))) }
	case valueKind:
		get = func(s *subject) float64 { return valueLen(t.value(s)) }
	default:
		return nil, c.fail(t.at, "len takes a text or a value, and this is %s", kindWords[t.kind])
	}
	return &term{kind: numberKind, number: get}, nil
}

func valueLen(v *amf.Value) float64 {
	if s, ok := valueText(v); ok {
		return float64(utf8.RuneCountInString(s))
	}
	if v == nil {
		return absent
	}
	return float64(len(v.Members) + len(v.Items))
}

// textFunction makes a function from text to text; of a value that is no text
// it gives the empty one.
func textFunction(f func(string) string) func(*compiler, *term) (*term, error) {
	return func(c *compiler, t *term) (*term, error) {
		get, err := c.asText(t, "the function")
		if err != nil {
			return nil, err
		}
		return &term{kind: textKind, text: func(s *subject) string { x, _ := get(s); return f(x) }}, nil
	}
}

func numberFunction(f func(float64) float64) func(*compiler, *term) (*term, error) {
	return func(c *compiler, t *term) (*term, error) {
		get, err := c.asNumber(t, "the function")
		if err != nil {
			return nil, err
		}
		return &term{kind: numberKind, number: func(s *subject) float64 { return f(get(s)) }}, nil
	}
}
