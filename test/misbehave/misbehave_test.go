package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// judged reads a capture as every command does and lists the rules that found
// something.
func judged(t *testing.T, file string) (rules []string) {
	t.Helper()
	src, err := capture.File(file)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a := analyst.New(src, analyst.Options{Judge: lint.New(lint.Config{}), Consumers: []analyst.Consumer{func(e *session.Entry) {
		if e.Kind == session.Found {
			rules = append(rules, e.Finding.Rule)
		}
	}}})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return rules
}

// TestCapturesOfAllRules writes both conversations of every rule and reads them
// again through pcapng and TCP: the bad one is found, the near miss is not.
func TestCapturesOfAllRules(t *testing.T) {
	dir := t.TempDir()
	for _, r := range lint.Rules() {
		for _, good := range []bool{false, true} {
			if r.Bad == nil {
				continue
			}
			name := r.ID + map[bool]string{true: "-good", false: "-bad"}[good] + ".pcapng"
			file := filepath.Join(dir, name)
			if err := run(context.Background(), r.ID, good, file, "", ""); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			found := strings.Join(judged(t, file), " ")
			if has := strings.Contains(" "+found+" ", " "+r.ID+" "); has == good {
				t.Errorf("%s: found %q", name, found)
			}
		}
	}
}

// TestBothSidesOverSockets speaks both sides to each other through a plain
// pass-through and compares what came through with what was to be said.
func TestBothSidesOverSockets(t *testing.T) {
	r, _ := lint.Find("cmd-badname")
	events := r.Bad.Events()
	var want [2]bytes.Buffer
	for _, e := range events {
		if e.Kind == script.EventBytes {
			want[e.From].Write(e.Bytes)
		}
	}
	relay := newRelay(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := speak(ctx, events, relay.server, relay.addr); err != nil {
		t.Fatal(err)
	}
	for d, got := range relay.finish() {
		if !bytes.Equal(got, want[d].Bytes()) {
			t.Errorf("from the %s: %d bytes came through, want %d", decode.Direction(d), len(got), want[d].Len())
		}
	}
}

func TestWhatCannotBeSpoken(t *testing.T) {
	for _, c := range []struct{ rule, listen, want string }{
		{"no-such-rule", "", "no rule"},
		{"cmd-badname", "", "say where"},
		{"upstream-unreachable", "127.0.0.1:0", "use -o FILE"},
		{"rtmpt-no-close", "127.0.0.1:0", "requests of an HTTP tunnel"},
	} {
		err := run(context.Background(), c.rule, false, "", c.listen, "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.rule, err, c.want)
		}
	}
}
