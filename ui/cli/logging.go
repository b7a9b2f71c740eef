package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/sirupsen/logrus"
)

// keptLogs is how many log lines the terminal UI can show.
const keptLogs = 500

// eventLog is where log lines go: standard error, or a pane of the terminal UI
// and a file while that has the screen.
type eventLog struct {
	*logrus.Logger
	mu    sync.Mutex
	lines []string
	file  *os.File
	kept  *lossy // to the file; nil without one
}

// stderr is standard error, which nobody waits for.
var stderr = newLossy(standardError{})

// standardError is what os.Stderr is at the moment.
type standardError struct{}

// Write writes to it.
func (standardError) Write(p []byte) (int, error) { return os.Stderr.Write(p) }

// newEventLog logs to standard error, or to the file at path.
func newEventLog(path, level string) (*eventLog, error) {
	l := &eventLog{Logger: logrus.New()}
	parsed, err := logrus.ParseLevel(level)
	if err != nil {
		return nil, fail(exitUsage, "--log-level %s: use error, warning, info or debug", level)
	}
	l.SetLevel(parsed)
	l.SetFormatter(lineFormat{})
	l.SetOutput(stderr)
	if path != "" {
		if l.file, err = openLog(path); err != nil {
			return nil, err
		}
		l.kept = newLossy(l.file)
		l.SetOutput(l.kept)
	}
	return l, nil
}

// flush waits a moment until what was logged is written.
func (l *eventLog) flush() {
	if l.kept != nil {
		l.kept.flush(lastWords)
	}
}

// toScreen sends log lines to the terminal UI, and to the log file if there is
// one, until the returned function is called.
func (l *eventLog) toScreen() (back func()) {
	was := l.Out
	l.SetOutput(l)
	return func() { l.SetOutput(was) }
}

// Write keeps one line for the terminal UI.
func (l *eventLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) == keptLogs {
		l.lines = slices.Delete(l.lines, 0, 1)
	}
	l.lines = append(l.lines, strings.TrimSuffix(string(p), "\n"))
	if l.kept != nil {
		return l.kept.Write(p)
	}
	return len(p), nil
}

// recent returns the lines kept for the terminal UI.
func (l *eventLog) recent() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

// lineFormat writes one line an entry, with every control character visible:
// logrus's own formats let them through.
type lineFormat struct{}

// Format implements logrus.Formatter.
func (lineFormat) Format(e *logrus.Entry) ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-7s %s", e.Time.Format("15:04:05.000"), e.Level, text.Safe(message.Masked(e.Message)))
	keys := make([]string, 0, len(e.Data))
	for k := range e.Data {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%s", k, text.Safe(message.Masked(fmt.Sprint(e.Data[k]))))
	}
	b.WriteByte('\n')
	return []byte(b.String()), nil
}
