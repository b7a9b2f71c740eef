// Package config reads the configuration file of the terminal UI: theme, keys
// and a few habits.
//
// [Load] reads the file at [Path]; no file is an empty configuration. The format
// is TOML 1.0:
//
//	# how it looks
//	theme = "dark"
//	mouse = false
//
//	[keys]
//	next-command = "c"
//	down = ["j", "Down"]
//
//	[filters]
//	slow = "rtt > 200ms"
//
// What is not known is an [*Error] with its line and column, so that a misspelt
// word does not go unnoticed. [Set] changes one setting and leaves all others, and
// the comments, as they are, which no library for TOML does. The package does not know which themes,
// actions and keys there are; who uses a setting checks it.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Config is what a configuration file says.
type Config struct {
	// Path is where it was read; "" when there is no file.
	Path string
	// Theme is the name of a theme, "" when the file does not say.
	Theme string
	// ASCII draws with ASCII characters only.
	ASCII bool
	// ShowSecrets shows credentials on the screen from the start, as in a laboratory.
	ShowSecrets bool
	// NoMouse leaves the mouse to the terminal.
	NoMouse bool
	// Columns are the columns of the panes, by the name of the setting.
	Columns map[string][]string
	// Filter selects the rows that are listed at first.
	Filter string
	// Filters have names, in the order of the file.
	Filters []Named
	// Keys are in the order of the file.
	Keys   []Keys
	places []place // where everything stands, in the order of the file
}

// Saved are the filters that have names, by those.
func (c *Config) Saved() map[string]string {
	saved := map[string]string{}
	for _, f := range c.Filters {
		saved[f.Name] = f.Filter
	}
	return saved
}

// Keys gives an action its keys, none to take them away.
type Keys struct {
	Action       string
	Keys         []string
	Line, Column int // from 1
}

// Named is a filter with a name.
type Named struct {
	Name, Filter string
	Line, Column int // from 1
}

// Error says what is wrong in a configuration file.
type Error struct {
	Path         string
	Line, Column int // from 1
	Err          error
}

// Error names the place as compilers do.
func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %v", e.Path, e.Line, e.Column, e.Err) }

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// At returns an error about a setting outside of all sections, with its place in
// the file.
func (c *Config) At(setting string, err error) error {
	if p := c.place(setting); p != nil {
		return p.error(c.Path, err)
	}
	return &Error{Path: c.Path, Line: 1, Column: 1, Err: err}
}

// place is where a setting stands, nil when the file does not have it.
func (c *Config) place(key ...string) *place {
	i := slices.IndexFunc(c.places, func(p place) bool { return !p.head && slices.Equal(p.key, key) })
	if i < 0 {
		return nil
	}
	return &c.places[i]
}

// Path is where the configuration file is looked for:
// $XDG_CONFIG_HOME/rtmpscope/config.toml, with the usual place of the system if
// that is not set. It is "" where there is no such place.
func Path() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // a relative one is to be ignored (XDG Base Directory 0.8)
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return ""
		}
	}
	return filepath.Join(dir, "rtmpscope", "config.toml")
}

// maxSize bounds what is read: a configuration is a page, not a book.
const maxSize = 1 << 20

// Load reads the configuration file. That there is none is no error; one that
// is not understood is an [*Error].
func Load() (Config, error) {
	path := Path()
	info, err := os.Stat(path)
	switch {
	case path == "", errors.Is(err, fs.ErrNotExist):
		return Config{}, nil
	case err == nil && info.Size() > maxSize:
		return Config{}, fmt.Errorf("%s is larger than 1 MiB; that is not a configuration", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	return Parse(path, string(text))
}
