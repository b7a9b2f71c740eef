package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/config"
	"github.com/rtmpscope/rtmpscope/ui/desk"
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
	configure(&o, io.Discard)
	if o.Theme != "light" || o.Mouse || o.Filter == "" || o.Keys["log"][0] != "L" {
		t.Errorf("%+v", o)
	}
}

// TestSecretsAreShownOnTheScreenAlone: the configuration shows them there, and what is
// written stays masked.
func TestSecretsAreShownOnTheScreenAlone(t *testing.T) {
	for text, want := range map[string]bool{"show-secrets = true": true, "show-secrets = false": false, "": false} {
		configured(t, text)
		var o tui.Options
		if configure(&o, io.Discard); o.Lab != want || o.Reveal {
			t.Errorf("%q: %+v", text, o)
		}
	}
	configured(t, "show-secrets = \"yes\"")
	if _, _, err := loadConfig(); err == nil || !strings.Contains(err.Error(), "write true or false") {
		t.Errorf("%v", err)
	}
}

func TestConfigMistakesNameTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"theme = \"pink\"":                                   "config.toml:1:1: there is no theme \"pink\"",
		"\nfilter = \"kind ==\"":                             "config.toml:2:1: filter:",
		"[keys]\nfly = \"f\"":                                "config.toml:2:1: there is no action \"fly\"",
		"[keys]\nlog = \"Hyper-X\"":                          "config.toml:2:1: log: there is no key",
		"[keys]\nlog = \"L\"\n\ntheme = \"L\"":               "config.toml:4:1: ",
		"timeline-columns = [\"time\", \"colour\"]":          "config.toml:1:1: timeline-columns: there is no column \"colour\"",
		"[filters]\nbad = \"type ==\"":                       "config.toml:2:1: filters: bad:",
		"[keys]\nlog = \"Ctrl-C\"":                           "Ctrl-C always quits",
		"[keys]\nnext-command = \"v\"\nnext-trouble = \"v\"": "cannot both have the key",
	} {
		configured(t, text)
		if _, _, err := loadConfig(); err == nil || !strings.Contains(err.Error(), want) {
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
	writeKeys(&again, table) // a builder never fails
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
	configure(&o, io.Discard)
	if o.Saved["slow"] != "rtt > 200ms" || o.Filter != "@slow" {
		t.Errorf("%+v", o.Saved)
	}
}

// TestBadConfigurationIsAWarning: the screen opens as it is without a configuration,
// and says where the mistake is, in its last line and before it opens.
func TestBadConfigurationIsAWarning(t *testing.T) {
	configured(t, "theme = dark\nfilter = 'type == 20'\n")
	o, said := tui.Options{Mouse: true}, strings.Builder{}
	configure(&o, &said)
	if o.Theme != "" || o.Filter != "" || !o.Mouse {
		t.Errorf("%+v", o)
	}
	if !strings.HasPrefix(o.Greeting, "configuration not used, config.toml:1:9: ") {
		t.Errorf("greeting %q", o.Greeting)
	}
	if !strings.Contains(said.String(), "rtmpscope/config.toml:1:9: ") || !strings.Contains(said.String(), "in: theme = dark") {
		t.Errorf("said %q", said.String())
	}
	if _, err := keepSetting(desk.Setting{Name: "theme", Values: []string{"light"}}); err == nil {
		t.Error("a file that is not understood was written to")
	}
}
