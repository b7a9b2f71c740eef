package tui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

var update = flag.Bool("update", false, "write docs/keys.md anew")

func TestFilterLanguage(t *testing.T) {
	for _, text := range []string{"", `type == 20 and command == "connect"`, "not ~media", `code != ""`, `args[0] == "x"`, `side == "client"`} {
		if p := CheckFilter(text); p != "" {
			t.Errorf("%q: %s", text, p)
		}
	}
	for text, want := range map[string]string{"type ==": "", `arg[0] == "x"`: ""} {
		if p := CheckFilter(text); p == "" || !strings.Contains(p, want) {
			t.Errorf("%q: %q", text, p)
		}
	}
	start, choices := completeFilter("type == 20 and comm", 19)
	if start != 15 || len(choices) == 0 || choices[0].Text != "command" {
		t.Errorf("completes from %d with %v", start, choices)
	}
}

// TestFiltersThatOpenRows: what the list shows of a filter that looks inside
// messages is what the same filter selects while the capture is read.
func TestFiltersThatOpenRows(t *testing.T) {
	for _, name := range []string{"ffmpeg5__nginx__publish_badname", "ffmpeg5__srs__publish_and_play", "rtmpdump__crtmpserver__vod_play_seek"} {
		for _, text := range []string{`args[0].app != ""`, `has("tcUrl")`, `transaction == 4`, `side == "server"`, `command == "connect" and arg("app") != ""`, `len(args) > 2`} {
			f, err := filter.Compile(text)
			if err != nil {
				t.Fatal(err)
			}
			src, err := capture.File(filepath.Join("../../testdata/captures", name+".pcapng"))
			if err != nil {
				t.Fatal(err)
			}
			var want []uint32
			a := analyst.New(src, analyst.Options{Measure: true, Judge: lint.New(lint.Config{}), Consumers: []analyst.Consumer{func(e *session.Entry) {
				if f.Match(e) {
					want = append(want, e.Number)
				}
			}}})
			if err := a.Run(context.Background()); err != nil {
				t.Fatal(err)
			}
			var got []uint32
			s := source{a}
			for n := 1; n <= a.Snapshot().Len(); {
				answer := s.sift(model.Sift{Timeline: a.Snapshot(), Filter: text, From: n})
				got, n = append(got, answer.Rows...), answer.Last+1
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s lists %v, want %v", name, text, got, want)
			}
			if len(want) == 0 && text[0] != 's' {
				t.Errorf("%s: %s selects nothing", name, text)
			}
			src.Close()
		}
	}
}

// TestKeysPage keeps docs/keys.md as the table of actions has it.
func TestKeysPage(t *testing.T) {
	const file = "../../docs/keys.md"
	page := keysPage()
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(old) != page {
		t.Error("docs/keys.md is not what the table of actions says; go test ./ui/tui -update writes it anew")
	}
}

func keysPage() string {
	var b strings.Builder
	b.WriteString(`# Keys of the terminal UI

This page is made from the table of actions; ` + "`rtmpscope keys`" + ` prints the same with your own keys.

Every action can be reached by name too: type ` + "`:`" + ` and the beginning of its name. ` + "`:42`" + ` goes to row 42,
` + "`:filter code != \"\"`" + ` lists rows with a status code, ` + "`:theme light`" + ` takes a theme, ` + "`:diff 1 2`" + ` compares two
sessions, ` + "`:sort lasted`" + ` sorts them, ` + "`:columns +length -time`" + ` changes the columns.

## Configuration

` + "`$XDG_CONFIG_HOME/rtmpscope/config.toml`" + `, usually ` + "`~/.config/rtmpscope/config.toml`" + `:

` + "```toml" + `
theme = "dark"          # ` + strings.Join(Themes(), ", ") + `
mouse = true            # false leaves the mouse to the terminal
ascii = false           # true draws with ASCII characters only
filter = "not ~media"   # rows to list at first
show-secrets = false    # true shows stream keys and passwords on the screen, as in a lab

[keys]
next-command = "v"
log = ["7", "F2"]

[filters]               # @slow stands for it
slow = "rtt > 200ms"
` + "```" + `

Columns that were chosen with ` + "`C`" + ` or ` + "`:columns`" + ` are written there as ` + "`session-columns`" + ` and
` + "`timeline-columns`" + `, filters that were saved with ` + "`W`" + ` under ` + "`[filters]`" + `.

While stream keys and passwords are shown, the header says so. With ` + "`show-secrets = true`" + ` they are shown on the screen
from the start; what is saved and exported stays masked, unless the program was started with ` + "`--show-secrets`" + `.

A key that is given to an action is taken from the one that had it. The file is TOML. When something
in it is not understood, the screen opens without it and names the line and column. NO_COLOR, when it is set, wins over the theme.

Ctrl-Z stops the program while it shows a file, until the shell's ` + "`fg`" + `. A program that relays is not stopped, since
its traffic would stop too. Ctrl-L draws the screen anew.
`)
	group := ""
	for _, k := range model.Bindings() {
		if k.Group != group {
			group = k.Group
			b.WriteString("\n## " + group + "\n\n| key | action | what it does |\n|---|---|---|\n")
		}
		b.WriteString("| `" + strings.Join(k.Keys, "` `") + "` | `" + k.Action + "` | " + strings.ReplaceAll(k.Help, "|", "\\|") + " |\n")
	}
	return b.String()
}
