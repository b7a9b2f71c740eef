package cli

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// The row that --row names is the row of that number in log, findings counted.
func TestNoteIsAboutTheRowThatLogNumbers(t *testing.T) {
	rows, file, _ := liveSession(t, builtInTarget(t), nil, func(ctx context.Context, l *live) error { return watch(ctx, l, 5) })
	if !strings.Contains(rows, `"kind":"finding"`) {
		t.Fatal("without a finding before it this test shows nothing")
	}
	number := strings.Count(rows[:strings.Index(rows, `"command":"play"`)], "\n") + 1
	if code, _ := runMain(t, "note", file, "--row", strconv.Itoa(number), "here it \x1b[31mbegins"); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	lines := strings.Split(strings.TrimSpace(reopened(t, file)), "\n")
	var note struct {
		Kind    string
		Name    string
		ReplyTo int `json:"reply_to"`
		Summary string
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &note); err != nil {
		t.Fatal(err)
	}
	if note.Kind != "note" || note.Name != "note" || note.ReplyTo != number || note.Summary != `here it \e[31mbegins` {
		t.Errorf("%+v, want a note about row %d", note, number)
	}
	if strings.Join(lines[:len(lines)-1], "\n") != strings.TrimSpace(rows) {
		t.Error("the note changed other rows")
	}
	if code, text := runMain(t, "notes", file); code != exitOK || !strings.Contains(text, `here it \e[31mbegins`) {
		t.Errorf("notes: exit code %d: %q", code, text)
	}
	if code, _ := runMain(t, "note", file, "--row", "99999", "nowhere"); code != exitUsage {
		t.Errorf("a row that is not there: exit code %d", code)
	}
}
