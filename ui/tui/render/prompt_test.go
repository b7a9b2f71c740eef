package render

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// TestProblemIsReadable: the caret stands under the mistake and the whole message
// is on the screen, wherever the mistake is.
func TestProblemIsReadable(t *testing.T) {
	const words = "codec is a text and cannot be compared with a number; write it in quotes"
	for _, before := range []int{0, 10, 30, 60, 75, 150} {
		var g Grid
		g.Reset(80, 12)
		typed := strings.Repeat("x", before) + "?"
		p := &model.Prompt{Question: "filter: ", Text: typed, Cursor: len(typed), Problem: words, At: before}
		m := model.New(model.Options{})
		m.Prompt = p
		popup(g.Area(model.Rect{W: 80, H: 11}), m)
		promptLine(g.Area(model.Rect{Y: 11, W: 80, H: 1}), p)
		lines := strings.Split(g.text(), "\n")
		caret := strings.Index(strings.ReplaceAll(lines[10], "▲", "^"), "^")
		wrong := strings.LastIndexByte(lines[11], '?')
		if caret < 0 || caret != wrong {
			t.Errorf("after %d characters: caret in column %d, mistake in %d\n%s", before, caret, wrong, g.text())
		}
		if got := strings.Join(strings.Fields(strings.Join(lines[:11], " ")), " "); strings.TrimSpace(strings.Replace(got, "▲", "", 1)) != words {
			t.Errorf("after %d characters: %q", before, got)
		}
	}
}
