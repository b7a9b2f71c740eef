package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rtmpscope/rtmpscope/ui/tui"
)

// showing is the terminal UI while it is shown.
type showing struct {
	end   chan error // gives its end; nil when there is no screen
	leave context.CancelFunc
}

// show prints what to type and, with a screen, starts the terminal UI.
func (l *live) show(ctx context.Context) *showing {
	if l.sink != nil {
		l.announce()
		return &showing{leave: func() {}}
	}
	ctx, leave := context.WithCancel(ctx)
	s := &showing{end: make(chan error, 1), leave: leave}
	back := l.log.toScreen()
	go func() {
		err := l.shows(ctx, l.analyst, l.screen())
		back()
		s.end <- err
	}()
	return s
}

// close ends the terminal UI, if there is one, and restores the terminal.
func (s *showing) close() {
	s.leave()
	if s.end != nil {
		<-s.end
		s.end = nil
	}
}

// wait shows the session until something ends it, and says with which code.
func (l *live) wait(ctx context.Context, signals chan os.Signal, served chan error) (int, error) {
	screen := l.show(ctx)
	defer screen.close()
	var over <-chan time.Time
	if l.flags.duration > 0 {
		over = time.After(l.flags.duration)
	}
	for {
		select {
		case s := <-signals:
			if !isHangup(s) || !l.outlives() {
				return exitCodeOf(s), nil
			}
			screen.close()
		case err := <-screen.end:
			screen.end = nil
			if code, done, err := l.left(err); done {
				return code, err
			}
		case err := <-served:
			return exitOK, err
		case <-over:
			return exitOK, nil
		case <-ctx.Done():
			return exitFailed, nil
		}
	}
}

// outlives notes that the terminal is gone, and says whether relaying goes on.
func (l *live) outlives() bool {
	l.hungUp = true
	if l.flags.keepRunning {
		l.log.Warnf("the terminal is gone; relaying and recording to %s go on, SIGTERM ends them", l.file.path)
	}
	return l.flags.keepRunning
}

// left says whether the end of the terminal UI is the end of the session, and
// with what: a fault of the screen is none of the relay's business.
func (l *live) left(why error) (code int, done bool, err error) {
	switch {
	case errors.Is(why, tui.ErrLost):
		return exitHangup, !l.outlives(), nil
	case errors.Is(why, tui.ErrFailed):
		fmt.Fprintf(os.Stderr, "rtmpscope: %v\nrtmpscope: relaying and recording go on without the screen; Ctrl-C ends them\n", why)
		return exitOK, false, nil
	}
	return exitOK, true, why
}
