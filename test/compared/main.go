// Command compared shows the same captures to rtmpscope and to the tshark that
// is installed, and prints the tables that stand in docs/compared.md:
//
//	go run ./test/compared           the vectors, and a real publish
//	go run ./test/compared -speed    1.2 GB of a publish at 40 Mbit/s, some minutes
//	go run ./test/compared -relay    the proxy beside HAProxy, nginx and socat, some minutes
//
// The vectors are bytes written by hand with the messages that they hold; the
// truth of the publish is what nginx recorded of it. It needs tshark (not for -relay), for the
// publish ffmpeg and nginx with its RTMP module, and for -speed 1.3 GB of room
// in the directory for temporary files. It keeps nothing.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	speed := flag.Bool("speed", false, "measure time and memory instead")
	var r relays
	relay := flag.Bool("relay", false, "put the proxy beside other relays instead")
	flag.IntVar(&r.rounds, "rounds", 5, "how often -relay measures")
	flag.IntVar(&r.mib, "mib", 1024, "size of the bulk publish of -relay")
	flag.IntVar(&r.sessions, "sessions", 300, "how many publish at a time")
	flag.IntVar(&r.seconds, "seconds", 8, "and for how long")
	analyse := flag.String("analyse", "", "only follow this capture and exit (-speed runs itself so)")
	load := flag.String("load", "", "only put this load on -to, of size -n (-relay runs itself so)")
	to := flag.String("to", "", "the address of -load")
	n := flag.Int("n", 0, "the size of -load")
	flag.Parse()
	switch {
	case *analyse != "":
		check(follow(*analyse))
	case *load != "":
		check(put(*load, *to, *n, r.seconds))
	case *relay:
		check(inTemporary(r.run))
	default:
		check(inTemporary(func(dir string) error { return run(dir, *speed) }))
	}
}

// inTemporary runs f with a directory that is removed after it.
func inTemporary(f func(dir string) error) error {
	dir, err := os.MkdirTemp("", "compared")
	if err != nil {
		return err
	}
	return errors.Join(f(dir), os.RemoveAll(dir))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "compared:", err)
		os.Exit(1)
	}
}

// build builds the program.
func build(dir string) (program string, err error) {
	program = filepath.Join(dir, "rtmpscope")
	c := exec.Command("go", "build", "-o", program, "github.com/rtmpscope/rtmpscope")
	c.Stderr = os.Stderr
	return program, c.Run()
}

// run prints the table of relays.
func (r relays) run(dir string) error {
	program, err := build(dir)
	if err != nil {
		return err
	}
	return r.measure(dir, program)
}

// run prints the tables of captures.
func run(dir string, speed bool) error {
	program, err := build(dir)
	if err != nil {
		return err
	}
	version, err := exec.Command("tshark", "--version").Output()
	if err != nil {
		return fmt.Errorf("tshark: %w", err)
	}
	first, _, _ := strings.Cut(string(version), "\n")
	fmt.Printf("Compared with %s\n\n", strings.TrimSuffix(first, "."))
	if speed {
		return measure(dir, program)
	}
	if err := showVectors(dir, program); err != nil {
		return err
	}
	return showPublish(dir, program)
}

// raised lifts the preference that limits the length of a message.
var raised = []string{"-o", "rtmpt.max_packet_size:16777215"}

// showVectors prints a line for each vector.
func showVectors(dir, program string) error {
	all, err := readVectors()
	if err != nil {
		return err
	}
	fmt.Println("| case | sent | tshark | tshark, limit raised | rtmpscope |")
	fmt.Println("|---|---|---|---|---|")
	for _, v := range all {
		file := filepath.Join(dir, v.name+".pcapng")
		if err := recordParts(file, v); err != nil {
			return err
		}
		plain, rows, err := tshark(file, v.port)
		if err != nil {
			return err
		}
		tuned, _, err := tshark(file, v.port, raised...)
		if err != nil {
			return err
		}
		mine, err := ours(program, file)
		if err != nil {
			return err
		}
		truth := v.sent()
		note, our := v.answers(file, rows, plain, mine)
		fmt.Printf("| %s: %s | %d | %s%s | %s | %s%s |\n", strings.ToUpper(v.name[:1])+strings.TrimLeft(v.name[1:3], "0"), v.title, len(truth),
			compare(truth, plain), note, compare(truth, tuned), compare(truth, mine), our)
	}
	fmt.Println()
	return nil
}

// String is what stands in a cell of the table.
func (s score) String() string {
	if s.right == s.sent && s.wrong == 0 {
		return "all right"
	}
	out := fmt.Sprintf("%d right", s.right)
	for _, p := range []struct {
		n    int
		what string
	}{{s.mistimed, "at a wrong time"}, {s.lost, "lost"}, {s.wrong, "false"}} {
		if p.n > 0 {
			out += fmt.Sprintf(", %d %s", p.n, p.what)
		}
	}
	return out
}

// answers says how both tools answer the question of a vector, if it has one.
func (v *vector) answers(file string, rows int, plain, mine []shown) (theirs, our string) {
	count := func(all []shown, ok func(shown) bool) (n int) {
		for _, m := range all {
			if ok(m) {
				n++
			}
		}
		return n
	}
	switch v.ask {
	case "":
		return "", ""
	case "rtmpt":
		return fmt.Sprintf("; %d rows", rows), fmt.Sprintf("; %d rows", len(mine))
	case "named user control events":
		unnamed := func(m shown) bool { return m.class == "4" && !strings.Contains(m.name, "0x") }
		return fmt.Sprintf("; %d of %d named", count(plain, unnamed), v.asked), fmt.Sprintf("; %d of %d named", count(mine, unnamed), v.asked)
	case "named codecs":
		named := func(m shown) bool { return strings.Contains(m.name, "HEVC") || strings.Contains(m.name, "Opus") }
		return fmt.Sprintf("; %d of %d codecs named", count(plain, named), v.asked), fmt.Sprintf("; %d of %d codecs named", count(mine, named), v.asked)
	}
	out, err := exec.Command("tshark", "-r", file, "-Y", v.ask).CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		for _, l := range lines {
			if strings.Contains(l, "tshark: ") {
				return fmt.Sprintf("; `%s`: %s", v.ask, strings.TrimPrefix(l, "tshark: ")), ""
			}
		}
	}
	found := 0
	for _, l := range strings.Split(string(out), "\n") {
		if strings.Contains(l, " RTMP ") {
			found++
		}
	}
	return fmt.Sprintf("; `%s` finds %d of %d", v.ask, found, v.asked), ""
}
