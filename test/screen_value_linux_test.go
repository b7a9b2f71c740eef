package peers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// TestScreenValues looks for a value on real terminals of three sizes, with keys and with
// the mouse: a field and a cell become filters, which Esc takes back, a table is copied,
// hints and fold marks are clicked.
func TestScreenValues(t *testing.T) {
	t.Parallel()
	capture, err := filepath.Abs("../testdata/captures/obs29__srs__publish.pcapng")
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			w := onScreen(t, size[0], size[1], "open", capture)
			w.shows("the client closed its side")
			w.press("2", "g", "]", "Enter")
			w.shows("command object", "▸ app")
			w.press("j", "j", "j", "=")
			w.shows(`filter: args[0].app == "live"`)
			w.gone("Set Chunk Size")
			w.press("y", "t")
			w.until("a table on the clipboard", func(s *terminal.Screen) bool {
				n := len(s.Copied)
				return n > 0 && strings.HasPrefix(s.Copied[n-1], "| name | value |\n|---|---|\n| `app` | `\"live\"` |\n")
			})
			w.press("Esc") // the detail
			w.gone("command object")
			w.press("Esc") // the filter
			w.shows("all rows are listed again")
			w.press("1", "=")
			w.shows("Enter chooses", `role == "publish"`)
			w.press("Esc")
			w.gone("Enter chooses")
			w.press("2", "g", "]")
			w.selects("connect")
			w.click(2, "connect ")
			w.shows("Enter chooses", `command != "connect"`)
			w.click(0, `command != "connect"`)
			w.shows(`filter: command != "connect"`)
			w.click(0, "? help")
			w.shows("In this pane")
			w.press("Esc")
			w.gone("In this pane")
			w.press("Esc")
			w.shows("all rows are listed again")
			w.press("Ctrl-C")
			if code := w.ended(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			w.restored()
		})
	}
}

// click presses and releases a button of the mouse (0 left, 2 right) on words that stand
// on the screen, on the selected line where they stand several times.
func (w *window) click(button int, words string) {
	w.t.Helper()
	x, y := -1, -1
	w.until(words, func(s *terminal.Screen) bool {
		for i := range s.H {
			l := s.Line(i)
			if at := strings.Index(l, words); at >= 0 && (y < 0 || strings.HasPrefix(l, "▌")) {
				x, y = utf8.RuneCountInString(l[:at]), i
			}
		}
		return y >= 0
	})
	w.press(fmt.Sprintf("\x1b[<%d;%d;%dM", button, x+2, y+1))
	w.press(fmt.Sprintf("\x1b[<%d;%d;%dm", button, x+2, y+1))
}
