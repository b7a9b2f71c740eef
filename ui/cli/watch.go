package cli

import (
	"context"
	"errors"
	"fmt"
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

// closeWithin is how long the terminal UI may take to end: it cannot while its
// terminal takes nothing.
const closeWithin = time.Second

// close ends the terminal UI, if there is one, and restores the terminal. It
// reports whether that worked.
func (s *showing) close() bool {
	s.leave()
	if s.end == nil {
		return true
	}
	end := s.end
	s.end = nil
	select {
	case <-end: //nolint:errcheck // a screen that is being left has nothing to say
		return true
	case <-time.After(closeWithin):
		return false
	}
}

// wait shows the session until something ends it, and says with which code.
func (l *live) wait(ctx context.Context, leaving *leaving) (int, error) {
	screen := l.show(ctx)
	defer func() { l.deaf = !screen.close() }()
	for {
		select {
		case code := <-leaving.told:
			return code, nil
		case <-leaving.hungUp:
			if !l.outlives() {
				return exitHangup, nil
			}
			screen.close()
		case err := <-screen.end:
			screen.end = nil
			if code, done, err := l.left(err); done {
				return code, err
			}
		case err := <-l.engine.Served():
			return leaving.code(), err
		case <-ctx.Done():
			return exitFailed, nil
		}
	}
}

// outlives notes that the terminal is gone, and says whether relaying goes on.
func (l *live) outlives() bool {
	l.hungUp = true
	if l.flags.keepRunning {
		l.log.Warnf("the terminal is gone; relaying and recording to %s go on, SIGTERM ends them", l.file.where())
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
		fmt.Fprintf(stderr, "rtmpscope: %v\nrtmpscope: relaying and recording go on without the screen; Ctrl-C ends them\n", why)
		return exitOK, false, nil
	}
	return exitOK, true, why
}
