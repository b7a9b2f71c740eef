package diff_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// judgedPair folds one of the recordings in testdata with the rules running, and with an
// edit of its bytes. They are of one ffmpeg that publishes to nginx through rtmpscope: in good order;
// with nginx stopped for five seconds; through a throttle to half of the bit rate; with nginx
// killed; and cut off by rtmpscope itself.
func judgedPair(t *testing.T, name string) diff.File {
	t.Helper()
	src, err := capture.File("testdata/" + name + ".pcapng")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	c := diff.NewCollector()
	a := analyst.New(src, analyst.Options{Judge: lint.New(lint.Config{}), Consumers: []analyst.Consumer{c.OnEntry}})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return diff.File{Name: name, Sessions: c.Sessions()}
}

func comparePair(t *testing.T, a, b string) *diff.Result {
	t.Helper()
	x, y, err := diff.Choose(judgedPair(t, a), judgedPair(t, b))
	if err != nil {
		t.Fatal(err)
	}
	return diff.Compare(x, y, diff.Options{})
}

// TestPairs: what went wrong in the other session stands first, whichever is A, and all
// that is not a detail besides follows from it.
func TestPairs(t *testing.T) {
	for _, x := range []struct {
		bad    string
		area   diff.Area
		weight diff.Importance
		words  []string
		ending diff.Ender
	}{
		{"frozen", diff.Found, diff.Notable, []string{"the server took nothing for 5.25 s", "(warning flow-backpressure)"}, diff.EndedByClient},
		{"slow", diff.Found, diff.Notable, []string{"the server took only 150 of 320 kbit/s for 6.06 s", "(warning flow-slow-receiver)"}, diff.EndedByClient},
		{"killed", diff.Ending, diff.Decisive, []string{"the server closes after the last frame"}, diff.EndedByServer},
	} {
		for _, pair := range [][2]string{{"good", x.bad}, {x.bad, "good"}} {
			r := comparePair(t, pair[0], pair[1])
			if r.Equal() {
				t.Errorf("%v: nothing differs", pair)
				continue
			}
			d, head := r.Differences[0], r.B
			if pair[1] == "good" {
				head = r.A
			}
			if d.Area != x.area || d.Importance != x.weight || head.Ending != x.ending {
				t.Errorf("%v: %s %s, ended by %s: %s", pair, d.Importance, d.Area, head.Ending, d.Text)
			}
			for _, words := range x.words {
				if !strings.Contains(d.Text.Show(false), words) {
					t.Errorf("%v: %q is not in %s", pair, words, d.Text.Show(false))
				}
			}
			for _, d := range r.Differences[1:] {
				if d.Importance > diff.Minor && !d.Follows {
					t.Errorf("%v: also %s %s: %s", pair, d.Importance, d.Area, d.Text)
				}
			}
			if len(r.Notes) > 0 {
				t.Errorf("%v: %q", pair, r.Notes)
			}
		}
	}
}

// TestUnknownEnding: a session that rtmpscope cut off says nothing of how it would have
// ended, nor of what the other says and does at its end.
func TestUnknownEnding(t *testing.T) {
	for _, pair := range [][2]string{{"good", "ours"}, {"ours", "good"}, {"killed", "ours"}} {
		r := comparePair(t, pair[0], pair[1])
		ours, side := r.B, "B"
		if pair[0] == "ours" {
			ours, side = r.A, "A"
		}
		if ours.Ending != diff.EndUnknown || len(r.Notes) != 1 || r.Notes[0] != "How session "+side+" would have ended is unknown: rtmpscope ended it." {
			t.Errorf("%v: ended by %s, %q", pair, ours.Ending, r.Notes)
		}
		for _, d := range r.Differences {
			if d.Area == diff.Ending || pair[0] != "killed" && d.Importance > diff.Minor {
				t.Errorf("%v: %s %s: %s", pair, d.Importance, d.Area, d.Text)
			}
		}
	}
}

// TestEveryPairIsKept: a recording that no test reads is dead weight.
func TestEveryPairIsKept(t *testing.T) {
	files, err := os.ReadDir("testdata")
	if err != nil || len(files) != 5 {
		t.Errorf("%d files, %v", len(files), err)
	}
}
