package cli

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/ui/config"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// configPlace names the configuration file for people.
func configPlace() string {
	if p := config.Path(); p != "" {
		return p
	}
	return "$XDG_CONFIG_HOME/rtmpscope/config.toml"
}

// loadConfig reads and checks the configuration file.
func loadConfig() (config.Config, map[string][]string, error) {
	c, err := config.Load()
	if err != nil {
		return c, nil, fail(exitUsage, "%w", err)
	}
	if names := tui.Themes(); c.Theme != "" && !slices.Contains(names, c.Theme) {
		return c, nil, fail(exitUsage, "%w", c.At("theme", fmt.Errorf("there is no theme %q; there are %s", c.Theme, strings.Join(names, ", "))))
	}
	full, err := filter.Expand(c.Filter, c.Saved())
	if err != nil {
		return c, nil, fail(exitUsage, "%w", c.At("filter", err))
	}
	if problem := tui.CheckFilter(full); problem != "" {
		return c, nil, fail(exitUsage, "%w", c.At("filter", fmt.Errorf("filter: %s", problem)))
	}
	for _, f := range c.Filters {
		if problem := tui.CheckFilter(f.Filter); problem != "" {
			return c, nil, fail(exitUsage, "%w", &config.Error{Path: c.Path, Line: f.Line, Column: f.Column, Err: fmt.Errorf("filters: %s: %s", f.Name, problem)})
		}
	}
	for name, columns := range c.Columns {
		if err := model.CheckColumns(name, columns); err != nil {
			return c, nil, fail(exitUsage, "%w", c.At(name, fmt.Errorf("%s: %w", name, err)))
		}
	}
	keys := map[string][]string{}
	for _, k := range c.Keys {
		keys[k.Action] = k.Keys
		if _, err := model.Rebind(keys); err != nil {
			return c, nil, fail(exitUsage, "%w", &config.Error{Path: c.Path, Line: k.Line, Column: k.Column, Err: err})
		}
	}
	return c, keys, nil
}

// configuredKeys are the keys of the configuration file.
func configuredKeys() (map[string][]string, error) {
	_, keys, err := loadConfig()
	return keys, err
}

// configure lets the configuration file say how the terminal UI looks, where no
// flag and no environment says otherwise. A file that is not understood is said on
// warn and on the screen, and not used: nobody is kept from a live session by a
// misspelt colour.
func configure(o *tui.Options, warn io.Writer) {
	c, keys, err := loadConfig()
	if err != nil {
		fmt.Fprintf(warn, "rtmpscope: the configuration is not used: %v\n", err)
		o.Greeting = "configuration not used, " + strings.TrimPrefix(err.Error(), filepath.Dir(config.Path())+string(filepath.Separator))
		return
	}
	o.Keys, o.Theme, o.Columns = keys, cmp.Or(o.Theme, c.Theme), c.Columns
	o.Saved = c.Saved()
	o.ASCII, o.Lab = o.ASCII || c.ASCII, c.ShowSecrets
	o.Mouse = o.Mouse && !c.NoMouse
	if o.Filter == "" {
		o.Filter = c.Filter
	}
}

// keepSetting writes a setting into the configuration file.
func keepSetting(s desk.Setting) (string, error) {
	path, err := config.Set(s.Section, s.Name, s.Values...)
	return s.Name + " is kept in " + path, err
}
