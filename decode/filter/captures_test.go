package filter

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const captures = "../../testdata/captures/"

// fold reads a capture, gives every entry to each, and returns the timeline.
func fold(t *testing.T, name string, each func(*session.Entry)) *session.Snapshot {
	t.Helper()
	f, err := os.Open(captures + name + ".pcapng")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tl := session.New(session.Options{OnEntry: each})
	r, err := capture.NewReader(&finished{f})
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		feed(tl, rec)
	}
	tl.Finish()
	return tl.Snapshot()
}

// finished is a file that does not grow.
type finished struct{ *os.File }

func (finished) Grown(int64) bool { return false }

func feed(tl *session.Timeline, rec *capture.Record) {
	dir := decode.FromClient
	if rec.FromServer {
		dir = decode.FromServer
	}
	switch rec.Kind {
	case capture.Opened:
		tl.Open(session.Connection{ID: rec.Conn, At: rec.Time, Client: rec.Client.String(), Server: rec.Server.String()})
	case capture.Data:
		tl.Data(rec.Conn, dir, rec.Time, rec.Data)
	case capture.Gap:
		tl.Gap(rec.Conn, dir, rec.Time, rec.Length)
	case capture.Fin:
		tl.Close(rec.Conn, dir, rec.Time, session.End{How: session.Fin, Cause: session.Cause(rec.Cause.Token), Words: rec.Reason})
	case capture.Reset:
		tl.Close(rec.Conn, dir, rec.Time, session.End{How: session.Reset, Cause: session.Cause(rec.Cause.Token), Words: rec.Reason})
	}
}

func compile(t testing.TB, expression string) *Filter {
	t.Helper()
	f, err := Compile(expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return f
}

// How many rows an expression selects, counted by another decoder: the tables
// under testdata/captures/truth list every message.
func TestOnCaptures(t *testing.T) {
	cases := []struct {
		capture, expression string
		want                int
	}{
		{"obs29__srs__publish", `command == "publish"`, 1},
		{"obs29__srs__publish", `~cmd command_is_no_word`, 0},
		{"obs29__srs__publish", `unanswered`, 1}, // _checkbw, which SRS does not know
		{"obs29__srs__publish", `unanswered and command == "_checkbw"`, 1},
		{"ffmpeg5__nginx__publish_badname", `code == "NetStream.Publish.BadName"`, 1},
		{"ffmpeg5__nginx__publish_badname", `refused and kind == "message"`, 1},
		{"ffmpeg5__nginx__wrong_app", `command == "connect" and arg("app") != nil`, 1},
		{"ffmpeg5__nginx__wrong_app", `unanswered`, 1},
		{"ffmpeg5__nginx__wrong_app", `type in 1..22`, 1},
		{"ffmpeg5__nginx-ping2s__idle_player", `name contains "Ping Response" and rtt < 1s`, -1},
	}
	for _, c := range cases {
		var last int
		f := compile(t, c.expression)
		snapshot := fold(t, c.capture, nil)
		waiting := map[uint32]bool{}
		for _, s := range snapshot.Sessions() {
			for _, p := range s.Pending {
				waiting[p.Row] = true
			}
		}
		f = f.Awaiting(func(row uint32) bool { return waiting[row] })
		fold(t, c.capture, func(e *session.Entry) {
			if f.Match(e) {
				last++
			}
		})
		if c.want >= 0 && last != c.want || c.want < 0 && last == 0 {
			t.Errorf("%s: %s selects %d rows, want %d", c.capture, c.expression, last, c.want)
		}
	}
}

// Messages of every type, against the tables that the other decoder wrote.
func TestTypesAgainstTruth(t *testing.T) {
	tables, err := filepath.Glob(captures + "truth/*.messages.tsv.gz")
	if err != nil || len(tables) == 0 {
		t.Fatal("no tables", err)
	}
	for _, table := range tables {
		name := strings.TrimSuffix(filepath.Base(table), ".messages.tsv.gz")
		want := truthTypes(t, table)
		if len(want) == 0 || strings.Contains(name, "__rtmpt_") {
			continue // the other decoder says nothing about it, or misses its last message
		}
		snapshot := fold(t, name, nil)
		for typ := 1; typ <= 22; typ++ {
			f, got := compile(t, fmt.Sprintf(`kind == "message" and type == %d`, typ)), 0
			for n := 1; n <= snapshot.Len(); n++ {
				if f.MatchRow(snapshot, n) {
					got++
				}
			}
			if got != want[strconv.Itoa(typ)] {
				t.Errorf("%s: %d messages of type %d, want %d", name, got, typ, want[strconv.Itoa(typ)])
			}
		}
	}
}

// truthTypes counts the messages of each type in a table.
func truthTypes(t *testing.T, table string) map[string]int {
	t.Helper()
	f, err := os.Open(table)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for lines := bufio.NewScanner(z); lines.Scan(); {
		if columns := strings.Split(lines.Text(), "\t"); len(columns) > 7 && columns[0] != "#session" {
			count[columns[7]]++
		}
	}
	return count
}

// A row of a snapshot is selected exactly if its entry is, whenever RowOnly
// says so.
func TestRowsAndEntriesAgree(t *testing.T) {
	files, err := filepath.Glob(captures + "*.pcapng")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures", err)
	}
	var filters []*Filter
	for _, expression := range rowExpressions {
		f := compile(t, expression)
		if !f.RowOnly() {
			t.Errorf("%s: not for rows alone", expression)
		}
		filters = append(filters, f)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".pcapng")
		var want [][]bool
		snapshot := fold(t, name, func(e *session.Entry) {
			row := make([]bool, len(filters))
			for i, f := range filters {
				row[i] = f.Match(e)
			}
			want = append(want, row)
		})
		for i, f := range filters {
			scan := f.Scan(snapshot)
			for n := 1; n <= snapshot.Len(); n++ {
				alone, scanned := f.MatchRow(snapshot, n), scan.Match(n)
				if alone != want[n-1][i] || scanned != alone {
					t.Fatalf("%s, row %d: %s is %t for the row, %t in a scan, %t for the entry", name, n, f, alone, scanned, want[n-1][i])
				}
			}
		}
	}
}

// rowExpressions select something in most captures, without arguments.
var rowExpressions = []string{
	`type == 9`, `command == "publish"`, `kind == "message" and from == "server"`, `rtt < 0.001`, `rtt > 1ms and command startsWith "_"`,
	`elapsed in 0.1..1.5`, `reply_to > 0`, `code contains "Start"`, `summary matches "[0-9]+ bytes"`, `live`, `keyframe or refused`,
	`~err`, `codec == "h264" and length > 1000`, `chunks > 1 and chunk_stream != 4`, `time contains ":0"`, `offset in 0..5000`,
	`name == "Audio" or session == 2`, `row % 7 == 0`, `length == nil`,
}

// The filter sees what is masked elsewhere: a person looks for a stream key.
func TestSecretsAreSeen(t *testing.T) {
	f := compile(t, `command == "publish" and summary contains "live/" or command == "publish"`)
	found := 0
	fold(t, "obs29__srs__publish", func(e *session.Entry) {
		if !f.Match(e) {
			return
		}
		found++
		key := e.Message.Args[1].Text
		if key == "" || !compile(t, `"`+key+`"`).Match(e) || !compile(t, `args[1] == "`+key+`"`).Match(e) {
			t.Errorf("the key %q is not found in %q", key, e.Summary.Show(true))
		}
	})
	if found != 1 {
		t.Errorf("%d publish rows", found)
	}
}
