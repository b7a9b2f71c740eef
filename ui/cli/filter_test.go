package cli

import (
	"context"
	"strings"
	"testing"
)

// Rows that do not match are left out of a live session; the others keep their
// numbers.
func TestFilterOnALiveSession(t *testing.T) {
	only := func(text string) func(*liveFlags) {
		return func(f *liveFlags) {
			if err := f.output.filter.Set(text); err != nil {
				t.Fatal(err)
			}
		}
	}
	play := func(ctx context.Context, l *live) error { return watch(ctx, l, 5) }
	rows, file, _ := liveSession(t, builtInTarget(t), only(`command == "play"`), play)
	if strings.Count(rows, "\n") != 1 || !strings.Contains(rows, `"command":"play"`) {
		t.Fatalf("rows: %s", rows)
	}
	whole := reopened(t, file)
	if !strings.Contains(whole, rows) {
		t.Errorf("the row is not the one of the whole session: %s", rows)
	}
	_, _, err := liveSession(t, builtInTarget(t), only("unanswered"), play)
	if code := exitCode(err); code != exitUsage {
		t.Errorf("unanswered while rows come in: exit code %d, %v", code, err)
	}
}

func TestFilterForms(t *testing.T) {
	var f filterFlag
	if err := f.live(formScreen); err != nil {
		t.Errorf("without a filter: %v", err)
	}
	if err := f.Set("~cmd"); err != nil || f.String() != "~cmd" {
		t.Fatal(err, f.String())
	}
	if err := f.live(formPlain); err != nil {
		t.Errorf("with lines: %v", err)
	}
	if err := f.Set("unanswered"); err != nil {
		t.Fatal(err)
	}
	if err := f.live(formScreen); err != nil {
		t.Errorf("with a screen, which can wait: %v", err)
	}
	if err := f.live(formPlain); exitCode(err) != exitUsage {
		t.Errorf("with lines, which cannot: %v", err)
	}
}
