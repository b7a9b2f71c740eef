package main

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rtmpscope/rtmpscope"

// importRule says what the packages that match may import. A pattern is a
// directory ("proxy"), or a directory and all below it ("decode/**"); "main"
// is the root. The first rule that matches a package is the one that counts.
type importRule struct {
	packages string
	// ours lists the packages of this module that may be imported.
	ours []string
	// never lists packages of others that must not be imported, each with all
	// packages below it.
	never []string
	// noClock forbids reading the time.
	noClock bool
	why     string
}

const (
	logrus = "github.com/sirupsen/logrus"
	tview  = "github.com/rivo/tview"
	tcell  = "github.com/gdamore/tcell"
)

// pure are the packages of the standard library without which a package can do
// no input, output, locking or logging.
var pure = []string{"net", "os", "log", "sync", "context", logrus, tview, tcell}

// harmless are packages below a forbidden one that only parse text.
var harmless = []string{"net/url", "net/netip"}

var importRules = []importRule{
	{packages: "main", ours: []string{"ui/cli"}, never: []string{logrus, tview, tcell},
		why: "main only calls the command line"},
	{packages: "proxy", never: []string{tview, tcell},
		why: "the relay moves bytes and understands none"},
	{packages: "proxy/rtmps", ours: []string{"proxy"}, never: []string{logrus, tview, tcell},
		why: "who is trusted is no business of who moves bytes"},
	{packages: "proxy/endpoint", never: []string{logrus, tview, tcell},
		ours: []string{"decode", "decode/amf", "decode/chunk", "decode/handshake", "decode/message",
			"decode/media", "decode/field", "decode/text"},
		why: "the built-in server uses the codecs, never the session fold"},
	{packages: "capture/tlsread", never: []string{"net", logrus, tview, tcell},
		why: "opening records needs their bytes and a key log, and no connection"},
	{packages: "capture/source", never: []string{"net", logrus, tview, tcell}, why: "bytes that grow are no packets yet"},
	{packages: "capture/pcapng", ours: []string{"capture/source"}, never: []string{"net", "os", logrus, tview, tcell},
		why: "blocks of a file are no packets of a protocol yet"},
	{packages: "capture/wire", never: pure, noClock: true, why: "packets are taken apart as a pure function of the bytes"},
	{packages: "capture/rtmpt", never: pure, noClock: true, why: "HTTP is taken apart as a pure function of the bytes"},
	{packages: "capture/internal/meta", never: pure, noClock: true, why: "the form of our own comments is a pure function of what they say"},
	{packages: "capture/internal/told", ours: []string{"capture", "capture/source", "capture/wire", "test/need"}, never: []string{logrus, tview, tcell},
		why: "what tests of recordings share knows no recorder"},
	{packages: "capture", ours: []string{"capture/source", "capture/pcapng", "capture/wire", "capture/rtmpt", "capture/tlsread", "capture/internal/meta"}, never: []string{logrus, tview, tcell},
		why: "what is kept must not depend on what is understood"},
	{packages: "capture/record", ours: []string{"capture", "capture/source", "capture/pcapng", "capture/wire", "capture/internal/meta"}, never: []string{logrus, tview, tcell},
		why: "writing knows the words of a capture and not what is read out of one"},
	{packages: "capture/edit", ours: []string{"capture", "capture/source", "capture/pcapng", "capture/record", "capture/internal/meta"}, never: []string{"net", logrus, tview, tcell},
		why: "captures are changed after they were recorded"},
	{packages: "capture/export/page", never: pure, noClock: true, why: "the head of a page knows nothing of what the page says"},
	{packages: "capture/fold", ours: []string{"capture", "capture/source", "capture/pcapng", "decode", "decode/session", "decode/text"},
		never: []string{"net", logrus, tview, tcell}, why: "laying records on a timeline judges nothing and writes no format"},
	{packages: "capture/export", ours: []string{"capture", "capture/source", "capture/record", "capture/fold", "capture/export/page", "decode/**"}, never: []string{logrus, tview, tcell},
		why: "exports fold over records and never start a UI"},
	{packages: "decode/**", ours: []string{"decode/**"}, never: pure, noClock: true,
		why: "decoding is a pure function of the bytes"},
	{packages: "ui/analyst", ours: []string{"capture", "capture/source", "capture/pcapng", "capture/fold", "decode/**"},
		never: []string{"net", logrus, tview, tcell},
		why:   "following a capture must not know whether it is live, nor who looks"},
	{packages: "ui/desk", ours: []string{"capture", "capture/source", "capture/pcapng", "capture/record", "capture/edit", "capture/export", "decode/**", "ui/analyst"},
		never: []string{"net", logrus, tview, tcell},
		why:   "what a person does with a capture, whichever front end asks"},
	{packages: "ui/live", ours: []string{"proxy", "capture", "capture/source", "capture/record", "ui/analyst"}, never: []string{logrus, tview, tcell},
		why: "the engine shows nothing and asks nobody"},
	{packages: "ui/check", ours: []string{"decode/**"}, never: []string{"net", "os", logrus, tview, tcell},
		why: "a verdict is made of what was decoded and judged, whoever asks for it"},
	{packages: "ui/diff", ours: []string{"capture/export/page", "decode/diff", "decode/text"}, never: []string{"net", "os", logrus, tview, tcell},
		noClock: true, why: "a comparison is written, whoever asks for it"},
	{packages: "ui/tui/list", ours: []string{"decode", "decode/chunk", "decode/session"}, never: pure, noClock: true,
		why: "a list of rows knows neither keys nor a screen"},
	{packages: "ui/tui/list/listtest", ours: []string{"decode", "decode/session", "decode/text"}, never: pure, noClock: true,
		why: "timelines made by hand, for tests"},
	{packages: "ui/tui/detail", ours: []string{"decode/**", "ui/analyst", "ui/desk", "ui/tui/list"}, never: []string{"os", "net", logrus, tview, tcell}, noClock: true,
		why: "a tree of fields and its bytes know neither keys nor a screen"},
	{packages: "ui/tui/model", ours: []string{"capture", "capture/export", "decode/**", "ui/analyst", "ui/desk", "ui/tui/list", "ui/tui/detail"},
		never: []string{"os", "net", logrus, tview, tcell}, noClock: true,
		why: "the state of the screen is tested without a screen"},
	{packages: "ui/tui/render", ours: []string{"decode/**", "ui/analyst", "ui/desk", "ui/tui/**"},
		never: []string{"os", "net", logrus, tview, tcell}, noClock: true,
		why: "drawing is a pure function of the model"},
	{packages: "ui/tui/**", ours: []string{"capture", "capture/export", "decode/**", "ui/analyst", "ui/desk", "ui/tui/**"},
		never: []string{"net", logrus}, why: "the screen shows captures and opens no connections"},
	{packages: "ui/config", never: []string{"net", logrus, tview, tcell},
		why: "a file of settings, which knows nothing of what is set"},
	{packages: "docs", never: []string{"net", "log", logrus, tview, tcell},
		why: "pages that the program prints, and no code"},
	{packages: "ui/cli", ours: []string{"proxy", "proxy/endpoint", "proxy/rtmps", "capture/**", "decode/**",
		"docs", "ui/analyst", "ui/check", "ui/config", "ui/desk", "ui/diff", "ui/live", "ui/tui/**", "ui/cli/**", "test/terminal"}, why: "the one place that wires everything"},
	{packages: "ui/cli/**", ours: []string{"proxy", "proxy/endpoint", "capture", "capture/export", "decode/**",
		"ui/analyst", "ui/desk", "ui/tui/**", "ui/cli/**"}, never: []string{logrus}, why: "part of the command line"},
	{packages: "test/need", never: []string{logrus, tview, tcell},
		why: "what tests of any package need must need none of them"},
	{packages: "test", ours: []string{"test/need", "test/terminal"}, why: "end-to-end tests see only the program and what it shows"},
	{packages: "test/soak", ours: []string{"proxy/endpoint", "decode/**"}, never: []string{logrus, tview, tcell},
		why: "sees only the program, with the publisher and the player that are there already"},
	{packages: "test/**", ours: []string{"capture", "capture/record", "decode/**", "ui/analyst", "test/terminal"}, never: []string{logrus, tview, tcell},
		why: "programs that make pictures, captures and comparisons are users of the packages"},
}

// emptyRooms are package names that say nothing about what is inside.
var emptyRooms = []string{"util", "utils", "common", "types", "helpers", "misc"}

// Limits on size; the reasons stand in CONTRIBUTING.md.
const (
	halfOfFunctions  = 10 // lines that half of the functions do not exceed
	mostFunctions    = 29 // lines that nine of ten functions do not exceed
	maxFunctionLines = 60
	maxFileLines     = 300
	maxTestLines     = 500 // of a file of tests
)

// testsAlso lists packages of ours that the tests of a package may import beside
// those that the package itself may. All tests may import test/need, and what a
// package keeps below itself for tests.
var testsAlso = []importRule{
	{packages: "main", ours: []string{"decode"}, why: "docs/limits.md lists the limits of the decoder"},
	{packages: "decode/**", ours: []string{"capture/**", "ui/analyst"}, why: "real captures are read as users read them"},
	{packages: "capture/export", ours: []string{"proxy/endpoint", "capture/wire", "capture/pcapng"}, why: "what is exported is published again; packets of others"},
	{packages: "capture/record", ours: []string{"capture/internal/told"}, why: "what is recorded is read again"},
	{packages: "capture/edit", ours: []string{"capture/internal/told", "capture/wire"}, why: "what is recorded and edited is read again; packets of others"},
	{packages: "ui/analyst", ours: []string{"capture/record"}, why: "what is followed was recorded"},
	{packages: "ui/live", ours: []string{"capture/**", "decode/**"}, why: "what was relayed is read again"},
	{packages: "ui/tui/**", ours: []string{"capture/**", "ui/tui/list/listtest"}, why: "screens are drawn of real captures"},
}

func TestOneWayImports(t *testing.T) {
	eachFile(t, func(f *source) []string { return checkImports(f) })
}

func TestDocumented(t *testing.T) {
	eachFile(t, func(f *source) []string { return checkComments(f) })
	for dir, files := range packages(t) {
		if !slices.ContainsFunc(files, func(f *source) bool { return f.ast.Doc != nil }) {
			t.Errorf("%s: no file opens with a package comment", dir)
		}
	}
}

func TestSize(t *testing.T) {
	eachFile(t, func(f *source) []string { return checkSize(f) })
	for _, files := range tests(t) {
		for _, f := range files {
			if f.lines > maxTestLines {
				t.Errorf("%s: %d lines, a test at most %d", f.name, f.lines, maxTestLines)
			}
		}
	}
}

// TestHalfOfFunctionsAreShort measures all functions together.
func TestHalfOfFunctionsAreShort(t *testing.T) {
	var lines []int
	for _, files := range packages(t) {
		for _, f := range files {
			for _, fn := range f.functions() {
				lines = append(lines, fn.lines)
			}
		}
	}
	slices.Sort(lines)
	if n := lines[len(lines)/2]; n > halfOfFunctions {
		t.Errorf("half of the functions have up to %d lines, want %d", n, halfOfFunctions)
	}
	if n := lines[len(lines)*9/10]; n > mostFunctions {
		t.Errorf("nine of ten functions have up to %d lines, want %d", n, mostFunctions)
	}
}

func TestFinished(t *testing.T) {
	eachFile(t, checkFinished)
	for _, files := range tests(t) {
		for _, f := range files {
			for _, problem := range checkFinished(f) {
				t.Error(problem)
			}
		}
	}
}

// TestTestsImport keeps the tests of a package to what the package knows: a test
// of the decoder that needs the recorder says so in testsAlso.
func TestTestsImport(t *testing.T) {
	for dir, files := range tests(t) {
		for _, f := range files {
			for _, problem := range checkTestImports(dir, f) {
				t.Error(problem)
			}
		}
	}
}

func checkTestImports(dir string, f *source) (problems []string) {
	rule := ruleFor(dir)
	if rule == nil {
		return nil // TestOneWayImports says so
	}
	allowed := append([]string{dir + "/**", "test/need"}, rule.ours...)
	for _, also := range testsAlso {
		if matches(also.packages, dir) {
			allowed = append(allowed, also.ours...)
		}
	}
	for _, imported := range f.imports() {
		ours, ok := strings.CutPrefix(imported, module+"/")
		if ok && !slices.ContainsFunc(allowed, func(p string) bool { return matches(p, ours) }) {
			problems = append(problems, fmt.Sprintf("%s: a test of %s must not import %s", f.name, dir, ours))
		}
	}
	return problems
}

// TestArchitecturePicture compares the tree in docs/architecture.md with the
// tree on disk: a picture that is wrong is worse than none.
func TestArchitecturePicture(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := picture(string(text))
	if err != nil {
		t.Fatal(err)
	}
	real := packages(t)
	for dir := range real {
		if !slices.Contains(drawn, dir) {
			t.Errorf("package %s exists, but the tree in docs/architecture.md does not name it", dir)
		}
	}
	for _, dir := range drawn {
		if real[dir] == nil {
			t.Errorf("the tree in docs/architecture.md names %s, which is no package", dir)
		}
	}
}

func eachFile(t *testing.T, check func(*source) []string) {
	t.Helper()
	for _, files := range packages(t) {
		for _, f := range files {
			for _, problem := range check(f) {
				t.Error(problem)
			}
		}
	}
}

// picture returns the directories named by the first code block after the
// heading "The tree": the first word of each of its lines.
func picture(markdown string) ([]string, error) {
	block := regexp.MustCompile("(?s)\n## The tree\n.*?\n```[a-z]*\n(.*?)\n```").FindStringSubmatch(markdown)
	if block == nil {
		return nil, fmt.Errorf("no code block below the heading %q", "The tree")
	}
	var dirs []string
	for line := range strings.Lines(block[1]) {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word != "" {
			dirs = append(dirs, strings.TrimSuffix(word, "/"))
		}
	}
	return dirs, nil
}

// matches reports whether dir is what the pattern of an importRule names.
func matches(pattern, dir string) bool {
	if below, ok := strings.CutSuffix(pattern, "/**"); ok {
		return isBelow(below, dir)
	}
	return pattern == dir
}

func isBelow(parent, child string) bool {
	return child == parent || strings.HasPrefix(child, parent+"/")
}

func ruleFor(dir string) *importRule {
	for i, r := range importRules {
		if matches(r.packages, dir) {
			return &importRules[i]
		}
	}
	return nil
}

func checkImports(f *source) []string {
	rule := ruleFor(f.dir)
	if rule == nil {
		return []string{fmt.Sprintf("%s: no import rule for package %s; add one to importRules", f.name, f.dir)}
	}
	var problems []string
	if slices.Contains(emptyRooms, path.Base(f.dir)) || slices.Contains(emptyRooms, f.ast.Name.Name) {
		problems = append(problems, fmt.Sprintf("%s: a package named %q says nothing about what is inside", f.name, f.ast.Name.Name))
	}
	for _, imported := range f.imports() {
		if !mayImport(rule, imported) {
			problems = append(problems, fmt.Sprintf("%s: package %s must not import %s: %s", f.name, f.dir, imported, rule.why))
		}
	}
	if rule.noClock {
		for _, at := range f.clockReads() {
			problems = append(problems, fmt.Sprintf("%s: package %s must not read the clock: %s", at, f.dir, rule.why))
		}
	}
	return problems
}

func mayImport(rule *importRule, imported string) bool {
	if dir, ours := strings.CutPrefix(imported, module+"/"); ours {
		return slices.ContainsFunc(rule.ours, func(p string) bool { return matches(p, dir) })
	}
	if imported == module {
		return false
	}
	return slices.Contains(harmless, imported) ||
		!slices.ContainsFunc(rule.never, func(p string) bool { return isBelow(p, imported) })
}
