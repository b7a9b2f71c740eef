package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"golang.org/x/term"
)

const (
	progressAfter = 500 * time.Millisecond // what is faster needs no bar
	progressEvery = 100 * time.Millisecond
	progressWidth = 30
)

// watched is an input that knows how far it has been read.
type watched struct {
	*capture.Input
	offset atomic.Int64
}

// Unwrap lets a reader find the input.
func (w *watched) Unwrap() source.Source { return w.Input }

// ReadAt reads from the input.
func (w *watched) ReadAt(p []byte, off int64) (int, error) {
	n, err := w.Input.ReadAt(p, off)
	for end := off + int64(n); ; {
		if old := w.offset.Load(); end <= old || w.offset.CompareAndSwap(old, end) {
			return n, err
		}
	}
}

// showProgress draws a bar on standard error while in is read, when that takes
// longer than a moment and somebody can see it. The bar would get in the way of
// rows on the same terminal. stop removes it.
func showProgress(in *capture.Input, name string) (w *watched, stop func()) {
	w = &watched{Input: in}
	if quiet.Load() || !term.IsTerminal(int(os.Stderr.Fd())) || term.IsTerminal(int(os.Stdout.Fd())) {
		return w, func() {}
	}
	return w, w.draw(os.Stderr, name)
}

// draw draws until stop is called, which waits until the line is clean. Calling
// it again does nothing.
func (w *watched) draw(to io.Writer, name string) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		shown := false
		for wait := progressAfter; ; wait = progressEvery {
			select {
			case <-quit:
				if shown {
					fmt.Fprint(to, "\r\x1b[K")
				}
				return
			case <-time.After(wait):
				shown = true
				fmt.Fprintf(to, "\r\x1b[K%s", w.line(name))
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(quit)
		<-done
	})
}

// line is the bar as text.
func (w *watched) line(name string) string {
	read, total := w.Progress(w.offset.Load())
	if total <= 0 {
		return fmt.Sprintf("%s  %s read", name, text.Size(read))
	}
	full := int(progressWidth * read / total)
	return fmt.Sprintf("%s  [%s%s] %d%%", name, strings.Repeat("#", full), strings.Repeat(".", progressWidth-full), 100*read/total)
}
