package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads a configuration. path is for messages.
func Parse(path, text string) (Config, error) {
	c := Config{Path: path, lines: map[string]int{}}
	section := ""
	for i, line := range strings.Split(text, "\n") {
		p := &parser{rest: line}
		if err := p.line(&c, &section, i+1); err != nil {
			return Config{}, &Error{path, i + 1, err}
		}
	}
	return c, nil
}

// parser reads one line from the left.
type parser struct{ rest string }

func (p *parser) blank() { p.rest = strings.TrimLeft(p.rest, " \t\r") }

// take takes a piece of text if it comes next.
func (p *parser) take(s string) bool {
	p.blank()
	rest, ok := strings.CutPrefix(p.rest, s)
	if ok {
		p.rest = rest
	}
	return ok
}

// over reports whether nothing but a comment is left.
func (p *parser) over() bool {
	p.blank()
	return p.rest == "" || p.rest[0] == '#'
}

// name takes a bare name.
func (p *parser) name() string {
	p.blank()
	n := strings.IndexFunc(p.rest, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	})
	if n < 0 {
		n = len(p.rest)
	}
	name := p.rest[:n]
	p.rest = p.rest[n:]
	return name
}

// line reads one line: nothing, the beginning of a section, or a setting.
func (p *parser) line(c *Config, section *string, number int) error {
	switch {
	case p.over():
		return nil
	case p.take("["):
		name := p.name()
		if !p.take("]") || !p.over() {
			return fmt.Errorf("a section is written [keys]")
		}
		if name != "keys" && name != "filters" {
			return fmt.Errorf("there is no section [%s]; there are [keys] and [filters]", name)
		}
		*section = name
		return nil
	}
	name := p.name()
	if name == "" || !p.take("=") {
		return fmt.Errorf("write name = value")
	}
	if _, twice := c.lines[*section+"."+name]; twice {
		return fmt.Errorf("%s is set twice", name)
	}
	c.lines[*section+"."+name] = number
	if *section == "" {
		c.lines[name] = number
	}
	if err := p.setting(c, *section, name, number); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if !p.over() {
		return fmt.Errorf("%s: %q stands behind the value", name, p.rest)
	}
	return nil
}

// settings are the names outside of a section.
var settings = []string{"ascii", "filter", "mouse", "session-columns", "theme", "timeline-columns"}

func (p *parser) setting(c *Config, section, name string, number int) (err error) {
	if section == "keys" {
		keys, err := p.texts()
		c.Keys = append(c.Keys, Keys{name, keys, number})
		return err
	}
	if section == "filters" {
		text, err := p.text()
		c.Filters = append(c.Filters, Named{name, text, number})
		return err
	}
	switch name {
	case "theme":
		c.Theme, err = p.text()
	case "session-columns", "timeline-columns":
		if c.Columns == nil {
			c.Columns = map[string][]string{}
		}
		c.Columns[name], err = p.texts()
	case "filter":
		c.Filter, err = p.text()
	case "ascii":
		c.ASCII, err = p.truth()
	case "mouse":
		var mouse bool
		mouse, err = p.truth()
		c.NoMouse = !mouse
	default:
		return fmt.Errorf("there is no such setting; there are %s and the sections [keys] and [filters]", strings.Join(settings, ", "))
	}
	return err
}

func (p *parser) truth() (bool, error) {
	switch {
	case p.take("true"):
		return true, nil
	case p.take("false"):
		return false, nil
	}
	return false, fmt.Errorf("write true or false")
}

// texts takes one text, or several in brackets.
func (p *parser) texts() (out []string, err error) {
	if !p.take("[") {
		s, err := p.text()
		return []string{s}, err
	}
	for !p.take("]") {
		s, err := p.text()
		if err != nil {
			return nil, err
		}
		if out = append(out, s); p.take(",") {
			continue
		}
		if p.take("]") {
			break
		}
		return nil, fmt.Errorf("the list does not end on this line")
	}
	return out, nil
}

// text takes a text in double quotes, with \" and \\, or in single quotes as it
// stands.
func (p *parser) text() (string, error) {
	p.blank()
	if p.rest == "" || p.rest[0] != '"' && p.rest[0] != '\'' {
		return "", fmt.Errorf("write the value in quotes")
	}
	end := 1
	for ; end < len(p.rest) && p.rest[end] != p.rest[0]; end++ {
		if p.rest[end] == '\\' && p.rest[0] == '"' {
			end++
		}
	}
	if end >= len(p.rest) {
		return "", fmt.Errorf("the quote is not closed")
	}
	quoted := p.rest[:end+1]
	p.rest = p.rest[end+1:]
	if quoted[0] == '\'' {
		return quoted[1:end], nil
	}
	s, err := strconv.Unquote(quoted)
	if err != nil || !utf8.ValidString(s) {
		return "", fmt.Errorf("%s is no text", quoted)
	}
	return s, nil
}
