//go:build unix

package peers

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// notOverSockets are the rules whose example a socket cannot show for certain:
// the system decides in which pieces bytes arrive.
var notOverSockets = []string{"hs-coalesced-tail"}

// misbehave builds the program that speaks the examples of the rules.
func misbehave(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "misbehave")
	if out, err := exec.Command("go", "build", "-o", file, "./misbehave").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return file
}

// TestRulesFireLive speaks the example of every rule that needs no long silence
// through the running program, one after the other, and wants the rule to be
// named in the rows of its own sessions, live and in the file.
func TestRulesFireLive(t *testing.T) {
	t.Parallel()
	file := misbehave(t)
	upstream := need.Free(t)
	p := proxy(t, "--jsonl", upstream)
	rules := shortRules(t, file)
	speaker := start(t, file, append([]string{"-listen", upstream, "-to", p.addr}, rules...)...).succeeds()
	spoken := regexp.MustCompile(`(?m)^(\S+): (\d+) connections`).FindAllStringSubmatch(speaker.stdout.String(), -1)
	if len(spoken) != len(rules) || len(rules) < 80 {
		t.Fatalf("%d of %d rules were spoken:\n%s", len(spoken), len(rules), speaker.stdout.String())
	}
	first := 1
	for _, s := range spoken {
		n, err := strconv.Atoi(s[2])
		if err != nil {
			t.Fatal(err)
		}
		of := regexp.MustCompile(fmt.Sprintf(`"session":(%s),[^\n]*"rule":"%s"`, numbers(first, n), s[1]))
		need.Until(t, s[1]+" is named", func() bool { return of.MatchString(p.stdout.String()) })
		first += n
	}
	p.interrupt()
	sameLines(t, p.stdout.String(), rtmpscope(t, "log", p.file, "--jsonl").succeeds().stdout.String())
}

// numbers writes n numbers from first on as a regular expression.
func numbers(first, n int) string {
	var words []string
	for i := range n {
		words = append(words, strconv.Itoa(first+i))
	}
	return strings.Join(words, "|")
}

// shortRules lists the rules whose example takes less than a second.
func shortRules(t *testing.T, misbehave string) (rules []string) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(start(t, misbehave).succeeds().stdout.String()), "\n") {
		words := strings.Fields(line)
		if strings.HasPrefix(words[2], "0.") && !slices.Contains(notOverSockets, words[0]) {
			rules = append(rules, words[0])
		}
	}
	return rules
}
