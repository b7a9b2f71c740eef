package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/config"
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
	if problem := tui.CheckFilter(c.Filter); problem != "" {
		return c, nil, fail(exitUsage, "%w", c.At("filter", fmt.Errorf("filter: %s", problem)))
	}
	keys := map[string][]string{}
	for _, k := range c.Keys {
		keys[k.Action] = k.Keys
		if _, err := model.Rebind(keys); err != nil {
			return c, nil, fail(exitUsage, "%w", &config.Error{Path: c.Path, Line: k.Line, Err: err})
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
// flag and no environment says otherwise.
func configure(o *tui.Options) error {
	c, keys, err := loadConfig()
	if err != nil {
		return err
	}
	o.Keys, o.Theme = keys, c.Theme
	o.ASCII = o.ASCII || c.ASCII
	o.Mouse = o.Mouse && !c.NoMouse
	if o.Filter == "" {
		o.Filter = c.Filter
	}
	return nil
}
