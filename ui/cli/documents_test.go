package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// documents are the pages whose commands are run, from the root of the
// repository.
func documents(t *testing.T) (names []string) {
	t.Helper()
	names, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(names) < 5 {
		t.Fatalf("%v, %v", names, err)
	}
	return append(names, "../../README.md", "../../README.zh-CN.md", "../../CONTRIBUTING.md", "../../SECURITY.md")
}

// snippet is a command of a page, or of an example in --help.
type snippet struct {
	page string
	line string
	// output is what the page shows below the command, in a block of "console".
	output []string
}

// beside parts a command from the words that stand beside it.
var beside = regexp.MustCompile(`\s{2,}`)

// snippets finds the commands in a page: lines of code blocks, fenced or
// indented. Code in a sentence is found by TestOptionsInDocumentsExist.
func snippets(page, text string) (all []snippet) {
	fenced, console := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if tag, ok := strings.CutPrefix(line, "```"); ok {
			fenced, console = !fenced, tag == "console"
			continue
		}
		command, prompted := strings.CutPrefix(line, "$ ")
		switch {
		case fenced && console && !prompted:
			if n := len(all) - 1; n >= 0 {
				all[n].output = append(all[n].output, line)
			}
		case fenced || strings.HasPrefix(line, "    ") || strings.HasPrefix(page, "rtmpscope "):
			if line, ok := commandIn(command); ok {
				all = append(all, snippet{page: page, line: line})
			}
		}
	}
	return all
}

// commandIn cuts a command out of a line, without the words beside it.
func commandIn(line string) (string, bool) {
	line = beside.Split(strings.TrimSpace(line), 2)[0]
	line = strings.Replace(line, "go run . ", "rtmpscope ", 1)
	calls := strings.HasPrefix(line, "rtmpscope ") || strings.Contains(line, "| rtmpscope ")
	return line, calls && !strings.ContainsAny(line, "…")
}

// examples are the commands that --help shows.
func examples() (all []snippet) {
	for _, c := range newRoot().Commands() {
		all = append(all, snippets("rtmpscope "+c.Name()+" --help", c.Example)...)
	}
	return append(all, snippets("rtmpscope --help", newRoot().Example)...)
}

// shelf is a directory with everything that the pages name: captures, a
// directory with rtmpscope, and stand-ins for the programs beside it.
func shelf(t *testing.T) (dir, bin string) {
	t.Helper()
	dir, bin = t.TempDir(), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "rtmpscope")); err != nil {
		t.Fatal(err)
	}
	copyFile := func(from string, to ...string) {
		p, err := os.ReadFile("../../testdata/captures/" + from)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range to {
			if err := os.WriteFile(filepath.Join(dir, name), p, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	copyFile("ffmpeg5__nginx__publish_and_play.pcapng", "works.pcapng", "one.pcapng", "both.pcapng", "foreign.pcap")
	copyFile("ffmpeg5__nginx__publish_badname.pcapng", "fails.pcapng")
	for _, name := range []string{"FILE", "session.pcapng", "bad.pcapng"} { // of which notes can be made
		shelved(t, dir, bin, name)
	}
	p, err := os.ReadFile(filepath.Join(dir, "works.pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "torn.pcapng"), p[:len(p)-1001], 0o600); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"jq": "cat", "asciinema": "exit 0", "tcpdump": "cat session.pcapng", "ssh": "cat session.pcapng"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir, bin
}

// shelved makes a capture of ours, with a title.
func shelved(t *testing.T, dir, bin, name string) {
	t.Helper()
	for _, args := range [][]string{{"export", "works.pcapng", "--as", "pcapng", "-o", name}, {"note", name, "--title", "a recording"}} {
		cmd := exec.Command(filepath.Join(bin, "rtmpscope"), args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}

// endless are the commands that would run until somebody ends them, or draw; of
// them only the words are checked.
var endless = regexp.MustCompile(`\brtmpscope (proxy|demo|open)\b`)

// TestDocumentedCommandsWork runs every command that README, docs and --help
// show, as it is written there, and compares what it prints with what the page
// shows.
func TestDocumentedCommandsWork(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the pages are written for a POSIX shell")
	}
	all := examples()
	for _, name := range documents(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, snippets(strings.TrimPrefix(name, "../../"), string(text))...)
	}
	if len(all) < 40 {
		t.Errorf("only %d commands were found", len(all))
	}
	seen := map[string]bool{}
	for _, s := range all {
		if key := s.line + strings.Join(s.output, ""); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		t.Run(s.page+": "+s.line, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

// run runs a command in a shell. What it finds wrong with the captures is no
// failure (3), nor is a capture that is torn (5).
func (s snippet) run(t *testing.T) {
	dir, bin := shelf(t)
	line := endless.ReplaceAllString(s.line, "rtmpscope $1 --help")
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+":/usr/bin:/bin", "XDG_CONFIG_HOME="+dir)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) && slices.Contains([]int{exitProblems, exitIncomplete, differs(line)}, ended.ExitCode()) {
		err = nil
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if strings.Contains(stderr.String(), "unknown") {
		t.Errorf("%s", stderr.String())
	}
	if stdout.Len() == 0 && !strings.ContainsAny(line, ">~") && !wrote(t, dir) {
		t.Errorf("prints and writes nothing\n%s", stderr.String())
	}
	s.compare(t, stdout.String())
}

// differs is the exit code of a difference: that of diff(1) for diff.
func differs(line string) int {
	if strings.Contains(line, "rtmpscope diff ") {
		return exitFailed
	}
	return exitProblems
}

// wrote reports whether something new lies in the directory.
func wrote(t *testing.T, dir string) bool {
	t.Helper()
	before, _ := shelf(t)
	is, was := entries(t, dir), entries(t, before)
	return !slices.Equal(is, was)
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		names = append(names, strings.TrimPrefix(path, dir))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// compare wants the lines that the page shows, in their order; "…" stands for
// anything.
func (s snippet) compare(t *testing.T, got string) {
	t.Helper()
	if len(s.output) == 0 {
		return
	}
	pattern := regexp.QuoteMeta(strings.Join(s.output, "\n"))
	pattern = strings.ReplaceAll(pattern, "…", `(?s:.*?)`)
	if !regexp.MustCompile(`\A\s*` + pattern + `\s*\z`).MatchString(got) {
		t.Errorf("the page shows\n%s\nbut it prints\n%s", strings.Join(s.output, "\n"), got)
	}
}

// TestSnippetsAreFound keeps the reader of the pages honest.
func TestSnippetsAreFound(t *testing.T) {
	const page = "# A\n\n    rtmpscope keys   lists keys\n\nrtmpscope says `rtmpscope explain x`\n\n" +
		"```sh\nrtmpscope log FILE # rows\ntcpdump -w - | rtmpscope log -\ngo run . keys\n```\n\n```console\n$ rtmpscope notes FILE\none\n…\n```\n\nwords\n"
	var lines []string
	var output string
	for _, s := range snippets("p", page) {
		lines = append(lines, s.line)
		output += strings.Join(s.output, "|")
	}
	want := []string{"rtmpscope keys", "rtmpscope log FILE # rows", "tcpdump -w - | rtmpscope log -", "rtmpscope keys", "rtmpscope notes FILE"}
	if !slices.Equal(lines, want) || output != "one|…" {
		t.Errorf("%q, %q", lines, output)
	}
}

// TestOptionsInDocumentsExist wants every option that a page names in code to be
// one of some command, and of that command when it is named too.
func TestOptionsInDocumentsExist(t *testing.T) {
	known := map[string]map[string]bool{"": {"--help": true}}
	for _, c := range newRoot().Commands() {
		known[c.Name()] = map[string]bool{"--help": true}
		for word := range strings.FieldsSeq(c.Flags().FlagUsages() + c.InheritedFlags().FlagUsages()) {
			known[c.Name()][strings.TrimSuffix(word, ",")] = true
			known[""][strings.TrimSuffix(word, ",")] = true
		}
	}
	code := regexp.MustCompile("`(?:rtmpscope )?(?:([a-z]+) )?((?:-{1,2}[a-zA-Z][a-zA-Z_-]*)[^`]*)`")
	found := 0
	for _, name := range documents(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(text), -1) {
			options, ours := known[m[1]]
			option, _, _ := strings.Cut(strings.Fields(m[2])[0], "=")
			if !ours || elsewhere[option] {
				continue
			}
			if found++; !options[option] {
				t.Errorf("%s has %s, and there is no such option", name, m[0])
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d options were found", found)
	}
}

// elsewhere are options of other programs.
var elsewhere = map[string]bool{"-race": true, "-short": true, "-update": true, "-rtmp_tcurl": true, "-run": true, "--version": true}

// TestLinksInDocumentsLead follows the links from page to page.
func TestLinksInDocumentsLead(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
	records, err := filepath.Glob("../../docs/adr/*.md")
	if err != nil || len(records) == 0 {
		t.Fatalf("%v, %v", records, err)
	}
	for _, name := range append(documents(t), records...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			}
		}
	}
}
