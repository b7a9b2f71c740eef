package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Parse reads a configuration, which is TOML 1.0. path is for messages.
func Parse(path, text string) (Config, error) {
	c := Config{Path: path}
	var values map[string]any
	if err := toml.Unmarshal([]byte(text), &values); err != nil {
		return Config{}, c.syntax(text, err)
	}
	if err := c.find(text); err != nil {
		return Config{}, c.syntax(text, err)
	}
	for i := range c.places {
		if p := &c.places[i]; !p.head {
			if err := c.setting(p, lookUp(values, p.key)); err != nil {
				return Config{}, p.error(path, err)
			}
		} else if err := p.known(); err != nil {
			return Config{}, p.error(path, err)
		}
	}
	return c, nil
}

// syntax says where a text is no TOML.
func (c *Config) syntax(text string, err error) error {
	e := &Error{Path: c.Path, Line: 1, Column: 1, Err: err}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		e.Line, e.Column = wrong.Position()
		e.Err = errors.New(strings.TrimPrefix(wrong.Error(), "toml: "))
		if lines := strings.Split(text, "\n"); e.Line >= 1 && e.Line <= len(lines) && strings.TrimSpace(lines[e.Line-1]) != "" {
			e.Err = fmt.Errorf("%w, in: %s", e.Err, strings.TrimSpace(lines[e.Line-1]))
		}
	}
	return e
}

// place is where a setting, or the head of a section, stands.
type place struct {
	key          []string
	head         bool   // [keys]
	several      bool   // [[keys]]
	inline       bool   // part of an inline table, which Set leaves alone
	first, last  int    // lines, from 1
	line, column int    // of the name itself
	written      string // the name as the file has it, with dots and quotes
	behind       string // the comment behind the value, as the file has it
}

func (p *place) error(path string, err error) error {
	return &Error{Path: path, Line: p.line, Column: p.column, Err: err}
}

// find notes where everything stands, in the order of the file. The text is TOML.
func (c *Config) find(text string) error {
	p := &unstable.Parser{}
	p.Reset([]byte(text))
	var section []string
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			section = keyOf(e)
			c.places = append(c.places, placeOf(p, e, section, true))
		case unstable.KeyValue:
			c.findValue(p, e, section)
		}
	}
	return p.Error()
}

// findValue notes a setting, or those in an inline table.
func (c *Config) findValue(p *unstable.Parser, e *unstable.Node, section []string) {
	at := placeOf(p, e, slices.Concat(section, keyOf(e)), false)
	whole := p.Shape(e.Raw)
	at.first, at.last = whole.Start.Line, whole.End.Line
	at.behind, _, _ = strings.Cut(string(p.Data()[e.Raw.Offset+e.Raw.Length:]), "\n")
	if e.Value().Kind != unstable.InlineTable {
		c.places = append(c.places, at)
		return
	}
	n := len(c.places)
	for it := e.Value().Children(); it.Next(); {
		if it.Node().Kind == unstable.KeyValue {
			c.findValue(p, it.Node(), at.key)
		}
	}
	for i := n; i < len(c.places); i++ {
		c.places[i].inline = true
	}
}

// placeOf is where the name of an expression stands.
func placeOf(p *unstable.Parser, e *unstable.Node, key []string, head bool) place {
	var first, last unstable.Range
	for it, n := e.Key(), 0; it.Next(); n++ {
		if last = it.Node().Raw; n == 0 {
			first = last
		}
	}
	begin := p.Shape(first).Start
	end := last.Offset + last.Length
	return place{key: key, head: head, several: e.Kind == unstable.ArrayTable, first: begin.Line, last: begin.Line, line: begin.Line, column: begin.Column,
		written: string(p.Data()[first.Offset:end])}
}

func keyOf(e *unstable.Node) (key []string) {
	for it := e.Key(); it.Next(); {
		key = append(key, string(it.Node().Data))
	}
	return key
}

// lookUp is the value of a key in a document.
func lookUp(values map[string]any, key []string) any {
	for _, k := range key[:len(key)-1] {
		values, _ = values[k].(map[string]any)
	}
	return values[key[len(key)-1]]
}

// known reports a head that means nothing.
func (p *place) known() error {
	if p.several {
		return fmt.Errorf("there is no list of sections [[%s]]", strings.Join(p.key, "."))
	}
	return known(p.key)
}

// known reports a section that means nothing.
func known(key []string) error {
	if len(key) == 1 && (key[0] == "keys" || key[0] == "filters") {
		return nil
	}
	return fmt.Errorf("there is no section [%s]; there are [keys] and [filters]", strings.Join(key, "."))
}

// settings are the names outside of a section.
var settings = []string{"ascii", "filter", "mouse", "session-columns", "show-secrets", "theme", "timeline-columns"}

// setting takes in one value.
func (c *Config) setting(p *place, value any) (err error) {
	name := p.key[len(p.key)-1]
	if len(p.key) > 1 {
		if err := known(p.key[:len(p.key)-1]); err != nil {
			return err
		}
	}
	switch {
	case len(p.key) == 1:
		err = c.own(name, value)
	case p.key[0] == "keys":
		var keys []string
		keys, err = texts(value)
		c.Keys = append(c.Keys, Keys{name, keys, p.line, p.column})
	default:
		var filter string
		filter, err = one(value)
		c.Filters = append(c.Filters, Named{name, filter, p.line, p.column})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// own takes in a setting outside of all sections.
func (c *Config) own(name string, value any) (err error) {
	switch name {
	case "theme":
		c.Theme, err = one(value)
	case "session-columns", "timeline-columns":
		if c.Columns == nil {
			c.Columns = map[string][]string{}
		}
		c.Columns[name], err = texts(value)
	case "filter":
		c.Filter, err = one(value)
	case "ascii":
		c.ASCII, err = truth(value)
	case "show-secrets":
		c.ShowSecrets, err = truth(value)
	case "mouse":
		var mouse bool
		mouse, err = truth(value)
		c.NoMouse = !mouse
	default:
		return fmt.Errorf("there is no such setting; there are %s and the sections [keys] and [filters]", strings.Join(settings, ", "))
	}
	return err
}

func truth(value any) (bool, error) {
	if b, ok := value.(bool); ok {
		return b, nil
	}
	return false, errors.New("write true or false")
}

func one(value any) (string, error) {
	if s, ok := value.(string); ok {
		return s, nil
	}
	return "", errors.New(`write a text in quotes, such as "dark"`)
}

// texts takes one text, or several.
func texts(value any) (out []string, err error) {
	list, several := value.([]any)
	if !several {
		list = []any{value}
	}
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, errors.New(`write texts in quotes, such as "j" or ["j", "Down"]`)
		}
		out = append(out, s)
	}
	return out, nil
}
