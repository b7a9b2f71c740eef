package cli

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// The row that --row names is the row of that number in log, findings counted.
func TestNoteIsAboutTheRowThatLogNumbers(t *testing.T) {
	rows, file, _ := liveSession(t, builtInTarget(t), nil, publishTaken)
	if !strings.Contains(rows, `"kind":"finding"`) {
		t.Fatal("without a finding before it this test shows nothing")
	}
	number := strings.Count(rows[:strings.Index(rows, `"command":"deleteStream"`)], "\n") + 1
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

// A note keeps its row whatever the row is, and rows keep their numbers, in the
// recording and in a copy, where notes stand at the frames they are about.
func TestNotesKeepTheirRowsInCopies(t *testing.T) {
	rows, file, _ := liveSession(t, builtInTarget(t), nil, publishTaken)
	lines := strings.Split(strings.TrimSpace(rows), "\n")
	kinds := map[string]int{}
	for i, l := range lines {
		var row struct{ Kind string }
		if err := json.Unmarshal([]byte(l), &row); err != nil {
			t.Fatal(err)
		}
		kinds[row.Kind] = i + 1
	}
	for _, kind := range []string{"handshake", "message", "finding", "closed"} {
		if kinds[kind] == 0 {
			t.Fatalf("without a row of kind %s this test shows nothing: %v", kind, kinds)
		}
		if code, _ := runMain(t, "note", file, "--row", strconv.Itoa(kinds[kind]), "this is a "+kind); code != exitOK {
			t.Fatalf("row %d: exit code %d", kinds[kind], code)
		}
	}
	copied := file + ".copy.pcapng"
	if code, _ := runMain(t, "note", file, "-o", copied); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	for _, f := range []string{file, copied} {
		var left []string
		for _, l := range strings.Split(strings.TrimSpace(reopened(t, f)), "\n") {
			if !strings.Contains(l, `"kind":"note"`) {
				left = append(left, l)
			}
		}
		if strings.Join(left, "\n") != strings.Join(lines, "\n") {
			t.Errorf("%s: notes have changed other rows", f)
		}
		_, listed := runMain(t, "notes", f)
		for kind, row := range kinds {
			if want := "row " + strconv.Itoa(row) + ": this is a " + kind + "\n"; kind != "opened" && !strings.Contains(listed, want) {
				t.Errorf("%s: %q is not in %q", f, want, listed)
			}
		}
	}
}
