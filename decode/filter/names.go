package filter

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// field finds a field by its name, nil when there is none.
func (c *compiler) field(name string) *field {
	short, long := strings.CutPrefix(name, sessionPrefix)
	if f := sessionFieldByName[short]; f != nil && (long || c.sessions) {
		return f.asField(name)
	}
	if f := fieldByName[name]; f != nil && (!c.sessions || name == "session") {
		return f
	}
	return nil
}

// fieldNames are those that a name can be meant as.
func (c *compiler) fieldNames() []string {
	if c.sessions {
		return sessionNames("")
	}
	return slices.Concat(names(fields), []string{"args"}, sessionNames(sessionPrefix))
}

// occurs searches for a word where people see it.
func (c *compiler) occurs(word string) func(*subject) bool {
	if c.sessions {
		return inSession(word)
	}
	return occurs(word)
}

// name compiles a field, a shorthand or args.
func (c *compiler) name(n *ast.IdentifierNode) (*term, error) {
	at := c.place(n)
	if short, ok := strings.CutPrefix(n.Value, shorthandPrefix); ok {
		return c.shorthand("~"+short, at)
	}
	if n.Value == "args" && !c.sessions {
		c.needs |= needsEntry
		return &term{kind: argsKind, at: at}, nil
	}
	if f := c.field(n.Value); f != nil {
		return c.use(f, at), nil
	}
	return nil, c.unknown(n.Value, at)
}

// unknown says of a name that is no field what may be meant.
func (c *compiler) unknown(name string, at int) error {
	if c.sessions && (fieldByName[name] != nil || name == "args") {
		return c.fail(at, "%s is a field of rows; of a session a filter can ask %s", name, strings.Join(sessionNames(""), ", "))
	}
	if short := insteadOf(name); short != "" && !c.sessions {
		return c.fail(at, "there is no field %q%s", name, short)
	}
	if sessionFieldByName[name] != nil {
		return c.fail(at, "there is no field %q; did you mean %q?", name, sessionPrefix+name)
	}
	if near := Suggest(name, c.fieldNames()); near != "" {
		return c.fail(at, "there is no field %q%s", name, near)
	}
	return c.fail(at, "there is no field %q; to search for the word, write it in quotes: %q", name, name)
}

func (c *compiler) shorthand(name string, at int) (*term, error) {
	f := shorthandByName[name]
	switch {
	case f == nil:
		return nil, c.fail(at, "there is no shorthand %q%s", name, Suggest(name, names(shorthands)))
	case c.sessions && name == sessionTrouble.name:
		return c.use(sessionTrouble, at), nil
	case c.sessions:
		return nil, c.fail(at, "%s selects rows; of sessions, ~err selects those in which something went wrong", name)
	}
	return c.use(f, at), nil
}

// ofSession compiles session.role; ok is false for what is no such name.
func (c *compiler) ofSession(n *ast.MemberNode) (t *term, ok bool, err error) {
	of, named := n.Node.(*ast.IdentifierNode)
	key, text := n.Property.(*ast.StringNode)
	if !named || !text || of.Value+"." != sessionPrefix {
		return nil, false, nil
	}
	at := c.place(of)
	if f := c.field(sessionPrefix + key.Value); f != nil {
		return c.use(f, at), true, nil
	}
	if near := Suggest(key.Value, sessionNames("")); near != "" {
		return nil, true, c.fail(at, "a session has no field %q%s", key.Value, near)
	}
	return nil, true, c.fail(at, "a session has no field %q; a filter can ask %s", key.Value, strings.Join(sessionNames(""), ", "))
}

// bare is the text of names that stand where a value in quotes is meant: publish,
// NetStream.Play.Start. It is "" for all else.
func bare(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.ChainNode:
		return bare(n.Node)
	case *ast.MemberNode:
		of, key := bare(n.Node), n.Property
		if name, ok := key.(*ast.StringNode); ok && of != "" {
			return of + "." + name.Value
		}
	}
	return ""
}

// quotes replaces the error of a value that lacks its quotes by how to write it.
func (c *compiler) quotes(l *term, operator string, right ast.Node, err error) error {
	word := bare(right)
	if err == nil || word == "" || l.kind != textKind && l.kind != valueKind || strings.HasPrefix(word, shorthandPrefix) {
		return err
	}
	name := "…"
	if l.field != nil {
		name = l.field.name
	}
	return c.fail(c.place(right), "a text needs quotes: %s %s %q", name, operator, word)
}
