package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/config"
	"github.com/rtmpscope/rtmpscope/ui/tui"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// configured writes a configuration file for a test.
func configured(t *testing.T, text string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	if err := os.Mkdir(filepath.Join(dir, "rtmpscope"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rtmpscope", "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestConfigure(t *testing.T) {
	configured(t, "theme = \"light\"\nmouse = false\nfilter = \"kind == 'message'\"\n[keys]\nlog = \"L\"\n")
	o := tui.Options{Mouse: true}
	if err := configure(&o); err != nil {
		t.Fatal(err)
	}
	if o.Theme != "light" || o.Mouse || o.Filter == "" || o.Keys["log"][0] != "L" {
		t.Errorf("%+v", o)
	}
}

func TestConfigMistakesNameTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"theme = \"pink\"":                                   "config.toml:1: there is no theme \"pink\"",
		"\nfilter = \"kind ==\"":                             "config.toml:2: filter:",
		"[keys]\nfly = \"f\"":                                "config.toml:2: there is no action \"fly\"",
		"[keys]\nlog = \"Hyper-X\"":                          "config.toml:2: log: there is no key",
		"[keys]\nlog = \"L\"\n\ntheme = \"L\"":               "config.toml:4: ",
		"timeline-columns = [\"time\", \"colour\"]":          "config.toml:1: timeline-columns: there is no column \"colour\"",
		"[filters]\nbad = \"type ==\"":                       "config.toml:2: filters: bad:",
		"[keys]\nlog = \"Ctrl-C\"":                           "Ctrl-C always quits",
		"[keys]\nnext-command = \"v\"\nnext-trouble = \"v\"": "cannot both have the key",
	} {
		configured(t, text)
		if err := configure(&tui.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestKeysAreAConfiguration: what the keys command writes can be read again and
// changes nothing.
func TestKeysAreAConfiguration(t *testing.T) {
	var b strings.Builder
	if err := writeKeys(&b, model.Bindings()); err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("f", b.String())
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{}
	for _, k := range c.Keys {
		keys[k.Action] = k.Keys
	}
	table, err := model.Rebind(keys)
	if err != nil {
		t.Fatal(err)
	}
	var again strings.Builder
	writeKeys(&again, table) //nolint:errcheck // a builder never fails
	if again.String() != b.String() {
		t.Error("reading the keys again changes them")
	}
}

// TestSavedFilters: -Y takes a filter by the name that it has in the
// configuration file.
func TestSavedFilters(t *testing.T) {
	configured(t, "filter = \"@slow\"\n[filters]\nslow = 'rtt > 200ms'\n")
	var f filterFlag
	if err := f.Set("@slow"); err != nil || f.String() != "rtt > 200ms" {
		t.Errorf("%q, %v", f.String(), err)
	}
	if err := f.Set("@fast"); err == nil || !strings.Contains(err.Error(), "there are @slow") {
		t.Errorf("%v", err)
	}
	o := tui.Options{}
	if err := configure(&o); err != nil || o.Saved["slow"] != "rtt > 200ms" || o.Filter != "@slow" {
		t.Errorf("%+v, %v", o.Saved, err)
	}
}
