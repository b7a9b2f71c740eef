package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Set writes one setting into the configuration file, makes the file if need be,
// and leaves every other line as it is. section is "" for a setting outside of
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
	return path, replace(path, c.with(string(text), section, name, values))
}

// with is the text of a configuration with another value for a setting.
func (c *Config) with(text, section, name string, values []string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if text == "" {
		lines = nil
	}
	var line []string
	if len(values) > 0 {
		line = []string{setting(name, values)}
	}
	if n := c.lines[section+"."+name]; n > 0 {
		lines = slices.Replace(lines, n-1, n, line...)
	} else {
		lines = insert(lines, section, line)
	}
	return strings.Join(append(lines, ""), "\n")
}

// insert puts a line at the end of its section.
func insert(lines []string, section string, line []string) []string {
	if len(line) == 0 {
		return lines
	}
	isHead := func(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), "[") }
	begin := 0
	if section != "" {
		begin = slices.IndexFunc(lines, func(s string) bool { return isHead(s) && strings.Contains(s, "["+section+"]") }) + 1
		if begin == 0 {
			return append(append(lines, "", "["+section+"]"), line...)
		}
	}
	end := slices.IndexFunc(lines[begin:], isHead)
	if end < 0 {
		return append(lines, line...)
	}
	for end += begin; end > begin && strings.TrimSpace(lines[end-1]) == ""; end-- {
	}
	return slices.Insert(lines, end, line...)
}

// setting is a line of the file: one text, or a list.
func setting(name string, values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	if len(values) == 1 && !strings.HasSuffix(name, "columns") {
		return name + " = " + quoted[0]
	}
	return name + " = [" + strings.Join(quoted, ", ") + "]"
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
