package filter

import (
	"errors"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	saved := map[string]string{"slow": "rtt > 200ms", "pub": "publish ~cmd", "big-one": `length > 4000 or summary contains "x"`}
	for text, want := range map[string]string{
		"@slow": "rtt > 200ms", "  @pub ": "publish ~cmd",
		"@slow and type == 20": "(rtt > 200ms) and type == 20", "not (@slow)": "not ((rtt > 200ms))", "!@slow": "!(rtt > 200ms)",
		"@slow|@big-one":   `(rtt > 200ms)|(length > 4000 or summary contains "x")`,
		"@pub or @slow":    `("publish" and ~cmd) or (rtt > 200ms)`,
		"@slow publish":    `(rtt > 200ms) and "publish"`,
		"~cmd @slow @pub":  `~cmd and (rtt > 200ms) and ("publish" and ~cmd)`,
		`"@slow" publish`:  `"@slow" publish`,
		"someone@slow":     "someone@slow",
		`summary == "@xy"`: `summary == "@xy"`,
	} {
		got, err := Expand(text, saved)
		if err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
			continue
		}
		compile(t, got)
	}
	_, err := Expand("type == 9 and @fast", saved)
	var bad *Error
	if !errors.As(err, &bad) || bad.Offset != 14 || !strings.Contains(bad.Message, "there are @big-one, @pub, @slow") {
		t.Error(err)
	}
	if _, err := Expand("@fast", nil); err == nil || !strings.Contains(err.Error(), "none in the configuration") {
		t.Error(err)
	}
}
