package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// isCapture reports what is wrong with a file that is no capture, before the
// terminal UI takes the screen. Of what may still be on its way nothing is known.
func isCapture(file string, src source.Source) error {
	info, err := os.Stat(file)
	if file == "-" || err != nil || !info.Mode().IsRegular() {
		return nil
	}
	switch err := readable(file, src); {
	case err == nil, endsBadly(err):
		return nil // what can be read is shown
	default:
		return fail(exitFailed, "%w; open shows pcap and pcapng files, also compressed with gzip or zstd", err)
	}
}

// ending tells the terminal UI how the reading of a file went.
type ending struct {
	file string
	a    *analyst.Analyst
}

// short is why a file could not be read to its end, for the header, or "".
func (e ending) short() string {
	switch err := e.err(); {
	case err == nil:
		return ""
	case isTornError(err):
		return "the file ends in the middle of a packet"
	case endsBadly(err):
		return "the file is damaged, what follows cannot be read"
	}
	return "reading failed"
}

// log is all that there is to say about the reading, for the log.
func (e ending) log() (lines []string) {
	if err := e.err(); err != nil {
		lines = append(lines, folded(text.Safe(fmt.Sprintf("%s: %v%s", inputName(e.file), err, repairAdvice(e.file, err))))...)
	}
	if !e.over() {
		return nil
	}
	if s := e.a.Skipped(); s != "" {
		lines = append(lines, folded(s)...)
	}
	if s := e.a.LeftOut(); s != "" {
		lines = append(lines, folded("some TCP connections are not shown ("+s+"); --all-tcp shows all")...)
	}
	return lines
}

// Log lines are as long as a narrow terminal shows whole.
const (
	logWidth = 76
	indent   = "    "
)

// folded breaks a sentence at blanks; what goes on is indented.
func folded(s string) (lines []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len(line)+1+len(word) > logWidth {
			lines = append(lines, line)
			line = indent
		}
		if line != "" && line != indent {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

func (e ending) over() bool {
	select {
	case <-e.a.Done():
		return true
	default:
		return false
	}
}

// err is why reading ended early, unless the person quit.
func (e ending) err() error {
	if !e.over() || errors.Is(e.a.Err(), context.Canceled) {
		return nil
	}
	return e.a.Err()
}

// repairAdvice says what to do about a torn file.
func repairAdvice(file string, err error) string {
	if file == "-" || !isTornError(err) {
		return ""
	}
	return fmt.Sprintf("; 'rtmpscope repair %s' writes a copy without the torn end", file)
}
