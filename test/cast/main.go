// Command cast records what a program does on a terminal, while keys are pressed
// at fixed times, as an asciicast:
//
//	go run ./test/cast -size 100x30 -o docs/pictures/demo.cast -keys 'wait:9 g wait:1 Enter' rtmpscope demo
//
// The file is in version 2 of the format (docs.asciinema.org/manual/asciicast/v2);
// "asciinema play" and the web player show it. It holds the bytes that the program
// wrote, and nothing else. Linux only.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func main() {
	size := flag.String("size", "100x30", "columns and lines of the terminal")
	out := flag.String("o", "", "the file to write")
	title := flag.String("title", "", "what is shown above the player")
	keys := flag.String("keys", "", "keys to press, by name, with wait:SECONDS between them")
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := record(*out, *size, *title, strings.Fields(*keys), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "cast:", err)
		os.Exit(1)
	}
}

// cast is a recording that grows.
type cast struct {
	lines []string
	begin time.Time
	rest  []byte // the beginning of a character
}

// newCast begins a recording. The file has no date, so that a recording of the
// same thing differs in its times only.
func newCast(w, h int, title string) (*cast, error) {
	head, err := json.Marshal(map[string]any{"version": 2, "width": w, "height": h, "title": title,
		"env": map[string]string{"TERM": "xterm-256color"}})
	if err != nil {
		return nil, err
	}
	return &cast{lines: []string{string(head)}, begin: time.Now()}, nil
}

// output adds what the program wrote, in whole characters.
func (c *cast) output(p []byte) {
	p = append(c.rest, p...)
	end := len(p)
	for i := max(len(p)-utf8.UTFMax, 0); i < len(p); i++ {
		if utf8.RuneStart(p[i]) && !utf8.FullRune(p[i:]) {
			end = i
		}
	}
	c.rest = append([]byte(nil), p[end:]...)
	text, err := json.Marshal(string(p[:end]))
	if err != nil {
		return // a string can always be written
	}
	c.lines = append(c.lines, fmt.Sprintf(`[%.3f, "o", %s]`, time.Since(c.begin).Seconds(), text))
}

// write saves the recording.
func (c *cast) write(path string) error {
	return os.WriteFile(path, []byte(strings.Join(c.lines, "\n")+"\n"), 0o644)
}

// parseSize reads 100x30.
func parseSize(s string) (w, h int, err error) {
	left, right, _ := strings.Cut(s, "x")
	if w, err = strconv.Atoi(left); err == nil {
		h, err = strconv.Atoi(right)
	}
	if err != nil || w < 1 || h < 1 {
		return 0, 0, fmt.Errorf("%q is not a size such as 100x30", s)
	}
	return w, h, nil
}
