package cli

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/proxy"
)

// maxAwaited is how many connections are named that are waited for.
const maxAwaited = 3

// waitingFor says which connections may still finish, and how not to wait.
func waitingFor(open []proxy.ConnStatus, drain time.Duration) string {
	if len(open) == 0 {
		return ""
	}
	var names []string
	for _, c := range open {
		names = append(names, c.Info.Client.String())
	}
	if n := len(names) - maxAwaited; n > 0 {
		names = append(names[:maxAwaited], fmt.Sprintf("%d more", n))
	}
	who := fmt.Sprintf("%s (%s)", session.Counted(len(open), "connection"), strings.Join(names, ", "))
	if drain <= 0 {
		return "cutting " + who + " at once: --drain-timeout is 0"
	}
	return fmt.Sprintf("waiting for %s to finish, for %s; then what is open is cut; Ctrl-C cuts now", who, drain)
}

// farewell offers the capture to a person at a terminal, and tells others how
// they could have kept it. Where nobody can be asked any more it is left.
func (l *live) farewell() {
	if l.deaf {
		l.abandon("the terminal takes nothing")
		return
	}
	if l.hungUp {
		l.abandon("the terminal is gone")
		return
	}
	if l.sink == nil {
		if l.file.path == "" && l.analyst.Snapshot().Len() == 0 {
			return // nothing came that could be kept
		}
		l.offer()
		return
	}
	if l.file.path == "" {
		inform("the capture is discarded; -w FILE keeps it")
	}
}

// abandon says where the capture is that nobody was asked about, after giving it a
// name when it has none.
func (l *live) abandon(why string) { l.abandoned.Do(func() { l.leaveCapture(why) }) }

func (l *live) leaveCapture(why string) {
	name, lost, err := l.file.path, int64(0), error(nil)
	if name == "" {
		if l.hurried.Load() {
			lost = l.file.Shorten(quicklyCopied)
		}
		name, err = l.file.leave()
	}
	words := fmt.Sprintf("%s; the capture is left in %s", why, name)
	if lost > 0 {
		words += fmt.Sprintf(", its first %s are lost: there was no time to copy more; -w FILE keeps all", text.Size(lost))
	}
	if err != nil {
		words = fmt.Sprintf("%s, and the capture is lost: %v", why, err)
	}
	if l.hungUp {
		l.log.Warn(words) // standard error went with the terminal
		return
	}
	fmt.Fprintln(stderr, "rtmpscope: "+words)
}

// offer asks whether to keep the capture. A signal is no answer: it ends the
// asking, and the capture is left where it is.
func (l *live) offer() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endSignals()...)
	defer signal.Stop(signals)
	answered := make(chan error, 1)
	file := *l.file
	forgetTyped(os.Stdin)
	go func() { answered <- file.offer(os.Stdin, os.Stdout) }()
	select {
	case err := <-answered:
		if err != nil {
			fmt.Fprintf(stderr, "rtmpscope: %v\n", err)
		}
	case <-signals:
		if l.file.path == "" {
			fmt.Fprintln(stderr)
			l.abandon("not answered")
		}
	}
}
