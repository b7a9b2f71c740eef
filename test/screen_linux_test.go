package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// window is the program in a terminal window.
type window struct {
	*terminal.Terminal
	t *testing.T
}

// onScreen starts the program in a window of a size in cells.
func onScreen(t *testing.T, w, h int, args ...string) *window {
	t.Helper()
	file, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	return inWindow(t, w, h, exec.Command(file, args...))
}

func inWindow(t *testing.T, w, h int, cmd *exec.Cmd) *window {
	t.Helper()
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "TMPDIR="+t.TempDir())
	term, err := terminal.Start(cmd, w, h, nil)
	if err != nil {
		need.Missing(t, "no terminal: %v", err)
	}
	t.Cleanup(term.Kill)
	return &window{term, t}
}

// shows waits until all the words stand on the screen.
func (w *window) shows(words ...string) {
	w.t.Helper()
	w.until(strings.Join(words, " and "), func(s *terminal.Screen) bool {
		text := s.String()
		for _, word := range words {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return true
	})
}

// gone waits until words no longer stand on the screen.
func (w *window) gone(words string) {
	w.t.Helper()
	w.until("no "+words, func(s *terminal.Screen) bool { return !strings.Contains(s.String(), words) })
}

// selects waits until the words stand on a line that is selected.
func (w *window) selects(words string) {
	w.t.Helper()
	w.until("a selected line with "+words, selected(words))
}

// selected wants the words on a line that is selected.
func selected(words string) func(*terminal.Screen) bool {
	return func(s *terminal.Screen) bool {
		for y := range s.H {
			if l := s.Line(y); strings.HasPrefix(l, "▌") && strings.Contains(l, words) {
				return true
			}
		}
		return false
	}
}

func (w *window) until(what string, wanted func(*terminal.Screen) bool) {
	w.t.Helper()
	if !w.Await(patience, wanted) {
		w.t.Fatalf("waited in vain for %s:\n%s", what, w.Text())
	}
}

// listens waits until the program says where it listens.
func (w *window) listens() (addr string) {
	w.t.Helper()
	said := regexp.MustCompile(`OBS +Server: rtmp://(127\.0\.0\.1:\d+)/`)
	w.until("an address", func(s *terminal.Screen) bool {
		if found := said.FindStringSubmatch(s.String()); found != nil {
			addr = found[1]
		}
		return addr != ""
	})
	return addr
}

// heartbeat is longer than the program takes from a change to the frame that
// shows it, columns that are filled later included.
const heartbeat = 200 * time.Millisecond

// steady waits until the screen has been the same for three heartbeats and
// returns what stands on it. Of a screen on which something always goes on it
// returns what stands there after a while.
func (w *window) steady() string {
	w.t.Helper()
	text, same := w.Text(), 0
	for range 40 {
		w.Await(heartbeat, func(s *terminal.Screen) bool { return s.String() != text })
		if now := w.Text(); now != text {
			text, same = now, 0
		} else if same++; same == 3 {
			break
		}
	}
	return text
}

func (w *window) press(keys ...string) {
	w.t.Helper()
	if err := w.Press(keys...); err != nil {
		w.t.Fatal(err)
	}
}

// ended waits for the end and returns the exit code, -1 after a signal.
func (w *window) ended() int {
	w.t.Helper()
	w.until("the end", func(*terminal.Screen) bool {
		select {
		case <-w.Exited:
			return true
		default:
			return false
		}
	})
	return w.Cmd.ProcessState.ExitCode()
}

// restored wants the terminal as a shell left it, and nothing strange written.
func (w *window) restored() {
	w.t.Helper()
	if cooked, err := w.Cooked(); err != nil || !cooked {
		w.t.Errorf("the terminal edits no lines: %v", err)
	}
	w.Look(func(s *terminal.Screen) {
		if left := s.Altered(); len(left) > 0 {
			w.t.Errorf("modes that stay changed: %v", left)
		}
		if len(s.Strange) > 0 {
			w.t.Errorf("strange output: %q", s.Strange)
		}
	})
}

// TestPeersScreen watches a publish of ffmpeg to nginx on screens of several
// sizes, writes a note, saves, quits, and finds the note in what was saved.
func TestPeersScreen(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}, {60, 15}, {500, 200}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			publishOnScreen(t, size[0], size[1])
		})
	}
}

func publishOnScreen(t *testing.T, width, height int) {
	s, dir := nginx(t), t.TempDir()
	w := onScreen(t, width, height, "proxy", "-l", "127.0.0.1:0", "-w", filepath.Join(dir, "live.pcapng"), "--drain-timeout", "100ms", "rtmp://"+s.addr)
	w.shows("REC", "rtmpscope")
	client(t, "ffmpeg", "-nostdin -v error -re -stream_loop -1 -i %s -c copy -f flv rtmp://%s/live/camera", media(t), w.listens())
	w.shows("publish", "audio")
	w.press("g")
	w.shows("C0", "S0")
	w.press("]")
	w.selects("connect")
	w.press("Enter")
	w.shows("command name", "transaction id")
	w.press("Esc")
	w.gone("command name")
	w.press("/publish.start", "Enter")
	w.selects("onStatus")
	w.press("r") // to the request
	w.selects("publish")
	w.press("c")
	w.shows("note")
	w.press("here it begins", "Enter")
	w.shows("it stands in the recording now")
	w.press("w")
	w.press("Ctrl-U", filepath.Join(dir, "kept.pcapng"), "Enter")
	w.shows("saved as")
	w.press("q", "q") // back from the search, and out
	w.shows("Stop the proxy?")
	w.press("y")
	if code := w.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	w.restored()
	reopenOnScreen(t, width, height, filepath.Join(dir, "kept.pcapng"))
}

// reopenOnScreen finds the note in a saved capture.
func reopenOnScreen(t *testing.T, width, height int, file string) {
	w := onScreen(t, width, height, "open", file)
	w.shows("kept.pcapng")
	w.selects("handshake")
	need.Until(t, "the note is found, which stands behind its row", func() bool {
		w.press("/here it", "Enter")
		return w.Await(time.Second, selected("here it"))
	})
	w.press("q", "q", "q")
	if code := w.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	w.restored()
}
