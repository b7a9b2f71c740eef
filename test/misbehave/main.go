// Command misbehave speaks RTMP that is wrong on purpose: the conversation of
// any rule that has the fault, or with -good the one that nearly has it.
//
//	go run ./test/misbehave                                  lists the rules
//	go run ./test/misbehave -o bad.pcapng cmd-badname        writes a capture of it
//	go run ./test/misbehave -listen :1999 -to :1935 ts-jump  speaks both sides over sockets
//
// The last one is to be seen live: it waits for the connection on -listen after
// dialling -to, so a relay stands between the two:
//
//	rtmpscope proxy -l :1935 rtmp://127.0.0.1:1999
//
// Each step waits until the other side has received the one before, and silences
// last as long as the rule needs. Several rules are spoken one after the other. With -to alone only the client's side is
// spoken, to a server that may be real; with -listen alone only the server's, to
// a client that may be real: what the other says is then read and ignored.
//
// A capture has the times of the conversation without waiting for them. What no
// program can do to a socket (bytes that were not captured, an upstream that was
// not reached) can only be written to a file.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

func main() {
	good := flag.Bool("good", false, "the conversation that nearly has the fault")
	out := flag.String("o", "", "write a capture to this file; it must not exist")
	listen := flag.String("listen", "", "speak the server's side to whoever connects here")
	to := flag.String("to", "", "speak the client's side to whoever listens here")
	flag.Usage = usage
	flag.Parse()
	if flag.NArg() == 0 {
		list()
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := runAll(ctx, flag.Args(), *good, *out, *listen, *to); err != nil {
		fmt.Fprintln(os.Stderr, "misbehave:", err)
		os.Exit(1)
	}
}

// runAll does one rule after the other.
func runAll(ctx context.Context, rules []string, good bool, out, listen, to string) error {
	for _, rule := range rules {
		if err := run(ctx, rule, good, out, listen, to); err != nil {
			return fmt.Errorf("%s: %w", rule, err)
		}
	}
	return nil
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: misbehave [-good] [-o FILE | -listen ADDR | -to ADDR | both] RULE…\nwithout a rule, the rules are listed")
	flag.PrintDefaults()
}

// list prints the rules, with how long each conversation lasts, or why it cannot
// be spoken.
func list() {
	for _, r := range lint.Rules() {
		events := r.Bad.Events()
		lasts := fmt.Sprintf("%.1fs", events[len(events)-1].At.Seconds())
		switch {
		case fileOnly(events) != "":
			lasts = "file"
		}
		fmt.Printf("%-28s %-8s %-6s %s\n", r.ID, r.Severity, lasts, r.Title)
	}
}

func run(ctx context.Context, rule string, good bool, out, listen, to string) error {
	r, ok := lint.Find(rule)
	if !ok {
		return fmt.Errorf("there is no rule %q; without a rule, all are listed", rule)
	}
	x := r.Bad
	if good {
		x = r.Good
	}
	events := x.Events()
	switch {
	case out != "":
		return write(out, events)
	case listen == "" && to == "":
		return fmt.Errorf("say where: -o FILE, -listen ADDR, -to ADDR, or both of these")
	}
	if why := fileOnly(events); why != "" {
		return fmt.Errorf("%s has %s, which no program can do to a socket; use -o FILE", rule, why)
	}
	opened := 0
	for _, e := range events {
		if e.Kind == script.EventOpen {
			opened++
		}
	}
	fmt.Printf("%s: %d connections in %s\n", rule, opened, events[len(events)-1].At)
	return speak(ctx, events, listen, to)
}

// fileOnly says what in a conversation cannot be done to a socket, or "".
func fileOnly(events []script.Event) string {
	for _, e := range events {
		switch {
		case e.Kind == script.EventGap:
			return "bytes that were not captured"
		case e.Kind == script.EventHeld, e.Kind == script.EventPaced:
			return "a side that takes nothing"
		case e.Kind == script.EventPoll:
			return "requests of an HTTP tunnel"
		case e.Cause != "", e.Facts != nil:
			return "a reason that only a recorder knows"
		}
	}
	return ""
}
