package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Set writes one setting into the configuration file, makes the file if need be,
// and leaves every other line as it is. A value that took several lines takes one. section is "" for a setting outside of
// all sections; no values take the setting out. It returns the path of the file.
// A file that is not understood is not touched.
func Set(section, name string, values ...string) (string, error) {
	path := Path()
	if path == "" {
		return "", errors.New("there is no place for a configuration file; set XDG_CONFIG_HOME")
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays one
	}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	c, err := Parse(path, string(text))
	if err != nil {
		return "", err
	}
	changed, err := c.with(string(text), section, name, values)
	if err != nil {
		return "", err
	}
	return path, replace(path, changed)
}

// with is the text of a configuration with another value for a setting.
func (c *Config) with(text, section, name string, values []string) (string, error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if text == "" {
		lines = nil
	}
	key := []string{name}
	if section != "" {
		key = []string{section, name}
	}
	p := c.place(key...)
	switch {
	case p != nil && p.inline:
		return "", p.error(c.Path, fmt.Errorf("%s is part of an inline table; change it there", name))
	case p != nil && len(values) == 0:
		lines = slices.Delete(lines, p.first-1, p.last)
	case p != nil:
		lines = slices.Replace(lines, p.first-1, p.last, setting(p.written, name, values)+p.behind)
	case len(values) > 0:
		lines = c.insert(lines, section, setting(quotedName(name), name, values))
	}
	out := strings.Join(append(lines, ""), "\n")
	if _, err := Parse(c.Path, out); err != nil {
		return "", fmt.Errorf("%s cannot be set for you, change the file by hand: %w", name, err)
	}
	return out, nil
}

// quotedName is a name as TOML wants it: in quotes unless it is plain.
func quotedName(name string) string {
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
			return quoted(name)
		}
	}
	return name
}

// insert puts a line at the end of its section.
func (c *Config) insert(lines []string, section, line string) []string {
	begin, end := 0, len(lines)
	for _, p := range c.places {
		switch {
		case p.head && begin == 0 && section != "" && slices.Equal(p.key, []string{section}):
			begin = p.last
		case p.head && p.first > begin && (section == "" || begin > 0):
			end = min(end, p.first-1)
		}
	}
	if section != "" && begin == 0 {
		return append(lines, "", "["+section+"]", line)
	}
	for end > begin && end < len(lines) && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	return slices.Insert(lines, end, line)
}

// setting is a line of the file: one text, or a list.
func setting(written, name string, values []string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = quoted(v)
	}
	if len(values) == 1 && !strings.HasSuffix(name, "columns") {
		return written + " = " + list[0]
	}
	return written + " = [" + strings.Join(list, ", ") + "]"
}

// quoted is a basic string of TOML 1.0.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// replace writes a file in one step: whoever reads meanwhile sees the old one.
func replace(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*")
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil {
		f.Chmod(info.Mode().Perm()) //nolint:errcheck // a stricter mode does no harm
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name()) //nolint:errcheck // that it failed is already being said
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
